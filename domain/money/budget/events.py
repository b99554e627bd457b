"""What can happen to a budget besides what happens to every document."""

from datetime import datetime

from domain.kernel.definition import Opened
from domain.kernel.document import Amended, Drafted
from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.message import N_
from domain.money.budget.content import Budget
from domain.money.budget.values import Explanation, ForecastRow, Guidance, Move, Variance, YearEnd


class GuidanceIssued(Opened):
    """The owner answers for the case from here on; `by` is who asked."""

    sentence = N_("{by} asked {requester} for the budget")
    guidance: Guidance
    by: str


class BudgetDrafted(Drafted[Budget]):
    sentence = N_("{requester} drafted the budget")


class BudgetAmended(Amended[Budget]):
    sentence = N_("{by} changed the budget: {changed}")


class BudgetPosted(MovesMoney):
    """What the version plans is the plan of its lines: the differences to what was planned before (BUD-03)."""

    sentence = N_("the plan of its lines is as was signed off")
    at: datetime


class BudgetTakenBack(MovesMoney):
    sentence = N_("its lines are planned with zero")
    at: datetime


class TransferProposed(MovesMoney):
    sentence = N_("{by} proposed {id}")
    id: str
    move: Move
    by: str
    at: datetime


class TransferAgreed(Event):
    sentence = N_("{by} agreed to {id}")
    id: str
    consent: str
    by: str
    at: datetime


class TransferDeclined(MovesMoney):
    sentence = N_("{by} declined {id}")
    id: str
    by: str
    reason: str
    at: datetime


class TransferMade(MovesMoney):
    sentence = N_("{id} is made")
    id: str
    at: datetime


class BudgetFrozen(Event):
    sentence = N_("{by} froze the budget")
    by: str
    reason: str
    at: datetime


class BudgetUnfrozen(Event):
    sentence = N_("{by} released the budget")
    by: str
    reason: str
    at: datetime


class ForecastGiven(Event):
    sentence = N_("{by} gave the forecast {number}")
    number: int
    rows: tuple[ForecastRow, ...]
    by: str
    at: datetime


class VariancesFound(Event):
    """The month is closed; these lines are off their plan by more than the policy lets pass (BUD-10)."""

    sentence = N_("the books of {month} are closed")
    month: str
    variances: tuple[Variance, ...]
    at: datetime


class VarianceExplained(Event):
    sentence = N_("{by} explained the variance of {line}")
    line: str
    explanation: Explanation
    by: str
    at: datetime


class YearEndRehearsed(Event):
    sentence = N_("{by} rehearsed the year's end")
    result: YearEnd
    by: str
    at: datetime


class YearEndRun(MovesMoney):
    sentence = N_("{by} ran the year's end")
    result: YearEnd
    by: str
    at: datetime


class YearEndUndone(MovesMoney):
    sentence = N_("{by} undid the year's end")
    by: str
    reason: str
    at: datetime


class YearClosed(Event):
    sentence = N_("{by} closed the year")
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    GuidanceIssued, BudgetPosted, BudgetTakenBack, TransferProposed, TransferAgreed, TransferDeclined, TransferMade,
    BudgetFrozen, BudgetUnfrozen, ForecastGiven, VariancesFound, VarianceExplained, YearEndRehearsed, YearEndRun,
    YearEndUndone, YearClosed,
)  # fmt: skip
