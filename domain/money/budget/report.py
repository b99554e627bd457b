"""The report on budgets in force: by line and period, with totals by category (BUD-01, BUD-04)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.kernel.ledger import Account, Balance
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.money.budget.state import BudgetState
from domain.organisation.model import BudgetLine

ZERO = Decimal(0)


class BudgetQuestion(Value):
    """Which year, and of which unit with those below it; None for all."""

    year: Annotated[str, Field(pattern=r"^2[0-9]{3}$")]
    unit: str | None = None


class BudgetRow(Value):
    """A line in a period. `plan` and `available` are None where nothing was planned (BUD-14)."""

    line: str
    unit: str
    project: str | None
    category: str
    currency: str
    period: str
    version: int | None
    plan: Decimal | None
    transferred: Decimal
    carried: Decimal
    reserved: Decimal
    committed: Decimal
    actual: Decimal
    available: Decimal | None
    forecast: Decimal | None = None


class CategoryTotal(Value):
    """What the rows of a category and currency add up to."""

    category: str
    currency: str
    plan: Decimal
    reserved: Decimal
    committed: Decimal
    actual: Decimal
    available: Decimal


class BudgetReport(Value):
    rows: tuple[BudgetRow, ...]
    totals: tuple[CategoryTotal, ...]


def build(source: Snapshot, question: BudgetQuestion) -> BudgetReport:
    """Rows in order of line and period; a forecast of the year stands in the line's first period."""
    states = [state for state in source.cases.get("budget", {}).values() if _counts(state, question.year)]
    versions = {key: state.life.number for state in states for key in state.line_periods}
    forecasts = {row.line: row.amount.amount for state in states for rows in state.forecasts[-1:] for row in rows}
    rows: list[BudgetRow] = []
    for balance in sorted(source.balances, key=lambda each: each.key):
        line = source.organisation.budget_lines.get(balance.line)
        if line is None or balance.period[:4] != question.year or not _is_asked(source, question, line):
            continue
        forecast = forecasts.pop(balance.line, None)
        rows.append(_row(line, balance, versions.get(balance.key), forecast))
    return BudgetReport(rows=tuple(rows), totals=tuple(_totals(rows)))


def _counts(state: BudgetState, year: str) -> bool:
    """Whether it is the version in force, or the last one of a year that is closed."""
    content, life = state.document.content, state.life
    return content is not None and content.year == year and life.number is not None and life.ended is None


def _is_asked(source: Snapshot, question: BudgetQuestion, line: BudgetLine) -> bool:
    if source.units is not None and line.unit not in source.units:
        return False
    return question.unit is None or question.unit in source.organisation.units_above(line.unit)


def _row(line: BudgetLine, balance: Balance, version: int | None, forecast: Decimal | None) -> BudgetRow:
    amounts = {account.value: getattr(balance, account.value) for account in Account}
    none = {} if balance.planned else {"plan": None, "available": None}
    return BudgetRow(
        line=line.id, unit=line.unit, project=line.project, category=line.category, currency=balance.currency,
        period=balance.period, version=version, forecast=forecast, **{**amounts, **none},
    )  # fmt: skip


def _totals(rows: Iterable[BudgetRow]) -> Iterable[CategoryTotal]:
    grouped: dict[tuple[str, str], list[BudgetRow]] = {}
    for row in rows:
        grouped.setdefault((row.category, row.currency), []).append(row)
    for (category, currency), some in sorted(grouped.items()):
        yield CategoryTotal(
            category=category,
            currency=currency,
            plan=sum((row.plan or ZERO for row in some), ZERO),
            reserved=sum((row.reserved for row in some), ZERO),
            committed=sum((row.committed for row in some), ZERO),
            actual=sum((row.actual for row in some), ZERO),
            available=sum((row.available or ZERO for row in some), ZERO),
        )


REPORT: ReportSpec[Snapshot, BudgetQuestion, BudgetReport] = ReportSpec(
    name="budget", title=N_("Budgets by line and period"), question=BudgetQuestion, processes=("budget",), build=build
)
