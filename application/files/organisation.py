"""Organisation files: units, positions, people, roles, limits, calendars, budget lines, skills, jobs (KRN-42)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from application.files.calendars import CalendarEntry, expanded
from application.files.document import Located, read_document
from application.files.validation import validated
from application.files.words import Currency, Email, Id, IsoMoney, Language, Names, NamesOrNull, PersonId, Text
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.organisation.jobs import Description, JobVersion, Skill, Speciality
from domain.organisation.model import BudgetLine, Limit, Position, RoleHolding, Seat, Unit
from domain.organisation.persons import Details
from domain.organisation.problems import refusal
from domain.organisation.training import CertificateRule, Course, HeldSkill
from domain.organisation.wanted import Line, Wanted, WantedCalendar, WantedPerson, merged

W = TypeVar("W")
V = TypeVar("V", bound=Value)


class Stretch(Value):
    """`from` is the first day, `until` the first day on which it no longer holds; both may be left out."""

    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="until")


class UnitEntry(Value):
    """`until` is the first day without this unit, `into` the one that has from then on what was its (ORG-06)."""

    id: Id
    name: Names
    parent: Id | None = None
    end: Day | None = Field(default=None, alias="until")
    into: Id | None = None


class PositionEntry(Value):
    id: Id
    title: Names
    unit: Id
    grade: int = Field(ge=0, le=99)
    reports_to: Id | None = None
    frozen: bool | None = None


class PersonEntry(Stretch):
    """`since` is the day from which a changed `position` holds.

    `reason` says why a day that has passed is corrected (ORG-04), `same_person` that a name which nobody can tell from
    a second person's is a change of the same one (ORG-01).
    """

    id: PersonId
    name: NamesOrNull
    email: Email | None = None
    position: Id
    calendar: Id
    language: Language = "en"
    since: Day | None = None
    functional_line: Id | None = None
    reason: Text | None = None
    same_person: bool = False


class SeatEntry(Stretch):
    """A position besides one's own: a second one, or one in which somebody acts for a time (ORG-05)."""

    person: PersonId
    position: Id
    kind: Literal["acting", "second"] = "acting"


class RoleEntry(Stretch):
    role: Id
    person: PersonId
    unit: Id | None = None
    reason: Text | None = None


class GroupEntry(Value):
    id: Id
    members: tuple[PersonId, ...]


class LimitEntry(Stretch):
    category: Id
    up_to: IsoMoney
    person: PersonId | None = None
    role: Id | None = None
    unit: Id | None = None
    reason: Text | None = None


class BudgetLineEntry(Value):
    id: Id
    name: Names
    unit: Id
    owner: PersonId
    currency: Currency | None = None
    category: Literal["opex", "capex", "people"] | None = None
    control: Literal["stop", "warn", "ignore"] | None = None
    periods: Literal["year", "month"] | None = None
    carry_over: Literal["lapse", "carry", "ask"] | None = None
    carry_cap: IsoMoney | None = None
    project: Id | None = None
    revaluation: Id | None = None


class SkillEntry(Stretch):
    id: Id
    name: Names


class SpecialityEntry(Value):
    id: Id
    name: Names
    details: tuple[Id, ...] = ()


class JobDescriptionEntry(Description):
    """A version that was approved before Signoff knew of it, with its whole content; `from` is its first day."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    review_by: Day
    start: Day | None = Field(default=None, alias="from")


class CourseEntry(Course):
    id: Id
    name: Names
    price: IsoMoney


class CertificateEntry(CertificateRule):
    """A version of a rule; `from` is the day from which it counts."""

    id: Id
    name: Names
    start: Day = Field(alias="from")


class HeldSkillEntry(Value):
    """A level that was known before Signoff; `by` says so."""

    person: PersonId
    skill: Id
    level: Annotated[int, Field(ge=1, le=5)]
    basis: Literal["claimed", "endorsed", "assessed"]
    by: PersonId
    day: Day


class OrgFile(Value):
    """One organisation file. Every section may be left out; several files are read as one."""

    units: tuple[UnitEntry, ...] = ()
    positions: tuple[PositionEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    seats: tuple[SeatEntry, ...] = ()
    roles: tuple[RoleEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    limits: tuple[LimitEntry, ...] = ()
    calendars: tuple[CalendarEntry, ...] = ()
    budget_lines: tuple[BudgetLineEntry, ...] = ()
    skills: tuple[SkillEntry, ...] = ()
    specialities: tuple[SpecialityEntry, ...] = ()
    job_descriptions: tuple[JobDescriptionEntry, ...] = ()
    courses: tuple[CourseEntry, ...] = ()
    certificates: tuple[CertificateEntry, ...] = ()
    skills_held: tuple[HeldSkillEntry, ...] = ()


@dataclass(frozen=True)
class OrganisationFiles:
    """What the files say: the organisation without personal values, and apart from it each person's own details."""

    wanted: Wanted
    details: tuple[Line[tuple[str, Details]], ...]


def read_organisation(
    paths: Sequence[Path | str], today: date, *, documents: Sequence[Located] = ()
) -> OrganisationFiles:
    """Reads files, and documents made of tables, as one. Raises Refused `bad-file` with every problem of every file.

    `today` decides which years of public holidays are written out.
    """
    problems: list[str] = []
    read: list[tuple[Located, OrgFile]] = []
    for source in (*paths, *documents):
        try:
            document = source if isinstance(source, Located) else read_document(source)
            read.append((document, validated(document, OrgFile)))
        except Refused as refused:
            problems += refused.details["problems"]
    problems += _shared_addresses(read)
    calendars = {id(file): list(_calendars(document, file, today, problems)) for document, file in read}
    if problems:
        raise refusal(problems)
    return OrganisationFiles(
        wanted=merged(_wanted(document, file, calendars[id(file)]) for document, file in read),
        details=tuple(line for document, file in read for line in _details(document, file)),
    )


def _calendars(document: Located, file: OrgFile, today: date, problems: list[str]) -> Iterator[Line[WantedCalendar]]:
    """Calendars written out; what is wrong with one is added to `problems`."""
    for number, entry in enumerate(file.calendars):
        where = document.where(("calendars", number))
        try:
            silent = "holidays" not in entry.model_fields_set
            yield Line(where, WantedCalendar(**dict(expanded(entry, today)), silent=silent))
        except ValueError as wrong:
            problems.append(f"{where}: calendars[{number}].{wrong}")


def _wanted(document: Located, file: OrgFile, calendars: Sequence[Line[WantedCalendar]]) -> Wanted:
    def lines(section: str, make: Callable[[Any], W]) -> tuple[Line[W], ...]:
        entries = enumerate(getattr(file, section))
        return tuple(
            Line(document.where((section, number)), make(entry), getattr(entry, "reason", None))
            for number, entry in entries
        )

    def stated(section: str, model: type[V]) -> tuple[Line[V], ...]:
        return lines(section, lambda e: model(**_given(e, model)))

    return Wanted(
        units=stated("units", Unit),
        positions=stated("positions", Position),
        people=stated("people", WantedPerson),
        seats=stated("seats", Seat),
        roles=stated("roles", RoleHolding),
        members=tuple(_members(document, file)),
        groups=lines("groups", lambda e: e.id),
        limits=stated("limits", Limit),
        calendars=tuple(calendars),
        budget_lines=stated("budget_lines", BudgetLine),
        skills=stated("skills", Skill),
        specialities=stated("specialities", Speciality),
        job_descriptions=lines("job_descriptions", _job_version),
        courses=stated("courses", Course),
        certificates=stated("certificates", CertificateRule),
        skills_held=stated("skills_held", HeldSkill),
    )


def _job_version(entry: JobDescriptionEntry) -> JobVersion:
    content = {name: getattr(entry, name) for name in Description.model_fields}
    return JobVersion(
        id=entry.id,
        version=entry.version,
        description=Description(**content),
        review_by=entry.review_by,
        start=entry.start,
    )


def _given(entry: Value, model: type[Value]) -> dict[str, Any]:
    """Only the fields that the file states: what it leaves out says nothing. `null` takes away what may be absent."""
    stated = {name: getattr(entry, name) for name in entry.model_fields_set & model.model_fields.keys()}
    return {name: value for name, value in stated.items() if value is not None or _absent(model, name)}


def _absent(model: type[Value], name: str) -> bool:
    field = model.model_fields[name]
    return not field.is_required() and field.default is None


def _members(document: Located, file: OrgFile) -> Iterator[Line[RoleHolding]]:
    for number, group in enumerate(file.groups):
        for index, person in enumerate(group.members):
            where = document.where(("groups", number, "members", index))
            yield Line(where, RoleHolding(role=group.id, person=person))


def _details(document: Located, file: OrgFile) -> Iterator[Line[tuple[str, Details]]]:
    for number, person in enumerate(file.people):
        details = Details(
            name=person.name,
            email=person.email,
            silent="email" not in person.model_fields_set,
            same_person=person.same_person,
        )
        yield Line(document.where(("people", number)), (person.id, details))


def _shared_addresses(read: Sequence[tuple[Located, OrgFile]]) -> Iterator[str]:
    """An address leads to one person only. The address itself is not repeated in the message."""
    first: dict[str, tuple[str, str]] = {}
    for document, file in read:
        for number, person in enumerate(file.people):
            if person.email is None:
                continue
            where = document.where(("people", number, "email"))
            owner, place = first.setdefault(person.email.casefold(), (person.id, where))
            if place != where and owner != person.id:
                yield f"{where}: {person.id} has the e-mail address of {owner} at {place}; give each their own"
