"""Units that end, merge or split on a day: nothing new comes to them, and what points to them is listed (ORG-06)."""

from collections.abc import Iterator
from datetime import date

from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.organisation.wanted import Wanted


def refuse_ended(organisation: Organisation, unit: str, day: date) -> None:
    """Raises Refused `unit-ended` for a unit to which nothing new comes that day."""
    known = organisation.units.get(unit)
    if known and known.ended(day):
        raise Refused(
            "unit-ended",
            "Unit {unit} ended on {day}; name {into} instead.",
            unit=unit,
            day=str(known.end),
            into=known.into or "another unit",
        )


def pointing_to(organisation: Organisation, unit: str, day: date) -> list[str]:
    """What belongs to a unit on its last day and must go elsewhere, each as its kind and its id."""
    held = [
        *(("unit", one.id) for one in organisation.units.values() if one.parent == unit and not one.ended(day)),
        *(("position", one.id) for one in organisation.positions.values() if one.unit == unit),
        *(("budget line", one.id) for one in organisation.budget_lines.values() if one.unit == unit),
        *(("role", f"{one.role} of {one.person}") for one in organisation.roles
          if one.unit == unit and one.holds_on(day)),
        *(("limit", one.category) for one in organisation.limits if one.unit == unit and one.holds_on(day)),
        *(("job description", job) for job, known in organisation.descriptions.items()
          if known[-1].end is None and known[-1].description.unit == unit),
    ]  # fmt: skip
    return [f"{kind} {name}" for kind, name in held]


def problems_of_units(before: Organisation, after: Organisation, wanted: Wanted, today: date) -> Iterator[str]:
    """What is new in a unit that has ended, and successors that cannot be."""
    for line in wanted.units:
        unit = line.value
        stated = after.units.get(unit.id, unit)
        if stated.into is not None and stated.end is None:
            yield f"{line.where}: until: is missing; say from when {unit.id} is part of {stated.into}"
        if stated.into is not None and stated.into not in after.units:
            yield f"{line.where}: there is no unit {stated.into}; add it or correct the name"
        if stated.into is not None and unit.id in (stated.into, *after.units_above(stated.into)):
            yield f"{line.where}: {stated.into} is part of {unit.id}; name a unit that stays"
    for where, place, day in _new(before, after, wanted, today):
        known = after.units.get(place or "")
        if known and known.ended(day):
            yield f"{where}: unit {known.id} ended on {known.end}; name {known.into or 'another unit'}"


def _new(
    before: Organisation, after: Organisation, wanted: Wanted, today: date
) -> Iterator[tuple[str, str | None, date]]:
    """The units to which something comes that was not there, each with its place in the files and its day."""
    for unit in wanted.units:
        if unit.value.id not in before.units or before.units[unit.value.id].parent != after.units[unit.value.id].parent:
            yield unit.where, after.units[unit.value.id].parent, today
    for seat in wanted.positions:
        if seat.value.id not in before.positions or before.positions[seat.value.id].unit != seat.value.unit:
            yield seat.where, seat.value.unit, today
    for budget in wanted.budget_lines:
        if budget.value.id not in before.budget_lines or before.budget_lines[budget.value.id].unit != budget.value.unit:
            yield budget.where, budget.value.unit, today
    had = {(held.role, held.person, held.unit, held.start) for held in before.roles}
    for role in wanted.roles:
        if (role.value.role, role.value.person, role.value.unit, role.value.start) not in had:
            yield role.where, role.value.unit, max(role.value.start or today, today)
    limits = {(held.category, held.person, held.role, held.unit, held.start) for held in before.limits}
    for limit in wanted.limits:
        key = limit.value.category, limit.value.person, limit.value.role, limit.value.unit, limit.value.start
        if key not in limits:
            yield limit.where, limit.value.unit, max(limit.value.start or today, today)
    for person in wanted.people:
        known = before.people.get(person.value.id)
        if person.value.position in after.positions and (known is None or known.position != person.value.position):
            day = max(person.value.since or person.value.start or today, today)
            yield person.where, after.positions[person.value.position].unit, day
