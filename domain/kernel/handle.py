"""The commands every process shares, and the fold of the kernel's events. A process calls these and adds its own."""

from datetime import datetime
from typing import Any

from domain.kernel import approval, ladder
from domain.kernel.calendar import ALWAYS
from domain.kernel.case import Case, Deadline, Status, Task, Timing
from domain.kernel.case_events import CaseClosed, CaseHeld, CaseResumed, Commented
from domain.kernel.case_fold import STUCK, TASK, evolve_case
from domain.kernel.command import SYSTEM
from domain.kernel.commands import AddComment, DeadlinePassed, Decide, Hold, Resume, Retry, Withdraw
from domain.kernel.eligibility import OPERATIONS
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.outlook import folded, is_overdue, next_deadline, precheck, waiting_on
from domain.kernel.route import calendar_of
from domain.kernel.tape import Tape
from domain.kernel.tasks import cancel, known_task, refuse_closed, refuse_held
from domain.kernel.tell import case_effects
from domain.kernel.times import resumed
from domain.kernel.value import Value

__all__ = [
    "case_effects",
    "close",
    "evolve_case",
    "folded",
    "handle",
    "is_overdue",
    "next_deadline",
    "precheck",
    "waiting_on",
]


def handle(tape: Tape[Any], payload: Value) -> bool:
    """Carries out a kernel command (Decide, AddComment, Withdraw, Hold, Resume, Retry, DeadlinePassed of the kernel).

    Returns False if the payload is not the kernel's (a process's own command, or a deadline kind of the process).
    Withdraw ends every open review and closes the case as withdrawn, by the requester only (KRN-16).
    A closed case takes comments only, else Refused `withdrawn` or `finished`; a case on hold takes comment, resume and
    withdraw, else Refused `on-hold`. That holds for the process's own commands too.
    """
    if not isinstance(payload, AddComment):
        refuse_closed(tape.case)
    if not isinstance(payload, AddComment | Resume | Withdraw):
        refuse_held(tape.case)
    match payload:
        case Decide():
            approval.decide(tape, payload)
        case AddComment():
            _comment(tape, payload)
        case Withdraw():
            _withdraw(tape, payload)
        case Hold():
            _hold(tape, payload)
        case Resume():
            _resume(tape, payload)
        case Retry():
            _retry(tape)
        case DeadlinePassed():
            return _deadline(tape, payload)
        case _:
            return False
    return True


def close(tape: Tape[Any], *, status: Status, reason: str) -> None:
    """Ends the case for good: open reviews and tasks end first, so that the log says why each did."""
    refuse_closed(tape.case)
    ended = status if status in (Status.WITHDRAWN, Status.EXPIRED) else Status.CANCELLED
    for review in list(tape.case.reviews):
        approval.end(tape, review, ended, reason)
    cancel(tape, reason=reason)
    tape.add(CaseClosed(status=status, reason=reason))


def _comment(tape: Tape[Any], payload: AddComment) -> None:
    if payload.task is not None:
        known_task(tape.case, payload.task)
    tape.add(Commented(by=tape.command.actor, text=payload.text, at=tape.facts.now, task=payload.task))


def _withdraw(tape: Tape[Any], payload: Withdraw) -> None:
    case = tape.case
    if tape.command.actor != case.requester:
        raise Refused(
            "not-the-requester",
            "Only the requester can withdraw case {case}; as an approver, return or reject it.",
            case=case.id,
        )
    decided = bool(case.reviews)
    if decided and all(r.status not in (Status.IN_REVIEW, Status.RETURNED) for r in case.reviews.values()):
        raise Refused(
            "decided",
            "The last decision on case {case} was made; it can no longer be withdrawn, only cancelled.",
            case=case.id,
        )
    close(tape, status=Status.WITHDRAWN, reason=payload.reason)


def _hold(tape: Tape[Any], payload: Hold) -> None:
    _refuse_uninvolved(tape)
    tape.add(CaseHeld(by=tape.command.actor, reason=payload.reason, at=tape.facts.now))


def _resume(tape: Tape[Any], payload: Resume) -> None:
    """The clock goes on: tasks keep the working time they had left, a process's deadlines the time (KRN-32)."""
    hold, now = tape.case.hold, tape.facts.now
    if hold is None:
        raise Refused("not-on-hold", "Case {case} is not on hold; nothing is to be resumed.", case=tape.case.id)
    _refuse_uninvolved(tape)
    timings = {task.id: _resumed(task, tape.facts, since=hold.since) for task in tape.case.tasks.values()}
    deadlines = tuple(_moved(d, hold.since, now) for d in tape.case.deadlines if d.kind != TASK)
    tape.add(CaseResumed(by=tape.command.actor, reason=payload.reason, at=now, timings=timings, deadlines=deadlines))


def _resumed(task: Task, facts: Facts, *, since: datetime) -> Timing:
    calendar = facts.organisation.calendars.get(task.timing.calendar, ALWAYS)
    return resumed(task.timing, calendar, since=since, now=facts.now)


def _moved(deadline: Deadline, since: datetime, now: datetime) -> Deadline:
    return deadline if deadline.at <= since else deadline.model_copy(update={"at": deadline.at + (now - since)})


def _refuse_uninvolved(tape: Tape[Any]) -> None:
    """Holding and resuming is for the requester and their managers, whoever has a task, operations, and other cases."""
    case, actor, facts = tape.case, tape.command.actor, tape.facts
    asked = {person for task in case.tasks.values() for person in (*task.assignees, *task.escalated_to)}
    if actor in {SYSTEM, case.requester, *asked} or actor in _overseers(case, facts):
        return
    raise Refused(
        "not-yours-to-hold",
        "Case {case} can be held or resumed by its requester, their managers, whoever has a task in it, or operations.",
        case=case.id,
    )


def _overseers(case: Case, facts: Facts) -> set[str]:
    requester = case.requester or ""
    day = calendar_of(facts, requester).local_date(facts.now)
    line = facts.organisation.line_above(requester, day) if requester in facts.organisation.people else ()
    return {*line, *facts.organisation.holders(OPERATIONS, case.unit, day)}


def _retry(tape: Tape[Any]) -> None:
    if not tape.case.stuck:
        raise Refused("not-stuck", "Case {case} is not stuck; nothing is to be tried again.", case=tape.case.id)
    for key in tape.case.stuck:
        review, _, step = key.rpartition("/")
        approval.retry(tape, review, step)


def _deadline(tape: Tape[Any], payload: DeadlinePassed) -> bool:
    if payload.kind not in (TASK, STUCK):
        return False
    waiting = any(
        (d.kind, d.key) == (payload.kind, payload.key) and d.at <= tape.facts.now for d in tape.case.deadlines
    )
    if not waiting:
        raise ladder.deadline_gone(tape, payload.key)
    if payload.kind == TASK:
        ladder.fire(tape, payload.key)
    else:
        review, _, step = payload.key.rpartition("/")
        approval.retry(tape, review, step)
    return True
