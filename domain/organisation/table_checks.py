"""Whether each row of a route's table can be reached, and something is said of every case (KRN-12)."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.kernel.errors import Refused
from domain.kernel.policy import Condition, Route, Row
from domain.kernel.routing.condition import bound_of, holds
from domain.organisation.condition_checks import condition_problems
from domain.organisation.model import Organisation
from domain.organisation.policy_needs import Kind
from domain.organisation.policy_world import Path, Problem, World

_UP, _DOWN = ("at_least", "over"), ("at_most", "under")
"""Comparisons in one direction, the one that includes its bound first."""


def table_problems(world: World, path: Path, route: Route, kinds: Mapping[str, Kind | None]) -> Iterator[Problem]:
    """What is wrong with the table of a route; nothing if it has none. `kinds` as in `condition_problems`."""
    if not route.table:
        return
    known = {step.name for step in route.steps}
    for number, row in enumerate(route.table):
        here = (*path, number)
        for place, condition in enumerate(row.when):
            yield from condition_problems(world, (*here, "when", place), condition, kinds)
        for name in row.steps:
            if name not in known:
                yield Problem((*here, "steps"), f"there is no step {name} in this route; correct the name")
        if above := [
            before + 1 for before, other in enumerate(route.table[:number]) if _hides(other, row, world.organisation)
        ]:
            yield Problem(here, f"row {above[0]} fits whatever fits this row; put this row above it or take it out")
    if route.table[-1].when:
        yield Problem(path, "end the table with a row without when: it is for every other case")
    for name in sorted(known - {name for row in route.table for name in row.steps}):
        yield Problem(path, f"step {name} is in no row of the table; add it to a row or delete it")


def _hides(above: Row, row: Row, organisation: Organisation) -> bool:
    """Whether whatever meets `row` meets `above` too, so that `row` is never reached."""
    return all(any(_implied(wanted, given, organisation) for given in row.when) for wanted in above.when)


def _implied(wanted: Condition, given: Condition, organisation: Organisation) -> bool:
    if wanted.field != given.field:
        return False
    values = (given.equals,) if given.equals is not None else given.one_of
    if given.within is not None and wanted.within is not None:
        values = given.within  # a unit below another is within whatever that one is within
    if values is not None:
        return all(_meets(wanted, value, organisation) for value in values)
    return any(_narrower(wanted, given, names) for names in (_UP, _DOWN))


def _meets(wanted: Condition, value: Any, organisation: Organisation) -> bool:
    try:
        return holds(wanted, {wanted.field: value}, organisation)
    except Refused:  # of another kind, or of another currency: not comparable
        return False


def _narrower(wanted: Condition, given: Condition, names: tuple[str, str]) -> bool:
    """Whether both have a bound in this direction, and everything beyond that of `given` is beyond that of `wanted`."""
    outer, inner = _bound(wanted, names), _bound(given, names)
    if outer is None or inner is None:
        return False
    excludes = getattr(given, names[1]) is not None
    return _meets(wanted, inner, Organisation()) or (excludes and bound_of(inner) == bound_of(outer))


def _bound(condition: Condition, names: tuple[str, str]) -> Any:
    return next((bound for name in names if (bound := getattr(condition, name)) is not None), None)
