"""What can be said to a project."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.projects.delivery.content import (
    Activity,
    Benefit,
    Case,
    Colour,
    External,
    Id,
    Letter,
    Milestone,
    Period,
    Person,
    Requirement,
    Short,
)

Task = Annotated[str, Field(max_length=200), Reference("task")]
Hash = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Unit = Annotated[str, Field(min_length=1, max_length=80), Reference("unit")]
Line = Annotated[str, Field(min_length=1, max_length=80), Reference("budget-line")]
Requirements = Annotated[tuple[Requirement, ...], Field(max_length=500)]
Periods = Annotated[dict[Period, Money], Field(min_length=1, max_length=60)]


class CharterProject(Value):
    """`request` is the case that was approved; by hand there is none. `theme` and `score` sort the portfolio."""

    request: Case | None = None
    programme: Case | None = None
    title: Short
    unit: Unit
    sponsor: Person
    business_owner: Person
    manager: Person
    line: Line
    periods: Periods
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=100)] = ()
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1, max_length=500)]
    requirements_hash: Hash = ""
    benefits: Annotated[tuple[Benefit, ...], Field(max_length=50)] = ()
    mandatory: bool = False
    theme: Annotated[str, Field(max_length=80)] | None = None
    score: Annotated[Decimal, Field(ge=0, le=1000)] | None = Field(default=None, description="it ranks by it")


class DelegateProject(Letter):
    """The letter of delegation; a later one takes the place of the earlier."""


class SetPlan(Value):
    activities: Annotated[tuple[Activity, ...], Field(min_length=1, max_length=1000)]


class MoveActivity(Value):
    activity: Id
    starts: date
    ends: date
    after: Annotated[tuple[Id, ...], Field(max_length=50)] | None = None
    reason: Text


class ReportWork(Value):
    activity: Id
    percent: Annotated[int, Field(ge=0, le=100)]
    began: date | None = None
    ended: date | None = None


class CancelActivity(Value):
    activity: Id
    reason: Text


class ChangeScope(Value):
    drop: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    add: Requirements = ()
    reason: Text


class RequestChange(Value):
    """The plan and the requirements are taken as they stand; money and benefits as given, else as they are."""

    reason: Text
    impact: Text = Field(description="on scope, time, cost, benefits and risk")
    periods: Periods | None = None
    benefits: Annotated[tuple[Benefit, ...], Field(max_length=50)] | None = None


class ReviseChange(RequestChange):
    change: Annotated[str, Field(max_length=80), Reference("review")]


class DropChange(Value):
    change: Annotated[str, Field(max_length=80), Reference("review")]
    reason: Text


class Criterion(Value):
    text: Short
    evidence: Short


class OpenGate(Value):
    name: Short
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=30)]


class ReviseGate(Value):
    gate: Annotated[str, Field(max_length=80), Reference("review")]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=30)]


class ReportStatus(Value):
    """`step` is what is newly done about a red; `path` leads back to green, `ask` is what is needed of others."""

    declared: Colour
    summary: Text
    why: Text | None = Field(default=None, description="needed where the colour differs from the computed one")
    path: Text | None = Field(default=None, description="to green; needed of a red")
    ask: Text | None = Field(default=None, description="of others; needed of a red")
    step: Text | None = Field(default=None, description="what is newly done about it")
    estimate: Money = Field(description="to complete, besides what is ordered")


class AnswerEscalation(Value):
    task: Task
    text: Text


class AnswerException(Value):
    """`correct`: the manager brings it back; `change`: a new baseline is to be asked for. To stop is a command."""

    task: Task
    answer: Literal["correct", "change"]
    text: Text


class CommitMoney(Value):
    text: Short
    period: Period
    amount: Money
    binding: bool = Field(default=False, description="it cannot be cancelled any more")
    estimate: Money | None = Field(default=None, description="to complete after this order; else less by its amount")


class SpendMoney(Value):
    order: Annotated[str, Field(max_length=40)]
    amount: Money


class CancelOrder(Value):
    order: Annotated[str, Field(max_length=40)]
    reason: Text


class ReplaceManager(Value):
    to: Person
    reason: Text


class SignPosition(Value):
    """The words of who leaves, beside the facts: where the project stands."""

    task: Task
    position: Text


class AcceptPosition(Value):
    task: Task


class SetDependencies(Value):
    on: Annotated[tuple[Case, ...], Field(max_length=50)] = ()


class BeginClosing(Value):
    """Hands the result over to the business owner."""


class RefusedRequirement(Value):
    id: Id
    reason: Short


class AcceptResult(Value):
    """Every requirement is named once: accepted, or refused with the reason."""

    task: Task
    accepted: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    refused: Annotated[tuple[RefusedRequirement, ...], Field(max_length=500)] = ()


Child = Literal["goes-on", "stop"]


class FinishProject(Value):
    task: Task
    lessons: Text
    children: Annotated[dict[Case, Child], Field(max_length=200)] = {}


class StopProject(Value):
    """`bound` names the orders that cannot be cancelled, so that they are known before it is said."""

    reason: Text
    bound: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    children: Annotated[dict[Case, Child], Field(max_length=200)] = {}


class MeasureBenefit(Value):
    task: Task
    value: Short
    met: bool | None = Field(default=None, description="where value and target are no plain numbers")
    note: Text


class ArchiveProject(Value):
    task: Task
    place: Short = Field(description="where its documents are kept")


class NoteEffect(External):
    """Sent by other cases (PFL-03)."""


class NoteProgrammeEnded(Value):
    """Sent by the programme: what was decided on this project."""

    programme: Case
    decision: Child


class TurnEntry(Value):
    """A risk becomes an issue, an issue an action; the entry before is closed and named (DEL-05)."""

    item: Annotated[str, Field(max_length=80), Reference("item")]
    into: Literal["issue", "action"]
    text: Short
    owner: Person
    due: date
