"""Exact money: a decimal amount and an ISO 4217 currency. No float, ever (BUD-12)."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from domain.kernel.errors import Refused
from domain.kernel.value import Value


def _no_float(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("write the amount as text or as a whole number: a binary fraction is not exact")  # noqa: TRY004
    return value


MOST_DIGITS, MOST_DECIMALS = 15, 12
"""Before and after the point. Together fewer than the 28 that Decimal keeps, so that no sum or product is ever rounded:
one that would be has too many of either. It also keeps `1e999999` from being written out."""


def _in_range(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DECIMALS and value.adjusted() < MOST_DIGITS


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("the amount must be a finite number")
    if not _in_range(value):
        raise ValueError(
            f"write the amount with at most {MOST_DIGITS} digits before the point and {MOST_DECIMALS} after it"
        )
    return value


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("a currency is three capital letters, for example THB")
    return code


_SAID: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 1 - 10**MOST_DIGITS, "maximum": 10**MOST_DIGITS - 1},
        {"type": "string", "pattern": rf"^-?[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,{MOST_DECIMALS}}})?$"},
    ]
}
Amount = Annotated[
    Decimal, BeforeValidator(_no_float), AfterValidator(_bounded), WithJsonSchema(_SAID, mode="validation")
]
_TEXT = re.compile(r"^\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s+([A-Z]{3})\s*$")
"""Commas only where they part thousands: `1,50 THB` is one and a half to some, and must not be read as 150."""


class Money(Value):
    """An amount in one currency. Reads `{"amount": "95000", "currency": "THB"}` and the text `95,000 THB`."""

    amount: Amount
    currency: Annotated[str, AfterValidator(_currency), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            found = _TEXT.match(value)
            if not found:
                raise ValueError("write money as an amount and a currency, for example 95000 THB")
            return {"amount": found[1].replace(",", ""), "currency": found[2]}
        return value

    def __add__(self, other: "Money") -> "Money":
        return _counted(self.amount + same(self, other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return _counted(self.amount - same(self, other).amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return _counted(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < same(self, other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= same(self, other).amount

    def __str__(self) -> str:
        return f"{self.amount:,} {self.currency}"


def _counted(amount: Decimal, currency: str) -> Money:
    """What a rule computed. Raises Refused `amount-out-of-range`: whoever entered the amounts is to be told."""
    if not _in_range(amount):
        raise Refused(
            "amount-out-of-range",
            "The amounts lead to a sum with more than {digits} digits, or {decimals} after the point; correct them.",
            digits=MOST_DIGITS,
            decimals=MOST_DECIMALS,
        )
    return Money(amount=amount, currency=currency)


def same(left: Money, right: Money) -> Money:
    """`right`, if both are of one currency. Raises Refused `two-currencies`."""
    if left.currency != right.currency:
        raise Refused(
            "two-currencies",
            "Amounts in {left} and {right} cannot be compared; state both in one currency.",
            left=left.currency,
            right=right.currency,
        )
    return right


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of `currency` if there is none."""
    zero = Money(amount=Decimal(0), currency=currency)
    return _counted(sum((same(zero, each).amount for each in amounts), zero.amount), currency)
