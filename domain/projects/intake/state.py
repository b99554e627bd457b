"""Where a request stands: folded from its events; its stage is the first thing that is missing."""

from datetime import date, datetime
from enum import StrEnum

from domain.kernel.cases.case import Review, Status
from domain.kernel.cases.case_events import ReviewApproved, ReviewOpened
from domain.kernel.events import Event
from domain.kernel.money_events import MoneyState
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.projects.intake import events as e
from domain.projects.intake.content import Lane, Option, Plan, Requirement, Score, SignOff, Wish, requirements_hash


class Stage(StrEnum):
    """In the order in which a request goes through them; then how it can end, besides the kernel's ways."""

    IDEA = "idea"
    TRIAGE = "triage"
    REQUIREMENTS = "requirements"
    OPTIONS = "options"
    SIGN_OFF = "sign_off"
    CHECKS = "checks"
    PLANNING = "planning"
    MONEY = "money"
    SCORING = "scoring"
    READY = "ready"
    AGENDA = "agenda"
    BOARD = "board"
    RETURNED = "returned"
    DEFERRED = "deferred"
    SUSPENDED = "suspended"
    APPROVED_TO_START = "approved_to_start"
    CHARTERING = "chartering"
    CHARTERED = "chartered"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    SPLIT = "split"
    DECLINED = "declined"
    LAPSED = "lapsed"
    STOPPED = "stopped"
    DELIVERED = "delivered"


S = Stage
PREPARED = (S.REQUIREMENTS, S.OPTIONS, S.SIGN_OFF, S.CHECKS, S.PLANNING, S.MONEY, S.SCORING, S.READY)
"""The stages in which somebody prepares it, after the triage."""
UNDECIDED = (*PREPARED, S.AGENDA, S.BOARD, S.RETURNED, S.DEFERRED)


class Ending(Value):
    how: str
    reason: str
    goes_on: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Emergency(Value):
    """A start before the approval. `over`: it was not approved in time."""

    by: str
    reason: str
    cost: Money
    until: date
    beyond: bool


class RequestState(MoneyState):
    """`checked` is the hash of the requirements that the checks passed; `rounds` counts reviews by route.

    `reserved` says that what is held is the cost of the plan as it stands.
    """

    problem: str = ""
    origin: str = ""
    wish: Wish | None = None
    lane: Lane | None = None
    analyst: str = ""
    mandatory: bool = False
    requirements: dict[str, Requirement] = {}
    next_requirement: int = 1
    requirements_hash: str = ""
    presented: bool = False
    options: tuple[Option, ...] = ()
    chosen: str = ""
    sign_off: SignOff | None = None
    checked: str = ""
    plan: Plan | None = None
    reserved: bool = False
    score: Score | None = None
    board: date | None = None
    rounds: dict[str, int] = {}
    deferred: date | None = None
    approved: datetime | None = None
    suspended: bool = False
    emergency: Emergency | None = None
    merged: dict[str, str] = {}
    project: str = ""
    charter_asked: bool = False
    chartered: bool = False
    ending: Ending | None = None

    @property
    def the_wish(self) -> Wish:
        assert self.wish is not None
        return self.wish

    @property
    def the_plan(self) -> Plan:
        assert self.plan is not None
        return self.plan

    @property
    def option(self) -> Option | None:
        """The one that is proposed."""
        return next((option for option in self.options if option.id == self.chosen), None)

    @property
    def fast(self) -> bool:
        return self.lane == "fast"

    @property
    def origin_key(self) -> str:
        """What requests are added up by: that of which it is a part, else what gave rise to it."""
        return self.origin or (self.wish.origin.casefold().strip() if self.wish else "")


def review_id(state: RequestState, route: str) -> str:
    """The newest review on a route."""
    return f"{route}-{state.rounds.get(route, 0)}"


def review_of(state: RequestState, *routes: str) -> Review | None:
    """The review on one of these routes that is open or returned, if there is one."""
    found = (state.case.reviews.get(review_id(state, route)) for route in routes)
    return next((one for one in found if one and one.status in (Status.IN_REVIEW, Status.RETURNED)), None)


def stage(state: RequestState) -> Stage | None:
    """The first thing that is missing."""
    if state.wish is None:
        return S.IDEA
    if state.chartered:
        return S.CHARTERED
    if state.suspended:
        return S.SUSPENDED
    if state.lane is None:
        return S.TRIAGE
    if state.approved:
        return S.CHARTERING if state.charter_asked else S.APPROVED_TO_START
    if state.deferred:
        return S.DEFERRED
    return _preparing(state) or _deciding(state)


def _preparing(state: RequestState) -> Stage | None:
    missing = (
        (S.REQUIREMENTS, not state.presented),
        (S.OPTIONS, not state.options),
        (S.SIGN_OFF, state.sign_off is None),
        (S.RETURNED, _is_returned(state, "checks")),
        (S.CHECKS, not state.fast and state.checked != state.requirements_hash),
        (S.PLANNING, state.plan is None),
        (S.MONEY, not state.reserved),
        (S.SCORING, not state.fast and not state.mandatory and state.score is None),
    )
    return next((found for found, lacks in missing if lacks), None)


def _deciding(state: RequestState) -> Stage:
    if review_of(state, "board", "fast"):
        return S.RETURNED if _is_returned(state, "board", "fast") else S.BOARD
    return S.AGENDA if state.board else S.READY


def _is_returned(state: RequestState, *routes: str) -> bool:
    review = review_of(state, *routes)
    return review is not None and review.status is Status.RETURNED


def evolve(state: RequestState, event: Event) -> RequestState:
    """The fold: it refuses nothing."""
    return state.model_copy(update=_changes(state, event))


def _changes(state: RequestState, event: Event) -> dict[str, object]:
    match event:
        case e.IdeaSubmitted(problem=problem, origin=origin):
            return {"problem": problem, "origin": origin}
        case e.RequestMade(wish=wish):
            return {"wish": wish}
        case e.Triaged(lane=lane, analyst=analyst, mandatory=mandatory):
            return {"lane": lane, "analyst": analyst, "mandatory": mandatory}
        case e.PeopleChanged(analyst=analyst, business_owner=owner):
            return {"analyst": analyst, "wish": state.the_wish.model_copy(update={"business_owner": owner})}
        case e.LaneChanged(lane=lane):
            return {"lane": lane}
        case e.RequirementSet(requirement=requirement):
            known = requirement.id in state.requirements
            following = state.next_requirement if known else state.next_requirement + 1
            return _with_set({**state.requirements, requirement.id: requirement}) | {"next_requirement": following}
        case e.RequirementDropped(requirement=id_):
            return _with_set({key: one for key, one in state.requirements.items() if key != id_})
        case e.RequirementsPresented():
            return {"presented": True}
        case e.RequirementsRefused():
            return {"presented": False}
        case e.OptionsProposed(options=options, chosen=chosen):
            return {"options": options, "chosen": chosen, "plan": None, "reserved": False, "score": None}
        case e.EstimateRenewed(option=option):
            return {"options": tuple(option if one.id == option.id else one for one in state.options)}
        case e.RequirementsSigned(sign_off=sign_off):
            return {"sign_off": sign_off}
        case e.SignOffVoided():
            return {"sign_off": None, "board": None}
        case e.ProjectPlanned(plan=plan):
            return {"plan": plan, "reserved": False, "score": None}
        case e.MoneyReserved():
            return {"reserved": True}
        case e.ReservationReturned():
            return {"reserved": False}
        case e.RequestScored(score=score):
            return {"score": score}
        case _:
            return _changes_of_decision(state, event)


def _changes_of_decision(state: RequestState, event: Event) -> dict[str, object]:
    match event:
        case e.PutOnAgenda(board=board):
            return {"board": board}
        case e.TakenOffAgenda():
            return {"board": None}
        case ReviewOpened(route=route):
            return {"rounds": {**state.rounds, route: state.rounds.get(route, 0) + 1}, "board": None}
        case ReviewApproved(review=review) if review.startswith("checks"):
            return {"checked": state.requirements_hash}
        case e.RequestDeferred(until=until):
            return {"deferred": until, "board": None}
        case e.RequestReturned():
            return {"deferred": None}
        case e.RequestApproved(at=at):
            return {"approved": at}
        case e.EmergencyStarted(by=by, reason=reason, until=until, beyond=beyond, transfers=moved):
            cost = Money(
                amount=sum((one.amount for one in moved), start=moved[0].amount * 0), currency=moved[0].currency
            )
            return {"emergency": Emergency(by=by, reason=reason, cost=cost, until=until, beyond=beyond)}
        case e.SponsorLost():
            return {"suspended": True, "board": None}
        case e.SponsorReplaced(sponsor=sponsor):
            return {"suspended": False, "wish": state.the_wish.model_copy(update={"sponsor": sponsor})}
        case e.OtherMerged(other=other, requester=requester):
            return {"merged": {**state.merged, other: requester}}
        case e.CharterAsked(project=project):
            return {"project": project, "charter_asked": True}
        case e.CharterUnanswered():
            return {"charter_asked": False}
        case e.Chartered():
            return {"chartered": True}
        case e.RequestEnded(how=how, reason=reason, goes_on=goes_on, parts=parts):
            return {"ending": Ending(how=how, reason=reason, goes_on=goes_on, parts=parts)}
    return {}


def _with_set(requirements: dict[str, Requirement]) -> dict[str, object]:
    return {"requirements": requirements, "requirements_hash": requirements_hash(requirements)}
