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
from domain.kernel.deciding.conclude import complete, finished, let_in, replace, resettle, settle, tally_of
from domain.kernel.deciding.handover import decision_of
from domain.kernel.deciding.overriding import ask_second_person, refuse_unprivileged
from domain.kernel.deciding.provisos import cancel_open, refuse_conditions, set_conditions
from domain.kernel.deciding.revision import ask_again, change, resubmit
from domain.kernel.deciding.steps import advance, refuse_idle, retry, route_at_hand
from domain.kernel.deciding.tally import refuse_vote
from domain.kernel.deciding.tasks import DECIDE, cancel, open_task, require
from domain.kernel.errors import Refused
from domain.kernel.routing.acting import Acting, acting_on, refuse_unfit
from domain.kernel.routing.plan import planned
from domain.kernel.routing.route import active_steps, asking
from domain.kernel.tape import Tape
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


def open_review(tape: Tape[Any], review: str, route: str, content: Content) -> None:
    """Submits content: ReviewOpened, then the first step's TaskOffered (or StepStuck).

    Raises Refused `review-exists`, `no-route`, and what `active_steps` raises.
    """
    refuse_idle(tape)
    if review in tape.case.reviews:
        raise Refused("review-exists", "{review} was submitted already; change or resubmit it.", review=review)
    tape.add(
        ReviewOpened(
            review=review,
            route=route,
            round=1,
            policy=tape.facts.policy.version,
            content_hash=content_hash(content.material),
            fields=field_hashes(content.material),
            data=as_logged(content.data),
            amount=content.amount,
            requester=content.requester,
            excluded=content.excluded,
            unit=content.unit,
            steps=planned(active_steps(route_at_hand(tape, route), content, tape.facts.organisation), content),
        )
    )
    advance(tape, review)


def decide(tape: Tape[Any], decision: Decide) -> None:
    """The one way to decide a step, from whatever channel (KRN-01).

    Raises Refused `not-a-person`, `not-a-decision`, `content-changed`, `comment-missing`, `fields-missing`,
    `unknown-field`, what `require` raises, and what `objection` finds: whoever was asked may have left or lost a limit
    since.
    """
    _refuse_machine(tape)
    refuse_idle(tape)
    let_in(tape, decision.task)
    task = require(tape, decision.task)
    review = decision_of(tape, task)
    _refuse_unseen(decision, review, task)
    _refuse_incomplete(decision, review)
    refuse_conditions(tape, decision)
    step = route_at_hand(tape, review.route).step(task.step)
    acting = acting_on(tape, task, on_behalf_of=decision.on_behalf_of)
    refuse_unfit(asking(tape.facts, tape.case, review), step, task, acting)
    _refuse_second_word(review, task, acting, decision.outcome)
    refuse_vote(tally_of(tape, task), acting.voice, decision.outcome)
    tape.add(_decided(tape, decision, task, review, acting))
    set_conditions(tape, decision, task, acting)
    _conclude(tape, decision, task)


def override(tape: Tape[Any], payload: BreakGlass) -> None:
    """Approves an open step by privilege: no limit and no quorum counts, but nobody gets around KRN-02, 03 and 06.

    Only an approval: to stop a case, people hold, return or reject it. Raises Refused `not-a-person`,
    `comment-missing`, `not-a-decision`, `no-privilege`, `no-second-person`, and what bars anybody (KRN-44).
    """
    _refuse_machine(tape)
    refuse_idle(tape)
    _refuse_silence("override", payload.reason)
    task = open_task(tape.case, payload.task)
    review = decision_of(tape, task)
    step = route_at_hand(tape, review.route).step(task.step)
    refuse_unprivileged(asking(tape.facts, tape.case, review), step, tape.command.actor)
    _refuse_second_word(review, task, Acting(tape.command.actor), "approve")
    second = ask_second_person(tape, task, review, step)
    decision = Decide(task=task.id, outcome="approve", comment=payload.reason)
    tape.add(
        OverrideUsed(
            task=task.id,
            review=review.id,
            step=task.step,
            by=tape.command.actor,
            reason=payload.reason,
            review_task=second,
            at=tape.facts.now,
        ),
        _decided(tape, decision, task, review, Acting(tape.command.actor), basis=OVERRIDE_BASIS),
    )
    complete(tape, task)
    if tape.case.reviews[review.id].status is Status.IN_REVIEW:
        resettle(tape, review.id)


def end(tape: Tape[Any], review: str, status: str, reason: str) -> None:
    """Ends an open or returned review (withdrawn, expired, cancelled) and its tasks. Nothing if it is over already."""
    ended = Status(status)
    if ended not in _ENDED:
        raise ValueError(f"a review ends as one of {', '.join(_ENDED)}")
    found = tape.case.reviews.get(review)
    if found is not None and found.status in (Status.IN_REVIEW, Status.RETURNED):
        cancel_open(tape, review, reason=reason)
        tape.add(ReviewEnded(review=review, status=ended, reason=reason))


def deny(tape: Tape[Any], task: Task, reason: str) -> None:
    """The end of a ladder that denies: the step fails by the policy's word, without a decision by anybody (KRN-33)."""
    cancel_open(tape, task.subject, reason=reason)
    tape.add(
        StepCompleted(review=task.subject, step=task.step, outcome="rejected"),
        ReviewRejected(review=task.subject, reason=reason),
    )


def _refuse_machine(tape: Tape[Any]) -> None:
    if tape.command.actor == SYSTEM or tape.command.channel in ("timer", "effect"):
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
    tape: Tape[Any], decision: Decide, task: Task, review: Review, acting: Acting, *, basis: str | None = None
) -> Decided:
    command = tape.command
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
        policy=tape.facts.policy.version,
        content_hash=_hash_of(review, task),
        channel=command.channel,
        authenticated=command.authenticated,
        comment=decision.comment,
        fields=decision.fields,
        after_seconds=_seconds(task.timing.offered_at, tape.facts.now),
        at=tape.facts.now,
        via=acting.via,
    )


def _conclude(tape: Tape[Any], decision: Decide, task: Task) -> None:
    """What follows from a decision for its step and its review."""
    reason = decision.comment or ""
    match decision.outcome:
        case "return":
            finished(tape, task, by=tape.command.actor)
            cancel(tape, reason="it was returned", subject=task.subject, kind=DECIDE)
            tape.add(ReviewReturned(review=task.subject, by=tape.command.actor, reason=reason, fields=decision.fields))
        case "recuse":
            replace(tape, task.id, tape.command.actor, reason=reason)
        case _:
            settle(tape, task.id, reason=reason)
    if tape.case.reviews[task.subject].status is Status.IN_REVIEW:
        resettle(tape, task.subject)


def _seconds(start: datetime, end: datetime) -> Decimal:
    return Decimal((end - start) // _MICROSECOND) / 1_000_000
