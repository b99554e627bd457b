"""The values inside the events and the state of a budget."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.ledger import LinePeriod, Period
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference

LineId = Annotated[str, Field(max_length=80), Reference("budget-line")]


class Guidance(Value):
    """What is asked for from above, before there is a draft."""

    unit: str
    project: str | None = None
    year: str
    currency: str
    ceiling: Money | None = None
    text: str
    due: date
    by: str


class Move(Value):
    """A transfer between lines. `needed` are those who must agree, by what they agree for: a line or `controller`.

    `held` is the number of the transfer that reserves the amount until they have.
    """

    source_line: str
    source_period: str
    target_line: str
    target_period: str
    amount: Money
    reason: str
    by: str
    needed: dict[str, tuple[str, ...]] = {}
    agreed: dict[str, str] = {}
    held: int = 0
    state: Literal["asked", "made", "declined"] = "asked"

    @property
    def source(self) -> LinePeriod:
        return LinePeriod(self.source_line, self.source_period)

    @property
    def target(self) -> LinePeriod:
        return LinePeriod(self.target_line, self.target_period)


class ForecastRow(Value):
    """What a line will have cost when its budget is over."""

    line: LineId
    amount: Money
    note: Annotated[str, Field(max_length=1_000)] | None = None


class Variance(Value):
    """A line at the close of a month: what was planned until then, what was spent until then."""

    line: str
    month: str
    planned: Money
    actual: Money


class Explanation(Value):
    """Why a line is off its plan, and what is done about it, by whom, until when (BUD-10)."""

    cause: Text
    action: Annotated[str, Field(min_length=1, max_length=300)]
    owner: Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
    due: date


class Commitment(Value):
    """What a case still holds of a line and period when the year ends, and what becomes of it (BUD-09).

    `carry` takes its budget along, `carry-without` is paid by the new year's budget, `re-encumber` takes along the
    budget for the real price, `cancel` gives it back.
    """

    case: str
    process: str
    line: str
    period: Period
    amount: Money
    decision: Literal["carry", "carry-without", "re-encumber", "cancel"]
    price: Money | None = None


class LineEnd(Value):
    """What becomes of a line and period. `free` is what no case holds; below zero it is overspent.

    `with_commitments` goes along with open commitments, `carried` is the unspent or overspent that goes on, `lapsed`
    is given back, `forgiven` is given to it.
    """

    line: str
    period: Period
    target: Period
    currency: str
    free: Decimal
    carried: Decimal
    with_commitments: Decimal
    lapsed: Decimal
    forgiven: Decimal


class LineTotal(Value):
    """What is free on the old and the new periods of a line together, before and after."""

    line: str
    before: Decimal
    after: Decimal
    lapsed: Decimal
    forgiven: Decimal

    @property
    def proven(self) -> bool:
        """Nothing was made or lost: what there was, less what lapsed, with what was forgiven, is there (BUD-09)."""
        return self.before - self.lapsed + self.forgiven == self.after


class YearEnd(Value):
    """The year's end as it is rehearsed or run."""

    lines: tuple[LineEnd, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    totals: tuple[LineTotal, ...] = ()

    @property
    def proven(self) -> bool:
        return all(total.proven for total in self.totals)
