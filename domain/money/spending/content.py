"""What is asked for: a purchase, a contract, an expense or an emergency, from which line and period."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.document import KeepDraft
from domain.kernel.ledger import LinePeriod, Period
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Amount, Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import converted

Kind = Literal["purchase", "contract", "expense", "emergency"]
Name = Annotated[str, Field(min_length=1, max_length=120)]
LineId = Annotated[str, Field(min_length=1, max_length=80), Reference("budget-line")]
CaseId = Annotated[str, Field(min_length=1, max_length=200)]
SPENT_ALREADY = frozenset({"expense", "emergency"})
"""Kinds of which the money was spent before it was asked for: there is nothing to order."""
MOST_PERIODS = 60


class Spending(Value):
    """The content that is approved. `cost` is `amount` in the currency of the line, at the rate that is stated here.

    `period` pays, or the periods from it to `until`. `rate` is what one of the amount's currency is worth in
    `rate_currency`, by `rate_source` on `rate_day` (SPD-10). `starts` and `ends` (its last day) are the term of a
    contract, `notice_days` how long before its end notice must be given (SPD-03). `copy_of` names an earlier case.
    """

    kind: Annotated[Kind, Field(title="kind")]
    what: Annotated[str, Field(min_length=1, max_length=300, title="what")]
    budget_line: LineId
    supplier: Name | None = None
    amount: Money
    rate: Annotated[Amount, Field(gt=0)] | None = None
    rate_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Reference("currency")] | None = None
    rate_source: Name | None = None
    rate_day: date | None = None
    period: Period
    until: Annotated[Period | None, Field(title="last period")] = None
    needed_by: date | None = None
    happened_on: date | None = None
    starts: date | None = None
    ends: date | None = None
    notice_days: Annotated[int, Field(ge=0, le=730)] = 0
    copy_of: CaseId | None = None
    reason: Text

    @property
    def cost(self) -> Money:
        if self.rate is None or self.rate_currency is None:
            return self.amount
        return converted(self.amount, self.rate_currency, self.rate)

    def in_line_currency(self, amount: Money) -> Money:
        """Another amount of this request at its rate, which no newer rate replaces (SPD-10)."""
        return self.model_copy(update={"amount": amount}).cost


class RequestSpending(Spending, KeepDraft):
    """Asks to spend money. It is reserved on the budget line at once, so that it cannot be promised twice.

    Those who approve see it. An expense needs its receipt: keep it as a draft, attach the receipt, submit it.
    """


def periods(first: str, last: str | None) -> tuple[str, ...]:
    """The years or months from `first` to `last`; the first alone if these do not fit."""
    found = [first]
    while last is not None and found[-1] < last and len(last) == len(first) and len(found) <= MOST_PERIODS:
        found.append(_next(found[-1]))
    return tuple(found)


def keys_of(line: str, first: str, last: str | None) -> tuple[LinePeriod, ...]:
    return tuple(LinePeriod(line, period) for period in periods(first, last))


def title(content: Spending) -> Message:
    line, supplier = content.budget_line, content.supplier or "-"
    match content.kind:
        case "purchase":
            return N_("A purchase on {line} from {supplier}", line=line, supplier=supplier)
        case "contract":
            return N_("A contract on {line} with {supplier}", line=line, supplier=supplier)
        case "expense":
            return N_("An expense on {line}", line=line)
        case "emergency":
            return N_("An emergency purchase on {line} from {supplier}", line=line, supplier=supplier)


def _next(period: str) -> str:
    if "-" not in period:
        return f"{int(period) + 1:04}"
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04}-{month % 12 + 1:02}"
