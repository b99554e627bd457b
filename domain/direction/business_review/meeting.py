"""The meeting, or the circulation in its place: numbered decisions, actions, minutes, and what goes on in the next."""

from typing import Annotated, Any

from pydantic import Field

from domain.direction.business_review import events as e
from domain.direction.business_review.packing import PARAMETERS, send
from domain.direction.business_review.state import ReviewState, Stage, stage
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected, ReviewReturned
from domain.kernel.commands import Text
from domain.kernel.deciding import approval, tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.items import ItemsSpec, NoDetails, send_on
from domain.kernel.value import Value
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_
from domain.organisation.policy_needs import PolicyFields

Ctx = DecisionContext[ReviewState]
WRITE = "write-minutes"
CIRCULATION, MINUTES = "circulation", "minutes"
ROUTES = {
    CIRCULATION: PolicyFields(material={"decisions": "other"}, data={"count": "number"}, amount=False),
    MINUTES: PolicyFields(material={"text": "word", "decisions": "other", "actions": "other"}, amount=False),
}


class ProposeDecision(Value):
    text: Text


class HoldMeeting(Value):
    attended: Annotated[tuple[e.Person, ...], Field(min_length=1, max_length=60)]


class CancelMeeting(Value):
    """The pack still goes out, and what was proposed is decided by circulation."""

    reason: Text


class Circulate(Value):
    """Sends what is proposed and not decided round once more."""


class TakeDecision(Value):
    """One of the two: a proposal by its number, or the words of a decision that came up in the meeting."""

    proposal: Annotated[int, Field(ge=1, le=10_000)] | None = None
    text: Text | None = None


class SubmitMinutes(Value):
    text: Text


class CarryActions(Value):
    """Sent by the next review once it has its pack."""

    case: Annotated[str, Field(max_length=200)]


def propose(ctx: Ctx, payload: ProposeDecision) -> None:
    number = ctx.state.proposed + 1
    ctx.add(e.DecisionProposed(number=number, text=payload.text, by=ctx.command.actor, at=ctx.facts.now))


def hold_meeting(ctx: Ctx, payload: HoldMeeting) -> None:
    tasks.done(ctx, kind="meet", subject="meet")
    ctx.add(e.MeetingHeld(attended=payload.attended, by=ctx.command.actor, at=ctx.facts.now))
    _ask_minutes(ctx)


def cancel_meeting(ctx: Ctx, payload: CancelMeeting) -> None:
    """The pack goes out if it did not yet; what is proposed goes round (QBR-04)."""
    tasks.cancel(ctx, reason="the meeting was cancelled", kind="meet")
    if not ctx.state.sent:
        send(ctx, "")
    ctx.add(e.MeetingCancelled(reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    if ctx.state.proposals:
        _send_round(ctx)
    else:
        _ask_minutes(ctx)


def circulate(ctx: Ctx, _payload: Circulate) -> None:
    """Raises Refused `meeting-held`, `nothing-proposed`."""
    if ctx.state.cancelled is None:
        raise Refused("meeting-held", "The meeting was held; record its decisions with take-decision.")
    if not ctx.state.proposals:
        raise Refused("nothing-proposed", "Nothing is proposed that is not decided; propose a decision first.")
    tasks.cancel(ctx, reason="it goes round once more", kind=WRITE)
    _send_round(ctx)


def _send_round(ctx: Ctx) -> None:
    review, state = f"{CIRCULATION}-{ctx.state.circulations + 1}", ctx.state
    texts = [f"{number}. {text}" for number, text in state.proposals.items()]
    ctx.add(
        e.CirculationBegun(review=review, proposals=tuple(state.proposals), by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    approval.open_review(
        ctx, review, CIRCULATION,
        Content(
            requester=ctx.case.requester or "", unit=ctx.case.unit or "", material={"decisions": texts},
            data={"decisions": texts, "count": len(texts)},
        ),
    )  # fmt: skip


def take_decision(ctx: Ctx, payload: TakeDecision) -> None:
    """Raises Refused `one-of-two`, `no-such-proposal`, `cancelled`."""
    if ctx.state.cancelled is not None:
        raise Refused("cancelled", "The meeting was cancelled; propose the decision and send it round with circulate.")
    if (payload.proposal is None) == (payload.text is None):
        raise Refused("one-of-two", "Give the number of a proposal, or the words of the decision.")
    text = payload.text or ctx.state.proposals.get(payload.proposal or 0)
    if text is None:
        raise Refused("no-such-proposal", "There is no open proposal {number}.", number=payload.proposal)
    _decided(ctx, text, payload.proposal, "meeting")


def _decided(ctx: Ctx, text: str, proposal: int | None, how: Any) -> None:
    number = len(ctx.state.decisions) + 1
    name = f"{ctx.state.the_details.period}/{number}"
    ctx.add(
        e.DecisionTaken(
            number=number, name=name, text=text, proposal=proposal, how=how, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def submit_minutes(ctx: Ctx, payload: SubmitMinutes) -> None:
    tasks.done(ctx, kind=WRITE, subject=WRITE)
    review = f"{MINUTES}-{ctx.state.written + 1}"
    ctx.add(e.MinutesWritten(review=review, text=payload.text, by=ctx.command.actor, at=ctx.facts.now))
    material = {
        "text": payload.text,
        "decisions": [f"{one.name} {one.text}" for one in ctx.state.decisions],
        "actions": [f"{one.text}, {one.owner}, {one.due.isoformat()}" for one in ctx.state.actions.open],
    }
    content = Content(
        requester=ctx.case.requester or "", unit=ctx.case.unit or "", material=material, data=dict(material)
    )
    approval.open_review(ctx, review, MINUTES, content)


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    """A circulation that enough members approve decides everything that went round (QBR-04)."""
    if event.review == ctx.state.circulating:
        for number, text in list(ctx.state.proposals.items()):
            _decided(ctx, text, number, "circulation")
        _end_circulation(ctx, decided=True)


def on_refused(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    """What was not approved is not decided; minutes are written anew. A returned review ends: another one follows."""
    if event.review == ctx.state.circulating:
        _end_circulation(ctx, decided=False)
    elif ctx.state.reviewing and event.review == f"{MINUTES}-{ctx.state.written}":
        ctx.add(e.MinutesRefused(review=event.review, at=ctx.facts.now))
        _ask_minutes(ctx)
    else:
        return
    approval.end(ctx, event.review, "cancelled", "it was not approved as it was")


def _end_circulation(ctx: Ctx, *, decided: bool) -> None:
    ctx.add(e.CirculationEnded(review=ctx.state.circulating or "", decided=decided, at=ctx.facts.now))
    _ask_minutes(ctx)


def _ask_minutes(ctx: Ctx) -> None:
    tasks.assign(
        ctx, kind=WRITE, title=N_("Record decisions and actions, then submit the minutes"), subject=WRITE,
        assignees=(ctx.case.responsible or "",), basis="answers for the review", command="submit-minutes",
        without_end=True, due_days=PARAMETERS.number(ctx.facts, "minutes_days"),
    )  # fmt: skip


def carry_actions(ctx: Ctx, payload: CarryActions) -> None:
    """Raises Refused `followed-already` for a second next review: nothing goes on twice (QBR-05)."""
    if ctx.state.following is not None:
        template = "{case} follows this review already."
        raise Refused("followed-already", template, case=ctx.state.following)
    ctx.add(e.FollowedBy(case=payload.case, at=ctx.facts.now))


def track(ctx: Ctx) -> None:
    """Once the minutes are approved: what is open goes to the next review, and with nothing open the review closes."""
    if stage(ctx.state) is not Stage.TRACKED:
        return
    for item in ctx.state.actions.open:
        if ctx.state.following is not None and item.sent_to is None:
            send_on(ACTIONS, ctx, item.id, ctx.state.following)
    if not ctx.state.actions.open:
        close(ctx, status=Status.APPROVED, reason="every action is done, dropped or goes on in the next review")


ACTIONS: ItemsSpec[NoDetails] = ItemsSpec(
    noun="action", name="actions", details=NoDetails, carries_to="business_review",
    when=frozenset({Stage.MEETING, Stage.TRACKED}),
    labels={"add": N_("add an action"), "change": N_("change an action"), "close": N_("close an action")},
    helps={
        "add": N_("An action with its owner and day. Open ones come back in the next review."),
        "change": N_("Another owner, day or wording, and why; the earlier shape stays in its history."),
        "close": N_("Says that it is done or dropped."),
    },
)  # fmt: skip
