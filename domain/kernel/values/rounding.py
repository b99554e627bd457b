"""Money in whole minor units (satang, cents): rounding, exact splits, other currencies at a stated rate (BUD-12)."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext

from domain.kernel.errors import Refused
from domain.kernel.values.money import Money

_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Digits after the point by ISO 4217, where they are not two."""
_PRECISE = 60
"""Digits kept while a share or a product is computed, so that only the last step rounds."""


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency by ISO 4217: 0.01 of most, 1 of the yen, 0.001 of the Kuwaiti dinar."""
    return Decimal(1).scaleb(-_DIGITS.get(currency, 2))


def rounded(money: Money) -> Money:
    """To whole minor units, half to even: the one rounding of the ledger."""
    return Money(amount=money.amount.quantize(minor_unit(money.currency), ROUND_HALF_EVEN), currency=money.currency)


def require_payable(money: Money) -> Money:
    """`money` in whole minor units. Raises Refused `not-payable`: the ledger never rounds what a person stated."""
    if money.amount % minor_unit(money.currency):
        raise Refused(
            "not-payable",
            "{amount} cannot be paid: the smallest amount of {currency} is {unit}; round it.",
            amount=str(money.amount),
            currency=money.currency,
            unit=str(minor_unit(money.currency)),
        )
    return money


def split(whole: Money, weights: Sequence[int | Decimal]) -> tuple[Money, ...]:
    """Shares by weight that add up to `whole` exactly.

    Each is rounded down to minor units; what is left goes out unit by unit to the largest fractions, of equal ones to
    the first. Raises ValueError unless the weights are not negative and one is positive.
    """
    if not weights or min(weights) < 0 or not any(weights):
        raise ValueError("weights must not be negative, and one must be positive")
    unit = minor_unit(whole.currency)
    with localcontext(prec=_PRECISE):
        units = require_payable(whole).amount / unit
        exact = [units * weight / sum(weights) for weight in weights]
        down = [share.to_integral_value(ROUND_DOWN) for share in exact]
        missing = int(units - sum(down))
        step = -1 if missing < 0 else 1
        order = sorted(range(len(exact)), key=lambda n: -abs(exact[n] - down[n]))
        for n in order[: abs(missing)]:
            down[n] += step
        return tuple(Money(amount=share * unit, currency=whole.currency) for share in down)


def converted(money: Money, currency: str, rate: Decimal) -> Money:
    """`money` in another currency: `rate` is what one of `money` is worth there. Rounded half to even (BUD-08)."""
    if not rate.is_finite() or rate <= 0:
        raise Refused("bad-rate", "A rate must be more than zero; {rate} is not.", rate=str(rate))
    with localcontext(prec=_PRECISE):
        amount = (money.amount * rate).quantize(minor_unit(currency), ROUND_HALF_EVEN)
    return Money(amount=amount, currency=currency)
