"""The idea, the request, and its triage: go on, or end in another request (PRJ-06, PRJ-09)."""

from collections.abc import Iterable
from datetime import timedelta

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, total
from domain.organisation.units import refuse_ended
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.content import Wish
from domain.projects.intake.parameters import days, number, text
from domain.projects.intake.state import RequestState

Ctx = DecisionContext[RequestState]
FAST, OPEN = "project-fast-lane", "project-request"
"""Claims: the small changes of one origin; and that a request is open."""


def refuse_unknown(facts: Facts, *people: str) -> None:
    """Raises Refused `unknown-person`."""
    for person in people:
        if not facts.organisation.works_here(person, today_of(facts, person)):
            raise Refused("unknown-person", "Nobody with the id {person} works here; check the id.", person=person[:80])


def submit_idea(ctx: Ctx, payload: c.SubmitIdea) -> None:
    _open(ctx, payload, ctx.command.actor)


def open_part(ctx: Ctx, payload: c.OpenPart) -> None:
    """A part of a request that was split: its requester says what it needs, its origin is what was split."""
    _open(ctx, payload, payload.requester, payload.origin)


def _open(ctx: Ctx, payload: c.SubmitIdea, requester: str, origin: str = "") -> None:
    if payload.unit not in ctx.facts.organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=payload.unit)
    refuse_ended(ctx.facts.organisation, payload.unit, ctx.facts.now.date())
    title = N_("{what}", what=payload.title)
    ctx.add(
        e.IdeaSubmitted(
            requester=requester, title=title, unit=payload.unit, at=ctx.facts.now, problem=payload.problem,
            origin=origin,
        )
    )  # fmt: skip


def make_request(ctx: Ctx, payload: c.MakeRequest) -> None:
    """Raises Refused `unknown-person`, `no-amount`."""
    wish = Wish.model_validate(dict(payload))
    refuse_unknown(ctx.facts, wish.sponsor, wish.business_owner)
    if wish.expected_cost.amount < 0:
        raise Refused("no-amount", "The expected cost is zero or more; state what it may come to.")
    ctx.add(e.RequestMade(wish=wish, by=ctx.command.actor, at=ctx.facts.now))
    watch_sponsor(ctx)


def watch_sponsor(ctx: Ctx, _due: object = None) -> None:
    """The next look at whether the sponsor is still here; `turns.settle` looks at each decision (PRJ-08)."""
    at = ctx.facts.now + timedelta(days=days(ctx.facts, "sponsor_check_days"))
    ctx.add(DeadlineSet(deadline=Deadline(kind="sponsor", key="sponsor", at=at)))


def triage(ctx: Ctx, payload: c.TriageRequest) -> None:
    """Mandatory is what the requester says and the project office confirms (PRJ-04).

    Raises Refused `unknown-person`, `own-analyst`, `not-asked-as-mandatory`, `fast-lane-limit`.
    """
    _refuse_analyst(ctx, payload.analyst, ctx.state.the_wish.business_owner)
    if payload.mandatory and not ctx.state.the_wish.mandatory:
        template = "The requester does not say that it is mandatory; leave that out."
        raise Refused("not-asked-as-mandatory", template)
    if payload.lane == "fast":
        refuse_too_large(ctx, ctx.state.the_wish.expected_cost)
    ctx.add(
        e.Triaged(
            lane=payload.lane, analyst=payload.analyst, mandatory=payload.mandatory, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip


def change_people(ctx: Ctx, payload: c.ChangePeople) -> None:
    """Their open tasks go to those who follow. Raises Refused `unknown-person`, `own-analyst`, `nothing-changed`."""
    wish, analyst = ctx.state.the_wish, payload.analyst or ctx.state.analyst
    owner = payload.business_owner or wish.business_owner
    if (analyst, owner) == (ctx.state.analyst, wish.business_owner):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    _refuse_analyst(ctx, analyst, owner)
    ctx.add(
        e.PeopleChanged(
            analyst=analyst, business_owner=owner, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def _refuse_analyst(ctx: Ctx, analyst: str, owner: str) -> None:
    """Who signs a set does not write it."""
    refuse_unknown(ctx.facts, analyst, owner)
    if analyst == owner:
        template = "{person} signs the requirements as business owner; let someone else write them down."
        raise Refused("own-analyst", template, person=analyst)


def refuse_too_large(ctx: Ctx, cost: Money) -> None:
    """Raises Refused `fast-lane-limit` for what is too large with the others of its origin or requester (PRJ-06)."""
    limit = Money(amount=number(ctx.facts, "fast_lane_cost"), currency=text(ctx.facts, "currency"))
    if cost.currency != limit.currency:
        other = "The fast lane is for amounts in {currency}; take the full way."
        raise Refused("fast-lane-limit", other, currency=limit.currency)
    for key in fast_keys(ctx.state):
        together = total([cost, *_others(ctx, key)], limit.currency)
        if together.amount > limit.amount:
            template = (
                "With the other small changes of the same origin it comes to {together}; "
                "the fast lane ends at {limit}: take the full way."
            )
            raise Refused("fast-lane-limit", template, together=str(together), limit=str(limit))


def _others(ctx: Ctx, key: str) -> Iterable[Money]:
    since = ctx.facts.now - timedelta(days=days(ctx.facts, "fast_lane_window_days"))
    for held in ctx.facts.claims:
        same = (held.claim.kind, held.claim.key) == (FAST, key) and held.stream != ctx.case.id
        if same and held.since >= since and held.claim.amount is not None:
            yield held.claim.amount


def fast_keys(state: RequestState) -> tuple[str, ...]:
    """Under which small changes are added up: what gave rise to them, and who asks for them in which unit."""
    return (f"origin|{state.origin_key}", f"requester|{state.case.requester}|{state.case.unit}")


def decline(ctx: Ctx, payload: c.DeclineRequest) -> None:
    end(ctx, "declined", Status.REJECTED, payload.reason)


def cancel_request(ctx: Ctx, payload: c.CancelRequest) -> None:
    end(ctx, "cancelled", Status.CANCELLED, payload.reason)


def end_as_duplicate(ctx: Ctx, payload: c.EndAsDuplicate) -> None:
    _end_in(ctx, "duplicate", payload)


def merge(ctx: Ctx, payload: c.MergeRequest) -> None:
    _end_in(ctx, "merged", payload)


def _end_in(ctx: Ctx, how: str, payload: c.EndAs) -> None:
    """Raises Refused `itself`, `no-such-request`."""
    if payload.into == ctx.case.id:
        raise Refused("itself", "A request cannot go on in itself; name the other one.")
    if not any((held.claim.kind, held.claim.key) == (OPEN, payload.into) for held in ctx.facts.claims):
        template = "There is no open request {case}; check the id, or decline with a reason."
        raise Refused("no-such-request", template, case=payload.into[:80])
    end(ctx, how, Status.CANCELLED, payload.reason, goes_on=(payload.into,))


def split(ctx: Ctx, payload: c.SplitRequest) -> None:
    """Raises Refused `parts-alike`."""
    if len({part.casefold() for part in payload.parts}) < len(payload.parts):
        raise Refused("parts-alike", "Two parts have the same title; name each after what it brings.")
    cases = tuple(f"{ctx.case.id}-part-{number}" for number in range(1, len(payload.parts) + 1))
    end(ctx, "split", Status.CANCELLED, payload.reason, goes_on=cases, parts=payload.parts)


def end(
    ctx: Ctx, how: str, status: Status, reason: str, *, goes_on: tuple[str, ...] = (), parts: tuple[str, ...] = ()
) -> None:
    """Every end of its own says how, why, and where it goes on (PRJ-09)."""
    ctx.add(e.RequestEnded(how=how, reason=reason, goes_on=goes_on, parts=parts, at=ctx.facts.now))
    close(ctx, status=status, reason=reason)


def note_merged(ctx: Ctx, payload: c.NoteMerged) -> None:
    if payload.case not in ctx.state.merged:
        ctx.add(e.OtherMerged(other=payload.case, requester=payload.requester, at=ctx.facts.now))
