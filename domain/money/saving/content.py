"""What is promised: which money, against which baseline, how much of it, and what it costs to get there."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.budget_control import budget_line, require_period
from domain.kernel.commands import Text
from domain.kernel.document import KeepDraft
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod, Period
from domain.kernel.parameters import Parameters
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import require_payable, split
from domain.organisation.policy_needs import Parameter

Kind = Literal["hard", "avoidance", "revenue", "working-capital"]
Short = Annotated[str, Field(min_length=1, max_length=300)]

PARAMETERS: dict[str, Parameter] = {
    "methods": ("price-difference", "volume-reduction", "contract-ended", "unit-cost", "new-revenue"),
    "sustain_months": 12,  # after it was booked, whether it lasted is looked at (SAV-05)
    "claim_days": 20,
    "confirm_days": 10,
    "role_finance": "finance-controller",
}
SETTINGS = Parameters("saving", PARAMETERS)


class Saving(Value):
    """The content that is agreed. A hard saving takes money off its line; the others are shown and kept apart (SAV-02).

    `source` names the very money: a contract, a supplier, a service. One initiative alone claims it (SAV-04).
    `amount` is what the line pays less over `period` to `until`, `cost_to_achieve` what getting there costs. The
    baseline is what would be paid without it: how much, over which period, by which source, of which scope (SAV-01).
    """

    kind: Annotated[Kind, Field(title="kind")]
    recurrence: Literal["one-off", "run-rate"]
    what: Short
    budget_line: Annotated[str, Field(min_length=1, max_length=80), Reference("budget-line")]
    source: Annotated[str, Field(min_length=1, max_length=120)]
    period: Period
    until: Annotated[Period | None, Field(title="last period")] = None
    amount: Money
    cost_to_achieve: Money | None = None
    baseline: Money
    baseline_period: Annotated[str, Field(min_length=1, max_length=80)]
    baseline_source: Short
    baseline_scope: Short
    method: Annotated[str, Field(min_length=1, max_length=80)]
    lead: Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
    starts: date
    risk: Text
    reason: Text

    @property
    def net(self) -> Money:
        """What is left of it after the cost to get it (SAV-02)."""
        return self.amount - self.cost_to_achieve if self.cost_to_achieve else self.amount


class ProposeSaving(Saving, KeepDraft):
    """Proposes to save or to earn money. Finance agrees on the baseline first, and work starts after that."""


def check(facts: Facts, content: Saving, requester: str) -> None:
    """Raises Refused `unmapped`, `two-currencies`, `no-amount`, `above-baseline`, `no-such-method`, `no-gain`,
    `work-began`, `unknown-person`, `bad-periods`.
    """
    line, today = budget_line(facts, content.budget_line), today_of(facts, requester)
    for period in (content.period, content.until or content.period):
        require_period(line, period)
    if (content.until or content.period) < content.period or len(periods(content)) > 60:
        raise Refused("bad-periods", "The last period must follow the first, within 60 of them.")
    _check_amounts(content, str(line.currency))
    methods = SETTINGS.of(facts, "methods")
    known = (methods,) if isinstance(methods, str) else tuple(methods) if isinstance(methods, tuple | list) else ()
    if content.method not in known:
        raise Refused("no-such-method", "{method} is not in the catalogue; the methods are {known}.",
                      method=content.method, known=", ".join(known))  # fmt: skip
    if content.starts < today:
        raise Refused("work-began", "The baseline is agreed before work starts: name {today} or a later day.",
                      today=today.isoformat())  # fmt: skip
    if not facts.organisation.works_here(content.lead, today):
        raise Refused("unknown-person", "Nobody with the id {person} works here; check the id.", person=content.lead)


def periods(content: Saving) -> tuple[str, ...]:
    found = [content.period]
    while content.until is not None and found[-1] < content.until and len(found) <= 60:
        year, _, month = found[-1].partition("-")
        following = f"{int(year) + int(month) // 12:04}-{int(month) % 12 + 1:02}" if month else f"{int(year) + 1:04}"
        found.append(following)
    return tuple(found)


def keys(content: Saving) -> tuple[LinePeriod, ...]:
    return tuple(LinePeriod(content.budget_line, period) for period in periods(content))


def shares(content: Saving, amount: Money) -> dict[str, Money]:
    """An amount in equal shares of the periods that it is promised for."""
    names = periods(content)
    return dict(zip(names, split(amount, [1] * len(names)), strict=True))


def title(content: Saving) -> Message:
    line = content.budget_line
    if content.kind == "revenue":
        return N_("More revenue on {line}", line=line)
    return N_("A saving on {line}", line=line)


def _check_amounts(content: Saving, currency: str) -> None:
    given = [content.amount, content.baseline, *([content.cost_to_achieve] if content.cost_to_achieve else [])]
    for amount in given:
        if amount.currency != currency:
            raise Refused("other-currency", "The line is kept in {currency}; state all amounts in it.",
                          currency=currency)  # fmt: skip
        require_payable(amount)
    if content.amount.amount <= 0 or content.baseline.amount <= 0 or min(each.amount for each in given) < Decimal(0):
        raise Refused("no-amount", "Write a baseline and an amount above zero, and no negative cost.")
    if content.kind != "revenue" and content.amount.amount > content.baseline.amount:
        raise Refused("above-baseline", "More than the baseline of {baseline} cannot be saved; correct one of them.",
                      baseline=str(content.baseline))  # fmt: skip
    if content.net.amount <= 0:
        raise Refused("no-gain", "It costs as much as it brings: nothing would be saved; lower the cost, or leave it.")
