"""The commands every process shares, and the fold of the kernel's events. A process calls these and adds its own."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.kernel import commands as c
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, Commented
from domain.kernel.cases.case_fold import STUCK, TASK, evolve_case
from domain.kernel.deciding import (
    approval,
    attachments,
    handover,
    holding,
    information,
    ladder,
    overriding,
    provisos,
    responsibility,
)
from domain.kernel.deciding.conclude import gone_from, hand_on
from domain.kernel.deciding.tasks import cancel, known_task, refuse_closed, refuse_held
from domain.kernel.errors import Refused
from domain.kernel.showing.outlook import is_overdue, next_deadline, precheck, waiting_on
from domain.kernel.showing.tell import case_effects
from domain.kernel.tape import Tape
from domain.kernel.value import Value

__all__ = [
    "case_effects",
    "close",
    "evolve_case",
    "handle",
    "is_overdue",
    "next_deadline",
    "precheck",
    "waiting_on",
]


_WHILE_HELD = tuple(c.KERNEL_COMMANDS[name] for name in c.WHILE_HELD)

RULES: Mapping[type[Value], Callable[[Tape[Any], Any], None]] = {
    c.Decide: approval.decide,
    c.BreakGlass: approval.override,
    c.Claim: handover.claim,
    c.Release: handover.release,
    c.Reassign: handover.reassign,
    c.AddApprover: handover.add_approver,
    c.AskInformation: information.ask_information,
    c.GiveInformation: information.give_information,
    c.MeetCondition: provisos.meet_condition,
    c.WaiveCondition: provisos.waive_condition,
    c.ReviewOverride: overriding.review_override,
    c.Attach: attachments.attach,
    c.HandOver: responsibility.hand_over,
    c.Hold: holding.hold,
    c.Resume: holding.resume,
}
"""The kernel's commands and what carries each out; those that are not here are below."""


def handle(tape: Tape[Any], payload: Value) -> bool:
    """Carries out a kernel command, those of `KERNEL_COMMANDS`.

    Returns False if the payload is not the kernel's (a process's own command, or a deadline kind of the process).
    Withdraw ends every open review and closes the case as withdrawn, by whoever answers for it only (KRN-16).
    A closed case takes comments only, else Refused `withdrawn` or `finished`; a case on hold takes what `c.WHILE_HELD`
    names, else Refused `on-hold`. That holds for the process's own commands too.
    """
    if not isinstance(payload, c.AddComment):
        refuse_closed(tape.case)
    if not isinstance(payload, _WHILE_HELD):
        refuse_held(tape.case)
    if isinstance(payload, c.DeadlinePassed):
        return _deadline(tape, payload)
    rule = RULES.get(type(payload)) or _OTHERS.get(type(payload))
    if rule is None:
        return False
    rule(tape, payload)
    return True


def close(tape: Tape[Any], *, status: Status, reason: str) -> None:
    """Ends the case for good: open reviews and tasks end first, so that the log says why each did."""
    refuse_closed(tape.case)
    ended = status if status in (Status.WITHDRAWN, Status.EXPIRED) else Status.CANCELLED
    for review in list(tape.case.reviews):
        approval.end(tape, review, ended, reason)
    cancel(tape, reason=reason)
    tape.add(CaseClosed(status=status, reason=reason))


def _comment(tape: Tape[Any], payload: c.AddComment) -> None:
    if payload.task is not None:
        known_task(tape.case, payload.task)
    tape.add(Commented(by=tape.command.actor, text=payload.text, at=tape.facts.now, task=payload.task))


def _withdraw(tape: Tape[Any], payload: c.Withdraw) -> None:
    case = tape.case
    if tape.command.actor != case.responsible:
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


def _retry(tape: Tape[Any], _payload: c.Retry) -> None:
    """Stuck steps find people anew, and tasks go from those who lost the ground to those who have it (KRN-10)."""
    lost = [task.subject for task in tape.case.tasks.values() if gone_from(tape, task)]
    if not tape.case.stuck and not lost:
        raise Refused("not-stuck", "Case {case} is not stuck; nothing is to be tried again.", case=tape.case.id)
    for review in dict.fromkeys(lost):
        hand_on(tape, review)
    for key in tape.case.stuck:
        review, _, step = key.rpartition("/")
        approval.retry(tape, review, step)


def _deadline(tape: Tape[Any], payload: c.DeadlinePassed) -> bool:
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


_OTHERS: Mapping[type[Value], Callable[[Tape[Any], Any], None]] = {
    c.AddComment: _comment,
    c.Withdraw: _withdraw,
    c.Retry: _retry,
}
