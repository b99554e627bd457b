"""What a budget line allows: stop, warn or ignore (BUD-06). No plan is neither zero nor without limit (BUD-14)."""

from collections.abc import Iterable
from typing import Literal

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod, Transfer, is_period
from domain.kernel.value import Value
from domain.kernel.values.money import Money, same
from domain.organisation.model import BudgetLine

Verdict = Literal["within", "over", "no-plan"]


class BudgetCheck(Value):
    """What spending `asked` does to a line and period.

    `left` is what is free before, `after` afterwards; both None if there is no plan. `outcome` is what follows from the
    line's control: `ok`, `warned`, `ignored`, or `stopped`, which needs an exception (KRN-44).
    """

    line: str
    period: str
    asked: Money
    verdict: Verdict
    control: Literal["stop", "warn", "ignore"]
    left: Money | None = None
    after: Money | None = None

    @property
    def outcome(self) -> Literal["ok", "warned", "ignored", "stopped"]:
        if self.verdict == "within":
            return "ok"
        return {"stop": "stopped", "warn": "warned", "ignore": "ignored"}[self.control]  # type: ignore[return-value]

    def required(self) -> "BudgetCheck":
        """Itself. Raises Refused `over-budget` or `no-plan` if the line stops it."""
        if self.outcome != "stopped":
            return self
        if self.verdict == "no-plan":
            raise Refused(
                "no-plan",
                "Budget line {line} has no plan for {period}; ask the owner of the line for one.",
                line=self.line,
                period=self.period,
            )
        raise Refused(
            "over-budget",
            "Budget line {line} has {left} left in {period}, {asked} was asked for; lower it or ask for an exception.",
            line=self.line,
            period=self.period,
            left=str(self.left),
            asked=str(self.asked),
        )


def require_available(facts: Facts, line: str, period: str, amount: Money) -> BudgetCheck:
    """The check of one amount. Raises Refused `over-budget`, `no-plan`, and as `check_available` (BUD-06)."""
    return check_available(facts, line, period, amount).required()


def check_available(
    facts: Facts, line: str, period: str, amount: Money, *, posted: Iterable[Transfer] = ()
) -> BudgetCheck:
    """What the line says of spending `amount`; `posted` are transfers of this decision that come before.

    Raises Refused `unmapped` (there is no such line), `wrong-period`, `two-currencies`, and LookupError if the process
    did not name the balance in its `needs`: what is not locked must not be decided on.
    """
    known = budget_line(facts, line)
    require_period(known, period)
    balance = balance_of(facts, line, period).after(posted)
    same(balance.left, amount)
    verdict: Verdict = "within" if amount.amount <= balance.available else "over"
    if not balance.planned:
        return BudgetCheck(line=line, period=period, asked=amount, verdict="no-plan", control=known.control)
    return BudgetCheck(
        line=line,
        period=period,
        asked=amount,
        verdict=verdict,
        control=known.control,
        left=balance.left,
        after=balance.left - amount,
    )


def balance_of(facts: Facts, line: str, period: str) -> Balance:
    """The locked balance. Raises LookupError if `needs` did not name it."""
    found = facts.balances.get(LinePeriod(line, period))
    if found is None:
        raise LookupError(f"the balance of {line} in {period} was not asked for; name it in `needs`")
    return found


def budget_line(facts: Facts, line: str) -> BudgetLine:
    """Raises Refused `unmapped`: spending that maps to no line is never let through (BUD-06)."""
    known = facts.organisation.budget_lines.get(line)
    if known is None:
        raise Refused("unmapped", "There is no budget line {line}; name the line that pays for it.", line=line)
    if known.currency is None:
        raise Refused(
            "line-without-currency",
            "Budget line {line} has no currency yet; operations state it in the organisation's files.",
            line=line,
        )
    return known


def require_period(line: BudgetLine, period: str) -> None:
    """Raises Refused `wrong-period` for a month where the line is planned by year, or the reverse."""
    if not is_period(period, line.periods):
        raise Refused(
            "wrong-period",
            "Budget line {line} has no period {period}; name one such as {example}.",
            line=line.id,
            period=period[:20],
            example="2027" if line.periods == "year" else "2027-03",
        )
