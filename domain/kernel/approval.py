"""Approving content: open a review, decide its steps, change or resubmit what it is about (KRN-01 to KRN-19).

This module is the only maker of `Decided` events (KRN-01).
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.kernel.case import Review, Status, Task
from domain.kernel.case_events import (
    ContentChanged,
    Decided,
    DecisionsVoided,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewResubmitted,
    ReviewReturned,
    StepCompleted,
    StepStuck,
    TaskDone,
)
from domain.kernel.command import SYSTEM
from domain.kernel.commands import Decide
from domain.kernel.content import Content, as_logged, changed_fields, content_hash, field_hashes
from domain.kernel.errors import Refused
from domain.kernel.message import Message
from domain.kernel.plan import planned, replanned
from domain.kernel.policy import Route
from domain.kernel.route import Question, active_steps, objection, resolve, route_of
from domain.kernel.tape import Tape
from domain.kernel.tasks import DECIDE, cancel, offer, refuse_closed, refuse_held, require

__all__ = ["Content", "change", "content_hash", "decide", "end", "open_review", "resubmit", "retry"]

RETRY_AFTER = timedelta(days=1)
"""How long a stuck step waits before it is tried again, if operations does not act earlier."""
_ENDED = (Status.WITHDRAWN, Status.EXPIRED, Status.CANCELLED)
_MICROSECOND = timedelta(microseconds=1)


def open_review(tape: Tape[Any], review: str, route: str, content: Content) -> None:
    """Submits content: ReviewOpened, then the first step's TaskOffered (or StepStuck).

    Raises Refused `review-exists`, `no-route`, and what `active_steps` raises.
    """
    _refuse_idle(tape)
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
            steps=planned(active_steps(_route(tape, route), content), content),
        )
    )
    _advance(tape, review)


def decide(tape: Tape[Any], decision: Decide) -> None:
    """The one way to decide a step, from whatever channel (KRN-01).

    Raises Refused `not-a-person`, `not-a-decision`, `comment-missing`, `fields-missing`, `unknown-field`, what
    `require` raises, and what `objection` finds: whoever was asked may have left or lost a limit since.
    """
    if tape.command.actor == SYSTEM or tape.command.channel in ("timer", "effect"):
        raise Refused("not-a-person", "Only a person decides; a timer or another case cannot.")
    task = require(tape, decision.task)
    review = tape.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        raise Refused(
            "not-a-decision",
            "Task {task} is not a decision; do it with the command {command}.",
            task=task.id,
            command=task.command,
        )
    _refuse_incomplete(decision, review)
    step = _route(tape, review.route).step(task.step)
    if objected := objection(Question(review, tape.facts, tape.case), step, tape.command.actor):
        raise objected
    tape.add(_decided(tape, decision, task, review), TaskDone(task=task.id, by=tape.command.actor))
    _conclude(tape, decision, task)


def change(tape: Tape[Any], review: str, content: Content) -> None:
    """New content for a review that is open or approved.

    A material change voids the decisions that covered it and asks those steps again; of any other change the approvers
    are told (KRN-14). Raises Refused `no-such-review`, `returned`, `review-closed`, `other-requester`.
    """
    _refuse_idle(tape)
    found = _known(tape, review)
    if found.status is Status.RETURNED:
        raise Refused("returned", "{review} was returned; resubmit it with the change.", review=review)
    if found.status not in (Status.IN_REVIEW, Status.APPROVED):
        raise _over(found)
    material = _material_changes(found, content)
    other = tuple(name for name in _data_changes(found, content) if name not in content.material)
    if material:
        _restart(tape, found, content, changed=material, because="the content was changed")
    elif other:
        tape.add(ContentChanged(review=review, data=as_logged(content.data), changed=other))


def resubmit(tape: Tape[Any], review: str, content: Content) -> None:
    """New round of a returned review. Raises Refused `not-returned`, `no-such-review`, `other-requester`."""
    _refuse_idle(tape)
    found = _known(tape, review)
    if found.status is not Status.RETURNED:
        raise Refused(
            "not-returned",
            "{review} was not returned, it is {status}; only what was returned can be resubmitted.",
            review=review,
            status=found.status.value,
        )
    material = _material_changes(found, content)
    other = tuple(name for name in _data_changes(found, content) if name not in material)
    _restart(tape, found, content, changed=(*material, *other), because="resubmitted")


def end(tape: Tape[Any], review: str, status: str, reason: str) -> None:
    """Ends an open or returned review (withdrawn, expired, cancelled) and its tasks. Nothing if it is over already."""
    ended = Status(status)
    if ended not in _ENDED:
        raise ValueError(f"a review ends as one of {', '.join(_ENDED)}")
    found = tape.case.reviews.get(review)
    if found is not None and found.status in (Status.IN_REVIEW, Status.RETURNED):
        cancel(tape, reason=reason, subject=review, kind=DECIDE)
        tape.add(ReviewEnded(review=review, status=ended, reason=reason))


def deny(tape: Tape[Any], task: Task, reason: str) -> None:
    """The end of a ladder that denies: the step fails by the policy's word, without a decision by anybody (KRN-33)."""
    cancel(tape, reason=reason, subject=task.subject, kind=DECIDE)
    tape.add(
        StepCompleted(review=task.subject, step=task.step, outcome="rejected"),
        ReviewRejected(review=task.subject, reason=reason),
    )


def retry(tape: Tape[Any], review: str, step: str) -> None:
    """Looks again for people for a stuck step; stuck once more, with a new alarm, if there are still none (KRN-13)."""
    found = _known(tape, review)
    if found.status is Status.IN_REVIEW and any(plan.name == step and plan.state == "stuck" for plan in found.steps):
        _ask(tape, found, step)


def _refuse_idle(tape: Tape[Any]) -> None:
    refuse_closed(tape.case)
    refuse_held(tape.case)


def _refuse_incomplete(decision: Decide, review: Review) -> None:
    if decision.outcome != "approve" and not (decision.comment or "").strip():
        raise Refused(
            "comment-missing", "To {outcome} needs a comment that says why; add one.", outcome=decision.outcome
        )
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


def _decided(tape: Tape[Any], decision: Decide, task: Task, review: Review) -> Decided:
    command = tape.command
    added = f"escalated to {command.actor}; " if command.actor in task.escalated_to else ""
    return Decided(
        task=task.id,
        review=review.id,
        step=task.step,
        outcome=decision.outcome,
        actor=command.actor,
        on_behalf_of=None,
        delegation=None,
        basis=added + task.basis,
        policy=tape.facts.policy.version,
        content_hash=next(plan.content_hash for plan in review.steps if plan.name == task.step),
        channel=command.channel,
        authenticated=command.authenticated,
        comment=decision.comment,
        fields=decision.fields,
        after_seconds=_seconds(task.timing.offered_at, tape.facts.now),
        at=tape.facts.now,
    )


def _conclude(tape: Tape[Any], decision: Decide, task: Task) -> None:
    """What follows from a decision for its step and its review."""
    review, reason = task.subject, decision.comment or ""
    match decision.outcome:
        case "approve":
            tape.add(StepCompleted(review=review, step=task.step, outcome="approved"))
            _advance(tape, review)
        case "reject":
            tape.add(
                StepCompleted(review=review, step=task.step, outcome="rejected"),
                ReviewRejected(review=review, reason=reason),
            )
        case "return":
            tape.add(ReviewReturned(review=review, by=tape.command.actor, reason=reason, fields=decision.fields))


def _advance(tape: Tape[Any], review: str) -> None:
    """Opens the first step that waits, or approves the review when none does (KRN-12)."""
    found = tape.case.reviews[review]
    ahead = next((plan for plan in found.steps if plan.state != "approved"), None)
    if ahead is None:
        tape.add(ReviewApproved(review=review))
    elif ahead.state == "waiting":
        _ask(tape, found, ahead.name)


def _ask(tape: Tape[Any], review: Review, name: str) -> None:
    """Offers a step to the people it resolves to, or records that there are none."""
    route = _route(tape, review.route)
    step = route.step(name)
    found = resolve(Question(review, tape.facts, tape.case), route, step)
    if found.stuck is not None:
        tape.add(StepStuck(review=review.id, step=name, reason=found.stuck, retry_at=tape.facts.now + RETRY_AFTER))
        return
    offer(
        tape,
        kind=DECIDE,
        title=Message(id="{step}", args={"step": step.title}),
        subject=review.id,
        assignees=found.assignees,
        basis=found.basis,
        command="decide",
        step=name,
        due_days=step.due_days,
        ladder=step.ladder,
    )


def _restart(tape: Tape[Any], review: Review, content: Content, *, changed: tuple[str, ...], because: str) -> None:
    """A new round: steps that answer for what changed decide again, the others keep their decisions (KRN-14, 15)."""
    route = _route(tape, review.route)
    everything = route.restart == "all" or _people_changed(review, content)
    steps = replanned(review, planned(active_steps(route, content), content), everything=everything)
    kept = {plan.name for plan in steps if plan.state == "approved"}
    voided = tuple(
        decision.task
        for decision in review.decisions
        if decision.standing and decision.outcome == "approve" and decision.step not in kept
    )
    if voided:
        tape.add(DecisionsVoided(review=review.id, tasks=voided, fields=changed))
    if not any(plan.state == "open" for plan in steps):
        cancel(tape, reason=because, subject=review.id, kind=DECIDE)
    tape.add(
        ReviewResubmitted(
            review=review.id,
            round=review.round + 1,
            content_hash=content_hash(content.material),
            fields=field_hashes(content.material),
            data=as_logged(content.data),
            amount=content.amount,
            steps=steps,
            changed=changed,
            unit=None if content.unit == review.unit else content.unit,
            excluded=None if content.excluded == review.excluded else content.excluded,
        )
    )
    _advance(tape, review.id)


def _material_changes(review: Review, content: Content) -> tuple[str, ...]:
    """Names of what approvers answer for and what decides who they are. Raises Refused `other-requester`."""
    if content.requester != review.requester:
        raise Refused("other-requester", "{review} keeps its requester; submit a new one instead.", review=review.id)
    changed = set(changed_fields(review.fields, field_hashes(content.material)))
    changed |= {"amount"} if content.amount != review.amount else set()
    changed |= {"unit"} if content.unit != review.unit else set()
    changed |= {"excluded"} if set(content.excluded) != set(review.excluded) else set()
    return tuple(sorted(changed))


def _data_changes(review: Review, content: Content) -> tuple[str, ...]:
    return changed_fields(review.data, as_logged(content.data))


def _people_changed(review: Review, content: Content) -> bool:
    return content.unit != review.unit or set(content.excluded) != set(review.excluded)


def _known(tape: Tape[Any], review: str) -> Review:
    if review not in tape.case.reviews:
        raise Refused("no-such-review", "{review} was never submitted; submit it first.", review=review)
    return tape.case.reviews[review]


def _over(review: Review) -> Refused:
    return Refused(
        "review-closed",
        "{review} is {status} and cannot be changed; submit a new one.",
        review=review.id,
        status=review.status.value,
    )


def _route(tape: Tape[Any], route: str) -> Route:
    """The route in the policy the case is pinned to. Raises Refused `other-policy` if that is not the one at hand."""
    policy, pinned = tape.facts.policy, tape.case.policy
    if pinned is not None and policy.version != pinned:
        raise Refused(
            "other-policy",
            "Case {case} runs under policy version {pinned}, but version {given} was looked at; try again.",
            case=tape.case.id,
            pinned=pinned,
            given=policy.version,
        )
    return route_of(policy, tape.case.process, route)


def _seconds(start: datetime, end: datetime) -> Decimal:
    return Decimal((end - start) // _MICROSECOND) / 1_000_000
