"""After the release: conversation, the employee's answer, appeal; and the end as exempt (REV-05, REV-07, REV-08)."""

from datetime import date
from typing import Literal

from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.commands import DeadlinePassed, Decide, TaskId, Text, Withdraw, says_nothing
from domain.kernel.deciding import approval
from domain.kernel.effects import Effect, StartCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_
from domain.people.review import step
from domain.people.review.events import AppealDecided, ConversationHeld, ReviewAnswered
from domain.people.review.people import left, refuse_near
from domain.people.review.state import BEFORE_RELEASE, ReviewState, Stage
from domain.people.review.step import Ctx

APPEAL = "appeal"
"""The id of the approval in which an appeal is heard."""


class HoldConversation(Value):
    """Say when you talked about the review. From then on the employee can answer."""

    task: TaskId
    day: date
    note: Text | None = None


class Acknowledge(Value):
    """Answer your review. An objection goes to the second level and HR; silence counts as no response.

    An objection says what is wrong. You can still object later, within the days that the policy gives.
    """

    task: TaskId
    answer: Literal["acknowledged", "objection", "refused"]
    reason: Text | None = None


class ObjectReview(Value):
    """Object to your review: second level and HR hear it. If they allow it, it is made again by somebody else."""

    reason: Text


class ExemptReview(Value):
    """End the review without a rating, because of long absence or leaving. It cannot be opened again."""

    cause: Literal["absence", "leaving", "other"]
    reason: Text


class CallOff(Value):
    """Sent by the cycle when it is called off."""

    reason: Text


def hold_conversation(ctx: Ctx, payload: HoldConversation) -> None:
    """Raises Refused `own-review`, `day-ahead`, and as `tasks.finish` does."""
    state, actor = ctx.state, ctx.command.actor
    refuse_near(ctx.facts, actor, state.person)
    if payload.day > today_of(ctx.facts, actor):
        raise Refused("day-ahead", "Say it once the conversation was held.")
    step.done(ctx, payload.task, "conversation")
    ctx.add(ConversationHeld(day=payload.day, note=payload.note, by=actor, at=ctx.facts.now))
    step.begin_step(ctx, Stage.ACKNOWLEDGEMENT, owner=state.person, days="acknowledgement_days")
    step.ask(ctx, "acknowledge", N_("Answer your review"), [state.person], command="acknowledge",
             days="acknowledgement_days", basis="employee")  # fmt: skip
    step.until(ctx, step.SILENCE, step.days_from_now(ctx, state.person, "acknowledgement_days"))


def acknowledge(ctx: Ctx, payload: Acknowledge) -> None:
    """Raises Refused `reason-missing`, and as `tasks.finish` does. Only the employee answers, no stand-in."""
    step.own_word(ctx)
    step.done(ctx, payload.task, "acknowledge")
    if payload.answer == "objection":
        _object(ctx, payload.reason)
        return
    _answered(ctx, payload.answer, payload.reason)
    if payload.answer == "acknowledged":
        step.finish(ctx, Stage.ACKNOWLEDGED)
    else:
        _begin_window(ctx)


def on_silence(ctx: Ctx, _payload: DeadlinePassed) -> None:
    """No response is recorded as that, and never as agreement (REV-05)."""
    _answered(ctx, "no-response", None)
    _begin_window(ctx)


def _begin_window(ctx: Ctx) -> None:
    """Time to object is left until so many days after the conversation (REV-07)."""
    person, day = ctx.state.person, ctx.state.held_on
    step.begin_step(ctx, Stage.WINDOW, missed=ctx.state.answer == "no-response")
    assert day is not None, "the conversation was held"
    days = int(step.PARAMETERS.number(ctx.facts, "appeal_days"))
    step.until(ctx, step.APPEAL_WINDOW, working_day_end(ctx.facts, person, day, days))


def on_window_over(ctx: Ctx, _payload: DeadlinePassed) -> None:
    step.finish(ctx, Stage.REFUSED if ctx.state.answer == "refused" else Stage.NO_RESPONSE)


def object_later(ctx: Ctx, payload: ObjectReview) -> None:
    _object(ctx, payload.reason)


def _object(ctx: Ctx, reason: str | None) -> None:
    """Second level and HR decide by the route of the policy; the manager who rated does not (REV-07)."""
    state = ctx.state
    if says_nothing(reason):
        raise Refused("reason-missing", "Say what you object to.")
    _answered(ctx, "objection", reason)
    step.begin_step(ctx, Stage.APPEAL)
    excluded = tuple(dict.fromkeys((state.person, state.manager, state.rater or state.manager)))
    approval.open_review(
        ctx,
        APPEAL,
        step.APPEAL_ROUTE,
        Content(
            requester=state.person, unit=state.case.unit or "", material={"objection": reason}, excluded=excluded,
            data={"objection": reason},
        ),
    )  # fmt: skip


def _answered(ctx: Ctx, answer: str, reason: str | None) -> None:
    by = None if answer == "no-response" else ctx.command.actor
    ctx.add(ReviewAnswered(answer=answer, reason=reason, by=by, at=ctx.facts.now))


def on_allowed(ctx: Ctx, _event: ReviewApproved) -> None:
    """The review is made again in a linked case, by the second level instead of who rated (REV-07)."""
    state = ctx.state
    again = f"{ctx.case.id}-r"
    ctx.add(AppealDecided(allowed=True, reopened=again, reviewer=state.second, at=ctx.facts.now))
    step.finish(ctx, Stage.OVERTURNED, "the appeal was allowed")


def on_dismissed(ctx: Ctx, _event: ReviewRejected | ReviewEnded) -> None:
    ctx.add(AppealDecided(allowed=False, at=ctx.facts.now))
    step.finish(ctx, Stage.OBJECTED, "the appeal was not allowed")


def refuse_return(_ctx: Ctx, payload: Decide) -> None:
    """Raises Refused `no-return`."""
    if payload.outcome == "return":
        raise Refused("no-return", "An appeal is allowed or not; approve or reject it.")


def refuse_withdrawal(_ctx: Ctx, _payload: Withdraw) -> None:
    """Raises Refused `not-withdrawn`."""
    raise Refused("not-withdrawn", "A review is not withdrawn; end it as exempt with the reason.")


def exempt(ctx: Ctx, payload: ExemptReview) -> None:
    """Raises Refused `released`, `reason-missing`, `own-review`."""
    step.refuse_released(ctx)
    if ctx.command.actor == ctx.state.person:
        raise Refused("own-review", "Somebody else decides about your own review.")
    if says_nothing(payload.reason):
        raise Refused("reason-missing", "Say why there is no review.")
    step.finish(ctx, Stage.EXEMPT, f"{payload.cause}: {payload.reason}")


def call_off(ctx: Ctx, payload: CallOff) -> None:
    step.finish(ctx, Stage.CALLED_OFF, payload.reason)


def exempt_who_left(ctx: Ctx) -> None:
    """Whoever leaves before the release has no review (REV-08)."""
    gone = left(ctx.facts, ctx.state.person)
    if gone is not None and ctx.state.step in BEFORE_RELEASE:
        step.finish(ctx, Stage.EXEMPT, f"leaving: last day before {gone.isoformat()}")


def reopening_effects(_before: ReviewState, event: Event, after: ReviewState) -> list[Effect]:
    if not isinstance(event, AppealDecided) or event.reopened is None:
        return []
    payload = {
        "person": after.person,
        "requester": after.case.requester,
        "terms": after.the_terms.model_dump(mode="json"),
        "reopens": after.case.id,
        "reviewer": event.reviewer,
        "not_by": sorted({*after.not_by, after.rater or after.manager}),
    }
    return [StartCase(case=event.reopened, process="review", command="begin-review", payload=payload)]
