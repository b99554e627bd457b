"""The stream `organisation`: its events folded, and a file turned into the events that are still missing (KRN-42)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.kernel.events import Event, Registry
from domain.kernel.values.calendar import Calendar
from domain.organisation import events as ev
from domain.organisation.checks import problems_of
from domain.organisation.differences import differences, limit_key, role_key, seat_key
from domain.organisation.hr_map import HrMap
from domain.organisation.jobs import JobVersion, Skill, Speciality
from domain.organisation.model import (
    BudgetLine,
    Employment,
    Freeze,
    Limit,
    Organisation,
    Person,
    Position,
    Posting,
    RoleHolding,
    Seat,
    Unit,
)
from domain.organisation.problems import refusal
from domain.organisation.training import CertificateRule, Course, HeldCertificate, HeldSkill
from domain.organisation.units import problems_of_units
from domain.organisation.wanted import Wanted

STREAM = "organisation"
REGISTRY = Registry(ev.KINDS)


def evolve(organisation: Organisation, event: Event) -> Organisation:
    """The organisation after one event. To fold many, use `fold`: it copies once."""
    return fold(organisation, (event,))


def fold(organisation: Organisation, events: Iterable[Event]) -> Organisation:
    """The organisation after `events`, in time proportional to its size plus their number."""
    draft = _Draft(organisation)
    for event in events:
        draft.apply(event)
    return draft.done()


def plan_import(current: Organisation, wanted: Wanted, today: date) -> list[Event]:
    """The events that make `current` what the files say; none if it is so already.

    Raises Refused `bad-file` with every problem in `facts["problems"]`, each as `file:line: what`.
    """
    events, problems = planned_import(current, wanted, today)
    if problems:
        raise refusal(problems)
    return events


def planned_import(current: Organisation, wanted: Wanted, today: date) -> tuple[list[Event], list[str]]:
    """As `plan_import`, with the problems beside the events."""
    events, problems = differences(current, wanted, today)
    after = fold(current, events)
    problems = [*problems, *problems_of(after, wanted), *problems_of_units(current, after, wanted, today)]
    return list(events), problems


@dataclass
class _Draft:
    """An organisation while it is being folded: the same entries in dictionaries that may change."""

    version: int
    units: dict[str, Unit]
    positions: dict[str, Position]
    people: dict[str, Person]
    seats: dict[object, Seat]
    roles: dict[object, RoleHolding]
    limits: dict[object, Limit]
    calendars: dict[str, Calendar]
    budget_lines: dict[str, BudgetLine]
    freezes: dict[tuple[str, str], Freeze]
    role_since: dict[str, date]
    skills: dict[str, Skill]
    specialities: dict[str, Speciality]
    descriptions: dict[str, tuple[JobVersion, ...]]
    described: dict[str, str]
    courses: dict[str, Course]
    certificate_rules: dict[str, tuple[CertificateRule, ...]]
    skills_held: dict[str, tuple[HeldSkill, ...]]
    certificates_held: dict[str, tuple[HeldCertificate, ...]]
    hr_map: HrMap | None

    def __init__(self, base: Organisation) -> None:
        self._base = base
        self.version = base.version
        self.units, self.positions, self.people = dict(base.units), dict(base.positions), dict(base.people)
        self.calendars, self.budget_lines = dict(base.calendars), dict(base.budget_lines)
        self.seats = {seat_key(seat): seat for seat in base.seats}
        self.roles = {role_key(holding): holding for holding in base.roles}
        self.limits = {limit_key(limit): limit for limit in base.limits}
        self.freezes = {(freeze.unit, freeze.process): freeze for freeze in base.freezes}
        self.role_since = dict(base.role_since)
        self.skills, self.specialities = dict(base.skills), dict(base.specialities)
        self.descriptions, self.described = dict(base.descriptions), dict(base.described)
        self.courses, self.certificate_rules = dict(base.courses), dict(base.certificate_rules)
        self.skills_held, self.certificates_held = dict(base.skills_held), dict(base.certificates_held)
        self.hr_map = base.hr_map

    def apply(self, event: Event) -> None:
        self.version += 1
        match event:
            case ev.UnitSet(unit=unit):
                self.units[unit.id] = unit
            case ev.PositionSet(position=position):
                self.positions[position.id] = position
            case ev.RoleGranted(holding=holding, effective=day):
                self.roles[role_key(holding)] = holding
                self.role_since[holding.person] = max(day, self.role_since.get(holding.person, day))
            case ev.RoleEnded(holding=holding) | ev.RoleRedated(holding=holding):
                self.roles[role_key(holding)] = holding
            case ev.LimitSet(limit=limit) | ev.LimitEnded(limit=limit) | ev.LimitRedated(limit=limit):
                self.limits[limit_key(limit)] = limit
            case ev.CalendarSet(calendar=calendar):
                self.calendars[calendar.id] = calendar
            case ev.BudgetLineSet(line=line):
                self.budget_lines[line.id] = line
            case ev.UnitFrozen(freeze=freeze):
                self.freezes[freeze.unit, freeze.process] = freeze
            case ev.UnitReleased(unit=unit_id, process=process):
                self.freezes.pop((unit_id, process), None)
            case ev.HrMapSet(map=hr_map):
                self.hr_map = hr_map
            case ev.SkillSet(skill=skill):
                self.skills[skill.id] = skill
            case ev.SpecialitySet(speciality=speciality):
                self.specialities[speciality.id] = speciality
            case ev.JobDescriptionSet() | ev.JobDescriptionReviewed() | ev.JobDescriptionRetired():
                self._apply_to_job(event)
            case ev.CourseSet(course=course):
                self.courses[course.id] = course
            case ev.CertificateRuleSet(rule=rule):
                self.certificate_rules[rule.id] = (*self.certificate_rules.get(rule.id, ()), rule)
            case ev.SkillHeld() | ev.CertificateHeld() | ev.CertificateWaived():
                self._apply_to_qualification(event)
            case _:
                self._apply_to_person(event)

    def _apply_to_qualification(self, event: ev.SkillHeld | ev.CertificateHeld | ev.CertificateWaived) -> None:
        match event:
            case ev.SkillHeld(held=skill):
                self.skills_held[skill.person] = (*self.skills_held.get(skill.person, ()), skill)
            case ev.CertificateHeld(held=given):
                self.certificates_held[given.person] = (*self.certificates_held.get(given.person, ()), given)
            case ev.CertificateWaived(person=person, certificate=certificate, until=until):
                held = self.certificates_held.get(person, ())
                last = max((n for n, one in enumerate(held) if one.certificate == certificate), default=-1)
                self.certificates_held[person] = tuple(
                    one.model_copy(update={"waived_until": until}) if n == last else one for n, one in enumerate(held)
                )

    def _apply_to_job(self, event: ev.JobDescriptionSet | ev.JobDescriptionReviewed | ev.JobDescriptionRetired) -> None:
        match event:
            case ev.JobDescriptionSet(job=job, effective=day):
                self._changed(job.id, None, end=day)
                self.descriptions[job.id] = (*self.descriptions.get(job.id, ()), job)
                self._described(job.id, job.description.positions)
            case ev.JobDescriptionReviewed(description=job_id, version=version, review_by=day):
                self._changed(job_id, version, review_by=day)
            case ev.JobDescriptionRetired(description=job_id, version=version, effective=day):
                if self._changed(job_id, version, end=day):
                    self._described(job_id, ())

    def _changed(self, job: str, version: int | None, **update: date) -> bool:
        """The version in force with other days. Nothing if another one came into force meanwhile."""
        known = self.descriptions.get(job, ())
        if not known or known[-1].end is not None or version not in (None, known[-1].version):
            return False
        self.descriptions[job] = (*known[:-1], known[-1].model_copy(update=update))
        return True

    def _described(self, job: str, positions: Iterable[str]) -> None:
        """A position points to one description: the one that named it last (JOB-02)."""
        kept = {position: other for position, other in self.described.items() if other != job}
        self.described = {**kept, **dict.fromkeys(positions, job)}

    def _apply_to_person(self, event: Event) -> None:
        match event:
            case ev.PersonJoined():
                self.people[event.person] = Person(
                    id=event.person,
                    position=event.position,
                    calendar=event.calendar,
                    language=event.language,
                    start=event.start,
                )
            case ev.PersonStartChanged(start=start):
                self.people[event.person] = self.people[event.person].beginning(start)
            case ev.PersonReturned():
                self.people[event.person] = _returned(self.people[event.person], event)
            case ev.PersonMoved():
                self.people[event.person] = _moved(self.people[event.person], event)
            case ev.MoveTakenBack():
                before = self.people[event.person].before
                self._update(event.person, position=before[-1].position, before=before[:-1])
            case ev.PersonSettingsChanged(calendar=calendar, language=language):
                self._update(event.person, calendar=calendar, language=language)
            case ev.PersonLeft(effective=day, successor=successor):
                self._update(event.person, end=day, successor=successor or self.people[event.person].successor)
            case ev.FunctionalLineSet(position=position):
                self._update(event.person, functional_line=position)
            case ev.LeavingTakenBack():
                self._update(event.person, end=None, successor=None)
            case ev.SeatSet(seat=seat):
                self.seats[seat_key(seat)] = seat
            case _:
                raise TypeError(f"{type(event).__name__} is not an event of the organisation")

    def _update(self, person: str, **fields: object) -> None:
        self.people[person] = self.people[person].model_copy(update=fields)

    def done(self) -> Organisation:
        return self._base.model_copy(
            update={
                "version": self.version,
                "units": self.units,
                "positions": self.positions,
                "people": self.people,
                "seats": tuple(self.seats.values()),
                "roles": tuple(self.roles.values()),
                "limits": tuple(self.limits.values()),
                "calendars": self.calendars,
                "budget_lines": self.budget_lines,
                "freezes": tuple(self.freezes.values()),
                "role_since": self.role_since,
                "skills": self.skills,
                "specialities": self.specialities,
                "descriptions": self.descriptions,
                "described": self.described,
                "courses": self.courses,
                "certificate_rules": self.certificate_rules,
                "skills_held": self.skills_held,
                "certificates_held": self.certificates_held,
                "hr_map": self.hr_map,
            }
        )


def _moved(person: Person, event: ev.PersonMoved) -> Person:
    start = person.newest_postings()[-1].start
    left = Posting(position=person.position, start=start, end=event.effective)
    return person.model_copy(update={"position": event.position, "before": (*person.before, left)})


def _returned(person: Person, event: ev.PersonReturned) -> Person:
    over = Employment(start=person.start, end=person.end, postings=person.had())
    return Person(
        id=person.id,
        position=event.position,
        calendar=event.calendar,
        language=event.language,
        start=event.start,
        earlier=(*person.earlier, over),
    )
