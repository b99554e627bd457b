"""The state of one version of a job description: its content, and how far it got."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from domain.kernel.cases.case import Case, Status
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.organisation.jobs import Description

PROCESS = "job_description"
REVIEW = "description"
"""The id of the only review of a case."""

Entry = Literal["use", "review", "retirement"]
"""What the register of job descriptions is asked to hold: a new version, a new date for its next look, its end."""


class Difference(Value):
    """One thing that the version changes: a field, and in a list which item. None is what was not there (JOB-04)."""

    field: str
    item: str = ""
    before: Any = None
    after: Any = None


class Impact(Value):
    """What finance was asked about a changed grade, and what they answered (JOB-04). `before` are the grades till now.

    `task` asks them; `per_year` is what all positions together cost more (or less) in a year.
    """

    task: str
    before: tuple[int, ...]
    after: int
    positions: tuple[str, ...]
    answered: bool = False
    per_year: Money | None = None
    budget_line: str | None = None
    covered: bool = False


class JobDescriptionState(Value):
    """One version of the description `description`; `number` is its version once approved.

    `previous` is the version in force when it was begun, `supersedes` the case of the one that it takes the place of,
    `holders` sit on the positions it describes. `asked` is what the register is being told, `in_use` says that it holds
    this version. `ended`: superseded or retired.
    """

    case: Case
    description: str | None = None
    content: Description | None = None
    review_by: date | None = None
    previous: int | None = None
    differences: tuple[Difference, ...] = ()
    holders: tuple[str, ...] = ()
    impact: Impact | None = None
    number: int | None = None
    supersedes: str | None = None
    asked: Entry | None = None
    in_use: bool = False
    ended: Literal["superseded", "retired"] | None = None

    @property
    def the_description(self) -> str:
        assert self.description is not None
        return self.description

    @property
    def the_content(self) -> Description:
        assert self.content is not None
        return self.content

    @property
    def requester(self) -> str:
        assert self.case.requester is not None
        return self.case.requester


class Stage(StrEnum):
    """Where a version stands. It is approved while finance or the register still has something to do."""

    NEW = "new"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_USE = "in_use"
    ON_HOLD = "on_hold"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_OPENING = "draft-description, revise-description"
TRANSITIONS: tuple[tuple[Stage, Stage, str], ...] = (
    (Stage.NEW, Stage.DRAFT, f"{_OPENING}, kept as a draft"),
    (Stage.NEW, Stage.IN_REVIEW, _OPENING),
    (Stage.DRAFT, Stage.IN_REVIEW, "submit-description"),
    (Stage.IN_REVIEW, Stage.RETURNED, "decide: return"),
    (Stage.RETURNED, Stage.IN_REVIEW, "resubmit-description"),
    (Stage.IN_REVIEW, Stage.APPROVED, "last approval"),
    (Stage.RETURNED, Stage.APPROVED, "resubmit-description, nothing left to decide"),
    (Stage.APPROVED, Stage.IN_USE, "note-recorded, the register holds it"),
    (Stage.IN_USE, Stage.SUPERSEDED, "note-superseded, by a newer version"),
    (Stage.IN_USE, Stage.RETIRED, "note-recorded, after retire-description"),
    (Stage.DRAFT, Stage.ON_HOLD, "hold"),
    (Stage.IN_REVIEW, Stage.ON_HOLD, "hold"),
    (Stage.RETURNED, Stage.ON_HOLD, "hold"),
    (Stage.IN_USE, Stage.ON_HOLD, "hold"),
    (Stage.ON_HOLD, Stage.DRAFT, "resume"),
    (Stage.ON_HOLD, Stage.IN_REVIEW, "resume"),
    (Stage.ON_HOLD, Stage.RETURNED, "resume"),
    (Stage.ON_HOLD, Stage.IN_USE, "resume"),
    (Stage.ON_HOLD, Stage.SUPERSEDED, "resume, a newer version came meanwhile"),
    (Stage.IN_REVIEW, Stage.REJECTED, "decide: reject"),
    (Stage.IN_REVIEW, Stage.EXPIRED, "end of the ladder, if the policy says so"),
    (Stage.DRAFT, Stage.WITHDRAWN, "withdraw"),
    (Stage.IN_REVIEW, Stage.WITHDRAWN, "withdraw"),
    (Stage.RETURNED, Stage.WITHDRAWN, "withdraw"),
    (Stage.ON_HOLD, Stage.WITHDRAWN, "withdraw"),
)


def initial(case: str) -> JobDescriptionState:
    return JobDescriptionState(case=Case(id=case, process=PROCESS))


def is_terminal(state: JobDescriptionState) -> bool:
    return state.case.closed is not None


def stage(state: JobDescriptionState) -> Stage:
    if state.content is None:
        return Stage.NEW
    if state.ended is not None:
        return Stage(state.ended)
    return _open_stage(state) if state.case.closed is None else Stage(state.case.closed.value)


def _open_stage(state: JobDescriptionState) -> Stage:
    if state.case.hold is not None:
        return Stage.ON_HOLD
    if state.number is not None:
        return Stage.IN_USE if state.in_use else Stage.APPROVED
    review = state.case.reviews.get(REVIEW)
    if review is None:
        return Stage.DRAFT
    return Stage.RETURNED if review.status is Status.RETURNED else Stage.IN_REVIEW
