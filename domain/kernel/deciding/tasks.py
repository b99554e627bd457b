"""Tasks and their times: assign, finish, cancel (KRN-30 to KRN-33). The ladder is in `ladder`."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.kernel.cases.case import Case, Decision, Review, Status, Task
from domain.kernel.cases.case_events import TaskAssigned, TaskCancelled, TaskDone
from domain.kernel.cases.times import ladder_of, timing
from domain.kernel.command import SYSTEM, Command
from domain.kernel.commands import WHILE_HELD
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Ladder
from domain.kernel.routing.absence import still_here
from domain.kernel.routing.delegates import acting_on, may_act
from domain.kernel.routing.route import calendar_of
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.message import Message

ANSWER = "answer-information"
"""The kind of the task of whoever was asked a question; its subject is the task that waits for the answer."""
DECIDE = "decide"
"""The kind of task that a step of a review offers. It is done by a decision and by nothing else (KRN-01)."""


def assign(
    ctx: DecisionContext[Any],
    *,
    kind: str,
    title: Message,
    subject: str,
    assignees: Sequence[str],
    basis: str,
    command: str,
    step: str = "",
    due_days: Decimal | None = None,
    due_at: datetime | None = None,
    ladder: str = "standard",
    escalated_to: Sequence[str] = (),
    veto: Sequence[str] = (),
    added: Sequence[str] = (),
    without_end: bool = False,
) -> str:
    """Assigns a task and returns its id. Due after `due_days` of the first assignee's calendar, or at `due_at`.

    What is no decision is not asked of those who left: of whoever follows them, if nobody else is asked (KRN-24).
    `without_end`: the ladder reminds and escalates, but no silence ends this task (KRN-33).
    Raises Refused `nobody-to-ask` without assignees, `no-ladder`; ValueError without exactly one of the due times.
    """
    if not assignees:
        raise Refused("nobody-to-ask", "Nobody was named to do this: {title}. Name someone.", title=str(title))
    people = tuple(dict.fromkeys(assignees)) if kind == DECIDE else still_here(ctx.facts, assignees)
    if (due_days is None) == (due_at is None):
        raise ValueError("give exactly one of due_days and due_at")
    facts, calendar = ctx.facts, calendar_of(ctx.facts, people[0])
    due = due_at if due_at is not None else add_working_days(calendar, facts.now, Decimal(due_days or 0))
    task = Task(
        id=f"{ctx.case.id}.{ctx.case.next_task}",
        kind=kind,
        title=title,
        step=step,
        subject=subject,
        assignees=people,
        basis=basis,
        command=command,
        timing=timing(calendar, _rungs(facts, ladder, without_end), offered_at=facts.now, due_at=due),
        escalated_to=tuple(escalated_to),
        added=tuple(added),
        veto=tuple(veto),
    )
    ctx.add(TaskAssigned(task=task))
    return task.id


def finish(ctx: DecisionContext[Any], task: str, *, command: str | None = None) -> None:
    """TaskDone by the command's actor, whose command it must be that does this task; or `command`, in its place.

    Raises Refused as `require` does, `decide-it` for a task that is a decision, `other-task`.
    """
    found = require(ctx, task)
    if found.kind == DECIDE:
        raise Refused("decide-it", "Task {task} is a decision; decide it with the command decide.", task=task)
    if found.command != (command or ctx.command.name):
        raise Refused(
            "other-task",
            "Task {task} is done by the command {wanted}, not by {command}; name the task of this command.",
            task=task,
            wanted=found.command,
            command=ctx.command.name,
        )
    _end(ctx, task)


def _end(ctx: DecisionContext[Any], task: str) -> None:
    acting = acting_on(ctx, ctx.case.tasks[task])
    ctx.add(TaskDone(task=task, by=acting.actor, **acting.for_whom))


def done(ctx: DecisionContext[Any], *, kind: str, subject: str, step: str | None = None) -> None:
    """Ends the tasks of this kind and subject: done by whoever was asked, else cancelled as done by someone else."""
    for task in list(ctx.case.tasks.values()):
        if (task.kind, task.subject) != (kind, subject) or step not in (None, task.step):
            continue
        if may_act(ctx, task):
            require(ctx, task.id)
            _end(ctx, task.id)
        else:
            ctx.add(TaskCancelled(task=task.id, reason=f"done by {ctx.command.actor}"))


def _rungs(facts: Facts, name: str, without_end: bool) -> Ladder:
    ladder = ladder_of(facts.policy, name)
    return Ladder(rungs=tuple(rung for rung in ladder.rungs if not without_end or rung.do in ("remind", "escalate")))


def cancel(
    ctx: DecisionContext[Any],
    *,
    reason: str,
    subject: str | None = None,
    kind: str | None = None,
    step: str | None = None,
) -> None:
    """Cancels open tasks, all of them or those of a subject, kind or step."""
    for task in list(ctx.case.tasks.values()):
        if subject in (None, task.subject) and kind in (None, task.kind) and step in (None, task.step):
            drop(ctx, task.id, reason=reason)


def drop(ctx: DecisionContext[Any], task: str, *, reason: str) -> None:
    """Cancels one task with the questions it asked. Nothing if it is over."""
    if task in ctx.case.tasks:
        ctx.add(TaskCancelled(task=task, reason=reason))
        cancel(ctx, reason=reason, subject=task, kind=ANSWER)


def require(ctx: DecisionContext[Any], task: str) -> Task:
    """The open task, if the command's actor may do it, in their own name or for one of those asked (KRN-20).

    Raises Refused `withdrawn`, `finished`, `on-hold`, `no-such-task`, `task-done`, and what `acting_on` raises.
    """
    refuse_closed(ctx.case)
    refuse_held(ctx.case)
    found = open_task(ctx.case, task)
    acting_on(ctx, found)
    return found


def open_task(case: Case, task: str) -> Task:
    """Raises Refused `task-done` if there was such a task, else `no-such-task` (KRN-19)."""
    if task in case.tasks:
        return case.tasks[task]
    known_task(case, task)
    for review in case.reviews.values():
        if decisions := [decision for decision in review.decisions if decision.task == task]:
            raise _decided_already(review, decisions)
    raise Refused(
        "task-done", "Task {task} is done or was cancelled. Look at the case for what is open now.", task=task
    )


def _decided_already(review: Review, decisions: Sequence[Decision]) -> Refused:
    """Who decided a task and what became of its step: the answer to a late vote (KRN-11, KRN-19)."""
    last = decisions[-1]
    return Refused(
        "task-done",
        "Task {task} was already decided by {actor}: {outcome}; step {step} is {state}. "
        "Look at the case for what is open now.",
        task=last.task,
        actor=last.actor,
        outcome=last.outcome,
        step=last.step,
        state=next((plan.state for plan in review.steps if plan.name == last.step), "not needed any more"),
    )


def known_task(case: Case, task: str) -> None:
    """Raises Refused `no-such-task` if the case never had this task."""
    head, _, number = task.rpartition(".")
    if head != case.id or not re.fullmatch(r"[1-9][0-9]{0,8}", number) or int(number) >= case.next_task:
        raise Refused("no-such-task", "Case {case} has no task {task}; check the number.", case=case.id, task=task[:80])


def refuse_closed(case: Case) -> None:
    """Raises Refused `withdrawn` or `finished` for a case that ended: the reason a late decision gets (KRN-16)."""
    if case.closed is Status.WITHDRAWN:
        raise Refused("withdrawn", "Case {case} was withdrawn; there is nothing left to do in it.", case=case.id)
    if case.closed is not None:
        raise Refused(
            "finished",
            "Case {case} ended as {status} and does not reopen; start a new one that refers to it.",
            case=case.id,
            status=case.closed.value,
        )


def passes_hold(command: Command) -> bool:
    """Whether a case on hold takes it: what `WHILE_HELD` names, and what the system says once and never again.

    A deadline does not: the clock stands, and it comes when the case goes on (KRN-32, KRN-45).
    """
    return command.name in WHILE_HELD or (command.actor == SYSTEM and command.name != "deadline")


def refuse_held(case: Case) -> None:
    if case.hold is not None:
        raise Refused(
            "on-hold",
            "Case {case} was put on hold by {by}; resume it first. Comments and withdrawal are still possible.",
            case=case.id,
            by=case.hold.by,
        )
