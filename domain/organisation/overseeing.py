"""Whose numbers somebody may see: the one rule of reports (KRN-43)."""

from datetime import date

from domain.organisation.delegations import HR_PARTNER, OPERATIONS
from domain.organisation.model import Organisation

DEPARTMENT_HEAD = "department-head"
SEEING_ROLES = frozenset({DEPARTMENT_HEAD, HR_PARTNER, OPERATIONS})


def overseen(organisation: Organisation, person: str, day: date) -> frozenset[str]:
    """The units whose numbers `person` may see: those of their roles, and those that they manage, with all below.

    A unit's managers are those to whom everybody in it reports: its head and the line above.
    """
    if not organisation.works_here(person, day):
        return frozenset()
    managed = {unit for position in organisation.positions_of(person, day) for unit in _managed(organisation, position)}
    held = {
        holding.unit
        for holding in organisation.roles
        if holding.person == person and holding.role in SEEING_ROLES and holding.holds_on(day)
    }
    return frozenset(
        unit for unit in organisation.units if None in held or (managed | held) & set(organisation.units_above(unit))
    )


def _managed(organisation: Organisation, position: str) -> frozenset[str]:
    """The units in which everybody reports to `position`, over however many others, or sits on it."""
    led, others = set[str](), set[str]()
    for each in organisation.positions.values():
        below = each.id == position or position in organisation.positions_above(each.id)
        (led if below else others).add(each.unit)
    return frozenset(led - others)
