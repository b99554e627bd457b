"""Units and positions in the reader's language, and units in the order of the tree."""

from collections.abc import Collection, Mapping

from domain.organisation.browsing import units_below
from domain.organisation.model import Organisation


def told(names: Mapping[str, str], language: str, otherwise: str) -> str:
    """The name in this language, or in another one, or `otherwise` where there is none."""
    return names.get(language) or next(iter(names.values()), otherwise)


def unit_names(organisation: Organisation, language: str) -> dict[str, str]:
    return {unit.id: told(unit.name, language, unit.id) for unit in organisation.units.values()}


def position_titles(organisation: Organisation, language: str) -> dict[str, str]:
    return {each.id: told(each.title, language, each.id) for each in organisation.positions.values()}


def depths(organisation: Organisation, among: Collection[str] | None = None) -> list[tuple[str, int]]:
    """The units from top to bottom with how deep they lie, only those `among` if it is given."""
    below, found = units_below(organisation), list[tuple[str, int]]()
    waiting = [(unit, 0) for unit in reversed(below.get(None, ()))]
    while waiting:
        unit, depth = waiting.pop()
        kept = among is None or unit in among
        found += [(unit, depth)] if kept else []
        waiting += [(each, depth + kept) for each in reversed(below.get(unit, ()))]
    return found
