"""What a project is made of: charter, letter of delegation, plan, baselines, commitments, reports."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference

Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Case = Annotated[str, Field(min_length=1, max_length=80)]
Period = Annotated[str, Field(max_length=7)]
Colour = Literal["green", "amber", "red"]
Priority = Literal["must", "should", "could"]


class Requirement(Value):
    """One thing that the business owner accepts or refuses at the end (PRJ-01, DEL-09)."""

    id: Id
    text: Short
    priority: Priority = "must"
    owner: Person
    criterion: Short


class Milestone(Value):
    id: Id
    title: Short
    due: date


class Benefit(Value):
    """What the project is for. `measure` says how it is measured, on `due`, by its owner (DEL-11)."""

    id: Id
    text: Short
    owner: Person
    baseline: Short
    target: Short
    measure: Short
    due: date

    def is_met(self, value: str) -> bool | None:
        """Whether a value reached the target, from the baseline on; None where one of them is no number."""
        try:
            start, target, now = Decimal(self.baseline), Decimal(self.target), Decimal(value)
        except ArithmeticError:
            return None
        if not (start.is_finite() and target.is_finite() and now.is_finite()):
            return None
        return now >= target if target >= start else now <= target


class Activity(Value):
    """A piece of the plan; days are inclusive. `after` are those that end before it starts.

    Without days it is not planned yet. `cost` is the planned value of the work, for earned value; `hours` of `skill`
    are what it asks of people, spread over its days.
    """

    id: Id
    title: Short
    starts: date | None = None
    ends: date | None = None
    after: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    milestone: bool = False
    owner: Person | None = None
    cost: Money | None = None
    skill: Annotated[str, Field(max_length=80), Reference("skill")] | None = None
    hours: Annotated[Decimal, Field(ge=0, le=100_000)] = Decimal(0)


class Work(Value):
    """An activity as it stands: how far, since when, and whether it has to be planned anew (DEL-10)."""

    activity: Activity
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    began: date | None = None
    ended: date | None = None
    cancelled: bool = False
    replan: bool = False

    @property
    def is_open(self) -> bool:
        return not self.cancelled and self.percent < 100


class Charter(Value):
    """What was approved: the beginning of every comparison."""

    request: str | None = None
    programme: str | None = None
    title: str
    unit: str
    sponsor: str
    business_owner: str
    delegator: str
    line: str
    periods: dict[Period, Money]
    requirements_hash: str
    mandatory: bool = False
    theme: str | None = None
    score: Decimal | None = None


class Letter(Value):
    """What the project manager may decide alone, over the approved baseline (DEL-01). `days` are calendar days."""

    money: Money
    days: Annotated[int, Field(ge=0, le=3650)]
    scope: Annotated[int, Field(ge=0, le=1000)] = Field(description="requirements that may come or go")
    text: Text


class Baseline(Value):
    """Scope, schedule, cost and benefits as approved. Number 1 is the original (DEL-02)."""

    number: int
    requirements: tuple[Requirement, ...]
    activities: tuple[Activity, ...]
    periods: dict[Period, Money]
    benefits: tuple[Benefit, ...]

    @property
    def finish(self) -> date | None:
        return max((one.ends for one in self.activities if one.ends), default=None)

    @property
    def cost(self) -> Money:
        first, *rest = self.periods.values()
        return sum(rest, first)


class Commitment(Value):
    """What is ordered and not yet invoiced. `transfer` is its number on the ledger, `left` what is still bound."""

    id: str
    text: str
    period: str
    amount: Money
    left: Money
    cancellable: bool
    transfer: int


class StatusReport(Value):
    """A status report: the declared colour beside the computed one (DEL-04). `step` is what is newly done (DEL-06)."""

    number: int
    declared: Colour
    computed: str
    reasons: tuple[Message, ...]
    summary: str
    why: str | None = None
    path: str | None = None
    ask: str | None = None
    step: str | None = None
    progress: Decimal | None
    forecast: Money
    finish: date | None
    by: str
    at: datetime

    @property
    def is_red(self) -> bool:
        return "red" in (self.declared, self.computed)


class External(Value):
    """What happened elsewhere and touches the project: a late dependency, a frozen position, a lapsed budget (PFL-03).

    `days` late, of a dependency; `why` is in words where another process says it.
    """

    kind: Literal["dependency", "position", "budget"]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    colour: Literal["amber", "red"] = "amber"
    why: Annotated[str, Field(max_length=300)] = ""
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    over: bool = False


class Stage(StrEnum):
    INITIATING = "initiating"
    PLANNING = "planning"
    BASELINED = "baselined"
    EXECUTING = "executing"
    EXCEPTION = "exception"
    CLOSING = "closing"
    BENEFITS = "benefits"
    FINISHED = "finished"
    WINDING_UP = "winding_up"
    STOPPED = "stopped"
    ARCHIVED = "archived"
