"""Units in the order of the tree."""

from collections.abc import Collection

from domain.organisation.browsing import units_below
from domain.organisation.model import Organisation


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
