"""What a row of a file changes in somebody's work here: joining, moving, leaving, coming back (KRN-42, ORG-04).

What is planned is re-dated or taken back until its day; after that it is corrected, with a reason that stays. What a
row does not say stays as it is (ORG-02).
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from domain.kernel.events import Event
from domain.organisation import events as ev
from domain.organisation.dated import Dated
from domain.organisation.model import Organisation, Person
from domain.organisation.wanted import Line, WantedPerson

Move = tuple[date, str]
"""The first day on a position, and the position."""


def employment_events(known: Person | None, line: Line[WantedPerson], today: date) -> list[Event]:
    """The events that are missing. Raises ValueError with what stands against the row and what to do."""
    wanted = line.value
    if wanted.start and wanted.end and wanted.end < wanted.start:
        raise ValueError(f"until: {wanted.end} must be after from: {wanted.start}, or the same if they never came")
    if known is None:
        return [*_joined(wanted, today), *_functional(None, wanted, today), *_left(wanted)]
    if returns(known, wanted):
        return [*_returned(wanted), *_functional(None, wanted, today), *_left(wanted)]
    return list(_changed(known, line, today))


def returns(known: Person, wanted: WantedPerson) -> bool:
    """Whether a row says that someone who left, or never came, works here from a later day on."""
    return known.end is not None and wanted.start is not None and wanted.start >= known.end and (
        known.start in (None, known.end) or known.start < known.end
    ) and wanted.start != known.start  # fmt: skip


def ended_by_leaving(before: Organisation, returned: list[str]) -> list[Event]:
    """What those who come back still held when they left: it stays ended, nobody gets it again unasked (ORG-04)."""
    events: list[Event] = []
    for person in returned:
        day = before.people[person].end
        if day is None:
            continue
        events += [
            ev.RoleEnded(holding=held.model_copy(update={"end": _last(held, day)}), effective=_last(held, day))
            for held in before.roles
            if held.person == person and (held.end is None or held.end > day)
        ]
        events += [
            ev.LimitEnded(limit=held.model_copy(update={"end": _last(held, day)}), effective=_last(held, day))
            for held in before.limits
            if held.person == person and (held.end is None or held.end > day)
        ]
        events += [
            ev.SeatSet(seat=held.model_copy(update={"end": _last(held, day)}), effective=_last(held, day))
            for held in before.seats
            if held.person == person and (held.end is None or held.end > day)
        ]
    return events


def _last(held: Dated, day: date) -> date:
    return max(day, held.start or day)


def _joined(wanted: WantedPerson, today: date) -> Iterator[Event]:
    yield ev.PersonJoined(
        person=wanted.id,
        position=wanted.position,
        calendar=wanted.calendar,
        language=wanted.language,
        start=wanted.start,
        effective=wanted.start or today,
    )


def _returned(wanted: WantedPerson) -> Iterator[Event]:
    if wanted.start is not None:
        yield ev.PersonReturned(
            person=wanted.id,
            position=wanted.position,
            calendar=wanted.calendar,
            language=wanted.language,
            start=wanted.start,
            effective=wanted.start,
        )


def _functional(known: str | None, wanted: WantedPerson, today: date) -> Iterator[Event]:
    if "functional_line" in wanted.model_fields_set and wanted.functional_line != known:
        yield ev.FunctionalLineSet(person=wanted.id, position=wanted.functional_line, effective=today)


def _left(wanted: WantedPerson) -> Iterator[Event]:
    if wanted.end is not None:
        yield ev.PersonLeft(person=wanted.id, effective=wanted.end)


def _changed(known: Person, line: Line[WantedPerson], today: date) -> Iterator[Event]:
    wanted, reason = line.value, line.reason
    if known.earlier and wanted.start and any(wanted.start == stretch.start for stretch in known.earlier):
        wanted = _without_old_days(known, wanted)
    start = wanted.start or known.start
    end = wanted.end if "end" in wanted.model_fields_set else known.end
    if start and end and end < start:
        raise ValueError(f"until: {end} would be before from: {start}; state both")
    if start != known.start and start is not None:
        yield _first_day(known, start, today, reason)
        known = known.beginning(start)
    if end is not None and end <= today and wanted.position != known.position and end == known.end:
        raise ValueError(
            f"{known.id} left on {end}; state from: with the day on which they come back. Nobody else ever gets their "
            "id: a second person needs a new one"
        )
    yield from _moves(known, line, today)
    language = wanted.language if "language" in wanted.model_fields_set else known.language
    if (known.calendar, known.language) != (wanted.calendar, language):
        yield ev.PersonSettingsChanged(person=known.id, calendar=wanted.calendar, language=language, effective=today)
    yield from _functional(known.functional_line, wanted, today)
    if end != known.end:
        yield _last_day(known, end, today, reason)


def _without_old_days(known: Person, wanted: WantedPerson) -> WantedPerson:
    """A row with the first day of an earlier stretch, as HR lists often have it, speaks of no other stretch."""
    ends = {stretch.end for stretch in known.earlier if stretch.start == wanted.start}
    days = {"start"} | ({"end"} if wanted.end in ends else set())
    return WantedPerson(**{name: getattr(wanted, name) for name in wanted.model_fields_set - days})


def _first_day(known: Person, start: date, today: date, reason: str | None) -> Event:
    passed = known.start is None or known.start <= today
    if passed and reason is None:
        raise ValueError(
            f"{known.id} joined on {known.start or 'an earlier day'}; state a reason: to correct a first day that has "
            "passed. Nobody else ever gets their id: a second person needs a new one"
        )
    if known.before and known.before[0].end is not None and start >= known.before[0].end:
        raise ValueError(f"{known.id} moves on {known.before[0].end}; from: must be before that day")
    if known.earlier and (last := known.earlier[-1].end) and start < last:
        raise ValueError(f"{known.id} left before on {last}; from: must not be before that day")
    return ev.PersonStartChanged(person=known.id, start=start, effective=start, reason=reason)


def _last_day(known: Person, end: date | None, today: date, reason: str | None) -> Event:
    if known.end is not None and known.end <= today and reason is None:
        raise ValueError(
            f"{known.id} left on {known.end}; state a reason: to correct a last day that has passed, or from: with the "
            "day on which they come back. Nobody else ever gets their id: a second person needs a new one"
        )
    if end is not None:
        return ev.PersonLeft(person=known.id, effective=end, reason=reason)
    return ev.LeavingTakenBack(person=known.id, effective=known.end or today, reason=reason)


def _moves(known: Person, line: Line[WantedPerson], today: date) -> Iterator[Event]:
    """The newest moves that do not take place as recorded, newest first, then those that take their place."""
    *before, newest = known.newest_postings()
    held = [one for one in before if one.start is None or one.start != one.end]
    had = [(one.start or date.min, one.position) for one in (*held, newest)]
    will = _planned(had, line.value, today)
    same = 0
    while same < min(len(had), len(will)) and had[same] == will[same]:
        same += 1
    first = had[0][0]
    if will[0][0] != first or (same == 0 and first <= today):
        raise ValueError(f"{known.id} holds {had[0][1]} from {first} on; a move needs since: with a later day")
    passed = next((move for move in had[same:] if move[0] <= today), None)
    if passed and line.reason is None:
        raise ValueError(
            f"{known.id} holds {passed[1]} from {passed[0]} on; a move needs since: with a later day, or a reason: to "
            "correct a day that has passed"
        )
    for day, position in reversed(had[max(same, 1) :]):
        yield ev.MoveTakenBack(person=known.id, position=position, effective=day, reason=line.reason)
    for day, position in will[same:]:
        yield ev.PersonMoved(person=known.id, position=position, effective=day, reason=line.reason)


def _planned(had: list[Move], wanted: WantedPerson, today: date) -> list[Move]:
    """The positions with their first days as they will be."""
    newest_day, newest = had[-1]
    present = next((position for day, position in reversed(had) if day <= today), had[0][1])
    if wanted.since is None and wanted.position in (newest, present):
        return had
    if wanted.position == newest and len(had) == 1:
        return had
    day = wanted.since or max(today, had[0][0])
    moved = [move for move in had if move[0] != day]
    if wanted.position == newest and day > newest_day:
        moved.remove((newest_day, newest))
    moves = sorted([*moved, (day, wanted.position)])
    return [moves[0], *(new for old, new in pairwise(moves) if old[1] != new[1])]
