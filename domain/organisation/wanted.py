"""What files say the organisation should be, each entry with the place it was read from."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Generic, TypeVar

from domain.kernel.values.calendar import Calendar
from domain.organisation.jobs import JobVersion, Skill, Speciality
from domain.organisation.model import BudgetLine, Limit, Person, Position, RoleHolding, Seat, Unit
from domain.organisation.training import CertificateRule, Course, HeldSkill

T = TypeVar("T")


class WantedPerson(Person):
    """`since` is the day of a move to `position`; without it a move counts from the day of the import.

    `reason` says why a day that is over was another. What is not among `model_fields_set` stays as it is (ORG-02).
    """

    since: date | None = None
    reason: str | None = None


class WantedCalendar(Calendar):
    """`silent` says nothing of the company's own days: those that are known stay (ORG-02)."""

    silent: bool = False


@dataclass(frozen=True)
class Line(Generic[T]):
    """An entry and where it stands: `file:line`. `reason` says why a day that has passed is corrected (ORG-04)."""

    where: str
    value: T
    reason: str | None = None


@dataclass(frozen=True)
class Wanted:
    """The entries of one or more files, in their order. What is not named is left as it is.

    `members` are those of all `groups` named: each list is the whole list, and who is missing from it is no member any
    more (ORG-03).
    """

    units: tuple[Line[Unit], ...] = ()
    positions: tuple[Line[Position], ...] = ()
    people: tuple[Line[WantedPerson], ...] = ()
    seats: tuple[Line[Seat], ...] = ()
    roles: tuple[Line[RoleHolding], ...] = ()
    members: tuple[Line[RoleHolding], ...] = ()
    groups: tuple[Line[str], ...] = ()
    limits: tuple[Line[Limit], ...] = ()
    calendars: tuple[Line[WantedCalendar], ...] = ()
    budget_lines: tuple[Line[BudgetLine], ...] = ()
    skills: tuple[Line[Skill], ...] = ()
    specialities: tuple[Line[Speciality], ...] = ()
    job_descriptions: tuple[Line[JobVersion], ...] = ()
    courses: tuple[Line[Course], ...] = ()
    certificates: tuple[Line[CertificateRule], ...] = ()
    skills_held: tuple[Line[HeldSkill], ...] = ()


def merged(parts: Iterable[Wanted]) -> Wanted:
    """Several files as one, so that they may refer to each other in any order."""
    together = list(parts)
    return Wanted(
        **{f.name: tuple(line for part in together for line in getattr(part, f.name)) for f in fields(Wanted)}
    )
