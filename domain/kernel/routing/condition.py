"""Conditions on a case's data, which switch the steps of a route on and off (KRN-12)."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.policy import Condition
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation

COMPARISONS = ("equals", "one_of", "within", "over", "at_least", "under", "at_most")
ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "over": lambda value, bound: bool(bound < value),
    "at_least": lambda value, bound: bool(bound <= value),
    "under": lambda value, bound: bool(value < bound),
    "at_most": lambda value, bound: bool(value <= bound),
}


def holds(condition: Condition, data: Mapping[str, Any], organisation: Organisation) -> bool:
    """Whether `data` meets the condition. A field that is there but empty (None) meets none.

    `organisation` knows which units are below others. Raises Refused `route-field` if the case has no such field: to
    skip the step would be approval by a typing mistake.
    """
    if condition.field not in data:
        raise Refused(
            "route-field",
            "The route looks at {field}, which this kind of case does not have; correct the policy.",
            field=condition.field,
        )
    value = data[condition.field]
    if value is None:
        return False
    if condition.one_of is not None:
        return any(_equal(value, choice) for choice in condition.one_of)
    if condition.within is not None:
        return not set(condition.within).isdisjoint(organisation.units_above(str(value)))
    if condition.equals is not None:
        return _equal(value, condition.equals)
    return all(_ordered(condition, name, value) for name in ORDERED if getattr(condition, name) is not None)


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str) and _money(wanted) is None:
        return value == wanted  # codes such as 007 are names, not numbers
    left, right = _comparable(value, wanted)
    return type(left) is type(right) and bool(left == right)


def _ordered(condition: Condition, name: str, value: Any) -> bool:
    left, right = _comparable(value, getattr(condition, name))
    if type(left) is not type(right):
        raise Refused(
            "route-types",
            "The route compares {field} with {bound}, but it is {value}; write both as numbers, or both as money.",
            field=condition.field,
            bound=str(getattr(condition, name)),
            value=type(value).__name__,
        )
    return ORDERED[name](left, right)


def bound_of(value: Any) -> Money | Decimal | None:
    """What a policy compares with, as money or as an exact number; None if it is neither."""
    return _money(value) or _number(value)


def _comparable(value: Any, bound: Any) -> tuple[Any, Any]:
    """Both as money, both as exact numbers, or as they are. The bound says which: it stands in the policy."""
    for kind in (_money, _number):
        if (right := kind(bound)) is not None:
            left = kind(value)
            return (value if left is None else left), right
    return value, bound


def _money(value: Any) -> Money | None:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str | Mapping):
        return None
    try:
        return Money.model_validate(value)
    except ValidationError:
        return None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
