"""What a file says that the organisation does not know yet, as events; and what it may not say (KRN-42)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar
from domain.organisation import events as ev
from domain.organisation.dated import Dated
from domain.organisation.employment import employment_events, ended_by_leaving
from domain.organisation.jobs import JobVersion, Skill, Speciality
from domain.organisation.model import BudgetLine, Limit, Organisation, Position, RoleHolding, Seat, Unit
from domain.organisation.training import CertificateRule, Course, HeldSkill
from domain.organisation.wanted import Line, Wanted, WantedCalendar, WantedPerson

Named = Unit | Position | BudgetLine | Skill | Speciality | Course | Calendar
N = TypeVar("N", bound=Named)
P = TypeVar("P", bound=Named | WantedPerson)
V = TypeVar("V", bound=Value)
D = TypeVar("D", bound=Dated)
Found = tuple[list[Event], list[str]]


def role_key(holding: RoleHolding) -> tuple[str, str, str | None, date | None]:
    return holding.role, holding.person, holding.unit, holding.start


def seat_key(seat: Seat) -> tuple[str, str, date | None]:
    return seat.person, seat.position, seat.start


def limit_key(limit: Limit) -> tuple[str, str, str | None, str | None, str | None, date | None]:
    return limit.category, limit.up_to.currency, limit.person, limit.role, limit.unit, limit.start


def differences(current: Organisation, wanted: Wanted, today: date) -> Found:
    """The missing events, and the entries that contradict each other or what was recorded before."""
    people, wrong = _people(current, wanted.people, today)
    current, ended = _without_old_authority(current, people)
    parts: list[Found] = [
        _named(
            "unit",
            _complete(wanted.units, current.units),
            current.units,
            lambda unit: ev.UnitSet(unit=unit, effective=today),
        ),
        _named(
            "calendar",
            [Line(line.where, _with_past(line.value, current, today)) for line in wanted.calendars],
            current.calendars,
            lambda calendar: ev.CalendarSet(calendar=calendar, effective=today),
        ),
        _named(
            "position",
            _complete(wanted.positions, current.positions),
            current.positions,
            lambda position: ev.PositionSet(position=position, effective=today),
        ),
        ([*people, *ended], wrong),
        _seats(current, wanted.seats, today),
        _budget_lines(current, wanted.budget_lines, today),
        _roles(current, wanted.roles, today),
        _groups(current, wanted, today),
        _limits(current, wanted.limits, today),
        _named(
            "skill",
            _complete(wanted.skills, current.skills),
            current.skills,
            lambda skill: ev.SkillSet(skill=skill, effective=today),
        ),
        _named(
            "speciality",
            _complete(wanted.specialities, current.specialities),
            current.specialities,
            lambda speciality: ev.SpecialitySet(speciality=speciality, effective=today),
        ),
        _job_descriptions(current, wanted.job_descriptions, today),
        _named(
            "course",
            _complete(wanted.courses, current.courses),
            current.courses,
            lambda course: ev.CourseSet(course=course, effective=today),
        ),
        _certificate_rules(current, wanted.certificates, today),
        _skills_held(current, wanted.skills_held),
    ]
    return [event for events, _ in parts for event in events], [text for _, problems in parts for text in problems]


def _named(what: str, lines: Iterable[Line[N]], known: Mapping[str, N], event: Callable[[N], Event]) -> Found:
    lines = list(lines)
    changed = [event(line.value) for line in lines if known.get(line.value.id) != line.value]
    return changed, _twice(what, lines)


def _twice(what: str, lines: Sequence[Line[P]]) -> list[str]:
    first: dict[str, str] = {}
    return [
        f"{line.where}: {what} {line.value.id} was already given at {first[line.value.id]}; keep one of the two"
        for line in lines
        if first.setdefault(line.value.id, line.where) != line.where
    ]


def _complete(lines: Iterable[Line[N]], known: Mapping[str, N]) -> list[Line[N]]:
    """The entries with what they do not say as it was (ORG-02). Taking away is said: `null`."""
    return [replace(line, value=_as_it_was(line.value, known.get(line.value.id))) for line in lines]


def _as_it_was(value: V, known: V | None) -> V:
    kept = type(value).model_fields.keys() - value.model_fields_set if known else ()
    return value.model_copy(update={name: getattr(known, name) for name in kept})


def _with_past(wanted: WantedCalendar, current: Organisation, today: date) -> Calendar:
    """Keeps the holidays of years that a newer import no longer writes out: old due times still rest on them.

    Where the file is silent on the company's own days, the years that are known stay as they are (ORG-02).
    """
    calendar = Calendar(**{name: getattr(wanted, name) for name in Calendar.model_fields})
    known = current.calendars.get(calendar.id)
    if known is None:
        return calendar
    if wanted.silent:
        last = max((day.year for day in known.holidays), default=0)
        new = {day: name for day, name in calendar.holidays.items() if day.year > last}
        return calendar.model_copy(update={"holidays": {**known.holidays, **new}, "working": known.working})
    kept = {day: name for day, name in known.holidays.items() if day.year < today.year - 1}
    worked = {day for day in known.working if day.year < today.year - 1}
    working = tuple(sorted({*worked, *calendar.working}))
    return calendar.model_copy(update={"holidays": {**kept, **calendar.holidays}, "working": working})


def _budget_lines(current: Organisation, lines: Sequence[Line[BudgetLine]], today: date) -> Found:
    wanted = _complete(lines, current.budget_lines)
    events, problems = _named(
        "budget line", wanted, current.budget_lines, lambda line: ev.BudgetLineSet(line=line, effective=today)
    )
    for line in wanted:
        known = current.budget_lines.get(line.value.id)
        if known and known.currency not in (None, line.value.currency):
            problems.append(
                f"{line.where}: budget line {known.id} is kept in {known.currency}, its balances cannot change to "
                f"{line.value.currency}; make a new line"
            )
    return events, problems


def _job_descriptions(current: Organisation, lines: Sequence[Line[JobVersion]], today: date) -> Found:
    """Versions that were approved elsewhere. One that the register knows stays as it is: a change is a new version."""
    events: list[Event] = []
    problems = _repeated(lines, lambda job: job.id)
    for line in lines:
        job, versions = line.value, current.descriptions.get(line.value.id, ())
        known = next((other for other in versions if other.version == job.version), None)
        if known is not None and known.description != job.description:
            problems.append(f"{line.where}: version {job.version} of {job.id} says something else; give a new version")
        elif known is None and versions and job.version < versions[-1].version:
            problems.append(f"{line.where}: version {versions[-1].version} of {job.id} is newer; give a newer version")
        elif known is None:
            start = job.start or today
            events.append(ev.JobDescriptionSet(job=job.model_copy(update={"start": start}), effective=start))
    return events, problems


def _certificate_rules(current: Organisation, lines: Sequence[Line[CertificateRule]], today: date) -> Found:
    """A version stays as it is. One for all holders begins later, so that those it hits are listed first (TRN-09)."""
    events: list[Event] = []
    problems: list[str] = []
    for line in lines:
        rule, versions = line.value, current.certificate_rules.get(line.value.id, ())
        known = next((other for other in versions if other.version == rule.version), None)
        if known is not None and known != rule:
            problems.append(
                f"{line.where}: version {rule.version} of {rule.id} says something else; give a new version"
            )
        elif known is None and versions and rule.version < versions[-1].version:
            problems.append(f"{line.where}: version {versions[-1].version} of {rule.id} is newer; give a newer version")
        elif known is None and versions and rule.applies_to == "all" and rule.start <= today:
            problems.append(f"{line.where}: a rule for all who hold {rule.id} begins after {today}; give a later from")
        elif known is None:
            events.append(ev.CertificateRuleSet(rule=rule, effective=rule.start))
    return events, problems


def _skills_held(current: Organisation, lines: Sequence[Line[HeldSkill]]) -> Found:
    """Levels that were known before; one that is recorded is not recorded again."""
    new = [line.value for line in lines if line.value not in current.skills_held.get(line.value.person, ())]
    return [ev.SkillHeld(held=held, effective=held.day) for held in new], []


def _people(current: Organisation, lines: Sequence[Line[WantedPerson]], today: date) -> Found:
    events: list[Event] = []
    problems = [f"{text}; a second position goes under seats" for text in _twice("person", lines)]
    for line in lines:
        try:
            events += employment_events(current.people.get(line.value.id), line, today)
        except ValueError as wrong:
            problems.append(f"{line.where}: {wrong}")
    return events, problems


def _without_old_authority(current: Organisation, people: Iterable[Event]) -> tuple[Organisation, list[Event]]:
    """The organisation in which those who come back hold nothing of what they held, and the events that say so."""
    events = ended_by_leaving(current, [event.person for event in people if isinstance(event, ev.PersonReturned)])
    roles = {role_key(held): held for held in current.roles}
    limits = {limit_key(held): held for held in current.limits}
    seats = {seat_key(held): held for held in current.seats}
    for event in events:
        match event:
            case ev.RoleEnded(holding=held):
                roles[role_key(held)] = held
            case ev.LimitEnded(limit=limit):
                limits[limit_key(limit)] = limit
            case ev.SeatSet(seat=seat):
                seats[seat_key(seat)] = seat
    if not events:
        return current, events
    kept = {"roles": tuple(roles.values()), "limits": tuple(limits.values()), "seats": tuple(seats.values())}
    return current.model_copy(update=kept), events


def _seats(current: Organisation, lines: Sequence[Line[Seat]], today: date) -> Found:
    known = {seat_key(seat): seat for seat in current.seats}
    events: list[Event] = []
    for line in lines:
        seat, had = line.value, known.get(seat_key(line.value))
        wanted = _as_it_was(seat, had)
        if wanted != had:
            events.append(ev.SeatSet(seat=wanted, effective=wanted.start or today))
    return events, _repeated(lines, seat_key)


def _roles(current: Organisation, lines: Sequence[Line[RoleHolding]], today: date) -> Found:
    known = {role_key(holding): holding for holding in current.roles}
    events: list[Event] = []
    problems = _repeated(lines, role_key)
    for line in lines:
        held, wanted = known.get(role_key(line.value)), line.value
        if held is None:
            events.append(ev.RoleGranted(holding=wanted, effective=wanted.start or today))
        elif _over(held, line, today):
            problems.append(f"{line.where}: {_again(f'{wanted.person} as {wanted.role}', held)}")
        elif "end" in wanted.model_fields_set and held.end != wanted.end:
            day = wanted.end or held.end or today
            if wanted.end is None or line.reason:
                events.append(ev.RoleRedated(holding=wanted, effective=day, reason=line.reason))
            else:
                events.append(ev.RoleEnded(holding=wanted, effective=day))
    return events, problems


def _groups(current: Organisation, wanted: Wanted, today: date) -> Found:
    """Members who are new, come back from today on, or are missing from the whole list of their group (ORG-03)."""
    listed = {(line.value.role, line.value.person) for line in (*wanted.members, *wanted.roles)}
    groups = {line.value for line in wanted.groups}
    earlier: set[tuple[str, str]] = set()
    now: set[tuple[str, str]] = set()
    for held in current.roles:
        if held.role in groups and held.unit is None:
            (earlier if held.end is not None and held.end <= today else now).add((held.role, held.person))
    events: list[Event] = []
    for line in wanted.members:
        member = line.value.role, line.value.person
        if member not in now:
            start = today if member in earlier else None
            events.append(ev.RoleGranted(holding=line.value.model_copy(update={"start": start}), effective=today))
    for held in current.roles:
        over = held.end is not None and held.end <= today
        if held.role in groups and held.unit is None and not over and (held.role, held.person) not in listed:
            day = max(today, held.start or today)
            events.append(ev.RoleEnded(holding=held.model_copy(update={"end": day}), effective=day))
    return events, _repeated(wanted.members, role_key)


def _limits(current: Organisation, lines: Sequence[Line[Limit]], today: date) -> Found:
    known = {limit_key(limit): limit for limit in current.limits}
    events: list[Event] = []
    problems = _repeated(lines, limit_key)
    for line in lines:
        held, wanted = known.get(limit_key(line.value)), line.value
        if held is None:
            events.append(ev.LimitSet(limit=wanted, effective=wanted.start or today))
        elif _over(held, line, today):
            problems.append(f"{line.where}: {_again(f'the limit for {wanted.category}', held)}")
        elif held.up_to != wanted.up_to:
            events.append(ev.LimitSet(limit=_as_it_was(wanted, held), effective=today))
        elif "end" in wanted.model_fields_set and held.end != wanted.end:
            day = wanted.end or held.end or today
            if wanted.end is None or line.reason:
                events.append(ev.LimitRedated(limit=wanted, effective=day, reason=line.reason))
            else:
                events.append(ev.LimitEnded(limit=wanted, effective=day))
    return events, problems


def _over(held: Dated, line: Line[D], today: date) -> bool:
    """Whether it ended, and the row says something else without a reason to correct it (ORG-04)."""
    return held.end is not None and held.end <= today and line.value.end != held.end and line.reason is None


def _again(what: str, held: Dated) -> str:
    return (
        f"{what} ended on {held.end}: state until: {held.end}, or a from: with the day it begins anew, "
        "or a reason: to correct the day"
    )


def _repeated(lines: Sequence[Line[D]], key: Callable[[D], object]) -> list[str]:
    first: dict[object, str] = {}
    return [
        f"{line.where}: this was already given at {first[key(line.value)]}; keep one of the two"
        for line in lines
        if first.setdefault(key(line.value), line.where) != line.where
    ]
