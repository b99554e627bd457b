"""What a case of saving knows: the promise, what was claimed, validated and lost again."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.kernel.decision_context import DecisionContext
from domain.kernel.document import Amended, Document, Drafted
from domain.kernel.events import Event
from domain.kernel.money_events import MoneyState, MovesMoney
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, total
from domain.money.saving.content import Saving


class Stage(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    AGREED = "agreed"
    DELIVERING = "delivering"
    VALIDATING = "validating"
    BOOKED = "booked"
    SUSTAINED = "sustained"
    LAPSED = "lapsed"


class SavingRole(StrEnum):
    FINANCE = "finance"
    BENEFIT_OWNER = "owner of the budget line"
    LEAD = "delivery lead"


class Achieved(Value):
    """What is said to be saved, and what getting there did cost."""

    amount: Money
    cost: Money | None = None
    evidence: str
    by: str

    @property
    def net(self) -> Money:
        return self.amount - self.cost if self.cost else self.amount


class Leak(Value):
    """Saved money that was spent again elsewhere (SAV-04)."""

    amount: Money
    what: str
    on: date
    by: str


class SavingProposed(Drafted[Saving]):
    sentence = N_("{requester} proposed a saving")


class SavingAmended(Amended[Saving]):
    sentence = N_("{by} changed the proposal: {changed}")


class SavingStarted(Event):
    sentence = N_("{by} began with the work")
    by: str
    at: datetime


class SavingClaimed(Event):
    sentence = N_("{by} claimed what was achieved: {review}")
    achieved: Achieved
    review: str
    by: str
    at: datetime


class SavingValidated(MovesMoney):
    """Finance agrees. A hard saving takes the money off its line by this very event (SAV-03)."""

    sentence = N_("finance validated what was achieved")
    at: datetime


class SavingDoubted(Event):
    sentence = N_("finance did not validate it: {reason}")
    reason: str
    at: datetime


class LeakageRecorded(Event):
    sentence = N_("{by} noted that saved money was spent again")
    leak: Leak
    by: str
    at: datetime


class SavingConcluded(Event):
    sentence = N_("it is {outcome}: {reason}")
    outcome: Literal["sustained", "lapsed"]
    reason: str
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    SavingStarted, SavingClaimed, SavingValidated, SavingDoubted, LeakageRecorded, SavingConcluded,
)  # fmt: skip


class SavingState(MoneyState):
    """`achieved` is what is claimed or validated, `validated` since when it counts (UTC)."""

    document: Document[Saving] = Document[Saving]()
    started: bool = False
    achieved: Achieved | None = None
    claims: int = 0
    validated: datetime | None = None
    leaks: tuple[Leak, ...] = ()
    ended: str | None = None

    @property
    def content(self) -> Saving:
        return self.document.the_content

    @property
    def leaked(self) -> Money:
        return total([leak.amount for leak in self.leaks], self.content.amount.currency)


Ctx = DecisionContext[SavingState]


def evolve(state: SavingState, event: Event) -> SavingState:
    return state.model_copy(update=_changes(state, event))


def _changes(state: SavingState, event: Event) -> dict[str, object]:
    match event:
        case SavingStarted():
            return {"started": True}
        case SavingClaimed(achieved=achieved):
            return {"achieved": achieved, "claims": state.claims + 1}
        case SavingDoubted():
            return {"achieved": None}
        case SavingValidated(at=at):
            return {"validated": at}
        case LeakageRecorded(leak=leak):
            return {"leaks": (*state.leaks, leak)}
        case SavingConcluded(outcome=outcome):
            return {"ended": outcome}
    return {}
