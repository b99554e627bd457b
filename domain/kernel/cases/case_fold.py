"""The fold of the kernel's events into a `Case`. Replay depends on it: keep it few and stable."""

from collections.abc import Callable
from typing import Any

from domain.kernel.cases.case import Case, Comment, Deadline, Hold, Review, Status, Task
from domain.kernel.cases.case_events import (
    CaseClosed,
    CaseHeld,
    CaseResumed,
    Commented,
    ContentChanged,
    DeadlineCleared,
    DeadlineSet,
    Decided,
    DecisionsVoided,
    ResponsibilityMoved,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewResubmitted,
    ReviewReturned,
    StepCompleted,
    StepStuck,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
)
from domain.kernel.cases.note_fold import held, noted
from domain.kernel.cases.review_events import (
    Attached,
    ConditionMet,
    ConditionSet,
    ConditionsVoided,
    ConditionWaived,
    HoldLifted,
    OverrideReviewed,
    OverrideUsed,
    StepsCollapsed,
)
from domain.kernel.cases.review_fold import (
    collapsed,
    decided,
    handed_on,
    joined,
    mark,
    opened,
    proviso,
    resubmitted,
    stopped,
    voided,
    with_fields,
)
from domain.kernel.cases.task_events import ApproverAdded, InformationAsked, InformationGiven, TaskReassigned
from domain.kernel.cases.task_fold import TASK_CHANGES, TaskChange, changed, voted
from domain.kernel.events import Event

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
        case Decided() | StepCompleted() | StepStuck() | StepsCollapsed():
            return _step(case, event)
        case ReviewApproved() | ReviewRejected() | ReviewReturned() | ReviewEnded():
            return _outcome(case, event)
        case TaskAssigned() | TaskDone() | TaskCancelled():
            return _task(case, event)
        case TaskReassigned() | ApproverAdded():
            return _joined(_task(case, event), event)
        case _ if isinstance(event, TASK_CHANGES):
            return _task(case, event)
        case ConditionSet() | ConditionMet() | ConditionWaived() | ConditionsVoided():
            return _update(case, event.review, lambda review: proviso(review, event))
        case OverrideUsed() | OverrideReviewed() | InformationAsked() | InformationGiven() | Attached() | HoldLifted():
            return noted(case, event)
        case DeadlineSet(deadline=deadline):
            return _set(case, deadlines=(*_without(case, deadline.kind, deadline.key), deadline))
        case DeadlineCleared(kind=kind, key=key):
            return _set(case, deadlines=_without(case, kind, key))
        case Commented(by=by, text=text, at=at, task=task):
            return _set(case, comments=(*case.comments, Comment(by=by, text=text, at=at, task=task)))
        case ResponsibilityMoved(instead_of=before, to=to):
            others = {asker: one for asker, one in case.answering.items() if asker != to}  # whoever gets it back has it
            return _set(case, answering={**others, before: to})
        case CaseHeld(by=by, reason=reason, at=at, cause=cause):
            return held(case, Hold(by=by, reason=reason, since=at, cause=cause))
        case CaseResumed():
            return _resumed(case, event)
        case CaseClosed(status=status):
            return _set(case, closed=status, tasks={}, deadlines=(), stuck=(), hold=None, more_holds=())
        case _:
            return case


def _content(case: Case, event: ReviewOpened | ReviewResubmitted | ContentChanged | DecisionsVoided) -> Case:
    match event:
        case ReviewOpened():
            pinned = _set(case, policy=event.policy if case.policy is None else case.policy)
            return _put(pinned, opened(event))
        case ReviewResubmitted():
            return _unstick(_update(case, event.review, lambda review: resubmitted(review, event)), event.review)
        case ContentChanged(data=data):
            return _update(case, event.review, lambda review: with_fields(review, data=data))
        case DecisionsVoided(tasks=tasks):
            return _update(case, event.review, lambda review: voided(review, tasks))


def _step(case: Case, event: Decided | StepCompleted | StepStuck | StepsCollapsed) -> Case:
    match event:
        case Decided():
            said = _voted(_remember(case, event), event)
            return _update(said, event.review, lambda review: decided(review, event))
        case StepsCollapsed(step=step, into=into):
            return _update(case, event.review, lambda review: collapsed(review, step, into))
        case StepCompleted(step=step, outcome=outcome):
            return _update(case, event.review, lambda review: mark(review, step, outcome))
        case StepStuck(step=step):
            key = stuck_key(event.review, step)
            marked = _update(case, event.review, lambda review: mark(review, step, "stuck"))
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
    ended = _update(case, event.review, lambda review: with_fields(review, status=status, steps=stopped(review.steps)))
    return _unstick(ended, event.review)


def _task(case: Case, event: TaskAssigned | TaskDone | TaskCancelled | TaskChange) -> Case:
    match event:
        case TaskAssigned(task=task):
            offered = _set(case, tasks={**case.tasks, task.id: task}, next_task=case.next_task + 1)
            return _open_step(offered, task)
        case TaskDone(task=done):
            return _set(case, tasks={key: task for key, task in case.tasks.items() if key != done})
        case TaskCancelled(task=cancelled):
            task = case.tasks[cancelled]
            left = _set(case, tasks={key: other for key, other in case.tasks.items() if key != cancelled})
            return _if_step(left, task, lambda review: mark(review, task.step, "waiting"))
        case _:
            return _set(case, tasks={**case.tasks, event.task: changed(case.tasks[event.task], event)})


def _remember(case: Case, event: Decided) -> Case:
    """What was said with a decision is a comment of the case, and stays when it is returned (KRN-18)."""
    if event.comment is None:
        return case
    said = Comment(by=event.actor, text=event.comment, at=event.at, task=event.task)
    return _set(case, comments=(*case.comments, said))


def _joined(case: Case, event: TaskReassigned | ApproverAdded) -> Case:
    task = case.tasks[event.task]
    match event:
        case TaskReassigned():
            return _if_step(case, task, lambda review: handed_on(review, task.step, event))
        case ApproverAdded(person=person):
            return _if_step(case, task, lambda review: joined(review, task.step, person))


def _voted(case: Case, event: Decided) -> Case:
    return _set(case, tasks={**case.tasks, event.task: voted(case.tasks[event.task], event)})


def _open_step(case: Case, task: Task) -> Case:
    key = stuck_key(task.subject, task.step)
    return _if_step(
        _set(case, stuck=tuple(other for other in case.stuck if other != key)),
        task,
        lambda review: mark(review, task.step, "open"),
    )


def _if_step(case: Case, task: Task, change: Callable[[Review], Review]) -> Case:
    return _update(case, task.subject, change) if task.kind == "decide" and task.subject in case.reviews else case


def _resumed(case: Case, event: CaseResumed) -> Case:
    tasks = {
        key: task.model_copy(update={"timing": event.timings.get(key, task.timing)}) for key, task in case.tasks.items()
    }
    return _set(case, hold=None, more_holds=(), tasks=tasks, deadlines=event.deadlines)


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
        if task.timing.rungs and task.paused_at is None
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
