"""The board: its agenda with a cut-off, its day, what is deferred and comes back, what it approved (PRJ-05, PRJ-08)."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet, ReviewApproved, ReviewRejected
from domain.kernel.commands import Decide
from domain.kernel.deciding import approval
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import Calendar, working_date
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.parameters import days
from domain.projects.intake.preparation import is_old, refuse_old_estimate
from domain.projects.intake.reviews import open_review
from domain.projects.intake.state import RequestState, review_of
from domain.projects.intake.triage import end

Ctx = DecisionContext[RequestState]
FARTHEST = timedelta(days=2 * 366)


def submit_for_decision(ctx: Ctx, _payload: c.SubmitForDecision) -> None:
    """Raises Refused `estimate-old`."""
    refuse_old_estimate(ctx)
    if ctx.state.fast:
        return open_review(ctx, "fast")
    calendar = calendar_of(ctx.facts, ctx.case.requester or "")
    board, cut_off = next_board(ctx.facts, calendar, today_of(ctx.facts, ctx.case.requester or ""))
    ctx.add(e.PutOnAgenda(board=board, cut_off=cut_off, by=ctx.command.actor, at=ctx.facts.now))
    ctx.add(DeadlineSet(deadline=Deadline(kind="board", key="board", at=_begins(calendar, board))))
    return None


def next_board(facts: Facts, calendar: Calendar, today: date) -> tuple[date, date]:
    """The next board whose cut-off has not passed, and that cut-off."""
    return board_after(calendar, today, day=days(facts, "board_day"), before=days(facts, "cut_off_days"))


def board_after(calendar: Calendar, today: date, *, day: int, before: int) -> tuple[date, date]:
    """The same by what the policy says: the day of the month, and the working days between cut-off and board."""
    month = today.replace(day=1)
    while True:
        nearest = min(max(day, 1), monthrange(month.year, month.month)[1])
        board = working_date(calendar, month.replace(day=nearest), 0)
        cut_off = working_date(calendar, board, -before)
        if today <= cut_off and today < board:
            return board, cut_off
        month = (month + timedelta(days=32)).replace(day=1)


def hold_board(ctx: Ctx, _due: object) -> None:
    """The day of the board: its members are asked, unless the estimate became too old meanwhile (PRJ-02)."""
    if ctx.state.option is not None and is_old(ctx, ctx.state.option):
        ctx.add(e.TakenOffAgenda(reason="the estimate is too old; estimate it anew", at=ctx.facts.now))
    else:
        open_review(ctx, "board")


def defer(ctx: Ctx, payload: c.DeferRequest) -> None:
    """Raises Refused `due-date`."""
    today = today_of(ctx.facts, ctx.case.requester or "")
    if not today < payload.until <= today + FARTHEST:
        template = "Defer it to a day after {today}, within two years."
        raise Refused("due-date", template, today=today.isoformat())
    if review := review_of(ctx.state, "board", "fast"):
        approval.end(ctx, review.id, "cancelled", payload.reason)
    ctx.add(
        e.RequestDeferred(until=payload.until, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    at = _begins(calendar_of(ctx.facts, ctx.case.requester or ""), payload.until)
    ctx.add(DeadlineSet(deadline=Deadline(kind="deferred", key="deferred", at=at)))


def come_back(ctx: Ctx, _due: object) -> None:
    """What was deferred stands where it stood, and the project office is asked to submit it again (PRJ-05)."""
    if until := ctx.state.deferred:
        ctx.add(e.RequestReturned(until=until, at=ctx.facts.now))


def refuse_unfunded(ctx: Ctx, payload: Decide) -> None:
    """Raises Refused `not-reserved`: no approval without a budget line and a reservation (PRJ-03)."""
    task = ctx.case.tasks.get(payload.task)
    if task is None or payload.outcome != "approve" or task.subject.startswith("checks"):
        return
    if task.kind == "decide" and not (ctx.state.reserved and ctx.state.holdings.open):
        raise Refused("not-reserved", "No money is reserved for it; have it reserved, and approve then.")


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    """The board or the approver of a small change approved it, and every condition is met (KRN-17)."""
    if event.review.startswith("checks"):
        return
    today = today_of(ctx.facts, ctx.case.requester or "")
    lapses = _months_after(today, days(ctx.facts, "start_months"))
    ctx.add(e.RequestApproved(lapses=lapses, at=ctx.facts.now))
    at = _begins(calendar_of(ctx.facts, ctx.case.requester or ""), lapses)
    ctx.add(DeadlineSet(deadline=Deadline(kind="lapse", key="lapse", at=at)))
    for deadline in ctx.case.deadlines:
        if deadline.kind == "emergency":
            ctx.add(DeadlineCleared(kind=deadline.kind, key=deadline.key))


def on_rejected(ctx: Ctx, event: ReviewRejected) -> None:
    close(ctx, status=Status.REJECTED, reason=event.reason)


def lapse(ctx: Ctx, _due: object) -> None:
    """An approval that started no project in time is void; one that is just starting gets another day (PRJ-08)."""
    if ctx.state.charter_asked:
        at = ctx.facts.now + timedelta(days=1)
        ctx.add(DeadlineSet(deadline=Deadline(kind="lapse", key="lapse", at=at)))
        return
    end(ctx, "lapsed", Status.EXPIRED, "no project began in time; ask for it anew if it is still wanted")


def _begins(calendar: Calendar, day: date) -> datetime:
    """When the working day begins."""
    start, _end = next(iter(calendar.stretches(working_date(calendar, day, 0))))
    return start


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
