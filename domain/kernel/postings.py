"""The transfers of one decision, made one by one, each seen by the next (BUD-04 to BUD-08, BUD-14, SPD-06).

A process makes `Postings(facts, state.holdings)`, calls it, and puts `.transfers` into its event.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from domain.kernel.budget_control import BudgetCheck, budget_line, check_available, require_period
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.holdings import Held, Holdings
from domain.kernel.ledger import Account, LinePeriod, Transfer, year_of
from domain.kernel.values.money import Money, same
from domain.kernel.values.rounding import require_payable

A = Account


class Postings:
    """`holdings` is what the case holds by its state; `day` is when it counts from: the owner's today if None."""

    def __init__(
        self, facts: Facts, holdings: Holdings | None = None, *, day: date | None = None, project: str | None = None
    ) -> None:
        self.facts = facts
        self.holdings = holdings or Holdings()
        self.transfers: tuple[Transfer, ...] = ()
        self._day = day
        self._project = project

    def plan(self, line: str, period: str, amount: Money, **original: Any) -> Transfer:
        """A signed-off plan becomes available. An amount below zero takes a part of the plan back (BUD-03)."""
        if amount.amount < 0:
            return self._add(line, period, A.AVAILABLE, A.PLAN, -amount.amount, amount.currency)
        return self._add(line, period, A.PLAN, A.AVAILABLE, amount.amount, amount.currency, **original)

    def move(self, source: LinePeriod, target: LinePeriod, amount: Money) -> tuple[Transfer, Transfer]:
        """What is available on one line and period goes to another one: between lines, or carried to another year."""
        self._one_currency(source, target)
        through = A.TRANSFERRED if year_of(source.period) == year_of(target.period) else A.CARRIED
        if amount.amount < 0:  # overspending that is carried: it comes out of the new year (BUD-09)
            source, target = target, source
        value = abs(amount.amount)
        gone = self._add(*source, A.AVAILABLE, through, value, amount.currency)
        come = self._add(*target, through, A.AVAILABLE, value, amount.currency)
        return gone, come

    def reserve(self, line: str, period: str, amount: Money, **original: Any) -> Transfer:
        """Available becomes reserved. It does not check: call `require_available` before (SPD-01)."""
        return self._add(line, period, A.AVAILABLE, A.RESERVED, amount.amount, amount.currency, **original)

    def commit(self, number: int, amount: Money | None = None) -> Transfer:
        """A reserved amount, or a part of it, is ordered; what is free stays the same (SPD-06)."""
        return self._take(number, A.COMMITTED, amount)

    def spend(self, number: int, amount: Money | None = None) -> Transfer:
        """A reserved or committed amount, or a part of it, is invoiced; what is free stays the same."""
        return self._take(number, A.ACTUAL, amount)

    def release(self, number: int, amount: Money | None = None) -> Transfer:
        """A reserved or committed amount, or a part of it, is free again."""
        return self._take(number, A.AVAILABLE, amount)

    def release_all(self) -> tuple[Transfer, ...]:
        """Closing a case gives back all that it still holds (BUD-05)."""
        return tuple(self.release(held.number) for held in self.holdings.open)

    def spend_directly(self, line: str, period: str, amount: Money, **original: Any) -> Transfer:
        """Spent without a reservation: the excess of an invoice, or what was booked elsewhere. It does not check."""
        return self._add(line, period, A.AVAILABLE, A.ACTUAL, amount.amount, amount.currency, **original)

    def refund(self, line: str, period: str, amount: Money, **original: Any) -> Transfer:
        """A credit note, or the reversal of a booking: actual becomes available."""
        return self._add(line, period, A.ACTUAL, A.AVAILABLE, amount.amount, amount.currency, **original)

    def revalue(self, line: str, period: str, difference: Money) -> Transfer | None:
        """What an invoice costs above its plan rate, on the line that bears such differences (BUD-08).

        Below zero it was cheaper. None if there is no difference. Raises Refused `no-revaluation-line`.
        """
        if not difference.amount:
            return None
        bearer = budget_line(self.facts, line).revaluation
        if bearer is None:
            raise Refused(
                "no-revaluation-line",
                "Budget line {line} names no line that bears differences of rates; operations state one.",
                line=line,
            )
        by_year = budget_line(self.facts, bearer).periods == "year"
        where = (bearer, year_of(period) if by_year else period)
        if difference.amount < 0:
            return self.refund(*where, Money(amount=-difference.amount, currency=difference.currency))
        return self.spend_directly(*where, difference)

    def check_available(self, line: str, period: str, amount: Money, *, spent: bool = False) -> BudgetCheck:
        """What the line's control says of spending `amount` after all that was posted here; never refuses for money."""
        return check_available(self.facts, line, period, amount, posted=self.transfers, spent=spent)

    def require_available(self, line: str, period: str, amount: Money) -> BudgetCheck:
        """The same. Raises Refused `over-budget` or `no-plan` where the line's control is `stop` (BUD-06, BUD-14)."""
        return self.check_available(line, period, amount).required()

    def reserve_all(self, line: str, amounts: Mapping[str, Money]) -> tuple[BudgetCheck, ...]:
        """Checks every period first, then reserves in each: a commitment over years needs all of them (BUD-08)."""
        checks = tuple(self.require_available(line, period, amount) for period, amount in amounts.items())
        for period, amount in amounts.items():
            self.reserve(line, period, amount)
        return checks

    def _take(self, number: int, target: Account, amount: Money | None) -> Transfer:
        held = self.holdings.at(number)
        taken = same(held.money, amount or held.money)
        if taken.amount > held.left:
            raise Refused(
                "more-than-held",
                "Only {left} is left of transfer {number} of this case; {asked} was asked for.",
                number=number,
                left=str(held.money),
                asked=str(taken),
            )
        return self._replace(held, target, taken)

    def _replace(self, held: Held, target: Account, taken: Money) -> Transfer:
        return self._add(
            held.line,
            held.period,
            held.account,
            target,
            taken.amount,
            taken.currency,
            replaces=held.number,
            project=held.project,
        )

    def _add(
        self, line: str, period: str, source: Account, target: Account, amount: Decimal, currency: str, **more: Any
    ) -> Transfer:
        known = budget_line(self.facts, line)
        if more.get("replaces") is None:
            require_period(known, period)
            _require_positive(amount, source)
            _require_currency(known.currency or currency, currency)
        require_payable(Money.model_construct(amount=amount, currency=currency))
        made = Transfer(
            number=self.holdings.last + 1,
            line=line,
            period=period,
            source=source,
            target=target,
            amount=amount,
            currency=currency,
            effective=self._day or self.facts.organisation.day_of(known.owner, self.facts.now),
            units=self.facts.organisation.units_above(known.unit),
            **{"project": self._project or known.project, **more},
        )
        self.transfers = (*self.transfers, made)
        self.holdings = self.holdings.after([made])
        return made

    def _one_currency(self, source: LinePeriod, target: LinePeriod) -> None:
        left, right = (budget_line(self.facts, key.line).currency for key in (source, target))
        _require_currency(str(left), str(right))


def _require_currency(left: str, right: str) -> None:
    if left != right:
        raise Refused(
            "two-currencies",
            "Amounts in {left} and {right} cannot be compared; state both in one currency.",
            left=left,
            right=right,
        )


def _require_positive(amount: Decimal, source: Account) -> None:
    """A plan may be zero, which is not the same as none (BUD-14)."""
    if amount < 0 or (amount == 0 and source is not A.PLAN):
        raise Refused("not-positive", "An amount must be more than zero; {amount} is not.", amount=str(amount))
