"""What must not be asked for, each with a sentence that says what to do instead."""

from datetime import date, timedelta

from domain.kernel.budget_control import budget_line, require_period
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import granularity_of, period_of, spread
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import require_payable
from domain.money.spending.content import MOST_PERIODS, SPENT_ALREADY, Spending, periods
from domain.organisation.model import BudgetLine


def check(facts: Facts, content: Spending, requester: str) -> None:
    """Raises Refused `unmapped`, `no-amount`, `no-rate`, `no-supplier`, `past-period` and those below (BUD-06)."""
    line, today = budget_line(facts, content.budget_line), today_of(facts, requester)
    if content.amount.amount <= 0:
        raise Refused("no-amount", "Write an amount above zero; what comes back is a credit note.")
    require_payable(content.amount)
    _check_rate(content, line, today)
    _check_periods(content, line, today)
    if content.kind != "expense" and not content.supplier:
        raise Refused("no-supplier", "Name the supplier; without one, requests to the same one cannot be added up.")
    if content.kind == "contract":
        _check_term(content)
    if content.kind in SPENT_ALREADY and (content.happened_on is None or content.happened_on > today):
        raise Refused("no-day", "Say on which day the money was spent, {today} at the latest.", today=today.isoformat())


def cost_by_period(content: Spending) -> dict[str, Money]:
    """The cost over the periods that pay it, by days; of a contract by the days of its term (BUD-08)."""
    first, last = _span(content)
    return dict(spread(content.cost, first, last, granularity_of(content.period)))


def _check_rate(content: Spending, line: BudgetLine, today: date) -> None:
    """There is no arithmetic over two currencies without a recorded rate (SPD-10)."""
    given = (content.rate, content.rate_currency, content.rate_source, content.rate_day)
    foreign = content.amount.currency != line.currency
    if foreign and (None in given or content.rate_currency != line.currency):
        raise Refused(
            "no-rate",
            "Budget line {line} is kept in {currency}: state the rate to it, its source and its day.",
            line=line.id,
            currency=str(line.currency),
        )
    if not foreign and given != (None, None, None, None):
        raise Refused("no-rate-needed", "The amount is in the line's currency; leave out the rate.")
    if content.rate_day is not None and content.rate_day > today:
        raise Refused("rate-day", "A rate is of {today} or an earlier day.", today=today.isoformat())


def _check_periods(content: Spending, line: BudgetLine, today: date) -> None:
    """Money of a year that is over is moved by its year end, never by a request."""
    require_period(line, content.period)
    require_period(line, content.until or content.period)
    found = periods(content.period, content.until)
    if found[-1] != (content.until or content.period) or len(found) > MOST_PERIODS:
        raise Refused("bad-periods", "The last period must follow the first, within {most} of them.", most=MOST_PERIODS)
    if content.period[:4] < f"{today:%Y}":
        raise Refused("past-period", "{period} is over; name a period of {year} or later.", period=content.period,
                      year=f"{today:%Y}")  # fmt: skip


def _check_term(content: Spending) -> None:
    if content.starts is None or content.ends is None:
        raise Refused("no-term", "A contract needs its first and its last day; state them, and its days of notice.")
    if content.ends <= content.starts:
        raise Refused("no-term", "A contract ends after it starts; correct its last day.")
    grain = granularity_of(content.period)
    if (period_of(content.starts, grain), period_of(content.ends, grain)) != (
        content.period,
        content.until or content.period,
    ):
        raise Refused(
            "term-outside",
            "The term from {starts} to {ends} must begin in the first period and end in the last.",
            starts=content.starts.isoformat(),
            ends=content.ends.isoformat(),
        )


def _span(content: Spending) -> tuple[date, date]:
    if content.kind == "contract" and content.starts and content.ends:
        return content.starts, content.ends
    last = content.until or content.period
    return _first_day(content.period), _first_day(_following(last)) - timedelta(days=1)


def _first_day(period: str) -> date:
    year, _, month = period.partition("-")
    return date(int(year), int(month or 1), 1)


def _following(period: str) -> str:
    start = _first_day(period)
    return f"{start.year + 1}" if "-" not in period else f"{start + timedelta(days=31):%Y-%m}"
