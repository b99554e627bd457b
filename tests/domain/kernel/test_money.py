"""Amounts are exact, and of a size that can be written down (BUD-12)."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.values.money import Money, total

LARGEST = Money(amount=Decimal("999999999999999.999999999999"), currency="THB")


@pytest.mark.parametrize(
    "amount", ["1e999999", "1e-999999", "0e999999", "1e15", "1000000000000000", "0.1234567890123", "9" * 5000]
)
def test_an_amount_beyond_all_money_is_refused_in_every_way_of_writing_it(amount: str):
    for written in (amount, Decimal(amount)):
        with pytest.raises(ValidationError, match="at most 15 digits before the point and 12 after"):
            Money.model_validate({"amount": written, "currency": "THB"})


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_is_a_number(amount: str):
    with pytest.raises(ValidationError, match="finite"):
        Money.model_validate({"amount": amount, "currency": "THB"})


def test_the_largest_amount_is_taken_and_exact():
    assert Money.model_validate(f"{LARGEST.amount} THB") == LARGEST
    assert Money.model_validate({"amount": "1e3", "currency": "THB"}).amount == 1000
    assert total([], "THB") == LARGEST - LARGEST


def test_a_result_that_would_be_rounded_or_out_of_range_is_refused_with_a_sentence():
    tiny = Money(amount=Decimal("0.000000000001"), currency="THB")
    for compute in (
        lambda: LARGEST + tiny,
        lambda: LARGEST * 12,
        lambda: tiny * Decimal("0.5"),
        lambda: total([LARGEST] * 3, "THB"),
    ):
        with pytest.raises(Refused) as refused:
            compute()
        assert refused.value.code == "amount-out-of-range"


@pytest.mark.parametrize("text", ["1,50 THB", "1,00,000 THB", ",500 THB", "5, THB", "1,0000 THB", "95 thb", "๕๐๐ บาท"])
def test_a_comma_that_parts_no_thousands_is_not_passed_over(text: str):
    with pytest.raises(ValidationError, match="write money as an amount and a currency"):
        Money.model_validate(text)
    assert Money.model_validate("1,234,567.50 THB").amount == Decimal("1234567.50")
