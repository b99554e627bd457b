"""What is wrong with an organisation after an import: unknown names, circles, two people on one chair (KRN-42).

Only what the files name is looked at: everything else was checked when it came in, and nothing is ever deleted.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from domain.organisation.dated import Dated
from domain.organisation.model import Organisation, Seat
from domain.organisation.register import near_skills
from domain.organisation.wanted import Line, Wanted

D = TypeVar("D", bound=Dated)
HANDOVER = timedelta(days=92)
"""How long two may overlap on one position: what is longer is a slip, or a second position."""


def problems_of(after: Organisation, wanted: Wanted) -> list[str]:
    """Problems as `file:line: what to do`, by kind and in the order of the files."""
    return [
        *_units(after, wanted),
        *_positions(after, wanted),
        *_people(after, wanted),
        *_two_on_one_position(after, wanted),
        *_seats(after, wanted),
        *_roles(after, wanted),
        *_limits(after, wanted),
        *_overlaps(wanted.roles, after.roles, lambda h: (h.role, h.person, h.unit)),
        *_overlaps(wanted.limits, after.limits, lambda x: (x.category, x.up_to.currency, x.person, x.role, x.unit)),
        *_budget_lines(after, wanted),
        *_job_descriptions(after, wanted),
        *_training(after, wanted),
    ]


def _units(after: Organisation, wanted: Wanted) -> Iterator[str]:
    parents = {unit.id: unit.parent for unit in after.units.values()}
    for line in wanted.units:
        yield from _known(line.where, "unit", line.value.parent, parents)
    for where, circle in _circles({line.value.id: line.where for line in wanted.units}, parents):
        yield f"{where}: units lie inside each other in a circle: {circle}; change the parent of one of them"


def _positions(after: Organisation, wanted: Wanted) -> Iterator[str]:
    above = {position.id: position.reports_to for position in after.positions.values()}
    for line in wanted.positions:
        yield from _known(line.where, "unit", line.value.unit, after.units)
        yield from _known(line.where, "position", line.value.reports_to, above)
    for where, circle in _circles({line.value.id: line.where for line in wanted.positions}, above):
        yield f"{where}: the reporting line is a circle: {circle}; change the manager of one of them"


def _people(after: Organisation, wanted: Wanted) -> Iterator[str]:
    alike = defaultdict[str, set[str]](set)
    for person in after.people if wanted.people else ():
        alike[person.casefold()].add(person)
    for line in wanted.people:
        for other in sorted(alike[line.value.id.casefold()] - {line.value.id}):
            yield f"{line.where}: {line.value.id} and {other} differ only in capitals; write the id as it is known"
        yield from _known(line.where, "position", line.value.position, after.positions)
        yield from _known(line.where, "position", line.value.functional_line, after.positions)
        yield from _known(line.where, "calendar", line.value.calendar, after.calendars)


def _roles(after: Organisation, wanted: Wanted) -> Iterator[str]:
    for line in (*wanted.roles, *wanted.members):
        yield from _known(line.where, "person", line.value.person, after.people)
        yield from _known(line.where, "unit", line.value.unit, after.units)
        yield from _backwards(line)


def _limits(after: Organisation, wanted: Wanted) -> Iterator[str]:
    roles = {holding.role for holding in after.roles}
    for line in wanted.limits:
        limit = line.value
        if (limit.person is None) == (limit.role is None):
            yield f"{line.where}: a limit belongs to a person or to a role: name exactly one"
        if limit.up_to.amount < 0:
            yield f"{line.where}: up_to: a limit cannot be negative; write 0 or more"
        yield from _known(line.where, "person", limit.person, after.people)
        yield from _known(line.where, "unit", limit.unit, after.units)
        if limit.role is not None and limit.role not in roles:
            yield f"{line.where}: nobody holds the role {limit.role}; grant it under roles, or correct the name"
        yield from _backwards(line)


def _budget_lines(after: Organisation, wanted: Wanted) -> Iterator[str]:
    for line in wanted.budget_lines:
        yield from _known(line.where, "unit", line.value.unit, after.units)
        yield from _known(line.where, "person", line.value.owner, after.people)
        yield from _known(line.where, "budget line", line.value.revaluation, after.budget_lines)
        cap, currency = line.value.carry_cap, line.value.currency
        if cap and cap.currency != currency:
            yield f"{line.where}: the cap is in {cap.currency}, the line in {currency or 'none'}; state it in that"


def _job_descriptions(after: Organisation, wanted: Wanted) -> Iterator[str]:
    first: dict[str, str] = {}
    for line in wanted.job_descriptions:
        description = line.value.description
        yield from _known(line.where, "unit", description.unit, after.units)
        yield from _known(line.where, "position", description.reports_to, after.positions)
        yield from _known(line.where, "speciality", description.speciality, after.specialities)
        for position in description.positions:
            yield from _known(line.where, "position", position, after.positions)
            if first.setdefault(position, line.where) != line.where:
                yield f"{line.where}: {first[position]} describes position {position} too; name it in one of the two"
        for asked in description.skills:
            if asked.skill not in after.skills:
                near = ", ".join(near_skills(after, asked.skill)) or "the register of skills"
                yield f"{line.where}: there is no skill {asked.skill}; look at {near}"


def _training(after: Organisation, wanted: Wanted) -> Iterator[str]:
    for line in wanted.courses:
        course = line.value
        for skill in (course.skill, *(asked.skill for asked in course.requires)):
            yield from _known(line.where, "skill", skill, after.skills)
        yield from _known(line.where, "certificate", course.certificate, after.certificate_rules)
        for run in course.runs:
            lost = sorted({one.session for one in run.sessions} - {*course.sessions})
            yield from (f"{line.where}: run {run.id} has a session {name} that the course has not" for name in lost)
    for held in wanted.skills_held:
        yield from _known(held.where, "person", held.value.person, after.people)
        yield from _known(held.where, "person", held.value.by, after.people)
        yield from _known(held.where, "skill", held.value.skill, after.skills)
        if held.value.basis != "claimed" and held.value.by == held.value.person:
            yield f"{held.where}: {held.value.by} cannot endorse their own skill; write claimed, or who else says so"


def _known(where: str, what: str, name: str | None, known: Container[str]) -> Iterator[str]:
    if name is not None and name not in known:
        yield f"{where}: there is no {what} {name}; add it or correct the name"


def _backwards(line: Line[D]) -> Iterator[str]:
    start, end = line.value.start, line.value.end
    if start is not None and end is not None and end < start:
        yield f"{line.where}: until: {end} must be after from: {start}, or the same to take it back"


def _circles(places: dict[str, str], above: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """Each circle once, at the first of its members in the files. Walks every link once, so 10 000 are quick."""
    done: set[str] = set()
    for start in places:
        path: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = above.get(here)
        if here is not None and here in path:
            circle = list(path)[path[here] :]
            first = next(name for name in places if name in circle)
            turn = circle.index(first)
            yield places[first], " → ".join([*_short([*circle[turn:], *circle[:turn]]), first])
        done.update(path)


def _short(names: list[str]) -> list[str]:
    return names if len(names) <= 12 else [*names[:6], f"({len(names) - 8} more)", *names[-2:]]


def _seats(after: Organisation, wanted: Wanted) -> Iterator[str]:
    for line in wanted.seats:
        seat = line.value
        yield from _known(line.where, "person", seat.person, after.people)
        yield from _known(line.where, "position", seat.position, after.positions)
        yield from _backwards(line)
        if seat.kind == "acting" and _end_after(after, seat) is None:
            yield f"{line.where}: until: is missing; say until when {seat.person} acts in {seat.position}"
        known = after.people.get(seat.person)
        if known and any(one.position == seat.position and one.overlaps(seat) for one in known.postings()):
            yield f"{line.where}: {seat.person} holds {seat.position} already; leave the row out"
        others = [
            other.person
            for other in after.seats
            if other.position == seat.position and seat.person != other.person and _shared(seat, other)
        ]
        for other in sorted(others):
            yield f"{line.where}: {other} has position {seat.position} on some of these days too; end one of them"


def _end_after(after: Organisation, seat: Seat) -> date | None:
    """Until when a seat holds once the file is in."""
    key = seat.person, seat.position, seat.start
    return next((one.end for one in after.seats if (one.person, one.position, one.start) == key), seat.end)


def _shared(one: Dated, other: Dated) -> bool:
    """Whether both hold on some day; what ends on its first day never holds."""
    return one.overlaps(other) and _ever(one) and _ever(other)


def _ever(one: Dated) -> bool:
    return one.start is None or one.end is None or one.start < one.end


def _two_on_one_position(after: Organisation, wanted: Wanted) -> Iterator[str]:
    """Two may overlap for a handover: the one who was there before has a last day, and the other a first (ORG-05)."""
    places = {line.value.id: line.where for line in wanted.people}
    touched = {line.value.position for line in wanted.people} | {line.value.position for line in wanted.seats}
    places |= {line.value.person: line.where for line in wanted.seats if line.value.person not in places}
    sitting: list[tuple[str, Dated, str]] = [
        (posting.position, posting, person.id)
        for person in after.people.values()
        for posting in person.postings()
        if posting.position in touched and _ever(posting)
    ]
    sitting += [
        (seat.position, seat, seat.person)
        for seat in after.seats
        if seat.kind == "second" and seat.position in touched and _ever(seat)
    ]
    stretches = sorted(
        (position, held.start or date.min, held.end or date.max, person) for position, held, person in sitting
    )
    longest = ("", date.min, date.min, "")
    for stretch in stretches:
        position, start, _, other = stretch
        shared = position == longest[0] and start < longest[2] and other != longest[3]
        if shared and not _handover(longest[1:3], stretch[1:3]):
            where = places.get(other) or places.get(longest[3])
            one, other = sorted((longest[3], other))
            yield f"{where}: {one} and {other} would both hold position {position}; move or end one of them"
        longest = max(longest, stretch, key=lambda s: (s[0], s[2]))


def _handover(before: tuple[date, date], after: tuple[date, date]) -> bool:
    """Whether the days of two on one position are those of a handover that ends."""
    return before[0] < after[0] and before[1] < after[1] and before[1] - after[0] <= HANDOVER


def _overlaps(lines: Sequence[Line[D]], held: Sequence[D], key: Callable[[D], object]) -> Iterator[str]:
    """The same role or limit with other days, which share a day with the stated ones."""
    by_key: defaultdict[object, list[D]] = defaultdict(list)
    for holding in held:
        by_key[key(holding)].append(holding)
    for line in lines:
        others = [other for other in by_key[key(line.value)] if other.start != line.value.start]
        for other in others:
            if _shared(line.value, other):
                since = other.start or "the beginning"
                yield f"{line.where}: this is already in force from {since} on; end that one first"
