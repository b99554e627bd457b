"""What is open in the organisation on a day, and what is recorded to change in the days after it (KRN-42)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.organisation.dated import Dated
from domain.organisation.model import Limit, Organisation, Position, RoleHolding, Seat

WINDOW = timedelta(days=90)
Kind = Literal[
    "joins", "moves", "leaves", "acting-begins", "acting-ends", "role-begins", "role-ends",
    "limit-begins", "limit-ends", "unit-ends",
]  # fmt: skip


@dataclass(frozen=True)
class Vacancy:
    """A position where nobody sits. `acting` decides there for now; `following` comes on `start`."""

    position: Position
    acting: str | None = None
    following: str | None = None
    start: date | None = None


@dataclass(frozen=True)
class Coming:
    """What happens on a day: to a person, or to a unit. `what` is a position, a role, or what a limit is for."""

    day: date
    kind: Kind
    person: str | None = None
    what: str | None = None
    unit: str | None = None
    role: str | None = None


def vacancies(organisation: Organisation, day: date) -> tuple[Vacancy, ...]:
    """The positions of units that exist where nobody sits on `day`, the highest grade first."""
    sitting, following = set[str](), dict[str, tuple[date, str]]()
    for person in organisation.people.values():
        if person.holds_on(day):
            sitting.add(person.position_on(day))
        for one in person.had():
            if one.start is not None and day < one.start != one.end:
                following[one.position] = min(following.get(one.position, (date.max, "")), (one.start, person.id))
    held = [seat for seat in organisation.seats if _sat_in(organisation, seat, day)]
    sitting |= {seat.position for seat in held if seat.kind == "second"}
    acting = {seat.position: seat.person for seat in held if seat.kind == "acting"}
    found = list[Vacancy]()
    for position in organisation.positions.values():
        if position.id not in sitting and not _gone(organisation, position.unit, day):
            start, person_id = following.get(position.id, (None, None))
            found.append(Vacancy(position, acting.get(position.id), person_id, start))
    return tuple(sorted(found, key=lambda each: (-each.position.grade, each.position.id)))


def second_seats(organisation: Organisation, day: date) -> tuple[Seat, ...]:
    """The positions that people have on `day` besides their own: acting ones, and second ones."""
    return tuple(seat for seat in organisation.seats if _sat_in(organisation, seat, day))


def coming(organisation: Organisation, day: date, *, window: timedelta = WINDOW) -> tuple[Coming, ...]:
    """Whatever is recorded to change after `day` and at most `window` later, the nearest first."""
    last = day + window
    found = (each for each in _changes(organisation) if day < each.day <= last)
    return tuple(sorted(found, key=lambda each: (each.day, each.kind, each.person or "", each.what or "")))


def last_day(organisation: Organisation, held: RoleHolding | Limit | Seat) -> date | None:
    """The last day on which somebody has this: that of its own, or that of their time here. None if no end is known."""
    known = organisation.people.get(held.person or "")
    ends = [each for each in (held.end, known.end if known else None) if each is not None]
    return min(ends) - timedelta(days=1) if ends else None


def _changes(organisation: Organisation) -> Iterator[Coming]:
    for person in organisation.people.values():
        if person.start is not None and person.start == person.end:
            continue  # never came
        for number, one in enumerate(person.had()):
            if one.start is not None:
                yield Coming(one.start, "moves" if number else "joins", person.id, one.position)
        if person.end is not None:
            yield Coming(person.end, "leaves", person.id, person.position_on(person.end - timedelta(days=1)))
    for seat in organisation.seats:
        for each, begins in _ends(seat):
            yield Coming(each, "acting-begins" if begins else "acting-ends", seat.person, seat.position)
    for holding in organisation.roles:
        for each, begins in _ends(holding):
            kind: Kind = "role-begins" if begins else "role-ends"
            yield Coming(each, kind, holding.person, unit=holding.unit, role=holding.role)
    for limit in organisation.limits:
        for each, begins in _ends(limit):
            kind = "limit-begins" if begins else "limit-ends"
            yield Coming(each, kind, limit.person, limit.category, limit.unit, limit.role)
    for unit in organisation.units.values():
        if unit.end is not None:
            yield Coming(unit.end, "unit-ends", what=unit.into, unit=unit.id)


def _ends(held: Dated) -> Iterator[tuple[date, bool]]:
    """The first day of something and the first day after it; nothing of what was taken back."""
    if held.start is None or held.start != held.end:
        yield from ((each, begins) for each, begins in ((held.start, True), (held.end, False)) if each is not None)


def _sat_in(organisation: Organisation, seat: Seat, day: date) -> bool:
    return seat.holds_on(day) and organisation.works_here(seat.person, day)


def _gone(organisation: Organisation, unit: str, day: date) -> bool:
    known = organisation.units.get(unit)
    return known is not None and known.ended(day)
