"""What a file says that the organisation does not know yet, as events; and what it may not say (KRN-42)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar
from domain.organisation import events as ev
from domain.organisation.dated import Dated
from domain.organisation.jobs import JobVersion
from domain.organisation.lives import people
from domain.organisation.model import BudgetLine, Limit, Organisation, RoleHolding
from domain.organisation.training import CertificateRule, HeldSkill
from domain.organisation.wanted import Line, Wanted


class Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=Named)
D = TypeVar("D", bound=Dated)
Found = tuple[list[Event], list[str]]


def role_key(holding: RoleHolding) -> tuple[str, str, str | None, date | None]:
    return holding.role, holding.person, holding.unit, holding.start


def limit_key(limit: Limit) -> tuple[str, str, str | None, str | None, str | None, date | None]:
    return limit.category, limit.up_to.currency, limit.person, limit.role, limit.unit, limit.start


def differences(current: Organisation, wanted: Wanted, today: date) -> Found:
    """The missing events, and the entries that contradict each other or what was recorded before."""
    parts: list[Found] = [
        _named(
            "unit",
            _as_they_were(wanted.units, current.units),
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
            _as_they_were(wanted.positions, current.positions),
            current.positions,
            lambda position: ev.PositionSet(position=position, effective=today),
        ),
        people(current, wanted.people, today),
        _budget_lines(current, wanted.budget_lines, today),
        _roles(current, wanted.roles, today),
        _groups(current, wanted, today),
        _limits(current, wanted.limits, today),
        _named(
            "skill",
            _as_they_were(wanted.skills, current.skills),
            current.skills,
            lambda skill: ev.SkillSet(skill=skill, effective=today),
        ),
        _named(
            "speciality",
            wanted.specialities,
            current.specialities,
            lambda speciality: ev.SpecialitySet(speciality=speciality, effective=today),
        ),
        _job_descriptions(current, wanted.job_descriptions, today),
        _named("course", wanted.courses, current.courses, lambda course: ev.CourseSet(course=course, effective=today)),
        _certificate_rules(current, wanted.certificates, today),
        _skills_held(current, wanted.skills_held),
    ]
    return [event for events, _ in parts for event in events], [text for _, problems in parts for text in problems]


def _named(what: str, lines: Iterable[Line[N]], known: Mapping[str, N], event: Callable[[N], Event]) -> Found:
    lines = list(lines)
    changed = [event(line.value) for line in lines if known.get(line.value.id) != line.value]
    return changed, _twice(what, lines)


def _twice(what: str, lines: Sequence[Line[N]]) -> list[str]:
    first: dict[str, str] = {}
    return [
        f"{line.where}: {what} {line.value.id} was already given at {first[line.value.id]}; keep one of the two"
        for line in lines
        if first.setdefault(line.value.id, line.where) != line.where
    ]


def _with_past(calendar: Calendar, current: Organisation, today: date) -> Calendar:
    """Keeps the holidays of years that a newer import no longer writes out: old due times still rest on them."""
    known = current.calendars.get(calendar.id)
    kept = {day: name for day, name in known.holidays.items() if day.year < today.year - 1} if known else {}
    return calendar.model_copy(update={"holidays": {**kept, **calendar.holidays}})


def _as_they_were(lines: Iterable[Line[N]], known: Mapping[str, N]) -> list[Line[N]]:
    """A file that is silent on a field, or on a language of a name, leaves it as it is (ORG-02, HIR-09, BUD-01)."""
    return [Line(line.where, _as_it_was(line.value, known.get(line.value.id))) for line in lines]


def _as_it_was(value: N, known: N | None) -> N:
    if not isinstance(value, Value) or not isinstance(known, Value):
        return value
    kept = {name: getattr(known, name) for name in type(value).model_fields.keys() - value.model_fields_set}
    for name in ("name", "title"):
        if isinstance(said := getattr(value, name, None), dict):
            kept[name] = {**getattr(known, name), **said}
    return value.model_copy(update=kept)


def _budget_lines(current: Organisation, lines: Sequence[Line[BudgetLine]], today: date) -> Found:
    wanted = _as_they_were(lines, current.budget_lines)
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


def _roles(current: Organisation, lines: Sequence[Line[RoleHolding]], today: date) -> Found:
    known = {role_key(holding): holding for holding in current.roles}
    planned = {role_key(held)[:-1]: held for held in current.roles if _to_come(held, today)}
    events: list[Event] = []
    problems = _repeated(lines, role_key)
    for line in lines:
        held, wanted = known.get(role_key(line.value)), line.value
        if held is None:
            if (other := planned.get(role_key(wanted)[:-1])) and other.start:  # it begins on another day (ORG-04)
                events.append(
                    ev.RoleEnded(holding=other.model_copy(update={"end": other.start}), effective=other.start)
                )
            events.append(ev.RoleGranted(holding=wanted, effective=wanted.start or today))
        elif _over(held, wanted, today):
            problems.append(f"{line.where}: {_again(f'{wanted.person} as {wanted.role}', held)}")
        elif wanted.end is not None and held.end != wanted.end:
            events.append(ev.RoleEnded(holding=wanted, effective=wanted.end))
        elif wanted.end is None and held.end is not None and "end" in wanted.model_fields_set:
            events.append(ev.RoleGranted(holding=wanted, effective=today))
    return events, problems


def _to_come(held: Dated, today: date) -> bool:
    return held.start is not None and held.start > today and (held.end is None or held.end > held.start)


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
    planned = {limit_key(held)[:-1]: held for held in current.limits if _to_come(held, today)}
    events: list[Event] = []
    problems = _repeated(lines, limit_key)
    for line in lines:
        held, wanted = known.get(limit_key(line.value)), line.value
        if held is None:
            if (other := planned.get(limit_key(wanted)[:-1])) and other.start:
                events.append(ev.LimitEnded(limit=other.model_copy(update={"end": other.start}), effective=other.start))
            events.append(ev.LimitSet(limit=wanted, effective=wanted.start or today))
        elif _over(held, wanted, today):
            problems.append(f"{line.where}: {_again(f'the limit for {wanted.category}', held)}")
        elif held.up_to != wanted.up_to:
            kept = wanted if "end" in wanted.model_fields_set else wanted.model_copy(update={"end": held.end})
            events.append(ev.LimitSet(limit=kept, effective=today))
        elif wanted.end is not None and held.end != wanted.end:
            events.append(ev.LimitEnded(limit=wanted, effective=wanted.end))
        elif wanted.end is None and held.end is not None and "end" in wanted.model_fields_set:
            events.append(ev.LimitSet(limit=wanted, effective=today))
    return events, problems


def _over(held: Dated, wanted: Dated, today: date) -> bool:
    return held.end is not None and held.end <= today and wanted.end != held.end


def _again(what: str, held: Dated) -> str:
    return f"{what} ended on {held.end}: state until: {held.end}, or a from: with the day it begins anew"


def _repeated(lines: Sequence[Line[D]], key: Callable[[D], object]) -> list[str]:
    first: dict[object, str] = {}
    return [
        f"{line.where}: this was already given at {first[key(line.value)]}; keep one of the two"
        for line in lines
        if first.setdefault(key(line.value), line.where) != line.where
    ]
