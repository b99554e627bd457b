"""What people learn, and what they can show for it: courses, rules of certificates, skills and certificates held.

Values only; what follows from them is in `qualifications`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.organisation.jobs import Requirement, Word

Basis = Literal["claimed", "endorsed", "assessed"]
"""How a level is known: the person says so, somebody who can tell says so, or a test showed it (TRN-01)."""
PROVEN: frozenset[Basis] = frozenset({"endorsed", "assessed"})


class CourseSession(Value):
    """One session of a run: which of the course's sessions it is, its day, and where."""

    session: Word
    day: date
    place: Word


class CourseRun(Value):
    """A group that takes the course together, and how many seats it has (TRN-06)."""

    id: str
    seats: Annotated[int, Field(ge=1, le=10_000)]
    sessions: Annotated[tuple[CourseSession, ...], Field(min_length=1)]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted(one.day for one in self.sessions))


class Course(Value):
    """A course of a provider. `sessions` are those that completing it takes, in whatever run (TRN-10).

    Who passes has `skill` at `level`, and `certificate` if it gives one. `requires` are skills that it builds on;
    `lead_days` is how many calendar days before its first day it must be booked.
    """

    id: str
    name: dict[str, str]
    provider: Word
    price: Money
    sessions: Annotated[tuple[Word, ...], Field(min_length=1)]
    skill: str | None = None
    level: Annotated[int, Field(ge=1, le=5)] = 3
    certificate: str | None = None
    requires: tuple[Requirement, ...] = ()
    lead_days: Annotated[int, Field(ge=0, le=400)] = 14
    runs: tuple[CourseRun, ...] = ()

    def run(self, id_: str) -> CourseRun | None:
        return next((run for run in self.runs if run.id == id_), None)


class CertificateRule(Value):
    """A version of the rule of a certificate; it counts from `start` on (TRN-09).

    `months` is how long one is valid, None for ever. `applies_to`: `new` ones only, or `all` that are held. Holders of
    one of `roles` need it; `mandatory`: whoever's has expired loses those roles until it is renewed (TRN-04).
    `instead` are certificates that serve as well (TRN-05). A new holder has it within `completion_days`; the course
    for it takes `lead_days` of preparation.
    """

    id: str
    version: Annotated[int, Field(ge=1)]
    name: dict[str, str]
    start: date
    months: Annotated[int, Field(ge=1, le=600)] | None = None
    applies_to: Literal["new", "all"] = "new"
    roles: tuple[str, ...] = ()
    mandatory: bool = False
    instead: tuple[str, ...] = ()
    lead_days: Annotated[int, Field(ge=0, le=400)] = 60
    completion_days: Annotated[int, Field(ge=1, le=400)] = 90


class HeldSkill(Value):
    """A level that a person has in a skill since `day`, by the word of `by`; `case` is where that was found."""

    person: str
    skill: str
    level: Annotated[int, Field(ge=1, le=5)]
    basis: Basis
    by: str
    day: date
    case: str | None = None


class HeldCertificate(Value):
    """A certificate of a person under `version` of its rule. `ends` is its last day, None for never (TRN-09).

    `waived_until` is the last day for which somebody let it count although it had ended.
    """

    person: str
    certificate: str
    version: int
    given: date
    ends: date | None = None
    waived_until: date | None = None
    case: str | None = None
