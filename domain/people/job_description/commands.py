"""What people can ask: each model is the payload of one command, its docstring says what it does."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from domain.kernel.commands import KERNEL_COMMANDS, Text
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.jobs import Detail, Line, Requirement, SpendingRight, Title, Word

Id = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[a-z0-9][a-z0-9._-]+$")]
DescriptionId = Annotated[Id, Reference("job-description")]
Unit = Annotated[Word, Reference("unit")]
Position = Annotated[Word, Reference("position")]
Speciality = Annotated[Word, Reference("speciality")]
BudgetLine = Annotated[Word, Reference("budget-line")]
Task = Annotated[Word, Reference("task")]
Grade = Annotated[int, Field(ge=0, le=99)]
Lines = Annotated[tuple[Line, ...], Field(max_length=30)]
Positions = Annotated[tuple[Position, ...], Field(max_length=200)]
Spending = Annotated[tuple[SpendingRight, ...], Field(max_length=20)]
Skills = Annotated[tuple[Requirement, ...], Field(max_length=40)]
Details = Annotated[tuple[Detail, ...], Field(max_length=20)]
_REVIEW_BY = "By when somebody looks whether it is still right, if not a year from when it is in use."
_DRAFT = "Nobody is asked until you submit it."


class DraftDescription(Value):
    """Writes the description of a job for the first time and submits it for review, or keeps it as a draft (JOB-01)."""

    description: Annotated[Id, Reference("job-description", free=True)] = Field(
        title="job description", description="Its id for good, for example jd-data-engineer."
    )
    title: Title
    purpose: Text = Field(description="Why there is this job.")
    accountabilities: Annotated[Lines, Field(min_length=1)] = Field(description="What its holder answers for.")
    decision_rights: Lines = Field((), description="What its holder decides without asking.")
    spending: Spending = Field((), title="spending authority", description="Up to how much, by category.")
    skills: Skills = ()
    grade: Grade
    unit: Unit
    positions: Positions = Field((), description="The positions that it describes.")
    reports_to: Position | None = Field(None, title="reports to", description="The position above.")
    speciality: Speciality | None = Field(None, description="Of a technical job: its field, which asks for details.")
    details: Details = Field((), title="technical details", description="One for each topic that the field asks for.")
    review_by: Day | None = Field(None, title="review date", description=_REVIEW_BY)
    draft: bool = Field(default=False, title="keep it as a draft", description=_DRAFT)


class SubmitDescription(Value):
    """Submits a draft for review."""


class Amendment(Value):
    """New values for some fields; those left out stay."""

    title: Title | None = None
    purpose: Text | None = None
    accountabilities: Annotated[Lines, Field(min_length=1)] | None = None
    decision_rights: Lines | None = None
    spending: Spending | None = Field(None, title="spending authority")
    skills: Skills | None = None
    grade: Grade | None = None
    unit: Unit | None = None
    positions: Positions | None = None
    reports_to: Position | None = Field(None, title="reports to")
    speciality: Speciality | None = None
    details: Details | None = Field(None, title="technical details")
    review_by: Day | None = Field(None, title="review date", description=_REVIEW_BY)

    def changes(self) -> dict[str, Any]:
        """The fields of the content that were given. `reports_to` and `speciality` may be taken back with null."""
        given = {name: getattr(self, name) for name in Amendment.model_fields if name in self.model_fields_set}
        nullable = ("reports_to", "speciality")
        return {
            name: value
            for name, value in given.items()
            if name != "review_by" and (value is not None or name in nullable)
        }


class _Which(Value):
    description: DescriptionId = Field(title="job description")


class ReviseDescription(Amendment, _Which):
    """Begins a new version of a description that is in force: what is left out stays as it is there (JOB-04)."""

    draft: bool = Field(default=False, title="keep it as a draft", description=_DRAFT)


class AmendDescription(Amendment):
    """Changes a version until it is approved. Anything but its review date voids approvals (KRN-14)."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes() and self.review_by is None:
            raise ValueError("name at least one field to change")
        return self


class ResubmitDescription(Amendment):
    """Sends a returned version back for review, changed or not (KRN-15)."""


class AssessBudgetImpact(Value):
    """Says what a changed grade costs, and whether the budget line covers it. The version is not in use before."""

    task: Task
    per_year: Money = Field(
        title="cost per year", description="Of all positions together; below zero if it costs less."
    )
    budget_line: BudgetLine
    covered: bool = Field(title="the budget covers it")
    note: Text | None = None


class ConfirmDescription(Value):
    """Says that a version in use is still right, and by when somebody looks again (JOB-05)."""

    review_by: Day | None = Field(None, title="review date", description="If not a year from now.")


class RetireDescription(Value):
    """Ends a version in use for good. Refused while people sit on the positions that it describes."""

    reason: Text


class NoteRecorded(Value):
    """Sent by the delivery: the register holds what was asked since this position of the log."""

    position: Annotated[int, Field(ge=1)]


class NoteSuperseded(Value):
    """Sent by the case of a newer version, once that one is in use."""

    case: Word
    version: Annotated[int, Field(ge=1)]


OWN: dict[str, type[Value]] = {
    "draft-description": DraftDescription,
    "revise-description": ReviseDescription,
    "submit-description": SubmitDescription,
    "amend-description": AmendDescription,
    "resubmit-description": ResubmitDescription,
    "assess-budget-impact": AssessBudgetImpact,
    "confirm-description": ConfirmDescription,
    "retire-description": RetireDescription,
    "note-recorded": NoteRecorded,
    "note-superseded": NoteSuperseded,
}

COMMANDS = OWN | KERNEL_COMMANDS

START = frozenset({"draft-description", "revise-description"})
