"""A review begins: for everybody in a cycle, or for one person by HR (a joiner, a review made again)."""

from typing import Annotated

from pydantic import Field

from domain.kernel.cycle import CycleLink, join
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import route_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference
from domain.people.review import flow, step
from domain.people.review.events import ReviewBegun, ReviewerNamed
from domain.people.review.people import any_owner, is_here, owner_of, stretches_of
from domain.people.review.state import CALLED_OFF, Stage
from domain.people.review.step import Ctx
from domain.people.review.terms import ReviewTerms, check_terms

PersonId = Annotated[str, Field(max_length=64), Reference("person")]
CaseId = Annotated[str, Field(max_length=80)]


class BeginReview(Value):
    """Sent by a cycle for each of its people, and by a review whose appeal was allowed."""

    person: PersonId
    requester: PersonId
    terms: ReviewTerms
    cycle: CycleLink | None = None
    reopens: CaseId | None = None
    reviewer: PersonId | None = None
    not_by: tuple[PersonId, ...] = ()


class OpenReview(ReviewTerms):
    """Opens the review of one person outside a cycle. `reopens` names the review that is made again."""

    person: PersonId
    reopens: CaseId | None = None


def begin(ctx: Ctx, payload: BeginReview) -> None:
    """Never refused for what changed meanwhile: a unit waits for each of its reviews (REV-06, REV-08).

    Who left by now is exempt at once; without a manager HR owns it. One that is made again begins with the rating.
    Raises Refused `unknown-person` for an id that is nobody's.
    """
    facts, person = ctx.facts, payload.person
    if person not in facts.organisation.people:  # who left is still there; another id never was
        raise _unknown(person)
    named = payload.reviewer if payload.reviewer and is_here(facts, payload.reviewer) else None
    owner = named or any_owner(facts, person, payload.terms, payload.not_by) or payload.requester
    _begin(ctx, payload, owner, by_hand=named is not None)
    if payload.cycle is not None:
        join(ctx, payload.cycle)
    if any(held.claim.kind == CALLED_OFF for held in facts.claims):
        step.finish(ctx, Stage.CALLED_OFF, "the cycle is called off")
        return
    _first_step(ctx)


def open_single(ctx: Ctx, payload: OpenReview) -> None:
    """Raises Refused `not-hr`, `own-review`, and as `begin` and `check_terms` do."""
    actor = ctx.command.actor
    refuse_not_hr(ctx, payload.person)
    if actor == payload.person:
        raise Refused("own-review", "Somebody else opens your own review.")
    terms = ReviewTerms.model_validate(payload.model_dump(exclude={"person", "reopens"}))
    check_terms(terms)
    route_of(ctx.facts.policy, "review", step.APPEAL_ROUTE)
    owner = owner_of(ctx.facts, payload.person, terms)
    if owner is None:
        template = "{person} has no manager who could rate; name one in the organisation."
        raise Refused("no-manager", template, person=payload.person)
    _begin(ctx, BeginReview(person=payload.person, requester=actor, terms=terms, reopens=payload.reopens), owner)
    _first_step(ctx)


def refuse_not_hr(ctx: Ctx, person: str) -> None:
    """Raises Refused `unknown-person`, `not-hr`."""
    organisation, today = ctx.facts.organisation, today_of(ctx.facts, person)
    if not organisation.works_here(person, today):
        raise _unknown(person)
    holders = organisation.holders(
        step.PARAMETERS.text(ctx.facts, "role_hr"), organisation.unit_of(person, today), today
    )
    if ctx.command.actor not in holders:
        listed = ", ".join(holders) or "-"
        raise Refused("not-hr", "Reviews are opened by the HR partner of the unit: {holders}.", holders=listed)


def _unknown(person: str) -> Refused:
    return Refused("unknown-person", "Nobody with the id {person} works here.", person=person)


def _begin(ctx: Ctx, payload: BeginReview, owner: str, *, by_hand: bool = False) -> None:
    facts, person, terms = ctx.facts, payload.person, payload.terms
    today = today_of(facts, person)
    ctx.add(
        ReviewBegun(
            requester=payload.requester, title=N_("Performance review of {person}", person=person),
            unit=facts.organisation.unit_of(person, today), subjects=(person,), at=facts.now, person=person,
            terms=terms, reopens=payload.reopens, not_by=payload.not_by,
        ),
        ReviewerNamed(
            manager=owner, stretches=stretches_of(facts, person, terms), by_hand=by_hand, at=facts.now,
        ),
    )  # fmt: skip


def _first_step(ctx: Ctx) -> None:
    if ctx.state.reopens is not None:
        flow.begin_manager(ctx)
    else:
        flow.begin_goals(ctx)
