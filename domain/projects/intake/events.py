"""What can happen to a request."""

from datetime import date, datetime

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.message import N_
from domain.projects.intake.content import Lane, Option, Plan, Requirement, Score, SignOff, Wish


class IdeaSubmitted(Opened):
    """`origin` is the request that this one is a part of."""

    sentence = N_("{requester} has an idea")
    problem: str
    origin: str = ""


class RequestMade(Event):
    sentence = N_("{by} made a request of it")
    wish: Wish
    by: str
    at: datetime


class Triaged(Event):
    sentence = N_("{by} let it go on in the lane {lane}, with {analyst} as analyst")
    lane: Lane
    analyst: str
    mandatory: bool = False
    by: str
    at: datetime


class PeopleChanged(Event):
    sentence = N_("{by} named {analyst} as analyst and {business_owner} as business owner: {reason}")
    analyst: str
    business_owner: str
    reason: str
    by: str
    at: datetime


class LaneChanged(Event):
    """It is too large for the fast lane after all (PRJ-06)."""

    sentence = N_("it goes the full way: {reason}")
    lane: Lane
    reason: str
    at: datetime


class RequirementSet(Event):
    sentence = N_("{by} wrote down a requirement")
    requirement: Requirement
    by: str
    at: datetime


class RequirementDropped(Event):
    sentence = N_("{by} took the requirement {requirement} out: {reason}")
    requirement: str
    reason: str
    by: str
    at: datetime


class RequirementsPresented(Event):
    sentence = N_("{by} presented the requirements")
    by: str
    at: datetime


class OptionsProposed(Event):
    sentence = N_("{by} proposed the option {chosen}")
    options: tuple[Option, ...]
    chosen: str
    by: str
    at: datetime


class EstimateRenewed(Event):
    sentence = N_("{by} estimated the option anew")
    option: Option
    by: str
    at: datetime


class RequirementsSigned(Event):
    sentence = N_("{by} signed the requirements")
    sign_off: SignOff
    by: str


class RequirementsRefused(Event):
    sentence = N_("{by} did not sign the requirements: {reason}")
    reason: str
    by: str
    at: datetime


class SignOffVoided(Event):
    """The set is another one than was signed (PRJ-01)."""

    sentence = N_("the sign-off no longer counts: the requirements changed")
    hash: str
    at: datetime


class ProjectPlanned(Event):
    sentence = N_("{by} stated the plan")
    plan: Plan
    by: str
    at: datetime


class MoneyReserved(MovesMoney):
    sentence = N_("{by} reserved the money on {line}")
    line: str
    by: str
    at: datetime


class ReservationReturned(MovesMoney):
    """The plan is another one, or the project holds the money now."""

    sentence = N_("the reservation was given back: {reason}")
    reason: str
    at: datetime


class RequestScored(Event):
    sentence = N_("{by} scored it")
    score: Score
    by: str
    at: datetime


class PutOnAgenda(Event):
    """`cut_off` is the last day on which a request comes on the agenda of that board."""

    sentence = N_("{by} put it on the agenda of the board of {board}")
    board: date
    cut_off: date
    by: str
    at: datetime


class TakenOffAgenda(Event):
    sentence = N_("it is off the agenda: {reason}")
    reason: str
    at: datetime


class RequestDeferred(Event):
    sentence = N_("{by} deferred it until {until}: {reason}")
    until: date
    reason: str
    by: str
    at: datetime


class RequestReturned(Event):
    sentence = N_("it is back: it was deferred until {until}")
    until: date
    at: datetime


class RequestApproved(Event):
    """`lapses` is the day on which the approval is void if no project began (PRJ-08)."""

    sentence = N_("the request is approved")
    lapses: date
    at: datetime


class EmergencyStarted(MovesMoney):
    """`beyond` says that the line had not so much left; `until` is the day by which it must be approved (PRJ-07)."""

    sentence = N_("{by} began in an emergency, to be approved by {until}: {reason}")
    line: str
    beyond: bool
    until: date
    reason: str
    by: str
    at: datetime


class SponsorLost(Event):
    sentence = N_("{sponsor} answers for it no longer: it waits for another sponsor")
    sponsor: str
    at: datetime


class SponsorReplaced(Event):
    sentence = N_("{by} named {sponsor} as sponsor: {reason}")
    sponsor: str
    reason: str
    by: str
    at: datetime


class OtherMerged(Event):
    """Another request goes on in this one; its requester is told of the end of this one too."""

    sentence = N_("{other} goes on here")
    other: str
    requester: str
    at: datetime


class CharterAsked(Event):
    sentence = N_("{by} started the project {project}")
    project: str
    by: str
    at: datetime


class CharterUnanswered(Event):
    """The project did not say that it stands: it has to be looked at, and started again."""

    sentence = N_("the project {project} did not begin")
    project: str
    at: datetime


class Chartered(MovesMoney):
    """The project holds the money now; what was reserved here is given back in the same moment."""

    sentence = N_("the project {project} began")
    project: str
    at: datetime


class RequestEnded(Event):
    """How it ends, and where it goes on; the case is closed in the same decision (PRJ-09)."""

    sentence = N_("it ends as {how}: {reason}")
    how: str
    reason: str
    goes_on: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    IdeaSubmitted, RequestMade, Triaged, PeopleChanged, LaneChanged, RequirementSet, RequirementDropped,
    RequirementsPresented,
    OptionsProposed, EstimateRenewed, RequirementsSigned, RequirementsRefused, SignOffVoided, ProjectPlanned,
    MoneyReserved, ReservationReturned, RequestScored, PutOnAgenda, TakenOffAgenda, RequestDeferred, RequestReturned,
    RequestApproved, EmergencyStarted, SponsorLost, SponsorReplaced, OtherMerged, CharterAsked, CharterUnanswered,
    Chartered, RequestEnded,
)  # fmt: skip
