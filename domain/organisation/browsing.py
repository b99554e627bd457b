"""What people may look up about who works here: the line below somebody, limits, and what of it is whose to see."""

from collections.abc import Mapping
from datetime import date

from domain.kernel.errors import Refused
from domain.organisation.delegations import HR_PARTNER, OPERATIONS
from domain.organisation.model import Limit, Organisation, Position

FINANCE_CONTROLLER = "finance-controller"
POLICY_ROLES = frozenset({FINANCE_CONTROLLER, HR_PARTNER, OPERATIONS})
"""Whoever holds one of them tries policies over other people's cases."""


def units_below(organisation: Organisation) -> Mapping[str | None, tuple[str, ...]]:
    """By unit the units right below it; by None those on top."""
    below: dict[str | None, list[str]] = {}
    for unit in organisation.units.values():
        below.setdefault(unit.parent if unit.parent in organisation.units else None, []).append(unit.id)
    return {above: tuple(units) for above, units in below.items()}


def units_of(organisation: Organisation, unit: str, *, below: bool) -> frozenset[str]:
    """The unit, with every unit `below` it if asked for, and those that became part of one (ORG-06).

    Raises Refused `unknown-unit`.
    """
    if unit not in organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=unit[:80])
    if not below:
        return frozenset({unit})
    return frozenset(
        each
        for each, known in organisation.units.items()
        if unit in (*organisation.units_above(each), *organisation.units_above(known.into))
    )


def positions_in(organisation: Organisation, unit: str) -> tuple[Position, ...]:
    """The positions of a unit, the highest grade first."""
    own = (position for position in organisation.positions.values() if position.unit == unit)
    return tuple(sorted(own, key=lambda position: (-position.grade, position.id)))


def headcount(organisation: Organisation, day: date) -> Mapping[str, int]:
    """By unit how many people work in it and below it."""
    counts = dict.fromkeys(organisation.units, 0)
    for person in organisation.people.values():
        if person.holds_on(day):
            for unit in organisation.units_above(organisation.unit_of(person.id, day)):
                counts[unit] += 1
    return counts


def reports_of(organisation: Organisation, person: str, day: date) -> tuple[str, ...]:
    """Who reports to `person` that day, a vacant position between them passed over."""
    near = {
        below
        for position in organisation.positions_of(person, day)
        for below in _near_below(organisation, position, day)
    }
    return tuple(
        each.id
        for each in organisation.people.values()
        if each.position_on(day) in near and each.holds_on(day) and organisation.manager_of(each.id, day) == person
    )


def _near_below(organisation: Organisation, position: str, day: date) -> set[str]:
    """The positions right below one, and those below whichever of them is vacant."""
    below: dict[str, list[str]] = {}
    for each in organisation.positions.values():
        below.setdefault(each.reports_to or "", []).append(each.id)
    found, waiting = set[str](), [*below.get(position, ())]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, ()) if organisation.holder_of(one, day) is None else ()
    return found


def limits_of(organisation: Organisation, person: str, day: date) -> tuple[Limit, ...]:
    """The limits that `person` has of their own, then those of the roles they hold."""
    roles = {each.role for each in organisation.roles if each.person == person and each.holds_on(day)}
    held = [limit for limit in organisation.limits if limit.holds_on(day)]
    own = [limit for limit in held if limit.person == person]
    return (*own, *(limit for limit in held if limit.person is None and limit.role in roles))


def holds_for(organisation: Organisation, viewer: str, role: str, unit: str | None, day: date) -> bool:
    """Whether `viewer` holds the role for this unit, for one above it, or for the whole company."""
    if not organisation.works_here(viewer, day):
        return False
    places = {*organisation.units_above(unit), None}
    return any(
        each.role == role and each.person == viewer and each.unit in places and each.holds_on(day)
        for each in organisation.roles
    )


def may_see_address(organisation: Organisation, viewer: str, person: str, day: date) -> bool:
    """One's own address; that of others is for the HR partners of their unit and for operations."""
    unit = organisation.unit_of(person, day)
    return viewer == person or any(
        holds_for(organisation, viewer, role, unit, day) for role in (HR_PARTNER, OPERATIONS)
    )


def may_see_limit(organisation: Organisation, viewer: str, limit: Limit, day: date) -> bool:
    """Limits of a role are known to all. Those of one person are theirs, their line's and finance's (KRN-43)."""
    if limit.person is None or viewer == limit.person:
        return True
    if not organisation.works_here(viewer, day):
        return False
    unit = organisation.unit_of(limit.person, day)
    return organisation.reports_to(limit.person, viewer, day) or holds_for(
        organisation, viewer, FINANCE_CONTROLLER, unit, day
    )


def may_try_policies(organisation: Organisation, viewer: str, day: date) -> bool:
    """Whether `viewer` holds one of `POLICY_ROLES` anywhere."""
    return organisation.works_here(viewer, day) and any(
        each.person == viewer and each.role in POLICY_ROLES and each.holds_on(day) for each in organisation.roles
    )


def may_import(organisation: Organisation, viewer: str, day: date) -> bool:
    """Whether `viewer` is an HR partner of the whole company, or of operations for it (ORG-09)."""
    tops = [unit.id for unit in organisation.units.values() if unit.parent is None]
    return any(holds_for(organisation, viewer, role, unit, day) for role in (HR_PARTNER, OPERATIONS) for unit in tops)
