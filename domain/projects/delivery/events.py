"""What can happen to a project."""

from datetime import date, datetime

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.projects.delivery.content import (
    Activity,
    Baseline,
    Benefit,
    Charter,
    Commitment,
    External,
    Letter,
    Requirement,
    StatusReport,
)


class ProjectChartered(Opened, MovesMoney):
    """`requester` is the project manager, who answers for it and never decides in it; `by` gave the charter."""

    sentence = N_("{by} chartered the project; {requester} manages it")
    charter: Charter
    requirements: tuple[Requirement, ...]
    benefits: tuple[Benefit, ...]
    milestones: tuple[Activity, ...]
    by: str


class ProjectDelegated(Event):
    sentence = N_("{by} signed the letter of delegation")
    letter: Letter
    by: str
    at: datetime


class PlanSet(Event):
    """The whole plan; work that was reported stays reported."""

    sentence = N_("{by} planned the activities")
    activities: tuple[Activity, ...]
    by: str
    at: datetime


class ActivityMoved(Event):
    """`pushed` had to move later, or a dependency would break (DEL-10). Earlier days stay in the log."""

    sentence = N_("{by} moved {id} to {starts} – {ends}: {reason}")
    id: str
    starts: date
    ends: date
    after: tuple[str, ...]
    pushed: tuple[Activity, ...]
    reason: str
    by: str
    at: datetime


class WorkReported(Event):
    sentence = N_("{by} reported {percent} % of {id}")
    id: str
    percent: int
    began: date
    ended: date | None = None
    by: str
    at: datetime


class ActivityCancelled(Event):
    """`followers` have to be planned anew."""

    sentence = N_("{by} cancelled {id}: {reason}")
    id: str
    followers: tuple[str, ...]
    reason: str
    by: str
    at: datetime


class ScopeChanged(Event):
    sentence = N_("{by} changed the requirements: {reason}")
    dropped: tuple[str, ...]
    added: tuple[Requirement, ...]
    reason: str
    by: str
    at: datetime


class ChangeRequested(Event):
    sentence = N_("{by} asked for a new baseline: {reason}")
    review: str
    reason: str
    impact: str
    baseline: Baseline
    by: str
    at: datetime


class ChangeRevised(Event):
    sentence = N_("{by} revised what is asked for in {review}")
    review: str
    reason: str
    impact: str
    baseline: Baseline
    by: str
    at: datetime


class ChangeEnded(Event):
    sentence = N_("{review} ended: {outcome}")
    review: str
    outcome: str


class BaselineSet(MovesMoney):
    """Immutable from here on; it took the place of no earlier one: all stay (DEL-02)."""

    sentence = N_("baseline {number} is approved")
    number: int
    baseline: Baseline
    review: str
    at: datetime


class GateOpened(Event):
    sentence = N_("{by} asked for gate {name}")
    review: str
    name: str
    criteria: tuple[tuple[str, str], ...]
    by: str
    at: datetime


class GateDecided(Event):
    """`outcome` is go, go with conditions, recycle, hold or stop."""

    sentence = N_("gate {name}: {outcome}")
    review: str
    name: str
    outcome: str
    at: datetime


class ExceptionRaised(Event):
    """Raised by the project itself: it is beyond what the manager may decide alone (DEL-01)."""

    sentence = N_("beyond the tolerances of the letter: {broken}")
    broken: tuple[str, ...]
    at: datetime


class ExceptionAnswered(Event):
    sentence = N_("{by} answered the exception: {answer}. {text}")
    answer: str
    text: str
    by: str
    at: datetime


class ExceptionEnded(Event):
    sentence = N_("within the tolerances again")
    at: datetime


class StatusReported(Event):
    sentence = N_("{by} reported the status")
    report: StatusReport
    estimate: Money
    by: str


class RedEscalated(Event):
    sentence = N_("red twice without a new step")
    number: int
    to: tuple[str, ...]
    at: datetime


class EscalationAnswered(Event):
    sentence = N_("{by} answered the escalation: {text}")
    text: str
    by: str
    at: datetime


class MoneyCommitted(MovesMoney):
    sentence = N_("{by} ordered {commitment}")
    commitment: Commitment
    estimate: Money
    by: str
    at: datetime


class MoneySpent(MovesMoney):
    sentence = N_("{by} recorded an invoice of {amount} for {id}")
    id: str
    period: str
    amount: Money
    by: str
    at: datetime


class CommitmentCancelled(MovesMoney):
    sentence = N_("{by} cancelled order {id}: {reason}")
    id: str
    reason: str
    by: str
    at: datetime


class ReplacementAsked(Event):
    sentence = N_("{by} named {to} as the next project manager: {reason}")
    to: str
    reason: str
    facts: dict[str, str]
    by: str
    at: datetime


class PositionSigned(Event):
    """`hash` covers the words and the facts as they stood."""

    sentence = N_("{by} signed the position of the project")
    position: str
    facts: dict[str, str]
    hash: str
    by: str
    at: datetime


class PositionAccepted(Event):
    sentence = N_("{by} took the project over")
    by: str
    at: datetime


class ClosingBegun(Event):
    sentence = N_("{by} handed the result over for acceptance")
    by: str
    at: datetime


class ResultAnswered(Event):
    """Per requirement: accepted, or refused with the reason (DEL-09)."""

    sentence = N_("{by} answered for each requirement")
    accepted: tuple[str, ...]
    refused: dict[str, str]
    by: str
    at: datetime


class ProjectFinished(Event):
    sentence = N_("{by} closed the project as finished")
    lessons: str
    by: str
    at: datetime


class ProjectStopped(Event):
    """`bound` are the orders that cannot be cancelled, `sunk` what is spent (DEL-08)."""

    sentence = N_("{by} stopped the project: {reason}")
    reason: str
    bound: tuple[str, ...]
    sunk: Money
    children: dict[str, str] = {}
    by: str
    at: datetime


class ProgrammeEnded(Event):
    """Said at the finish of a programme too: what happens to each open child (DEL-11)."""

    sentence = N_("{by} decided on the projects of the programme")
    children: dict[str, str]
    by: str
    at: datetime


class ProgrammeLeft(Event):
    sentence = N_("the programme {programme} is over; the project goes on by itself")
    programme: str
    at: datetime


class BenefitMeasured(Event):
    sentence = N_("{by} measured {id}: {value}")
    id: str
    value: str
    met: bool
    note: str
    on: date
    by: str


class ProjectArchived(Event):
    sentence = N_("{by} archived the project: {place}")
    place: str
    by: str
    at: datetime


class ExternalNoted(Event):
    sentence = N_("something elsewhere touches the project")
    external: External
    at: datetime


class DependentsTold(Event):
    """Projects that wait for this one learn that it is late, or no longer (PFL-03)."""

    sentence = N_("the projects that wait for this one are told")
    cases: tuple[str, ...]
    days: int
    at: datetime


class RequestsTold(Event):
    """Cases of other processes that wait for this one learn the same; `cases` are by id their process (CRD-03)."""

    sentence = N_("the cases that wait for this one are told")
    cases: dict[str, str]
    days: int
    at: datetime


class DependencySet(Event):
    """Which projects this one waits for."""

    sentence = N_("{by} said which projects this one waits for")
    on: tuple[str, ...]
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    ProjectChartered, ProjectDelegated, PlanSet, ActivityMoved, WorkReported, ActivityCancelled, ScopeChanged,
    ChangeRequested, ChangeRevised, ChangeEnded, BaselineSet, GateOpened, GateDecided, ExceptionRaised,
    ExceptionAnswered, ExceptionEnded, StatusReported, RedEscalated, EscalationAnswered, MoneyCommitted, MoneySpent,
    CommitmentCancelled, ReplacementAsked, PositionSigned, PositionAccepted, ClosingBegun, ResultAnswered,
    ProjectFinished, ProjectStopped, ProgrammeEnded, ProgrammeLeft, BenefitMeasured, ProjectArchived, ExternalNoted,
    DependentsTold, RequestsTold, DependencySet,
)  # fmt: skip
