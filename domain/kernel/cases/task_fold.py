"""The part of the fold that concerns one task."""

from typing import Any, get_args

from domain.kernel.cases.case import Task
from domain.kernel.cases.case_events import Decided, TaskEscalated, TaskReminded
from domain.kernel.cases.task_events import (
    ApproverAdded,
    AssigneesChanged,
    DueTimeMoved,
    TaskClaimed,
    TaskPaused,
    TaskReassigned,
    TaskReleased,
    TaskResumed,
)
from domain.kernel.cases.times import MARK

TaskChange = (
    TaskReminded
    | TaskEscalated
    | AssigneesChanged
    | TaskClaimed
    | TaskReleased
    | TaskReassigned
    | ApproverAdded
    | TaskPaused
    | TaskResumed
    | DueTimeMoved
)
TASK_CHANGES = get_args(TaskChange)


def changed(task: Task, event: TaskChange) -> Task:
    """The task after something happened to it that did not end it."""
    match event:
        case TaskReminded() | TaskEscalated():
            return _climbed(task, event)
        case AssigneesChanged(removed=removed, added=added):
            return _without(task, removed, added)
        case TaskClaimed(by=by, on_behalf_of=principal):
            return _set(task, claimed_by=principal or by)
        case TaskReleased():
            return _set(task, claimed_by=None)
        case TaskReassigned(instead_of=instead_of, to=to):
            return _handed_on(task, instead_of, to)
        case ApproverAdded(person=person):
            return _set(task, added=(*task.added, person))
        case TaskPaused(at=at):
            return _set(task, paused_at=at)
        case TaskResumed(timing=timing):
            return _set(task, paused_at=None, timing=timing)
        case DueTimeMoved(timing=timing):
            return _set(task, timing=timing)


def voted(task: Task, event: Decided) -> Task:
    """Whoever recused themself has not voted; they leave the task by `AssigneesChanged`."""
    if event.outcome == "recuse":
        return task
    return _set(task, voted=(*task.voted, event.on_behalf_of or event.actor))


def _handed_on(task: Task, leaving: str, to: str) -> Task:
    def moved(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(to if person == leaving else person for person in people)

    return _set(
        task,
        assignees=moved(task.assignees),
        escalated_to=moved(task.escalated_to),
        added=moved(task.added),
        veto=moved(task.veto),
        claimed_by=None if task.claimed_by == leaving else task.claimed_by,
    )


def _without(task: Task, removed: tuple[str, ...], added: tuple[str, ...]) -> Task:
    def left(people: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(person for person in people if person not in removed)

    return _set(
        task,
        assignees=tuple(dict.fromkeys((*left(task.assignees), *added))),
        escalated_to=left(task.escalated_to),
        added=left(task.added),
        veto=left(task.veto),
        claimed_by=None if task.claimed_by in removed else task.claimed_by,
    )


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
    return _set(task, **update, timing=task.timing.model_copy(update={"rungs": rungs}))


def _set(task: Task, **fields: Any) -> Task:
    return task.model_copy(update=fields)
