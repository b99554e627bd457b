"""Freezing a budget, and the commands of the year's end: rehearse, run, run again, undo, close (BUD-09)."""

from collections.abc import Sequence
from decimal import Decimal

from domain.kernel.budget_control import FROZEN, YEAR_CLOSED, YEAR_ENDED
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.commands import Hold, Text
from domain.kernel.deciding import tasks
from domain.kernel.document import is_approved
from domain.kernel.duty import end
from domain.kernel.effects import Claim, Effect, Notify, Release, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import BINDS, bound_key
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.year_end import COMMAND as MOVE
from domain.kernel.year_end import MoveCommitment
from domain.money.budget import events as ev
from domain.money.budget.months import FORECAST, YEAR_END
from domain.money.budget.parameters import OF_POLICY
from domain.money.budget.state import BudgetState, Wire, controllers
from domain.money.budget.values import Commitment, LineEnd, YearEnd
from domain.money.budget.year_end import EndYear, compute, ending, target_of


class BecauseOf(Value):
    """A reason."""

    reason: Text


class Nothing(Value):
    """Needs nothing more."""


def refuse_hold(ctx: Wire, _payload: Hold) -> None:
    """A budget in force binds others; it is frozen, not held."""
    if is_approved(ctx.case):
        raise Refused("approved", "The budget is signed off; freeze it instead of putting it on hold.")


def freeze(ctx: Wire, payload: BecauseOf) -> None:
    ctx.add(ev.BudgetFrozen(by=ctx.command.actor, reason=payload.reason, at=ctx.facts.now))


def unfreeze(ctx: Wire, payload: BecauseOf) -> None:
    ctx.add(ev.BudgetUnfrozen(by=ctx.command.actor, reason=payload.reason, at=ctx.facts.now))


def rehearse(ctx: Wire, payload: EndYear) -> None:
    """Raises Refused as the run would."""
    result, _ = compute(ctx.facts, ctx.state, payload)
    ctx.add(ev.YearEndRehearsed(result=result, by=ctx.command.actor, at=ctx.facts.now))


def run(ctx: Wire, payload: EndYear) -> None:
    """Raises Refused `year-runs` before the year is over, and as `compute` does. Again, it moves what is left."""
    if f"{ctx.facts.now:%Y}" <= ctx.state.budget.year:
        template = "{year} is not over; rehearse its end until then."
        raise Refused("year-runs", template, year=ctx.state.budget.year)
    result, transfers = compute(ctx.facts, ctx.state, payload)
    first = ctx.state.year_end is None
    ctx.add(ev.YearEndRun(result=result, transfers=transfers, by=ctx.command.actor, at=ctx.facts.now))
    tasks.done(ctx, kind=YEAR_END, subject=YEAR_END)
    if first:
        _ask_to_close(ctx)


def undo(ctx: Wire, payload: BecauseOf) -> None:
    """Everything goes back where it was; a commitment that was cancelled stays cancelled. Raises Refused `spent-on`."""
    known = ctx.state.year_end
    assert known is not None
    _refuse_used(ctx, known)
    carried: dict[LinePeriod, Decimal] = {}
    for each in known.lines:
        key = LinePeriod(each.line, each.target)
        carried[key] = carried.get(key, Decimal(0)) + each.carried
    short = [f"{key.line} {key.period}" for key, what in carried.items() if ctx.facts.balances[key].available < what]
    if any(what > 0 for what in carried.values()) and short:
        template = "What was carried is spent already on {lines}; it can no longer be undone."
        raise Refused("spent-on", template, lines=", ".join(short))
    postings = Postings(ctx.facts, ctx.state.holdings)
    for each in reversed(known.lines):
        _post_back(postings, each)
    ctx.add(
        ev.YearEndUndone(
            transfers=postings.transfers, by=ctx.command.actor, reason=payload.reason, at=ctx.facts.now
        )
    )  # fmt: skip
    tasks.cancel(ctx, reason="the year's end was undone", kind="close-year")


def close_year(ctx: Wire, _payload: Nothing) -> None:
    """Raises Refused `still-bound` with the cases that hold money of the year: it would stay there for ever."""
    keys = {bound_key(key) for key in ending(ctx.state)}
    held = [one for one in ctx.facts.claims if one.claim.kind == BINDS and one.claim.key in keys]
    if held:
        template = (
            "{cases} hold money of {year} still; wait until they moved or freed it, and run the year's end again."
        )
        cases = ", ".join(f"{one.stream} {one.claim.amount}" for one in held[:5])
        raise Refused("still-bound", template, cases=cases, year=ctx.state.budget.year)
    tasks.done(ctx, kind="close-year", subject=YEAR_END)
    end(FORECAST, ctx)
    ctx.add(ev.YearClosed(by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.APPROVED, reason="the year is closed")


def _refuse_used(ctx: Wire, known: YearEnd) -> None:
    """Raises Refused `spent-on` if a commitment that was carried is no longer whole: a part was invoiced since."""
    held: dict[tuple[str, str], Decimal] = {}
    for one in ctx.facts.claims:
        if one.claim.kind == BINDS and one.claim.amount is not None:
            held[one.stream, one.claim.key] = one.claim.amount.amount
    wanted: dict[tuple[str, str], Decimal] = {}
    for each in known.commitments:
        old = LinePeriod(each.line, each.period)
        if each.decision == "cancel" or (each.case, bound_key(old)) in held:  # the case was told and did not move yet
            continue
        key = (each.case, bound_key(target_of(old)))
        wanted[key] = wanted.get(key, Decimal(0)) + (each.price or each.amount).amount
    used = [case for (case, key), amount in wanted.items() if held.get((case, key), Decimal(0)) < amount]
    if used:
        template = "{cases} used what was carried already; it can no longer be undone."
        raise Refused("spent-on", template, cases=", ".join(dict.fromkeys(used)))


def _ask_to_close(ctx: Wire) -> None:
    budget = ctx.state.budget
    tasks.assign(
        ctx, kind="close-year", title=N_("Close the budget {year} of {unit}", year=budget.year, unit=budget.unit),
        subject=YEAR_END, assignees=controllers(ctx.facts, budget.unit) or (ctx.command.actor,), basis="controller",
        command="close-year", due_days=Decimal(OF_POLICY.number(ctx.facts, "close_year_days")), without_end=True,
    )  # fmt: skip


def _post_back(postings: Postings, end_: LineEnd) -> None:
    old, new = LinePeriod(end_.line, end_.period), LinePeriod(end_.line, end_.target)
    for amount in (end_.carried, end_.with_commitments):
        if amount > 0:
            postings.move(new, old, Money(amount=amount, currency=end_.currency))
        elif amount < 0:
            postings.move(old, new, Money(amount=-amount, currency=end_.currency))
    if given := end_.lapsed - end_.forgiven:
        postings.plan(*old, Money(amount=given, currency=end_.currency))


def effects(before: BudgetState, event: Event, after: BudgetState) -> Sequence[Effect]:
    """The cases whose commitments move are told; who proposed a transfer learns how it ended."""
    match event:
        case ev.YearEndRun(result=result):
            return [_told(one, back=False) for one in result.commitments]
        case ev.YearEndUndone():
            told = before.year_end.commitments if before.year_end else ()
            return [_told(one, back=True) for one in told if one.decision != "cancel"]
        case ev.TransferMade(id=id_) | ev.TransferDeclined(id=id_):
            move = after.transfers[id_]
            about = N_("Transfer {id} of {case} is over: {state}.", id=id_, case=after.case.id, state=move.state)
            return [Notify(to=(move.by,), about=about)]
    return []


def _told(one: Commitment, *, back: bool) -> TellCase:
    target = target_of(LinePeriod(one.line, one.period)).period
    period, goal = (target, one.period) if back else (one.period, target)
    price = one.amount if back and one.price is not None else one.price
    most = (one.price or one.amount) if back else None
    said = MoveCommitment(line=one.line, period=period, target=goal, decision=one.decision, price=price, most=most)
    return TellCase(case=one.case, process=one.process, command=MOVE, payload=said.model_dump(mode="json"))


def claims(before: BudgetState, event: Event) -> Sequence[Claim | Release]:
    """While it is frozen, each line and period says so."""
    match event:
        case ev.BudgetFrozen():
            return [Claim(kind=FROZEN, key=bound_key(key)) for key in before.line_periods]
        case ev.BudgetUnfrozen():
            return [Release(kind=FROZEN, key=bound_key(key)) for key in before.line_periods]
        case ev.YearEndRun():
            return [Claim(kind=YEAR_ENDED, key=bound_key(key)) for key in ending(before)]
        case ev.YearEndUndone():
            return [Release(kind=YEAR_ENDED, key=bound_key(key)) for key in ending(before)]
        case ev.YearClosed():
            return [Claim(kind=YEAR_CLOSED, key=bound_key(key)) for key in ending(before)]
        case CaseClosed() if before.frozen:
            return [Release(kind=FROZEN, key=bound_key(key)) for key in before.line_periods]
    return []
