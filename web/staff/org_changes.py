"""The changes of the organisation in sentences, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from application.queries.browsing import Change
from application.wording import formats
from application.wording.reader import in_language, position_titles, unit_names
from application.wording.roles import role
from domain.kernel.events import Event
from domain.organisation import events as ev
from domain.organisation.browsing import may_see_limit
from domain.organisation.model import Limit, Organisation
from runtime.translations import catalogue
from web.rendering import word


@dataclass(frozen=True)
class Line:
    """One change: what in a sentence, the first day on which it holds, who recorded it and when (UTC)."""

    version: int
    what: str
    effective: date | None
    by: str
    at: datetime


def lines(
    changes: Sequence[Change], organisation: Organisation, viewer: str, names: Mapping[str, str], language: str
) -> list[Line]:
    """Units and positions are called as in `organisation`, that of today, which says too who may see which amount."""
    words = _Words(organisation, viewer, names, language)
    return [
        Line(each.version, words.of(each.event), getattr(each.event, "effective", None),
             words.person(each.by), each.at)
        for each in changes
    ]  # fmt: skip


class _Words:
    def __init__(self, organisation: Organisation, viewer: str, names: Mapping[str, str], language: str) -> None:
        self._organisation, self._viewer, self._names, self._language = organisation, viewer, names, language
        self._today = organisation.day_of(viewer, datetime.now(UTC))
        self._units, self._titles = unit_names(organisation, language), position_titles(organisation, language)

    def person(self, person: str) -> str:
        """The name and the id, or what stands for an operator."""
        return f"{self._names[person]} ({person})" if person in self._names else person

    def _dates(self, event: ev.PersonDatesSet) -> str:
        _, at = catalogue(self._language).gettext, self._language
        first, last = (formats.short_day(day, at) if day else "–" for day in (event.start, event.end))
        said = _("{person} works here from {first}, and no longer from {last}. {reason}")
        return said.format(person=self.person(event.person), first=first, last=last, reason=event.reason or "").strip()

    def of(self, event: Event) -> str:
        _, at = catalogue(self._language).gettext, self._language
        match event:
            case ev.UnitSet(unit=unit):
                return _("Unit {unit} as part of {parent}").format(
                    unit=in_language(unit.name, at, unit.id), parent=self._unit(unit.parent)
                )
            case ev.PositionSet(position=position):
                said = _("Position {title} in {unit}, grade {grade}, reporting to {above}")
                title, above = in_language(position.title, at, position.id), self._title(position.reports_to)
                return said.format(title=title, unit=self._unit(position.unit), grade=position.grade, above=above)
            case ev.PersonJoined():
                return _("{person} joins as {title}").format(
                    person=self.person(event.person), title=self._title(event.position)
                )
            case ev.PersonMoved():
                return _("{person} moves to {title}").format(
                    person=self.person(event.person), title=self._title(event.position)
                )
            case ev.PersonSettingsChanged():
                return _("{person} works by the calendar {calendar}").format(
                    person=self.person(event.person), calendar=event.calendar
                )
            case ev.PersonLeft():
                return _("{person} leaves").format(person=self.person(event.person))
            case ev.PersonDatesSet():
                return self._dates(event)
            case ev.PersonMoveTakenBack():
                return _("{person} does not move").format(person=self.person(event.person))
            case ev.PersonReturned():
                return _("{person} comes back as {title}").format(
                    person=self.person(event.person), title=self._title(event.position)
                )
            case ev.RoleGranted(holding=held) | ev.RoleEnded(holding=held):
                said = (
                    _("{person} holds the role {role} for {unit}")
                    if isinstance(event, ev.RoleGranted)
                    else _("{person} no longer holds the role {role} for {unit}")
                )
                return said.format(
                    person=self.person(held.person), role=role(held.role, at), unit=self._unit(held.unit)
                )
            case ev.LimitSet(limit=limit):
                return _("{who} may approve up to {amount} for {category}").format(
                    who=self._whose(limit), amount=self._amount(limit), category=word(limit.category, at)
                )
            case ev.LimitEnded(limit=limit):
                return _("{who} has no limit for {category} any more").format(
                    who=self._whose(limit), category=word(limit.category, at)
                )
            case ev.CalendarSet(calendar=calendar):
                return _("Calendar {calendar}").format(calendar=calendar.id)
            case ev.BudgetLineSet(line=line):
                said = _("Budget line {line} of {unit}, owned by {person}")
                name, owner = in_language(line.name, at, line.id), self.person(line.owner)
                return said.format(line=name, unit=self._unit(line.unit), person=owner)
            case ev.HrMapSet():
                return _("HR's list of people is read with other headers")
            case ev.SkillSet(skill=skill):
                said = _("Skill {skill}") if skill.end is None else _("Skill {skill}, until {day}")
                return said.format(
                    skill=in_language(skill.name, at, skill.id), day=formats.short_day(skill.end or date.max, at)
                )
            case ev.SpecialitySet(speciality=found):
                return _("Speciality {speciality}, with details about {topics}").format(
                    speciality=in_language(found.name, at, found.id),
                    topics=", ".join(word(topic, at) for topic in found.details) or "–",
                )
            case ev.JobDescriptionSet() | ev.JobDescriptionReviewed() | ev.JobDescriptionRetired():
                return self._job(event)
            case ev.CourseSet(course=course):
                return _("Course {course}").format(course=in_language(course.name, at, course.id))
            case ev.CertificateRuleSet(rule=rule):
                said = _("Certificate {certificate}, version {version} of its rule, from {day} on")
                name = in_language(rule.name, at, rule.id)
                return said.format(certificate=name, version=rule.version, day=formats.short_day(rule.start, at))
            case ev.SkillHeld(held=skill_held):
                return _("{person} has level {level} in {skill}").format(
                    person=self.person(skill_held.person), level=skill_held.level, skill=skill_held.skill
                )
            case ev.CertificateHeld(held=given):
                return _("{person} was given the certificate {certificate}").format(
                    person=self.person(given.person), certificate=given.certificate
                )
            case ev.CertificateWaived():
                return _("The certificate {certificate} of {person} counts until {day} although it has ended").format(
                    person=self.person(event.person), certificate=event.certificate,
                    day=formats.short_day(event.until, at),
                )  # fmt: skip
            case ev.UnitFrozen(freeze=freeze):
                return _("{process} is frozen in {unit}").format(
                    process=word(freeze.process, at).capitalize(), unit=self._unit(freeze.unit)
                )
            case ev.UnitReleased():
                return _("{process} goes on in {unit}").format(
                    process=word(event.process, at).capitalize(), unit=self._unit(event.unit)
                )
        return type(event).__name__

    def _job(self, event: ev.JobDescriptionSet | ev.JobDescriptionReviewed | ev.JobDescriptionRetired) -> str:
        _, at = catalogue(self._language).gettext, self._language
        match event:
            case ev.JobDescriptionSet(job=job):
                said = _("Job description {title}, version {version}, is in force")
                title = in_language(job.description.title.by_language(), at, job.id)
                return said.format(title=title, version=job.version)
            case ev.JobDescriptionReviewed():
                said = _("Job description {description}, version {version}: somebody looks again by {day}")
                return said.format(
                    description=event.description, version=event.version, day=formats.short_day(event.review_by, at)
                )
            case ev.JobDescriptionRetired():
                said = _("Job description {description}, version {version}, is retired")
                return said.format(description=event.description, version=event.version)

    def _unit(self, unit: str | None) -> str:
        if unit is None:
            return catalogue(self._language).gettext("the whole company")
        return self._units.get(unit, unit)

    def _title(self, position: str | None) -> str:
        return self._titles.get(position or "", position or catalogue(self._language).gettext("nobody"))

    def _whose(self, limit: Limit) -> str:
        if limit.person:
            return self.person(limit.person)
        return (
            catalogue(self._language)
            .gettext("Whoever holds the role {role}")
            .format(role=role(limit.role or "", self._language))
        )

    def _amount(self, limit: Limit) -> str:
        if may_see_limit(self._organisation, self._viewer, limit, self._today):
            return formats.money(limit.up_to, self._language)
        return catalogue(self._language).gettext("(hidden)")
