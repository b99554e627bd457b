"""The commands every process shares, and the fold of the kernel's events. A process calls these and adds its own."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.kernel import commands as c
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, Commented
from domain.kernel.cases.case_fold import STUCK, TASK, evolve_case
from domain.kernel.deciding import (
    approval,
    approval_conditions,
    attachments,
    handover,
    holding,
    information,
    ladder,
    overriding,
    responsibility,
)
from domain.kernel.deciding.conclude import gone_from, hand_on, overtaxed
from domain.kernel.deciding.tasks import cancel, known_task, passes_hold, refuse_closed, refuse_held
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.showing.notifications import case_effects
from domain.kernel.showing.outlook import due_at, is_overdue, next_deadline, precheck, waiting_on
from domain.kernel.value import Value

__all__ = [
    "case_effects",
    "close",
    "due_at",
    "evolve_case",
    "handle",
    "is_overdue",
    "next_deadline",
    "precheck",
    "waiting_on",
]


RULES: Mapping[type[Value], Callable[[DecisionContext[Any], Any], None]] = {
    c.Decide: approval.decide,
    c.BreakGlass: approval.override,
    c.Claim: handover.claim,
    c.Release: handover.release,
    c.Reassign: handover.reassign,
    c.AddApprover: handover.add_approver,
    c.AskInformation: information.ask_information,
    c.GiveInformation: information.give_information,
    c.MeetCondition: approval_conditions.meet_condition,
    c.WaiveCondition: approval_conditions.waive_condition,
    c.ReviewOverride: overriding.review_override,
    c.Attach: attachments.attach,
    c.HandOver: responsibility.hand_over,
    c.Hold: holding.hold,
    c.Resume: holding.resume,
}
"""The kernel's commands and what carries each out; those that are not here are below."""


def handle(ctx: DecisionContext[Any], payload: Value) -> bool:
    """Carries out a kernel command, those of `KERNEL_COMMANDS`.

    Returns False if the payload is not the kernel's (a process's own command, or a deadline kind of the process).
    Withdraw ends every open review and closes the case as withdrawn, by whoever answers for it only (KRN-16).
    A closed case takes comments only, else Refused `withdrawn` or `finished`; a case on hold takes what
    `passes_hold`, else Refused `on-hold`. That holds for the process's own commands too.
    """
    if not isinstance(payload, c.AddComment):
        refuse_closed(ctx.case)
    if not passes_hold(ctx.command):
        refuse_held(ctx.case)
    if isinstance(payload, c.DeadlinePassed):
        return _deadline(ctx, payload)
    rule = RULES.get(type(payload)) or _OTHERS.get(type(payload))
    if rule is None:
        return False
    rule(ctx, payload)
    return True


def close(ctx: DecisionContext[Any], *, status: Status, reason: str) -> None:
    """Ends the case for good: open reviews and tasks end first, so that the log says why each did."""
    refuse_closed(ctx.case)
    ended = status if status in (Status.WITHDRAWN, Status.EXPIRED) else Status.CANCELLED
    for review in list(ctx.case.reviews):
        approval.end(ctx, review, ended, reason)
    cancel(ctx, reason=reason)
    ctx.add(CaseClosed(status=status, reason=reason))


def _comment(ctx: DecisionContext[Any], payload: c.AddComment) -> None:
    if payload.task is not None:
        known_task(ctx.case, payload.task)
    ctx.add(Commented(by=ctx.command.actor, text=payload.text, at=ctx.facts.now, task=payload.task))


def _withdraw(ctx: DecisionContext[Any], payload: c.Withdraw) -> None:
    case = ctx.case
    if ctx.command.actor != case.responsible:
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
    close(ctx, status=Status.WITHDRAWN, reason=payload.reason)


def _retry(ctx: DecisionContext[Any], _payload: c.Retry) -> None:
    """Stuck steps find people anew, and tasks go from those who lost the ground to those who have it (KRN-10).

    Where the limits of all who were asked were lowered, those above them are asked (SPD-05). What falls on a holiday
    that was declared since is due later (ORG-07).
    """
    later = ladder.postponed(ctx.facts, ctx.case)
    for moved in later:
        ctx.add(moved)
    lost = [task.subject for task in ctx.case.tasks.values() if gone_from(ctx, task) or overtaxed(ctx, task)]
    if not (ctx.case.stuck or lost or later):
        raise Refused("not-stuck", "Case {case} is not stuck; nothing is to be tried again.", case=ctx.case.id)
    for review in dict.fromkeys(lost):
        hand_on(ctx, review)
    for key in ctx.case.stuck:
        review, _, step = key.rpartition("/")
        approval.retry(ctx, review, step)


def _deadline(ctx: DecisionContext[Any], payload: c.DeadlinePassed) -> bool:
    if payload.kind not in (TASK, STUCK):
        return False
    waiting = any((d.kind, d.key) == (payload.kind, payload.key) and d.at <= ctx.facts.now for d in ctx.case.deadlines)
    if not waiting:
        raise ladder.deadline_gone(ctx, payload.key)
    if payload.kind == TASK:
        ladder.fire(ctx, payload.key)
    else:
        review, _, step = payload.key.rpartition("/")
        approval.retry(ctx, review, step)
    return True


_OTHERS: Mapping[type[Value], Callable[[DecisionContext[Any], Any], None]] = {
    c.AddComment: _comment,
    c.Withdraw: _withdraw,
    c.Retry: _retry,
}
