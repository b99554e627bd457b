"""The fold of the kernel's events into a `Case`. Replay depends on it: keep it few and stable."""

from collections.abc import Callable
from typing import Any

from domain.kernel.case import Case, Comment, Deadline, Decision, Hold, Review, Status, StepPlan, Task
from domain.kernel.case_events import (
    CaseClosed,
    CaseHeld,
    CaseResumed,
    Commented,
    ContentChanged,
    DeadlineCleared,
    DeadlineSet,
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
    TaskCancelled,
    TaskDone,
    TaskEscalated,
    TaskOffered,
    TaskReminded,
)
from domain.kernel.events import Event
from domain.kernel.times import MARK

TASK = "task"
"""The kind of the deadline that a task's ladder has; its key is the task id."""
STUCK = "stuck"
"""The kind of the deadline at which a stuck step is tried again; its key is `<review>/<step>`."""


def evolve_case(case: Case, event: Event) -> Case:
    """Folds a kernel event; any other event leaves the case as it is."""
    folded = _fold(case, event)
    return case if folded is case else _with_deadlines(folded)


def _fold(case: Case, event: Event) -> Case:
    match event:
        case ReviewOpened() | ReviewResubmitted() | ContentChanged() | DecisionsVoided():
            return _content(case, event)
        case Decided() | StepCompleted() | StepStuck():
            return _step(case, event)
        case ReviewApproved() | ReviewRejected() | ReviewReturned() | ReviewEnded():
            return _outcome(case, event)
        case TaskOffered() | TaskDone() | TaskCancelled() | TaskReminded() | TaskEscalated():
            return _task(case, event)
        case DeadlineSet(deadline=deadline):
            return _set(case, deadlines=(*_without(case, deadline.kind, deadline.key), deadline))
        case DeadlineCleared(kind=kind, key=key):
            return _set(case, deadlines=_without(case, kind, key))
        case Commented(by=by, text=text, at=at, task=task):
            return _set(case, comments=(*case.comments, Comment(by=by, text=text, at=at, task=task)))
        case CaseHeld(by=by, reason=reason, at=at):
            return _set(case, hold=Hold(by=by, reason=reason, since=at))
        case CaseResumed():
            return _resumed(case, event)
        case CaseClosed(status=status):
            return _set(case, closed=status, tasks={}, deadlines=(), stuck=(), hold=None)
        case _:
            return case


def _content(case: Case, event: ReviewOpened | ReviewResubmitted | ContentChanged | DecisionsVoided) -> Case:
    match event:
        case ReviewOpened():
            opened = _set(case, policy=event.policy if case.policy is None else case.policy)
            return _put(opened, _opened(event))
        case ReviewResubmitted():
            return _unstick(_update(case, event.review, lambda review: _resubmitted(review, event)), event.review)
        case ContentChanged(data=data):
            return _update(case, event.review, lambda review: _review(review, data=data))
        case DecisionsVoided(tasks=tasks):
            return _update(case, event.review, lambda review: _voided(review, tasks))


def _step(case: Case, event: Decided | StepCompleted | StepStuck) -> Case:
    match event:
        case Decided():
            said = _remember(case, event)
            return _update(said, event.review, lambda review: _decided(review, event))
        case StepCompleted(step=step, outcome=outcome):
            return _update(case, event.review, lambda review: _mark(review, step, outcome))
        case StepStuck(step=step):
            key = stuck_key(event.review, step)
            marked = _update(case, event.review, lambda review: _mark(review, step, "stuck"))
            return _set(
                marked,
                stuck=tuple(dict.fromkeys((*case.stuck, key))),
                deadlines=(*_without(case, STUCK, key), *_retry(key, event)),
            )


def _outcome(case: Case, event: ReviewApproved | ReviewRejected | ReviewReturned | ReviewEnded) -> Case:
    match event:
        case ReviewApproved():
            status = Status.APPROVED
        case ReviewRejected():
            status = Status.REJECTED
        case ReviewReturned():
            status = Status.RETURNED
        case ReviewEnded():
            status = event.status
    ended = _update(case, event.review, lambda review: _review(review, status=status, steps=_closed(review.steps)))
    return _unstick(ended, event.review)


def _task(case: Case, event: TaskOffered | TaskDone | TaskCancelled | TaskReminded | TaskEscalated) -> Case:
    match event:
        case TaskOffered(task=task):
            offered = _set(case, tasks={**case.tasks, task.id: task}, next_task=case.next_task + 1)
            return _open_step(offered, task)
        case TaskDone(task=done):
            return _set(case, tasks={key: task for key, task in case.tasks.items() if key != done})
        case TaskCancelled(task=cancelled):
            task = case.tasks[cancelled]
            left = _set(case, tasks={key: other for key, other in case.tasks.items() if key != cancelled})
            return _if_step(left, task, lambda review: _mark(review, task.step, "waiting"))
        case TaskReminded() | TaskEscalated():
            return _set(case, tasks={**case.tasks, event.task: _climbed(case.tasks[event.task], event)})


def _climbed(task: Task, event: TaskReminded | TaskEscalated) -> Task:
    """The task after rungs fired. A reminder covers every earlier one; an escalation only its own rung."""
    match event:
        case TaskReminded(rung=rung, overdue=overdue):
            quiet = ("remind", MARK)
            rungs = tuple(
                other
                for other in task.timing.rungs
                if other.number != rung.number and (other.do not in quiet or other.at > rung.at)
            )
            counted = task.reminded + (rung.do != MARK or event.missed > 0)
            update: dict[str, Any] = {"reminded": counted, "overdue": task.overdue or overdue}
        case TaskEscalated(rung=rung, added=added):
            rungs = tuple(other for other in task.timing.rungs if other.number != rung.number)
            update = {"escalated_to": tuple(dict.fromkeys((*task.escalated_to, *added)))}
    return task.model_copy(update={**update, "timing": task.timing.model_copy(update={"rungs": rungs})})


def _opened(event: ReviewOpened) -> Review:
    return Review(
        id=event.review,
        route=event.route,
        round=event.round,
        status=Status.IN_REVIEW,
        content_hash=event.content_hash,
        fields=event.fields,
        data=event.data,
        amount=event.amount,
        requester=event.requester,
        excluded=event.excluded,
        unit=event.unit,
        steps=event.steps,
    )


def _resubmitted(review: Review, event: ReviewResubmitted) -> Review:
    names = ("round", "content_hash", "fields", "data", "amount", "steps")
    return _review(
        review,
        status=Status.IN_REVIEW,
        unit=review.unit if event.unit is None else event.unit,
        excluded=review.excluded if event.excluded is None else event.excluded,
        **{name: getattr(event, name) for name in names},
    )


def _voided(review: Review, tasks: tuple[str, ...]) -> Review:
    decisions = tuple(
        decision.model_copy(update={"standing": False}) if decision.task in tasks else decision
        for decision in review.decisions
    )
    return _review(review, decisions=decisions)


def _decided(review: Review, event: Decided) -> Review:
    decision = Decision(
        task=event.task,
        review=event.review,
        step=event.step,
        outcome=event.outcome,
        actor=event.actor,
        on_behalf_of=event.on_behalf_of,
        content_hash=event.content_hash,
        at=event.at,
    )
    return _review(review, decisions=(*review.decisions, decision))


def _remember(case: Case, event: Decided) -> Case:
    """What was said with a decision is a comment of the case, and stays when it is returned (KRN-18)."""
    if event.comment is None:
        return case
    said = Comment(by=event.actor, text=event.comment, at=event.at, task=event.task)
    return _set(case, comments=(*case.comments, said))


def _open_step(case: Case, task: Task) -> Case:
    key = stuck_key(task.subject, task.step)
    return _if_step(
        _set(case, stuck=tuple(other for other in case.stuck if other != key)),
        task,
        lambda review: _mark(review, task.step, "open"),
    )


def _if_step(case: Case, task: Task, change: Callable[[Review], Review]) -> Case:
    return _update(case, task.subject, change) if task.kind == "decide" and task.subject in case.reviews else case


def _resumed(case: Case, event: CaseResumed) -> Case:
    tasks = {
        key: task.model_copy(update={"timing": event.timings.get(key, task.timing)}) for key, task in case.tasks.items()
    }
    return _set(case, hold=None, tasks=tasks, deadlines=event.deadlines)


def _mark(review: Review, step: str, state: str) -> Review:
    steps = tuple(plan.model_copy(update={"state": state}) if plan.name == step else plan for plan in review.steps)
    return _review(review, steps=steps)


def _closed(steps: tuple[StepPlan, ...]) -> tuple[StepPlan, ...]:
    """The steps when a review stops: whatever was open waits again, for a next round or for ever."""
    return tuple(
        plan.model_copy(update={"state": "waiting"}) if plan.state in ("open", "stuck") else plan for plan in steps
    )


def _unstick(case: Case, review: str) -> Case:
    return _set(case, stuck=tuple(key for key in case.stuck if key.rpartition("/")[0] != review))


def _retry(key: str, event: StepStuck) -> tuple[Deadline, ...]:
    return (Deadline(kind=STUCK, key=key, at=event.retry_at),) if event.retry_at else ()


def _with_deadlines(case: Case) -> Case:
    """Deadlines of tasks follow from their rungs, those of stuck steps from the steps; the rest are the process's."""
    own = tuple(d for d in case.deadlines if d.kind != TASK and (d.kind != STUCK or d.key in case.stuck))
    ladders = tuple(
        Deadline(kind=TASK, key=task.id, at=min(rung.at for rung in task.timing.rungs))
        for task in case.tasks.values()
        if task.timing.rungs
    )
    return case if (*own, *ladders) == case.deadlines else _set(case, deadlines=(*own, *ladders))


def stuck_key(review: str, step: str) -> str:
    return f"{review}/{step}"


def _without(case: Case, kind: str, key: str) -> tuple[Deadline, ...]:
    return tuple(deadline for deadline in case.deadlines if (deadline.kind, deadline.key) != (kind, key))


def _put(case: Case, review: Review) -> Case:
    return _set(case, reviews={**case.reviews, review.id: review})


def _update(case: Case, review: str, change: Callable[[Review], Review]) -> Case:
    return _put(case, change(case.reviews[review]))


def _set(case: Case, **fields: Any) -> Case:
    return case.model_copy(update=fields)


def _review(review: Review, **fields: Any) -> Review:
    return review.model_copy(update=fields)
