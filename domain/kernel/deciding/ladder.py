"""The ladder of a task: what fires when its deadline has come (KRN-31, KRN-33)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from domain.kernel.cases.case import Case, RungAt, Status, Task
from domain.kernel.cases.case_events import TaskEscalated, TaskReminded
from domain.kernel.cases.task_events import DueTimeMoved, TaskReleased
from domain.kernel.cases.times import MARK, off_days_off
from domain.kernel.command import SYSTEM
from domain.kernel.deciding.approval import deny, end
from domain.kernel.deciding.tasks import DECIDE, drop
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.route import asking, nearest_managers, route_of, successors

LATE = timedelta(minutes=15)
"""A rung that fires later than this was missed: nothing ran at its time, so its mail joins a digest."""
_QUIET = ("remind", MARK)


def fire(ctx: DecisionContext[Any], key: str) -> None:
    """All rungs of the task `key` that have come, at once: a stop of the system never ends in a storm (KRN-31).

    Raises Refused `deadline-gone` if nothing has come: the task is over, or its times were moved.
    """
    if moved := next((one for one in postponed(ctx.facts, ctx.case) if one.task == key), None):
        ctx.add(moved)
        return
    task = ctx.case.tasks.get(key)
    come = [rung for rung in task.timing.rungs if rung.at <= ctx.facts.now] if task else []
    if task is None or not come:
        raise deadline_gone(ctx, key)
    if last := next((rung for rung in come if rung.do in ("expire", "deny")), None):
        _finish(ctx, task, last)
        return
    _remind(ctx, task, [rung for rung in come if rung.do in _QUIET])
    for rung in come:
        if rung.do == "escalate":
            _escalate(ctx, ctx.case.tasks[key], rung)


def postponed(facts: Facts, case: Case) -> list[DueTimeMoved]:
    """The open tasks with an instant to come on a day that is a holiday by now (ORG-07)."""
    if case.hold is not None:
        return []
    calendars = facts.organisation.calendars
    running = [task for task in case.tasks.values() if task.paused_at is None and task.timing.calendar in calendars]
    later = ((task, off_days_off(task.timing, calendars[task.timing.calendar], facts.now)) for task in running)
    return [DueTimeMoved(task=task.id, timing=timing) for task, timing in later if timing != task.timing]


def deadline_gone(ctx: DecisionContext[Any], key: str) -> Refused:
    return Refused(
        "deadline-gone",
        "Deadline {key} of case {case} is over or was moved; nothing is to be done.",
        key=key,
        case=ctx.case.id,
    )


def _remind(ctx: DecisionContext[Any], task: Task, rungs: list[RungAt]) -> None:
    if not rungs:
        return
    ctx.add(
        TaskReminded(
            task=task.id,
            rung=rungs[-1],
            missed=len([rung for rung in rungs[:-1] if rung.do != MARK]),
            overdue=ctx.facts.now >= task.timing.due_at,
            late=_late(ctx, rungs),
        )
    )


def _escalate(ctx: DecisionContext[Any], task: Task, rung: RungAt) -> None:
    """Adds the managers of whoever was added last, at first of the assignees; nobody is removed."""
    asked = task.escalated_to or task.waiting
    above = _above(ctx, task, asked)
    added = tuple(person for person in above if person not in task.people)
    if task.claimed_by is not None:
        ctx.add(TaskReleased(task=task.id, by=SYSTEM, reason="it was not done in time"))
    ctx.add(TaskEscalated(task=task.id, rung=rung, added=added, late=_late(ctx, [rung])))


def _above(ctx: DecisionContext[Any], task: Task, people: Iterable[str]) -> tuple[str, ...]:
    review = ctx.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        return nearest_managers(ctx.facts, people)
    step = route_of(ctx.facts.policy, ctx.case.process, review.route).step(task.step)
    return successors(asking(ctx.facts, ctx.case, review), step, people)


def _finish(ctx: DecisionContext[Any], task: Task, rung: RungAt) -> None:
    """The automatic outcome that the policy names; never an approval (KRN-33)."""
    reason = f"no answer to {task.id} in time: the policy says {rung.do}"
    if task.kind != DECIDE:
        drop(ctx, task.id, reason=reason)
    elif rung.do == "deny":
        deny(ctx, task, reason)
    else:
        end(ctx, task.subject, Status.EXPIRED, reason)


def _late(ctx: DecisionContext[Any], rungs: list[RungAt]) -> bool:
    return ctx.facts.now - rungs[-1].at > LATE or len(rungs) > 1
