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
from domain.organisation.model import Limit, Organisation, RoleHolding
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
            case (
                ev.PersonJoined()
                | ev.PersonStartChanged()
                | ev.PersonReturned()
                | ev.PersonMoved()
                | ev.MoveTakenBack()
                | ev.PersonSettingsChanged()
                | ev.FunctionalLineSet()
                | ev.PersonLeft()
                | ev.LeavingTakenBack()
                | ev.SeatSet()
            ):
                return self._because(self._employment(event), event)
            case ev.RoleGranted(holding=held):
                return self._holding(_("{person} holds the role {role} for {unit}"), held)
            case ev.RoleEnded(holding=held):
                return self._holding(_("{person} no longer holds the role {role} for {unit}"), held)
            case ev.RoleRedated(holding=held):
                said = (
                    _("{person} holds the role {role} for {unit} without an end")
                    if held.end is None
                    else _("{person} holds the role {role} for {unit} until {day}")
                )
                return self._because(self._holding(said, held), event)
            case ev.LimitSet(limit=limit):
                return _("{who} may approve up to {amount} for {category}").format(
                    who=self._whose(limit), amount=self._amount(limit), category=word(limit.category, at)
                )
            case ev.LimitRedated(limit=limit):
                said = (
                    _("The limit of {who} for {category} has no end")
                    if limit.end is None
                    else _("The limit of {who} for {category} ends on {day}")
                )
                day = formats.short_day(limit.end or date.max, at)
                return self._because(
                    said.format(who=self._whose(limit), category=word(limit.category, at), day=day), event
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

    def _employment(self, event: Event) -> str:
        _, at = catalogue(self._language).gettext, self._language
        match event:
            case ev.PersonJoined():
                said = _("{person} joins as {title}")
                return said.format(person=self.person(event.person), title=self._title(event.position))
            case ev.PersonReturned():
                said = _("{person} comes back as {title}")
                return said.format(person=self.person(event.person), title=self._title(event.position))
            case ev.PersonStartChanged():
                said = _("The first day of {person} is {day}")
                return said.format(person=self.person(event.person), day=formats.short_day(event.start, at))
            case ev.PersonMoved():
                said = _("{person} moves to {title}")
                return said.format(person=self.person(event.person), title=self._title(event.position))
            case ev.MoveTakenBack():
                said = _("The move of {person} to {title} is taken back")
                return said.format(person=self.person(event.person), title=self._title(event.position))
            case ev.PersonSettingsChanged():
                said = _("{person} works by the calendar {calendar}")
                return said.format(person=self.person(event.person), calendar=event.calendar)
            case ev.FunctionalLineSet():
                said = (
                    _("{person} reports to {title} besides")
                    if event.position
                    else _("{person} reports in the line only")
                )
                return said.format(person=self.person(event.person), title=self._title(event.position))
            case ev.PersonLeft():
                return _("{person} leaves").format(person=self.person(event.person))
            case ev.LeavingTakenBack():
                return _("{person} stays: the last day is taken back").format(person=self.person(event.person))
            case ev.SeatSet(seat=seat):
                said = (
                    _("{person} acts as {title} until {day}")
                    if seat.kind == "acting"
                    else _("{person} is {title} besides, until {day}")
                    if seat.end
                    else _("{person} is {title} besides")
                )
                day = formats.short_day(seat.end or date.max, at)
                return said.format(person=self.person(seat.person), title=self._title(seat.position), day=day)
        raise TypeError(type(event).__name__)

    def _holding(self, said: str, held: RoleHolding) -> str:
        day = formats.short_day(held.end or date.max, self._language)
        return said.format(
            person=self.person(held.person), role=role(held.role, self._language), unit=self._unit(held.unit), day=day
        )

    def _because(self, said: str, event: Event) -> str:
        """What was done, with the reason that somebody gave for it."""
        reason = getattr(event, "reason", None)
        if not reason:
            return said
        return catalogue(self._language).gettext("{change} (reason: {reason})").format(change=said, reason=reason)

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
