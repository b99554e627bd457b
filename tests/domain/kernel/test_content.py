"""The hash that names exact content (KRN-14), and conditions on a case's data (KRN-12)."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.kernel.policy import Condition
from domain.kernel.routing.condition import holds
from domain.kernel.values.content import as_logged, changed_fields, content_hash, field_hashes
from domain.kernel.values.money import Money
from domain.kernel.values.sealed import Sealed
from tests.domain.kernel.purchase import company, thb

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


CANONICAL = (
    '{"cost":{"amount":"95000","currency":"THB"},"day":"2026-04-06","x":{"sealed":"s","subject":"c-1"},"ü":[1,true]}'
)


@pytest.mark.rule("KRN-14")
def test_the_hash_can_be_computed_again_by_anyone() -> None:
    fields = {"ü": [1, True], "day": date(2026, 4, 6), "cost": thb(95_000), "x": Sealed(subject="c-1", sealed="s")}
    assert content_hash(fields) == sha256(CANONICAL.encode()).hexdigest()


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize("same", ["95000", "95000.00", "9.5E+4"])
def test_a_number_written_another_way_is_the_same_content(same: str) -> None:
    assert content_hash({"a": Decimal(same)}) == content_hash({"a": Decimal(95_000)})
    money = Money(amount=Decimal(same), currency="THB")
    assert content_hash({"a": money}) == content_hash({"a": thb(95_000)})


@pytest.mark.rule("KRN-14")
@given(st.dictionaries(st.text(), json_values))
def test_the_order_of_fields_does_not_matter(fields: dict[str, Any]) -> None:
    assert content_hash(dict(reversed(fields.items()))) == content_hash(fields)


@pytest.mark.rule("KRN-14")
@given(st.dictionaries(st.text(min_size=1), st.integers() | st.text(), min_size=1), st.data())
def test_another_value_has_another_hash_and_is_named(fields: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(fields)))
    other = {**fields, name: [fields[name]]}
    assert content_hash(other) != content_hash(fields)
    assert changed_fields(field_hashes(fields), field_hashes(other)) == (name,)


def test_fields_that_appear_or_vanish_are_named() -> None:
    assert changed_fields({"a": 1, "b": 2}, {"b": 2, "c": None}) == ("a", "c")


def test_data_has_the_shape_of_the_log_before_it_is_logged() -> None:
    assert as_logged({"cost": thb(5), "day": date(2026, 4, 6), "share": Decimal("0.5")}) == {
        "cost": {"amount": "5", "currency": "THB"},
        "day": "2026-04-06",
        "share": "0.5",
    }


LOGGED = as_logged(
    {"cost": thb(500_000), "grade": 7, "unit": "dev", "code": "007", "remote": False, "share": Decimal("0.5")}
)


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "cost", "over": "500000 THB"}, False),
        ({"field": "cost", "at_least": "500,000 THB"}, True),
        ({"field": "cost", "under": "500000.01 THB"}, True),
        ({"field": "cost", "at_most": "499999 THB"}, False),
        ({"field": "cost", "equals": "500000.00 THB"}, True),
        ({"field": "grade", "over": 6}, True),
        ({"field": "grade", "at_least": "7"}, True),
        ({"field": "grade", "one_of": [5, 6]}, False),
        ({"field": "grade", "one_of": [7]}, True),
        ({"field": "grade", "one_of": [7, 9]}, True),
        ({"field": "grade", "equals": "7"}, True),
        ({"field": "cost", "over": "1 THB", "at_most": "499999 THB"}, False),
        ({"field": "unit", "equals": "dev"}, True),
        ({"field": "unit", "one_of": ["it", "hr"]}, False),
        ({"field": "unit", "within": "dev"}, True),
        ({"field": "unit", "within": "it"}, True),
        ({"field": "unit", "within": ["hr", "company"]}, True),
        ({"field": "unit", "within": ["hr", "money"]}, False),
        ({"field": "code", "equals": "7"}, False),
        ({"field": "remote", "equals": False}, True),
        ({"field": "remote", "equals": True}, False),
        ({"field": "remote", "equals": 0}, False),
        ({"field": "share", "under": 0.75}, True),
        ({"field": "share", "equals": 0.5}, True),
    ],
)
def test_conditions_compare_money_numbers_and_words(condition: dict[str, Any], expected: bool) -> None:
    assert holds(Condition.model_validate(condition), LOGGED, company()) is expected


@pytest.mark.rule("KRN-12")
def test_an_empty_field_meets_no_condition() -> None:
    assert not holds(Condition(field="cost", under="5 THB"), {"cost": None}, company())


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"field": "colour", "equals": "red"}, "route-field"),
        ({"field": "unit", "over": 5}, "route-types"),
        ({"field": "remote", "at_least": 0}, "route-types"),
        ({"field": "grade", "under": "NaN"}, "route-types"),
        ({"field": "grade", "over": "5 THB"}, "route-types"),
        ({"field": "cost", "over": 5}, "route-types"),
        ({"field": "cost", "over": "5 EUR"}, "two-currencies"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_instead_of_skipped(condition: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        holds(Condition.model_validate(condition), LOGGED, company())
    assert refused.value.code == code
