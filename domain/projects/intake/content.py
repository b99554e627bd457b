"""What a request consists of: the wish, its requirements, options with estimates, plan, benefits."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.ledger import Period
from domain.kernel.value import Value
from domain.kernel.values.content import content_hash
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money, total
from domain.kernel.values.reference import Reference

Short = Annotated[str, Field(min_length=1, max_length=300)]
Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Unit = Annotated[str, Field(min_length=1, max_length=80), Reference("unit")]
Line = Annotated[str, Field(min_length=1, max_length=80), Reference("budget-line")]
Skill = Annotated[str, Field(min_length=1, max_length=80), Reference("skill", free=True)]
Lane = Literal["full", "fast"]
Priority = Literal["must", "should", "could"]


class Wish(Value):
    """What is asked for, by whom it is answered for and paid with attention; the idea made a request.

    `origin` is what gave rise to it (a contract, an audit finding, an earlier idea): requests of one origin are added
    up. `personal_data` and `nothing_bought` say whether privacy and procurement have to look.
    """

    sponsor: Person
    business_owner: Person
    goal: Text
    without_it: Text = Field(title="what happens without it", description="Risks and assumptions of not doing it.")
    expected_cost: Money
    origin: Short
    mandatory: bool = Field(default=False, title="required by law or contract")
    personal_data: bool = Field(default=False, title="personal data is processed")
    nothing_bought: bool = Field(default=False, title="nothing is bought")


class Requirement(Value):
    """What must be true in the end, as the business user signs it (PRJ-01)."""

    id: str
    text: Short
    priority: Priority
    owner: Person
    criterion: Short


class SignOffException(Value):
    """A requirement that the business user does not sign as it stands."""

    requirement: Annotated[str, Field(max_length=20), Reference("item")]
    reason: Text


class SignOff(Value):
    """Who signed which set of requirements: `hash` names exactly that set (PRJ-01)."""

    hash: str
    by: str
    at: datetime
    exceptions: tuple[SignOffException, ...] = ()


class Option(Value):
    """One way to meet the requirements; `do_nothing` is that of leaving it (PRJ-02).

    The estimate is a range with what it rests on and the day on which it was made.
    """

    id: Annotated[str, Field(min_length=1, max_length=40)]
    text: Short
    do_nothing: bool = Field(default=False, title="doing nothing")
    low: Money
    likely: Money
    high: Money
    basis: Text
    estimated: Day
    risks: Text


class PeriodCost(Value):
    """The cost in one period of the budget line: a year or a month."""

    period: Period
    amount: Money


class Milestone(Value):
    title: Short
    due: Day


class PeopleNeed(Value):
    """Days of work of a skill; `person` where it is known who (days of eight hours)."""

    skill: Skill
    days: Annotated[Decimal, Field(gt=0, le=10_000)]
    person: Person | None = None


class Benefit(Value):
    """What it is to bring: who answers for it, what it is today, what it is to be, and by when."""

    text: Short
    owner: Person
    baseline: Short
    target: Short
    measure: Short
    due: Day


class Plan(Value):
    """The plan as it goes to the board (PRJ-03). `costs` are reserved; `ownership` is the total cost over its years."""

    manager: Person
    line: Line
    starts: Day
    costs: Annotated[tuple[PeriodCost, ...], Field(min_length=1, max_length=120)]
    ownership: Annotated[tuple[PeriodCost, ...], Field(min_length=1, max_length=30)]
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1, max_length=100)]
    people: Annotated[tuple[PeopleNeed, ...], Field(min_length=1, max_length=100)]
    benefits: Annotated[tuple[Benefit, ...], Field(min_length=1, max_length=50)]

    @property
    def cost(self) -> Money:
        """What the project may cost in all its periods."""
        return total([one.amount for one in self.costs], self.costs[0].amount.currency)

    @property
    def periods(self) -> dict[str, Money]:
        return {one.period: one.amount for one in self.costs}


class Score(Value):
    """The score by a model: the version of the policy that holds it, and the weights as they were (PRJ-04)."""

    policy: int
    weights: dict[str, Decimal]
    scores: dict[str, Decimal]
    total: Decimal


def requirements_hash(requirements: dict[str, Requirement]) -> str:
    """Names exactly this set: any change of any field of any requirement gives another hash."""
    return content_hash(dict(requirements))
