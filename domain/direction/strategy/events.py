"""What can happen to a plan besides its approval."""

from datetime import date, datetime
from decimal import Decimal

from domain.direction.strategy.content import Objective, Plan
from domain.kernel.document import Amended, Drafted
from domain.kernel.events import Event
from domain.kernel.values.message import N_


class PlanDrafted(Drafted[Plan]):
    sentence = N_("{requester} began a plan")


class PlanAmended(Amended[Plan]):
    sentence = N_("{by} wrote on the plan: {changed}")


class ViewsAsked(Event):
    sentence = N_("{by} asks {people} for their views: {question}")
    people: tuple[str, ...]
    question: str
    by: str
    at: datetime


class ViewGiven(Event):
    sentence = N_("{by} gave a view: {text}")
    text: str
    by: str
    at: datetime


class ConsultationEnded(Event):
    sentence = N_("the consultation is over; {missing} said nothing")
    missing: tuple[str, ...]
    at: datetime


class ValueReported(Event):
    """`part` is whose value it is, where several add up to one; `on` the day it is true for."""

    sentence = N_("{by} reported {value} for {objective} on {on}, from {source}")
    objective: str
    part: str
    value: Decimal
    on: date
    source: str
    by: str
    at: datetime


class AdjustmentProposed(Event):
    """`objective` as it is to be; None drops it."""

    sentence = N_("{by} proposes to adjust {id}: {reason}")
    number: int
    id: str
    objective: Objective | None
    reason: str
    by: str
    at: datetime


class AdjustmentRefused(Event):
    sentence = N_("the adjustment of {id} was not approved; it stays as it was")
    number: int
    id: str
    at: datetime


class ObjectiveAdjusted(Event):
    """`breaks`: the measure is another one, so that a new series begins and the old one stays (STR-04)."""

    sentence = N_("{id} is adjusted: {reason}")
    id: str
    objective: Objective
    breaks: bool
    reason: str
    at: datetime


class ObjectiveDropped(Event):
    sentence = N_("{id} is dropped: {reason}")
    id: str
    reason: str
    at: datetime


class AssumptionChecked(Event):
    sentence = N_("{by} checked {assumption}: holds {holds}. {note}")
    assumption: str
    holds: bool
    note: str
    by: str
    at: datetime


class ChoiceReopened(Event):
    sentence = N_("the choice {option} is open again: {assumption} does not hold")
    option: str
    assumption: str
    at: datetime


class ChoiceSettled(Event):
    sentence = N_("{by} settled the choice {option}: {outcome}, {reason}")
    option: str
    outcome: str
    reason: str
    by: str
    at: datetime


class QuarterLookedAt(Event):
    sentence = N_("{by} looked at the quarter: {outcome}. {note}")
    outcome: str
    note: str
    by: str
    at: datetime


class LearningWritten(Event):
    sentence = N_("{by} wrote what was learned: {text}")
    text: str
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    ViewsAsked, ViewGiven, ConsultationEnded, ValueReported, AdjustmentProposed, AdjustmentRefused, ObjectiveAdjusted,
    ObjectiveDropped, AssumptionChecked, ChoiceReopened, ChoiceSettled, QuarterLookedAt, LearningWritten,
)  # fmt: skip
