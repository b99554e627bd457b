"""Hold and resume: the clock stops, and goes on with the working time that was left (KRN-32, KRN-45).

A case can be held for several causes at once: its people's own (no cause), and a freeze from outside that names one.
Each is lifted by itself; the clock goes on with the last.
"""

from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Case, Deadline, Task, Timing
from domain.kernel.cases.case_events import CaseHeld, CaseResumed
from domain.kernel.cases.case_fold import TASK
from domain.kernel.cases.review_events import HoldLifted
from domain.kernel.cases.times import resumed
from domain.kernel.command import SYSTEM
from domain.kernel.commands import Hold, Resume
from domain.kernel.deciding.tasks import refuse_held
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.delegates import may_act
from domain.kernel.routing.eligibility import OPERATIONS, today_of
from domain.kernel.values.calendar import ALWAYS


def hold(ctx: DecisionContext[Any], payload: Hold) -> None:
    """Raises Refused `on-hold` if it is held for this cause already, `not-yours-to-hold`."""
    if any(held.cause == payload.cause for held in ctx.case.holds):
        refuse_held(ctx.case)
    refuse_uninvolved(ctx, payload.cause)
    ctx.add(CaseHeld(by=ctx.command.actor, reason=payload.reason, at=ctx.facts.now, cause=payload.cause))


def resume(ctx: DecisionContext[Any], payload: Resume) -> None:
    """Raises Refused `not-on-hold`, `held-for-another-cause`, `not-yours-to-hold`."""
    case, now = ctx.case, ctx.facts.now
    if case.hold is None:
        raise Refused("not-on-hold", "Case {case} is not on hold; nothing is to be resumed.", case=case.id)
    if all(held.cause != payload.cause for held in case.holds):
        raise Refused(
            "held-for-another-cause",
            "Case {case} is held for {causes}; only who holds it for that can let it go on.",
            case=case.id,
            causes=", ".join(held.cause or "a reason of its people" for held in case.holds),
        )
    refuse_uninvolved(ctx, payload.cause)
    if len(case.holds) > 1:
        ctx.add(HoldLifted(cause=payload.cause, by=ctx.command.actor, reason=payload.reason, at=now))
        return
    running = [task for task in case.tasks.values() if task.paused_at is None]
    timings = {task.id: _resumed(task, ctx.facts, since=case.hold.since) for task in running}
    deadlines = tuple(_moved(d, case.hold.since, now) for d in case.deadlines if d.kind != TASK)
    ctx.add(CaseResumed(by=ctx.command.actor, reason=payload.reason, at=now, timings=timings, deadlines=deadlines))


def refuse_uninvolved(ctx: DecisionContext[Any], cause: str = "") -> None:
    """Holding and resuming is for who answers for it, their managers, whoever has a task, operations, and other cases.

    For a named cause it is for operations and other cases alone.
    """
    case, actor, facts = ctx.case, ctx.command.actor, ctx.facts
    if actor == SYSTEM or actor in _operations(case, facts):
        return
    if not cause and (actor == case.responsible or actor in _line(case, facts) or _has_task(ctx)):
        return
    raise Refused(
        "not-yours-to-hold",
        "Case {case} can be held or resumed by its requester, their managers, whoever has a task in it, or operations.",
        case=case.id,
    )


def _has_task(ctx: DecisionContext[Any]) -> bool:
    tasks = ctx.case.tasks.values()
    return any(ctx.command.actor in task.people or may_act(ctx, task) for task in tasks)


def _line(case: Case, facts: Facts) -> tuple[str, ...]:
    responsible = case.responsible or ""
    day = today_of(facts, responsible)
    return facts.organisation.line_above(responsible, day)


def _operations(case: Case, facts: Facts) -> tuple[str, ...]:
    day = today_of(facts, case.requester or "")
    return facts.organisation.holders(OPERATIONS, case.unit, day)


def _resumed(task: Task, facts: Facts, *, since: datetime) -> Timing:
    calendar = facts.organisation.calendars.get(task.timing.calendar, ALWAYS)
    return resumed(task.timing, calendar, since=max(since, task.timing.offered_at), now=facts.now)


def _moved(deadline: Deadline, since: datetime, now: datetime) -> Deadline:
    return deadline if deadline.at <= since else deadline.model_copy(update={"at": deadline.at + (now - since)})
