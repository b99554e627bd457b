"""Approving content: open a review, decide its steps, change or resubmit what it is about (KRN-01 to KRN-19).

This module is the only maker of `Decided` events (KRN-01).
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.kernel.cases.case import Review, Status, Task
from domain.kernel.cases.case_events import (
    OVERRIDE_BASIS,
    Decided,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewReturned,
    StepCompleted,
)
from domain.kernel.cases.review_events import OverrideUsed
from domain.kernel.command import SYSTEM
from domain.kernel.commands import BreakGlass, Decide, says_nothing
from domain.kernel.deciding.approval_conditions import cancel_open, refuse_conditions, set_conditions
from domain.kernel.deciding.conclude import complete, finished, let_in, replace, resettle, settle, tally_of
from domain.kernel.deciding.handover import decision_of
from domain.kernel.deciding.overriding import ask_second_person, refuse_unprivileged
from domain.kernel.deciding.revision import ask_again, change, resubmit
from domain.kernel.deciding.steps import advance, refuse_idle, retry, route_at_hand
from domain.kernel.deciding.tally import refuse_vote
from domain.kernel.deciding.tasks import DECIDE, cancel, open_task, require
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import Acting, acting_on, refuse_unfit
from domain.kernel.routing.route import active_steps, asking
from domain.kernel.routing.step_plan import planned
from domain.kernel.values.content import Content, as_logged, content_hash, field_hashes

__all__ = [
    "Content",
    "ask_again",
    "change",
    "content_hash",
    "decide",
    "deny",
    "end",
    "open_review",
    "override",
    "resubmit",
    "retry",
]

_ENDED = (Status.WITHDRAWN, Status.EXPIRED, Status.CANCELLED)
_MICROSECOND = timedelta(microseconds=1)


def open_review(ctx: DecisionContext[Any], review: str, route: str, content: Content) -> None:
    """Submits content: ReviewOpened, then the first step's TaskAssigned (or StepStuck).

    Raises Refused `review-exists`, `no-route`, and what `active_steps` raises.
    """
    refuse_idle(ctx)
    if review in ctx.case.reviews:
        raise Refused("review-exists", "{review} was submitted already; change or resubmit it.", review=review)
    ctx.add(
        ReviewOpened(
            review=review,
            route=route,
            round=1,
            policy=ctx.facts.policy.version,
            content_hash=content_hash(content.material),
            fields=field_hashes(content.material),
            data=as_logged(content.data),
            amount=content.amount,
            requester=content.requester,
            excluded=content.excluded,
            unit=content.unit,
            steps=planned(active_steps(route_at_hand(ctx, route), content, ctx.facts.organisation), content),
        )
    )
    advance(ctx, review)


def decide(ctx: DecisionContext[Any], decision: Decide) -> None:
    """The one way to decide a step, from whatever channel (KRN-01).

    Raises Refused `not-a-person`, `not-a-decision`, `content-changed`, `comment-missing`, `fields-missing`,
    `unknown-field`, what `require` raises, and what `objection` finds: whoever was asked may have left or lost a limit
    since.
    """
    _refuse_machine(ctx)
    refuse_idle(ctx)
    let_in(ctx, decision.task)
    task = require(ctx, decision.task)
    review = decision_of(ctx, task)
    _refuse_unseen(decision, review, task)
    _refuse_incomplete(decision, review)
    refuse_conditions(ctx, decision)
    step = route_at_hand(ctx, review.route).step(task.step)
    acting = acting_on(ctx, task, on_behalf_of=decision.on_behalf_of)
    refuse_unfit(asking(ctx.facts, ctx.case, review), step, task, acting)
    _refuse_second_word(review, task, acting, decision.outcome)
    refuse_vote(tally_of(ctx, task), acting.voice, decision.outcome)
    ctx.add(_decided(ctx, decision, task, review, acting))
    set_conditions(ctx, decision, task, acting)
    _conclude(ctx, decision, task)


def override(ctx: DecisionContext[Any], payload: BreakGlass) -> None:
    """Approves an open step by privilege: no limit and no quorum counts, but nobody gets around KRN-02, 03 and 06.

    Only an approval: to stop a case, people hold, return or reject it. Raises Refused `not-a-person`,
    `comment-missing`, `not-a-decision`, `no-privilege`, `no-second-person`, and what bars anybody (KRN-44).
    """
    _refuse_machine(ctx)
    refuse_idle(ctx)
    _refuse_silence("override", payload.reason)
    task = open_task(ctx.case, payload.task)
    review = decision_of(ctx, task)
    step = route_at_hand(ctx, review.route).step(task.step)
    refuse_unprivileged(asking(ctx.facts, ctx.case, review), step, ctx.command.actor)
    _refuse_second_word(review, task, Acting(ctx.command.actor), "approve")
    second = ask_second_person(ctx, task, review, step)
    decision = Decide(task=task.id, outcome="approve", comment=payload.reason)
    ctx.add(
        OverrideUsed(
            task=task.id,
            review=review.id,
            step=task.step,
            by=ctx.command.actor,
            reason=payload.reason,
            review_task=second,
            at=ctx.facts.now,
        ),
        _decided(ctx, decision, task, review, Acting(ctx.command.actor), basis=OVERRIDE_BASIS),
    )
    complete(ctx, task)
    if ctx.case.reviews[review.id].status is Status.IN_REVIEW:
        resettle(ctx, review.id)


def end(ctx: DecisionContext[Any], review: str, status: str, reason: str) -> None:
    """Ends an open or returned review (withdrawn, expired, cancelled) and its tasks. Nothing if it is over already."""
    ended = Status(status)
    if ended not in _ENDED:
        raise ValueError(f"a review ends as one of {', '.join(_ENDED)}")
    found = ctx.case.reviews.get(review)
    if found is not None and found.status in (Status.IN_REVIEW, Status.RETURNED):
        cancel_open(ctx, review, reason=reason)
        ctx.add(ReviewEnded(review=review, status=ended, reason=reason))


def deny(ctx: DecisionContext[Any], task: Task, reason: str) -> None:
    """The end of a ladder that denies: the step fails by the policy's word, without a decision by anybody (KRN-33)."""
    cancel_open(ctx, task.subject, reason=reason)
    ctx.add(
        StepCompleted(review=task.subject, step=task.step, outcome="rejected"),
        ReviewRejected(review=task.subject, reason=reason),
    )


def _refuse_machine(ctx: DecisionContext[Any]) -> None:
    if ctx.command.actor == SYSTEM or ctx.command.channel in ("timer", "effect"):
        raise Refused("not-a-person", "Only a person decides; a timer or another case cannot.")


def _refuse_silence(what: str, comment: str | None) -> None:
    if says_nothing(comment):
        raise Refused("comment-missing", "To {outcome} needs a comment that says why; add one.", outcome=what)


def _refuse_unseen(decision: Decide, review: Review, task: Task) -> None:
    """Nobody decides on other content than they looked at (KRN-14)."""
    if decision.content_hash not in (None, _hash_of(review, task)):
        raise Refused(
            "content-changed",
            "The content of {task} changed after you opened it; look at it again and decide then.",
            task=task.id,
        )


def _hash_of(review: Review, task: Task) -> str:
    return next(plan.content_hash for plan in review.steps if plan.name == task.step)


def _refuse_incomplete(decision: Decide, review: Review) -> None:
    if decision.outcome != "approve":
        _refuse_silence(decision.outcome, decision.comment)
    if decision.outcome == "return" and not decision.fields:
        raise Refused("fields-missing", "To return names the fields to correct; name at least one.")
    known = {*review.fields, *review.data}
    if unknown := sorted(set(decision.fields) - known):
        raise Refused(
            "unknown-field",
            "There is no field {fields}; the fields are {known}.",
            fields=", ".join(unknown)[:200],
            known=", ".join(sorted(known)),
        )


def _refuse_second_word(review: Review, task: Task, acting: Acting, outcome: str) -> None:
    """One person has one word on a task, for whomever; and nobody is recused by somebody else."""
    said = [decision for decision in review.decisions if decision.task == task.id and decision.outcome != "recuse"]
    if again := [person for person in acting.hands if any(person in decision.persons for decision in said)]:
        raise Refused(
            "voted-already",
            "There is a word of {actor} on task {task} already; it waits for others.",
            actor=again[0],
            task=task.id,
        )
    if acting.principal and outcome == "recuse":
        raise Refused(
            "recuse-yourself",
            "Only {principal} can be recused by themself; leave the task to others.",
            principal=acting.principal,
        )


def _decided(
    ctx: DecisionContext[Any], decision: Decide, task: Task, review: Review, acting: Acting, *, basis: str | None = None
) -> Decided:
    command = ctx.command
    added = f"escalated to {acting.voice}; " if acting.voice in task.escalated_to else ""
    added = f"{acting}; {added}" if acting.principal else added
    return Decided(
        task=task.id,
        review=review.id,
        step=task.step,
        outcome=decision.outcome,
        actor=command.actor,
        on_behalf_of=acting.principal,
        delegation=acting.delegation,
        basis=basis or added + task.basis,
        policy=ctx.facts.policy.version,
        content_hash=_hash_of(review, task),
        channel=command.channel,
        authenticated=command.authenticated,
        comment=decision.comment,
        fields=decision.fields,
        after_seconds=_seconds(task.timing.offered_at, ctx.facts.now),
        at=ctx.facts.now,
        via=acting.via,
    )


def _conclude(ctx: DecisionContext[Any], decision: Decide, task: Task) -> None:
    """What follows from a decision for its step and its review."""
    reason = decision.comment or ""
    match decision.outcome:
        case "return":
            finished(ctx, task, by=ctx.command.actor)
            cancel(ctx, reason="it was returned", subject=task.subject, kind=DECIDE)
            ctx.add(ReviewReturned(review=task.subject, by=ctx.command.actor, reason=reason, fields=decision.fields))
        case "recuse":
            replace(ctx, task.id, ctx.command.actor, reason=reason)
        case _:
            settle(ctx, task.id, reason=reason)
    if ctx.case.reviews[task.subject].status is Status.IN_REVIEW:
        resettle(ctx, task.subject)


def _seconds(start: datetime, end: datetime) -> Decimal:
    return Decimal((end - start) // _MICROSECOND) / 1_000_000
