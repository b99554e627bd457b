"""Month by month: the forecast, the close of the books, and what is off its plan explained with a measure (BUD-10)."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.kernel.budget_control import budget_line
from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.duty import DutySpec, Every, begin, met
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.items import ItemsSpec, add
from domain.kernel.ledger import LinePeriod, granularity_of
from domain.kernel.recording import Recorded
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import rounded
from domain.money.budget import events as ev
from domain.money.budget.parameters import OF_POLICY
from domain.money.budget.state import BudgetRole, BudgetState, Wire, controllers
from domain.money.budget.values import Explanation, ForecastRow, Variance

CLOSE, YEAR_END = "month-close", "year-end"
"""The kinds of deadlines."""


class GiveForecast(Value):
    """Says what each line will have cost when the budget's year is over."""

    rows: Annotated[tuple[ForecastRow, ...], Field(min_length=1, max_length=2_000)]


class ExplainVariance(Explanation):
    """Says why a line is off its plan, and what is done about it, by whom, until when."""

    task: Annotated[str, Field(max_length=100), Reference("task")]


class MeasureDetails(Value):
    """What a measure is for."""

    line: Annotated[str, Field(max_length=80), Reference("budget-line")]
    cause: Annotated[str, Field(min_length=1, max_length=2_000)]


FORECAST: DutySpec[BudgetState] = DutySpec(
    kind="forecast", name="forecast", command="give-forecast",
    every=lambda facts: Every(months=1, day=int(OF_POLICY.number(facts, "forecast_day"))),
    owner=lambda state: state.case.responsible or "",
    title=lambda state: N_("Forecast of the budget {year} of {unit}", year=state.budget.year, unit=state.budget.unit),
)  # fmt: skip
MEASURES: ItemsSpec[MeasureDetails] = ItemsSpec(
    noun="measure", name="measures", details=MeasureDetails,
    labels={"add": N_("add measure"), "change": N_("change measure"), "close": N_("close measure")},
    helps={
        "add": N_("Adds what is done about a line that is off its plan, by whom and until when."),
        "change": N_("Changes a measure; how it was stays in its history."),
        "close": N_("Ends a measure: it is done, or dropped."),
    },
    editors=(BudgetRole.LINE_OWNER, BudgetRole.CONTROLLER),
    carries_to="budget",
)  # fmt: skip


def begin_months(ctx: Wire, event: Recorded) -> None:
    """Once in force: the forecast is due each month after the year began, each month is closed, the year ends."""
    if event.about != "publication":
        return
    owner, year = ctx.case.responsible or "", int(ctx.state.budget.year)
    month = max(date(year, 2, 1), _next_month(today_of(ctx.facts, owner)))
    begin(FORECAST, ctx, month.replace(day=int(OF_POLICY.number(ctx.facts, "forecast_day"))))
    _close_in(ctx, month)
    last = date(year + 1, 1, int(OF_POLICY.number(ctx.facts, "year_end_day")))
    at = max(working_day_end(ctx.facts, owner, last), ctx.facts.now)
    ctx.add(DeadlineSet(deadline=Deadline(kind=YEAR_END, key=YEAR_END, at=at)))


def give_forecast(ctx: Wire, payload: GiveForecast) -> None:
    """Raises Refused `line-missing`, `same-line`, `not-of-this-budget`, `two-currencies`, `not-due`."""
    budget, given = ctx.state.budget, [row.line for row in payload.rows]
    for line in budget.lines:
        if given.count(line) != 1:
            template = "A forecast has one amount for each line of the budget; {line} has {count}."
            raise Refused("line-missing", template, line=line, count=given.count(line))
    for row in payload.rows:
        if row.line not in budget.lines or row.amount.currency != budget.currency:
            template = "{line} in {currency} is not of this budget; leave it out."
            raise Refused("not-of-this-budget", template, line=row.line, currency=row.amount.currency)
    met(FORECAST, ctx)
    number = len(ctx.state.forecasts) + 1
    ctx.add(ev.ForecastGiven(number=number, rows=payload.rows, by=ctx.command.actor, at=ctx.facts.now))


def close_month(ctx: Wire, payload: DeadlinePassed) -> None:
    """The books of the month before are closed: the owner of each line that is off its plan explains it by day 8."""
    first = (payload.at.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    month, following = f"{first:%Y-%m}", _next_month(first)
    found = tuple(variances(ctx.facts, ctx.state, month))
    ctx.add(ev.VariancesFound(month=month, variances=found, at=ctx.facts.now))
    for variance in found:
        _ask(ctx, variance, following.replace(day=int(OF_POLICY.number(ctx.facts, "variance_day"))))
    if first.year <= int(ctx.state.budget.year) and first.month < 12:
        _close_in(ctx, _next_month(following))


def variances(facts: Facts, state: BudgetState, month: str) -> Iterator[Variance]:
    """The lines whose actual is off the plan until the end of a month by more than both limits of the policy."""
    percent, amount = (OF_POLICY.number(facts, f"variance_{what}") for what in ("percent", "amount"))
    for line in state.budget.lines:
        keys = [key for key in state.line_periods if key.line == line and _has_begun(key, month)]
        balances = [facts.balances[key] for key in keys]
        planned = sum((_until(each.plan + each.transferred + each.carried, each.key, month) for each in balances),
                      Decimal(0))  # fmt: skip
        actual = sum((each.actual for each in balances), Decimal(0))
        off = abs(actual - planned)
        if off > amount and off * 100 > percent * planned:
            currency = state.budget.currency
            part = rounded(Money.model_construct(amount=planned, currency=currency))  # a twelfth has endless digits
            if part.amount == planned:
                part = Money(amount=planned, currency=currency)
            yield Variance(
                line=line, month=month, planned=part,
                actual=Money(amount=actual, currency=currency),
            )  # fmt: skip


def explain(ctx: Wire, payload: ExplainVariance) -> None:
    """Raises Refused as adding a measure does: its owner works here, its day is to come."""
    line = tasks.require(ctx, payload.task).subject
    if line not in ctx.state.variances:
        raise Refused("no-variance", "Task {task} is about no variance; check the number.", task=payload.task)
    tasks.finish(ctx, payload.task)
    explanation = Explanation(**payload.model_dump(exclude={"task"}))
    ctx.add(
        ev.VarianceExplained(line=line, explanation=explanation, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    details = MeasureDetails(line=line, cause=payload.cause[:2_000])
    add(MEASURES, ctx, text=payload.action, owner=payload.owner, due=payload.due, details=details)


def ask_year_end(ctx: Wire, _payload: DeadlinePassed) -> None:
    """The controller is asked to run the year's end (BUD-09)."""
    budget = ctx.state.budget
    title = N_("Run the year's end {year} of {unit}", year=budget.year, unit=budget.unit)
    tasks.assign(
        ctx, kind=YEAR_END, title=title, subject=YEAR_END,
        assignees=controllers(ctx.facts, budget.unit) or (ctx.case.responsible or "",), basis="controller",
        command="run-year-end", due_days=Decimal(OF_POLICY.number(ctx.facts, "close_year_days")), without_end=True,
    )  # fmt: skip


def _ask(ctx: Wire, variance: Variance, due: date) -> None:
    """A line that is still unexplained is asked about anew, with the newer month."""
    tasks.cancel(ctx, reason="a newer month is closed", kind="variance", subject=variance.line)
    line, month, owner = variance.line, variance.month, budget_line(ctx.facts, variance.line).owner
    tasks.assign(
        ctx, kind="variance", title=N_("Explain {line} at the end of {month}", line=line, month=month),
        subject=line, assignees=(owner,), basis="owner of the line", command="explain-variance",
        due_at=max(working_day_end(ctx.facts, owner, due), ctx.facts.now), without_end=True,
    )  # fmt: skip


def _close_in(ctx: Wire, month: date) -> None:
    day = month.replace(day=int(OF_POLICY.number(ctx.facts, "close_day")))
    at = max(working_day_end(ctx.facts, ctx.case.responsible or "", day), ctx.facts.now)
    ctx.add(DeadlineSet(deadline=Deadline(kind=CLOSE, key=CLOSE, at=at)))


def _has_begun(key: LinePeriod, month: str) -> bool:
    return key.period <= month[: len(key.period)]


def _until(whole: Decimal, key: LinePeriod, month: str) -> Decimal:
    """The part of a period's budget that lies before the end of a month: that of a year grows by twelfths."""
    if granularity_of(key.period) == "month" or key.period < month[:4]:
        return whole
    return whole * int(month[5:]) / 12


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])).replace(day=1)
