"""Shares add up exactly, and nothing is rounded but where it is stated (BUD-12)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.kernel.ledger import spread
from domain.kernel.values.money import Money, total
from domain.kernel.values.rounding import converted, minor_unit, require_payable, rounded, split

CURRENCIES = st.sampled_from(("THB", "JPY", "KWD"))


def money(text):
    return Money.model_validate(text)


@pytest.mark.rule("BUD-12")
@given(st.integers(-(10**12), 10**12), CURRENCIES, st.lists(st.integers(0, 366), min_size=1).filter(any))
def test_shares_add_up_to_the_whole(units, currency, weights):
    whole = Money(amount=units * minor_unit(currency), currency=currency)
    shares = split(whole, weights)
    assert total(shares, currency) == whole
    for share, weight in zip(shares, weights, strict=True):
        exact = whole.amount * weight / sum(weights)
        assert abs(share.amount - exact) < minor_unit(currency)
        assert require_payable(share) == share


def test_the_largest_fraction_gets_what_is_left():
    assert [str(s) for s in split(money("100 THB"), [1, 1, 1])] == ["33.34 THB", "33.33 THB", "33.33 THB"]
    assert [str(s) for s in split(money("0.05 THB"), [1, 2])] == ["0.02 THB", "0.03 THB"]
    assert [str(s) for s in split(money("-0.05 THB"), [1, 2])] == ["-0.02 THB", "-0.03 THB"]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_share_nothing_are_an_error(weights):
    with pytest.raises(ValueError, match="weights"):
        split(money("1 THB"), weights)


@pytest.mark.rule("BUD-12")
def test_half_a_unit_goes_to_the_even_one():
    assert str(rounded(money("0.125 THB"))) == "0.12 THB"
    assert str(rounded(money("0.135 THB"))) == "0.14 THB"
    assert str(rounded(money("2.5 JPY"))) == "2 JPY"


@pytest.mark.rule("BUD-08")
def test_another_currency_at_its_rate():
    assert converted(money("99.99 USD"), "THB", Decimal("35.1234")) == money("3511.99 THB")
    for rate in ("0", "-1", "NaN"):
        with pytest.raises(Refused) as refused:
            converted(money("1 USD"), "THB", Decimal(rate))
        assert refused.value.code == "bad-rate"


@pytest.mark.rule("BUD-12")
def test_parts_of_a_minor_unit_are_refused():
    with pytest.raises(Refused) as refused:
        require_payable(money("0.001 THB"))
    assert refused.value.code == "not-payable"


@pytest.mark.rule("BUD-08")
def test_a_contract_over_years_touches_each_by_its_days():
    shares = spread(money("36500 THB"), date(2026, 12, 1), date(2027, 11, 30), "year")
    assert {period: int(share.amount) for period, share in shares.items()} == {"2026": 3100, "2027": 33400}
    assert list(spread(money("3 THB"), date(2027, 1, 31), date(2027, 3, 1), "month")) == [
        "2027-01",
        "2027-02",
        "2027-03",
    ]
