"""What a budget line allows: stop, warn or ignore (BUD-06). No plan is neither zero nor without limit (BUD-14)."""

from collections.abc import Iterable
from typing import Literal

from domain.kernel.effects import ClaimQuery
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod, Transfer, is_period
from domain.kernel.value import Value
from domain.kernel.values.money import Money, same
from domain.organisation.model import BudgetLine

FROZEN = "budget-frozen"
"""The kind of claim on each line and period of a frozen budget: nothing new is reserved there."""
YEAR_ENDED = "year-ended"
"""The kind of claim on each line and period that was carried over: nothing new is planned or reserved there."""
YEAR_CLOSED = "year-closed"
"""The kind of claim on each line and period of a year that is closed, for ever: nothing is booked there any more."""
STOPS = (FROZEN, YEAR_ENDED, YEAR_CLOSED)
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
    facts: Facts, line: str, period: str, amount: Money, *, posted: Iterable[Transfer] = (), spent: bool = False
) -> BudgetCheck:
    """What the line says of spending `amount`; `posted` are transfers of this decision that come before.

    `spent` is for money that is gone already, which a freeze cannot keep (SPD-04). Raises Refused `unmapped` (there is
    no such line), `wrong-period`, `two-currencies`, as `refuse_stopped`, and LookupError if the process did not name
    the balance in its `needs`: what is not locked must not be decided on.
    """
    known = budget_line(facts, line)
    require_period(known, period)
    refuse_stopped(facts, LinePeriod(line, period), *((YEAR_ENDED, YEAR_CLOSED) if spent else STOPS))
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


def refuse_stopped(facts: Facts, key: LinePeriod, *kinds: str) -> None:
    """Raises Refused `budget-frozen`, `year-ended`, `year-closed` as the budget of a line and period claims it."""
    held = {one.claim.kind for one in facts.claims if one.claim.key == bound_key(key)}.intersection(kinds)
    if YEAR_CLOSED in held:
        template = "{period} is closed on {line}; nothing is booked there any more. Name a later period."
        raise Refused(YEAR_CLOSED, template, line=key.line, period=key.period)
    if YEAR_ENDED in held:
        template = "{period} has ended on {line}; name a later period, or ask the controller to undo the year's end."
        raise Refused(YEAR_ENDED, template, line=key.line, period=key.period)
    if FROZEN in held:
        template = "The budget of {line} in {period} is frozen; its controller can release it."
        raise Refused(FROZEN, template, line=key.line, period=key.period)


def stop_queries(keys: Iterable[LinePeriod]) -> list[ClaimQuery]:
    """The claims that `refuse_stopped` looks at."""
    return [ClaimQuery(kind=kind, key=bound_key(key)) for key in dict.fromkeys(keys) for kind in STOPS]


def bound_key(key: LinePeriod) -> str:
    """The key of claims about a line and period."""
    return f"{key.line}|{key.period}"


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
