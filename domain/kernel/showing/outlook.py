"""What can be read off a case at any time: whom it waits for, when it wakes, and what it would refuse at once."""

from datetime import datetime

from domain.kernel.cases.case import Case, Deadline, Status, Task
from domain.kernel.command import Command
from domain.kernel.deciding.tasks import DECIDE, open_task, passes_hold, refuse_closed, refuse_held
from domain.kernel.routing.delegates import refuse_stranger, review_of
from domain.kernel.routing.eligibility import OPERATIONS

WAITS_FOR_OPERATIONS = f"role:{OPERATIONS}"
"""Whom a stuck case waits for (KRN-13)."""


def precheck(case: Case, command: Command) -> None:
    """Refuses what the folded state already excludes, before anything is written. Raises Refused.

    Whoever was not asked may stand in for somebody who was; that is for the decision to know, which sees delegations.
    """
    if command.name == "comment":
        return
    refuse_closed(case)
    if not passes_hold(command):
        refuse_held(case)
    task = command.payload.get("task")
    if not isinstance(task, str):
        return
    if command.name == DECIDE:
        _refuse_barred(case, open_task(case, task), command.actor)


def _refuse_barred(case: Case, task: Task, actor: str) -> None:
    """Requester and subjects decide for nobody (KRN-02, KRN-21)."""
    review = review_of(case, task)
    if actor in {*case.own, *((review.requester, *review.excluded) if review else ())}:
        refuse_stranger(task, actor)


def waiting_on(case: Case) -> tuple[str, ...]:
    """The people who must act next: whoever has a task, who answers for what was returned, operations if it is stuck.

    On hold it is the person who put it on hold; while nobody was asked for anything yet, whoever answers for it.
    """
    if case.closed is not None:
        return ()
    if case.hold is not None:
        return (case.hold.by,)
    people = [person for task in case.tasks.values() for person in task.waiting]
    people += [case.answers_for(r.requester) for r in case.reviews.values() if r.status is Status.RETURNED]
    if case.requester and case.next_task == 1 and not (people or case.reviews or case.deadlines or case.stuck):
        people.append(case.answers_for(case.requester))
    return tuple(dict.fromkeys(people + [WAITS_FOR_OPERATIONS] * bool(case.stuck)))


def next_deadline(case: Case) -> Deadline | None:
    """The earliest deadline; None while the case is on hold or over (KRN-32)."""
    if case.hold is not None or case.closed is not None:
        return None
    return min(case.deadlines, key=lambda deadline: (deadline.at, deadline.kind, deadline.key), default=None)


def due_at(case: Case) -> datetime | None:
    """The earliest instant at which something is due, as the log has it: on hold the one that the hold began with."""
    return None if case.closed else min((deadline.at for deadline in case.deadlines), default=None)


def is_overdue(case: Case) -> bool:
    return any(task.overdue for task in case.tasks.values())
