"""Bookings of a file, and everything that is wrong with them at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.kernel.budget_control import YEAR_CLOSED, budget_line
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod, period_of
from domain.kernel.money_events import bound_key
from domain.kernel.parameters import Parameters
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import converted, require_payable

MOST = 200_000
DOCUMENT, REVERSED = "booked-document", "reversed-document"
"""The kinds of claims on a document's number: it was booked, and it was reversed. Both are for ever."""
PARAMETERS = Parameters("actuals", {"role_controller": "finance-controller"})
Number = Annotated[str, Field(min_length=1, max_length=80)]


class Booking(Value):
    """A row: what was booked on a day on a line. With `reverses` it takes back that document, whole.

    `row` is its place in the file. `rate` is what one of the amount is worth in the line's currency.
    """

    row: Annotated[int, Field(ge=1)]
    document: Number
    day: date
    line: Annotated[str, Field(max_length=80), Reference("budget-line")]
    amount: Money
    rate: Annotated[Decimal, Field(gt=0, lt=1_000_000)] | None = None
    reverses: Number | None = None
    text: Annotated[str, Field(max_length=200)] | None = None


class ImportActuals(Value):
    """Books what was booked elsewhere. All rows or none; a document number is taken once, ever."""

    file: Annotated[str, Field(min_length=1, max_length=200)]
    rows: Annotated[tuple[Booking, ...], Field(min_length=1, max_length=MOST)]


@dataclass(frozen=True)
class Booked:
    """A row as it is posted: where, and how much in the line's currency."""

    booking: Booking
    key: LinePeriod
    amount: Money


def booked(facts: Facts, payload: ImportActuals, by: str) -> tuple[Booked, ...]:
    """The rows as they are posted. Raises Refused `bad-rows` with every wrong row and column."""
    claims = _Claims.of(facts)
    problems: list[str] = []
    rows: list[Booked] = []
    seen: dict[str, Booked] = {}
    reversed_: set[str] = set()
    for booking in payload.rows:
        made, wrong = _row(facts, booking, by, claims)
        wrong += list(_repeated(booking, seen, claims))
        if made is not None:
            wrong += list(_reversal(made, seen, reversed_, claims))
            rows.append(made)
            seen.setdefault(booking.document, made)
        if booking.reverses:
            reversed_.add(booking.reverses)
        problems += [f"row {booking.row}, {what}" for what in wrong]
    if problems:
        template = "{count} problems, nothing was booked: {summary}"
        summary = "; ".join(problems[:5])
        raise Refused("bad-rows", template, count=len(problems), summary=summary, problems=problems)
    return tuple(rows)


@dataclass(frozen=True)
class _Claims:
    """What is known of documents and years: documents with what was booked, by number."""

    documents: Mapping[str, tuple[str, Money | None]]
    reversed: frozenset[str]
    closed: frozenset[str]

    @classmethod
    def of(cls, facts: Facts) -> "_Claims":
        held = [one.claim for one in facts.claims]
        return cls(
            documents={one.key: (one.item, one.amount) for one in held if one.kind == DOCUMENT},
            reversed=frozenset(one.key for one in held if one.kind == REVERSED),
            closed=frozenset(one.key for one in held if one.kind == YEAR_CLOSED),
        )


def _row(facts: Facts, booking: Booking, by: str, claims: _Claims) -> tuple[Booked | None, list[str]]:
    try:
        line = budget_line(facts, booking.line)
    except Refused as refused:
        return None, [f"line: {refused}"]
    wrong: list[str] = []
    role = PARAMETERS.text(facts, "role_controller")
    if by not in facts.organisation.holders(role, line.unit, today_of(facts, by)):
        wrong.append(f"line: {booking.line} is booked by the {role} of {line.unit}")
    key = LinePeriod(booking.line, period_of(booking.day, line.periods))
    if bound_key(key) in claims.closed:
        wrong.append(f"day: {key.period} is closed on {booking.line}; book it in a later period")
    if booking.amount.amount <= 0:
        wrong.append("amount: it must be above zero; a reversal is a row of its own that names what it reverses")
        return None, wrong
    try:
        amount = _in_line_currency(booking, line.currency or "")
    except Refused as refused:
        return None, [*wrong, f"amount: {refused}"]
    return Booked(booking, key, amount), wrong


def _in_line_currency(booking: Booking, currency: str) -> Money:
    """Raises Refused `no-rate`, `not-payable`."""
    if booking.amount.currency == currency:
        return require_payable(booking.amount)
    if booking.rate is None:
        template = "{line} is kept in {currency}; state a rate for {other}."
        raise Refused("no-rate", template, line=booking.line, currency=currency, other=booking.amount.currency)
    return converted(require_payable(booking.amount), currency, booking.rate)


def _repeated(booking: Booking, seen: Mapping[str, Booked], claims: _Claims) -> Iterator[str]:
    if booking.document in seen:
        yield f"document: {booking.document} stands in row {seen[booking.document].booking.row} too"
    elif booking.document in claims.documents:
        yield f"document: {booking.document} was booked before"


def _reversal(made: Booked, seen: Mapping[str, Booked], reversed_: set[str], claims: _Claims) -> Iterator[str]:
    """What it reverses was booked, on that line, with that amount, and was not reversed yet."""
    number = made.booking.reverses
    if number is None:
        return
    earlier = seen.get(number)
    known = (item_of(earlier), earlier.amount) if earlier else claims.documents.get(number)
    if known is None:
        yield f"reverses: {number} was never booked"
    elif number in claims.reversed or number in reversed_:
        yield f"reverses: {number} was reversed before"
    elif known != (item_of(made), made.amount):
        yield f"reverses: {number} was booked with {known[1]} on {known[0]}; a reversal takes back the whole of it"


def item_of(made: Booked) -> str:
    """What a document's claim says of it beside the amount: the line, and for a reversal that it is one."""
    return made.booking.line
