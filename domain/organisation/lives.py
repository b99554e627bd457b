"""What a file says of people and their days: they join, move, leave, come back, or none of it after all (ORG-04)."""

from collections.abc import Iterator, Sequence
from datetime import date

from domain.kernel.events import Event
from domain.organisation import events as ev
from domain.organisation.model import Organisation, Person
from domain.organisation.wanted import Line, WantedPerson


def people(current: Organisation, lines: Sequence[Line[WantedPerson]], today: date) -> tuple[list[Event], list[str]]:
    """The missing events, and what contradicts what was recorded before."""
    events: list[Event] = []
    problems = []
    first: dict[str, str] = {}
    for line in lines:
        wanted, known = line.value, current.people.get(line.value.id)
        if (place := first.setdefault(wanted.id, line.where)) != line.where:
            problems.append(f"{line.where}: person {wanted.id} was already given at {place}; keep one of the two")
            continue
        if wrong := _contradiction(known, wanted, today):
            problems.append(f"{line.where}: {wrong}")
        elif known is None:
            events += _joined(wanted, today)
        elif _returns(known, wanted):
            events += _returned(current, known, wanted)
        else:
            events += [*_moved(known, wanted, today), *_settings(known, wanted, today), *_dates(known, wanted, today)]
    return events, problems


def _contradiction(known: Person | None, wanted: WantedPerson, today: date) -> str | None:
    """Why this cannot be what became of the person who has that id."""
    if wanted.start and wanted.end and wanted.end < wanted.start:
        return f"until: {wanted.end} must not be before from: {wanted.start}"
    if known is None:
        return None
    if _returns(known, wanted):
        return None
    if wanted.start not in (None, known.start) and not _may_change(known.start, wanted, today):
        return (
            f"{wanted.id} is the id of someone who joined on {known.start or 'an earlier day'}; "
            f"ids are never given to a second person: use a new id, or correct from: {wanted.start} with a reason:"
        )
    if _gone(known, today) and _end_of(known, wanted) != known.end and not wanted.reason:
        return (
            f"{wanted.id} is the id of someone who left on {known.end}; ids are never given to a second person: "
            f"use a new id, state a later from: if they came back, or until: with a reason: if the day was wrong"
        )
    if _gone(known, today) and "end" not in wanted.model_fields_set:
        return (
            f"{wanted.id} is the id of someone who left on {known.end}; ids are never given to a second person: "
            f"use a new id, or state until: {known.end}"
        )
    return _wrong_move(known, wanted, today)


def _returns(known: Person, wanted: WantedPerson) -> bool:
    """Whether a second stretch begins, on or after the day on which the first ended."""
    return known.end is not None and wanted.start is not None and wanted.start >= known.end != known.start


def _gone(known: Person, today: date) -> bool:
    return known.end is not None and known.end <= today


def _may_change(day: date | None, wanted: WantedPerson, today: date) -> bool:
    """A day that is to come can be re-dated; one that is over is corrected with a reason."""
    return (day is not None and day > today) or wanted.reason is not None


def _end_of(known: Person, wanted: WantedPerson) -> date | None:
    return wanted.end if "end" in wanted.model_fields_set else known.end


def _wrong_move(known: Person, wanted: WantedPerson, today: date) -> str | None:
    start = known.postings()[-1].start
    planned = start is not None and start > today and bool(known.before)
    here = known.position_on(today) if planned else known.position
    if wanted.position in (known.position, here):
        return None
    if planned and (wanted.since is None or (start is not None and wanted.since <= start)):
        template = "moves to {position} on {start}; take that back with its since: first, or give a later since:"
        return f"{wanted.id} " + template.format(position=known.position, start=start)
    if not planned and start is not None and (wanted.since or today) <= start:
        return f"{wanted.id} holds {known.position} from {start} on; a move needs since: with a later day"
    return None


def _joined(wanted: WantedPerson, today: date) -> Iterator[Event]:
    yield ev.PersonJoined(
        person=wanted.id,
        position=wanted.position,
        calendar=wanted.calendar,
        language=wanted.language,
        start=wanted.start,
        effective=wanted.start or today,
    )
    if wanted.end is not None:
        yield ev.PersonLeft(person=wanted.id, effective=wanted.end)


def _returned(current: Organisation, known: Person, wanted: WantedPerson) -> Iterator[Event]:
    """Old roles and limits stay ended: they are given anew, or not at all."""
    assert known.end is not None
    assert wanted.start is not None
    for held in current.roles:
        if held.person == known.id and (held.end is None or held.end > known.end):
            end = max(known.end, held.start or known.end)
            yield ev.RoleEnded(holding=held.model_copy(update={"end": end}), effective=end)
    for limit in current.limits:
        if limit.person == known.id and (limit.end is None or limit.end > known.end):
            end = max(known.end, limit.start or known.end)
            yield ev.LimitEnded(limit=limit.model_copy(update={"end": end}), effective=end)
    language = wanted.language if "language" in wanted.model_fields_set else known.language
    yield ev.PersonReturned(
        person=known.id, position=wanted.position, calendar=wanted.calendar, language=language, effective=wanted.start
    )
    if wanted.end is not None:
        yield ev.PersonLeft(person=known.id, effective=wanted.end)


def _moved(known: Person, wanted: WantedPerson, today: date) -> Iterator[Event]:
    """A file without `since` that names today's position says nothing of a move that is planned."""
    start = known.postings()[-1].start
    if not known.before or start is None or start <= today:
        if wanted.position != known.position:
            yield ev.PersonMoved(person=wanted.id, position=wanted.position, effective=wanted.since or today)
        return
    back = ev.PersonMoveTakenBack(person=wanted.id, effective=start)
    if wanted.position == known.position:
        if wanted.since not in (None, start):
            yield back
            yield ev.PersonMoved(person=wanted.id, position=wanted.position, effective=wanted.since)
    elif wanted.since is not None and wanted.since <= start:
        yield back
    elif wanted.since is not None:
        yield ev.PersonMoved(person=wanted.id, position=wanted.position, effective=wanted.since)


def _settings(known: Person, wanted: WantedPerson, today: date) -> Iterator[Event]:
    language = wanted.language if "language" in wanted.model_fields_set else known.language
    if (known.calendar, known.language) != (wanted.calendar, language):
        yield ev.PersonSettingsChanged(
            person=wanted.id, calendar=wanted.calendar, language=language, effective=today
        )  # fmt: skip


def _dates(known: Person, wanted: WantedPerson, today: date) -> Iterator[Event]:
    start, end = wanted.start or known.start, _end_of(known, wanted)
    if (start, end) == (known.start, known.end):
        return
    if start == known.start and end is not None and not _gone(known, today):
        yield ev.PersonLeft(person=wanted.id, effective=end)
    else:
        yield ev.PersonDatesSet(person=wanted.id, start=start, end=end, reason=wanted.reason, effective=today)
