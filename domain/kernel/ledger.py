"""The values of the ledger: the money of a budget line and period as transfers between accounts (BUD-04, BUD-05).

Three accounts say where money comes from (plan, transferred, carried), four where it is (available, reserved,
committed, actual). Each transfer takes from one and gives to another; for each line, period and currency, at any time:

    plan + transferred + carried = available + reserved + committed + actual
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field

from domain.kernel.value import Value
from domain.kernel.values.money import Amount, Money
from domain.kernel.values.rounding import split

Granularity = Literal["year", "month"]
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


class Account(StrEnum):
    """TRANSFERRED is what came from other lines, CARRIED what came from another year; both negative for what left."""

    PLAN = "plan"
    TRANSFERRED = "transferred"
    CARRIED = "carried"
    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    ACTUAL = "actual"


ORIGINS = (Account.PLAN, Account.TRANSFERRED, Account.CARRIED)
"""Where money comes from. Counted positive when it is taken from there; the others when it is given to them."""

BOUND = (Account.RESERVED, Account.COMMITTED)
"""Where money waits for what replaces it (BUD-05)."""


def _valid_period(text: str) -> str:
    """Raises ValueError."""
    if not _PERIOD.fullmatch(text):
        raise ValueError("a period is a year or a month, for example 2027 or 2027-03")
    return text


Period = Annotated[str, AfterValidator(_valid_period)]


class LinePeriod(NamedTuple):
    """Which balance: a budget line and a period of it. A process names those that a decision needs, in `needs`."""

    line: str
    period: str


class Transfer(Value):
    """Money that goes from one account of a line and period to another.

    `number` counts the transfers of a case from 1; `replaces` is the number of the one that this takes from. `units`
    are the line's unit and those above on that day, nearest first (BUD-15), `effective` is the day it counts from.
    What was stated in another currency is kept in `original`, with the `rate` it was converted at (BUD-08).
    """

    number: Annotated[int, Field(ge=1)]
    line: str
    period: Period
    source: Account
    target: Account
    amount: Annotated[Amount, Field(ge=0)]
    currency: str
    effective: date
    units: tuple[str, ...] = ()
    project: str | None = None
    replaces: int | None = None
    original: Money | None = None
    rate: Decimal | None = None

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)

    @property
    def key(self) -> LinePeriod:
        return LinePeriod(self.line, self.period)

    def on(self, account: Account) -> Decimal:
        """What it adds to an account."""
        given = (self.target is account) - (self.source is account)
        return self.amount * (-given if account in ORIGINS else given)


class PostedTransfer(Value):
    """A transfer as it is kept: of which case, by which event, and when that was recorded (UTC)."""

    stream: str
    position: int
    recorded_at: datetime
    transfer: Transfer


class Balance(Value):
    """The accounts of a line and period. Not `planned`: nobody ever gave it a budget, which is not zero (BUD-14)."""

    line: str
    period: Period
    currency: str
    planned: bool = False
    plan: Decimal = Decimal(0)
    transferred: Decimal = Decimal(0)
    carried: Decimal = Decimal(0)
    available: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    committed: Decimal = Decimal(0)
    actual: Decimal = Decimal(0)

    @property
    def key(self) -> LinePeriod:
        return LinePeriod(self.line, self.period)

    @property
    def left(self) -> Money:
        return Money.model_construct(amount=self.available, currency=self.currency)

    def after(self, transfers: Iterable[Transfer]) -> "Balance":
        """With these transfers of this line, period and currency."""
        mine = [t for t in transfers if (t.key, t.currency) == (self.key, self.currency)]
        if not mine:
            return self
        amounts = {a.value: getattr(self, a.value) + sum(t.on(a) for t in mine) for a in Account}
        planned = self.planned or any(gives_budget(t) for t in mine)
        return self.model_copy(update={**amounts, "planned": planned})


def gives_budget(transfer: Transfer) -> bool:
    """Whether it comes from a plan, another line or another year: after it the line has a plan (BUD-14)."""
    return transfer.source in ORIGINS or transfer.target in ORIGINS


def balances_after(transfers: Iterable[Transfer]) -> dict[tuple[LinePeriod, str], Balance]:
    """What transfers add up to, by line, period and currency."""
    grouped: dict[tuple[LinePeriod, str], list[Transfer]] = {}
    for transfer in transfers:
        grouped.setdefault((transfer.key, transfer.currency), []).append(transfer)
    return {
        (key, currency): Balance(line=key.line, period=key.period, currency=currency).after(some)
        for (key, currency), some in grouped.items()
    }


def unbalanced(transfers: Iterable[Transfer]) -> bool:
    """Whether money came from another line or year that did not leave there: each such transfer has its counterpart."""
    totals: dict[tuple[str, Account], Decimal] = {}
    for t in transfers:
        for account in (Account.TRANSFERRED, Account.CARRIED):
            totals[t.currency, account] = totals.get((t.currency, account), Decimal(0)) + t.on(account)
    return any(totals.values())


def period_of(day: date, granularity: Granularity) -> Period:
    """The period that a day lies in."""
    return f"{day:%Y}" if granularity == "year" else f"{day:%Y-%m}"


def year_of(period: Period) -> str:
    return period[:4]


def granularity_of(period: Period) -> Granularity:
    return "month" if "-" in period else "year"


def is_period(text: str, granularity: Granularity | None = None) -> bool:
    """Whether a text is a year or a month, or the one that is wanted."""
    return bool(_PERIOD.fullmatch(text)) and granularity in (None, granularity_of(text))


def spread(whole: Money, start: date, end: date, granularity: Granularity) -> Mapping[Period, Money]:
    """An amount over the periods that `start` to `end` (both included) touch, by days; it adds up exactly (BUD-08)."""
    if end < start:
        raise ValueError("the end lies before the start")
    days: dict[Period, int] = {}
    for n in range((end - start).days + 1):
        period = period_of(start + timedelta(days=n), granularity)
        days[period] = days.get(period, 0) + 1
    return dict(zip(days, split(whole, list(days.values())), strict=True))
