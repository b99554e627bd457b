"""Whether a condition of a policy can ever hold: the field exists, and what it is compared with is of its kind.

A comparison that never holds would leave a step out without anybody noticing (KRN-12).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.kernel.policy import Condition
from domain.kernel.routing.condition import COMPARISONS, ORDERED, bound_of
from domain.kernel.values.money import Money
from domain.organisation.policy_needs import Kind
from domain.organisation.policy_world import Path, Problem, World

MONEY = "write money as an amount and a currency, for example 95000 THB"
NUMBER = "write a number, for example 8"
EITHER = "write a number, or money as an amount and a currency, for example 95000 THB"


def condition_problems(
    world: World, path: Path, condition: Condition, kinds: Mapping[str, Kind | None]
) -> Iterator[Problem]:
    """What is wrong with one condition. `kinds` are of the fields that there are (empty: not checked; None: of any)."""
    given = [name for name in COMPARISONS if getattr(condition, name) is not None]
    if len(given) != 1:
        yield Problem(path, f"a condition has exactly one of {', '.join(COMPARISONS)}")
    if kinds and condition.field not in kinds:
        yield Problem((*path, "field"), no_such_field(condition.field, kinds))
        return
    for name in given:
        yield from _comparison(world, (*path, name), condition, name, kinds.get(condition.field))


def no_such_field(name: str, fields: Mapping[str, Kind | None]) -> str:
    return f"there is no field {name}; the fields are {', '.join(sorted(fields))}"


def _comparison(world: World, path: Path, condition: Condition, name: str, kind: Kind | None) -> Iterator[Problem]:
    value = getattr(condition, name)
    values = list(value) if name in ("one_of", "within") else [value]
    if not values:
        yield Problem(path, "name at least one value here, or the condition never holds")
    elif kind == "other":
        yield Problem(path[:-1], f"no condition can look at {condition.field}; take another field")
    elif name == "within" and kind not in ("unit", None):
        yield Problem(path, f"{condition.field} is no unit; within is for units and those below them")
    elif name in ORDERED and kind not in ("money", "number", None):
        yield Problem(path, f"{condition.field} has no order; compare it with equals or one_of")
    elif any(isinstance(one, list | tuple | dict) and kind != "money" for one in values):
        yield Problem(path, "write one value, or several with one_of")
    else:
        wrong = (_wrong(world, one, "unit" if name == "within" else kind, ordered=name in ORDERED) for one in values)
        yield from (Problem(path, text) for text in wrong if text)


def _wrong(world: World, value: Any, kind: Kind | None, *, ordered: bool) -> str | None:
    bound = bound_of(value)
    if kind is None:
        return EITHER if ordered and bound is None else None
    match kind:
        case "money":
            return None if isinstance(bound, Money) else MONEY
        case "number":
            return None if isinstance(bound, Decimal) else NUMBER
        case "flag":
            return None if isinstance(value, bool) else "write true or false, without quotes"
        case "currency":
            shaped = isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()
            return None if shaped else "write a currency as three capital letters, for example THB"
    return None if kind == "word" or value in _known(world, kind) else f"there is no {_SAID[kind]} {value}; {CORRECT}"


CORRECT = "correct the id"
_SAID: Mapping[Kind, str] = {"unit": "unit", "position": "position", "person": "person", "category": "limit for",
                             "budget_line": "budget line"}  # fmt: skip


def _known(world: World, kind: Kind) -> Mapping[str, Any] | frozenset[str]:
    organisation = world.organisation
    known: Mapping[Kind, Callable[[], Mapping[str, Any] | frozenset[str]]] = {
        "unit": lambda: organisation.units,
        "position": lambda: organisation.positions,
        "person": lambda: organisation.people,
        "category": lambda: world.categories,
        "budget_line": lambda: organisation.budget_lines,
    }
    return known[kind]()
