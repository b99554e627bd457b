"""What a budget is: rows of line, period and amount, and what must be true of them before anybody is asked (BUD-01)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from domain.kernel.budget_control import budget_line, require_period
from domain.kernel.commands import Text
from domain.kernel.document import KeepDraft
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod, Period, year_of
from domain.kernel.register import RegisterEntry, RegisterSpec
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money, total
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import converted, require_payable
from domain.money.budget.parameters import OF_POLICY
from domain.organisation.model import BudgetLine

MOST_ROWS = 2_000
LineId = Annotated[str, Field(max_length=80), Reference("budget-line")]
Year = Annotated[str, Field(pattern=r"^2[0-9]{3}$", description="For example 2027.")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Reference("currency")]
Unit = Annotated[str, Field(max_length=80), Reference("unit")]


class Row(Value):
    """What a line may cost in a period. In another currency than the budget's, with the plan rate (BUD-08)."""

    line: LineId
    period: Period
    amount: Money
    rate: Annotated[Decimal, Field(gt=0, lt=1_000_000)] | None = None
    note: Annotated[str, Field(max_length=1_000)] | None = None

    @property
    def key(self) -> LinePeriod:
        return LinePeriod(self.line, self.period)

    def planned(self, currency: str) -> Money:
        """The amount in the budget's currency. Raises Refused `no-rate`."""
        if self.amount.currency == currency:
            return self.amount
        if self.rate is None:
            template = "{line} {period} is stated in {other}; state the plan rate to {currency}."
            raise Refused(
                "no-rate", template, line=self.line, period=self.period, other=self.amount.currency, currency=currency
            )
        return converted(self.amount, currency, self.rate)


Rows = Annotated[tuple[Row, ...], Field(max_length=MOST_ROWS)]


class Budget(Value):
    """The content: what approvers sign off. `total` is worked out from the rows, at plan rates."""

    unit: Unit
    project: Annotated[str, Field(max_length=80)] | None = None
    year: Year
    currency: Currency
    rows: Rows
    total: Money
    reason: Text

    @model_validator(mode="before")
    @classmethod
    def _add_up(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "rows" not in given or "currency" not in given:
            return given
        rows = [Row.model_validate(row) for row in given["rows"]]
        currency = str(given["currency"])
        known = [row for row in rows if row.rate is not None or row.amount.currency == currency]
        return {**given, "total": total((row.planned(currency) for row in known), currency)}

    @property
    def id(self) -> str:
        """The id in the register: one budget of a unit or project, year and currency is in force at a time."""
        return ".".join((self.unit, *([self.project] if self.project else []), self.year, self.currency))

    @property
    def line_periods(self) -> tuple[LinePeriod, ...]:
        return tuple(row.key for row in self.rows)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.line for row in self.rows))


class BudgetEntry(RegisterEntry):
    """The version in force, as the register holds it."""

    unit: str
    project: str | None = None
    year: str
    currency: str
    rows: tuple[Row, ...]


BUDGETS: RegisterSpec[BudgetEntry] = RegisterSpec(name="budgets", noun="budget", entry=BudgetEntry)


class WriteBudget(Value):
    """What a draft is made of: the rows that are given, those of last year, or a row of zero for each line."""

    source: Literal["rows", "last-year", "empty"] = "rows"
    rows: Rows = ()
    reason: Text

    @model_validator(mode="after")
    def _rows_of_one_source(self) -> Self:
        if (self.source == "rows") != bool(self.rows):
            raise ValueError("give rows, or take them from last-year or empty; not both")
        return self


class DraftBudget(WriteBudget, KeepDraft):
    """Drafts a budget of a unit or a project, or the next version of one that is in force."""

    unit: Unit
    project: Annotated[str, Field(max_length=80)] | None = None
    year: Year
    currency: Currency = "THB"


def content_of(payload: DraftBudget, facts: Facts) -> Budget:
    return made_of(payload, facts, payload.unit, payload.project, payload.year, payload.currency)


def made_of(
    given: WriteBudget, facts: Facts, unit: str, project: str | None, year: str, currency: str
) -> Budget:  # fmt: skip
    """The content with its rows from where the draft takes them. Raises Refused `no-last-year`, `no-lines`."""
    frame = Budget(
        unit=unit, project=project, year=year, currency=currency, rows=given.rows, reason=given.reason,
        total=Money(amount=Decimal(0), currency=currency),
    )  # fmt: skip
    if given.source == "rows":
        return frame
    rows = _last_year(facts, frame) if given.source == "last-year" else _empty(facts, frame)
    return Budget.model_validate({**dict(frame), "rows": rows})


def in_force(facts: Facts, id_: str, unit: str) -> BudgetEntry | None:
    """The version that the register holds today."""
    version = facts.registers.on(BUDGETS.name, id_, _today(facts, unit))
    return BUDGETS.typed(version) if version else None


def _last_year(facts: Facts, frame: Budget) -> tuple[Row, ...]:
    before = str(int(frame.year) - 1)
    known = in_force(facts, frame.model_copy(update={"year": before}).id, frame.unit)
    if known is None:
        template = "There is no budget of {unit} for {year} to start from; give rows, or start empty."
        raise Refused("no-last-year", template, unit=frame.unit, year=before)
    return tuple(row.model_copy(update={"period": frame.year + row.period[4:]}) for row in known.rows)


def _empty(facts: Facts, frame: Budget) -> tuple[Row, ...]:
    zero = Money(amount=Decimal(0), currency=frame.currency)
    lines = [line for line in facts.organisation.budget_lines.values() if _is_of(facts, frame, line)]
    if not lines:
        template = "No budget line in {currency} belongs to {unit}; operations state one in the organisation's files."
        raise Refused("no-lines", template, unit=frame.unit, currency=frame.currency)
    return tuple(Row(line=line.id, period=each, amount=zero) for line in lines for each in periods(line, frame.year))


def periods(line: BudgetLine, year: str) -> tuple[str, ...]:
    """The periods of a year that a line is planned by."""
    return (year,) if line.periods == "year" else tuple(f"{year}-{month:02}" for month in range(1, 13))


def title_of(budget: Budget) -> Message:
    return N_("Budget {year} of {unit}", year=budget.year, unit=budget.project or budget.unit)


def check(facts: Facts, budget: Budget, requester: str) -> None:
    """Raises Refused `not-the-owner`, `no-rows`, and `bad-rows` with every problem at once, by row."""
    role = OF_POLICY.text(facts, "role_owner")
    if requester not in facts.organisation.holders(role, budget.unit, today_of(facts, requester)):
        template = "The budget of {unit} is drafted by its {role}; ask them."
        raise Refused("not-the-owner", template, unit=budget.unit, role=role)
    if not budget.rows:
        raise Refused("no-rows", "The budget has no rows; name a line, a period and an amount.")
    problems = [f"row {n}: {what}" for n, row in enumerate(budget.rows, 1) for what in _of_row(facts, budget, row)]
    problems += [*_twice(budget.rows), *_elsewhere(facts, budget), *_missing(facts, budget)]
    if problems:
        template = "{count} problems, nothing was changed: {summary}"
        summary = "; ".join(problems[:5])
        raise Refused("bad-rows", template, count=len(problems), summary=summary, problems=problems)


def _of_row(facts: Facts, budget: Budget, row: Row) -> Iterator[str]:
    try:
        line = budget_line(facts, row.line)
        require_period(line, row.period)
        require_payable(row.planned(budget.currency))
    except Refused as refused:
        yield str(refused)
        return
    if not _is_of(facts, budget, line):
        whose = budget.project or budget.unit
        yield f"{row.line} ({line.currency}) is no line of {whose} in {budget.currency}; leave it out"
    if row.amount.amount < 0:
        yield f"{row.line} {row.period} is below zero; plan zero or more"
    if row.amount.currency != budget.currency and line.revaluation is None:
        yield f"{row.line} is planned in {row.amount.currency} and names no line for differences of rates"
    others = {other.rate for other in budget.rows if other.amount.currency == row.amount.currency}
    if len(others) > 1:
        yield f"{row.amount.currency} has more than one plan rate; state one"
    year = year_of(row.period)
    if year < budget.year or (year > budget.year and budget.project is None):
        yield f"{row.period} is not of {budget.year}"


def _is_of(facts: Facts, budget: Budget, line: BudgetLine) -> bool:
    """A project's budget has the project's lines, a unit's those of the unit and below it."""
    below = budget.unit in facts.organisation.units_above(line.unit)
    return below and line.project == budget.project and line.currency == budget.currency


def _twice(rows: Iterable[Row]) -> Iterator[str]:
    seen: set[LinePeriod] = set()
    for number, row in enumerate(rows, 1):
        if row.key in seen:
            yield f"row {number}: {row.line} {row.period} stands in an earlier row too"
        seen.add(row.key)


def _elsewhere(facts: Facts, budget: Budget) -> Iterator[str]:
    """A line and period is in one budget that is in force, so that nothing is planned twice."""
    wanted = set(budget.line_periods)
    for id_, entry in BUDGETS.current(facts.registers, _today(facts, budget.unit)).items():
        if id_ != budget.id:
            yield from (f"{r.line} {r.period} is in the budget {id_}" for r in entry.rows if r.key in wanted)


def _missing(facts: Facts, budget: Budget) -> Iterator[str]:
    """What the version in force plans is taken back by a row of zero, never by silence."""
    known = in_force(facts, budget.id, budget.unit)
    there = set(budget.line_periods)
    for row in known.rows if known else ():
        if row.key not in there:
            yield f"{row.line} {row.period} is in the version in force; plan zero to take it back"


def _today(facts: Facts, unit: str) -> Any:
    role = OF_POLICY.text(facts, "role_owner")
    owners = facts.organisation.holders(role, unit, facts.now.date())
    return today_of(facts, owners[0]) if owners else facts.now.date()
