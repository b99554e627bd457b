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
from application.files.words import Currency, Email, Id, IsoMoney, Language, Names, PersonId, Text
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.organisation.jobs import Description, JobVersion, Skill, Speciality
from domain.organisation.model import BudgetLine, Limit, Position, RoleHolding, Unit
from domain.organisation.persons import Details
from domain.organisation.problems import refusal
from domain.organisation.training import CertificateRule, Course, HeldSkill
from domain.organisation.wanted import Line, Wanted, WantedPerson, merged

W = TypeVar("W")


class Stretch(Value):
    """`from` is the first day, `until` the first day on which it no longer holds; both may be left out."""

    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="until")


class UnitEntry(Value):
    id: Id
    name: Names
    parent: Id | None = None


class PositionEntry(Value):
    id: Id
    title: Names
    unit: Id
    grade: int = Field(ge=0, le=99)
    reports_to: Id | None = None
    frozen: bool | None = None


class PersonEntry(Stretch):
    """`since` is the day from which a changed `position` holds, `reason` why a day that is over was another.

    `until: null` takes a planned leaving back. `same_person` says that a changed lone name is a correction (ORG-01).
    """

    id: PersonId
    name: Names
    email: Email | None = None
    position: Id
    calendar: Id
    language: Language = "en"
    since: Day | None = None
    reason: Text | None = None
    same_person: bool = False


class RoleEntry(Stretch):
    role: Id
    person: PersonId
    unit: Id | None = None


class GroupEntry(Value):
    id: Id
    members: tuple[PersonId, ...]


class LimitEntry(Stretch):
    category: Id
    up_to: IsoMoney
    person: PersonId | None = None
    role: Id | None = None
    unit: Id | None = None


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
    if problems:
        raise refusal(problems)
    return OrganisationFiles(
        wanted=merged(_wanted(document, file, today) for document, file in read),
        details=tuple(line for document, file in read for line in _details(document, file)),
    )


def _wanted(document: Located, file: OrgFile, today: date) -> Wanted:
    def lines(section: str, make: Callable[[Any], W]) -> tuple[Line[W], ...]:
        entries = enumerate(getattr(file, section))
        return tuple(Line(document.where((section, number)), make(entry)) for number, entry in entries)

    return Wanted(
        units=lines("units", lambda e: Unit(**_given(e, Unit))),
        positions=lines("positions", lambda e: Position(**_given(e, Position))),
        people=lines("people", lambda e: WantedPerson(**_given(e, WantedPerson))),
        roles=lines("roles", lambda e: RoleHolding(**_given(e, RoleHolding))),
        members=tuple(_members(document, file)),
        groups=lines("groups", lambda e: e.id),
        limits=lines("limits", lambda e: Limit(**_given(e, Limit))),
        calendars=lines("calendars", lambda e: expanded(e, today)),
        budget_lines=lines("budget_lines", lambda e: BudgetLine(**_given(e))),
        skills=lines("skills", lambda e: Skill(**_given(e))),
        specialities=lines("specialities", lambda e: Speciality(**_given(e))),
        job_descriptions=lines("job_descriptions", _job_version),
        courses=lines("courses", lambda e: Course(**_given(e))),
        certificates=lines("certificates", lambda e: CertificateRule(**_given(e))),
        skills_held=lines("skills_held", lambda e: HeldSkill(**_given(e))),
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


def _given(entry: Value, made: type[Value] | None = None) -> dict[str, Any]:
    """Only the fields that the file states: what it leaves out says nothing. A null takes away what `made` may lack."""
    stated = {name: getattr(entry, name) for name in entry.model_fields_set}
    fields = made.model_fields if made else {}
    return {
        name: value
        for name, value in stated.items()
        if (value is not None or (name in fields and fields[name].default is None)) and (made is None or name in fields)
    }


def _members(document: Located, file: OrgFile) -> Iterator[Line[RoleHolding]]:
    for number, group in enumerate(file.groups):
        for index, person in enumerate(group.members):
            where = document.where(("groups", number, "members", index))
            yield Line(where, RoleHolding(role=group.id, person=person))


def _details(document: Located, file: OrgFile) -> Iterator[Line[tuple[str, Details]]]:
    for number, person in enumerate(file.people):
        said = "email" in person.model_fields_set
        details = Details(
            name=person.name, email=person.email, partial=True, says_email=said, same_person=person.same_person
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
