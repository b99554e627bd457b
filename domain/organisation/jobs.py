"""What a job asks for: skills and specialities of the register, and the approved versions of job descriptions.

Values only; what is looked up in them, with near matches, is in `register`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.dated import Dated

Word = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(min_length=1, max_length=2_000)]


class Skill(Dated):
    """A skill that job descriptions may ask for; from `end` on no new description may (JOB-03)."""

    id: str
    name: dict[str, str]  # by language


class Speciality(Value):
    """A technical field. A description of this field must say something about each of the topics in `details`."""

    id: str
    name: dict[str, str]
    details: tuple[str, ...] = ()


class Requirement(Value):
    """A skill with the level that the job needs, from 1 (knows of it) to 5 (teaches it), and years of practice."""

    skill: Annotated[Word, Reference("skill")]
    level: int = Field(ge=1, le=5, description="1 knows of it, 2 with help, 3 alone, 4 leads others, 5 teaches it.")
    need: Literal["must", "nice"] = "must"
    years: Annotated[int, Field(ge=1, le=60)] | None = Field(None, title="years of practice")


class SpendingRight(Value):
    """Up to how much the holder decides on money of a category. It grants no limit: that is a case of its own."""

    category: Annotated[Word, Reference("category", free=True)]
    up_to: Money


class Detail(Value):
    """What a technical job has to do with one topic of its speciality: `topic` is one of the speciality's."""

    topic: Annotated[Word, Reference("topic", free=True)]
    text: Line


class Title(Value):
    """What the job is called."""

    en: Word = Field(title="in English")
    th: Word | None = Field(None, title="in Thai")

    def by_language(self) -> dict[str, str]:
        return {code: name for code, name in (("en", self.en), ("th", self.th)) if name}

    def in_messages(self) -> dict[str, str]:
        """As arguments of a message with a place `{title}`: readers get that of their language."""
        return {"title" if code == "en" else f"title.{code}": name for code, name in self.by_language().items()}


class Description(Value):
    """The content of a job description (JOB-01). `positions` are those it describes, `reports_to` a position too."""

    title: Title
    purpose: str
    accountabilities: tuple[str, ...]
    decision_rights: tuple[str, ...] = ()
    spending: tuple[SpendingRight, ...] = ()
    skills: tuple[Requirement, ...] = ()
    grade: int
    unit: str
    positions: tuple[str, ...] = ()
    reports_to: str | None = None
    speciality: str | None = None
    details: tuple[Detail, ...] = ()

    def musts(self) -> tuple[Requirement, ...]:
        return tuple(asked for asked in self.skills if asked.need == "must")


class JobVersion(Dated):
    """An approved version. It is in force until `end`; `case` is the one that approved it, None if it was imported.

    `review_by` is the last day by which somebody looks whether it is still right (JOB-05).
    """

    id: str
    version: int
    description: Description
    review_by: date
    case: str | None = None

    def overdue(self, today: date) -> bool:
        return self.end is None and self.review_by < today
