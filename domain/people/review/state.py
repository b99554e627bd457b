"""Where a review stands: its steps, marks, feedback and answers, folded from its events."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.cycle import Membership
from domain.kernel.definition import CaseState
from domain.kernel.events import Event
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.people.review.goals import Goal, Offer, Proposal
from domain.people.review.terms import Mark, ReviewTerms


class Stage(StrEnum):
    """The steps of a review, then its outcomes. `rated` waits for the unit's calibration, `signed` for its release."""

    GOALS = "goals"
    SELF = "self"
    PEERS = "peers"
    MANAGER = "manager"
    RATED = "rated"
    SECOND_LEVEL = "second_level"
    SIGNED = "signed"
    CONVERSATION = "conversation"
    ACKNOWLEDGEMENT = "acknowledgement"
    WINDOW = "appeal_window"
    APPEAL = "appeal"
    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "acknowledged_with_objection"
    OVERTURNED = "appeal_allowed"
    REFUSED = "refused_to_sign"
    NO_RESPONSE = "no_response"
    EXEMPT = "exempt"
    CALLED_OFF = "called_off"


OUTCOMES = frozenset(list(Stage)[list(Stage).index(Stage.ACKNOWLEDGED) :])
RELEASED = frozenset({Stage.CONVERSATION, Stage.ACKNOWLEDGEMENT, Stage.WINDOW, Stage.APPEAL})
BEFORE_RELEASE = frozenset(Stage) - OUTCOMES - RELEASED
MANAGER_TASKS = frozenset({"goals-manager", "choose-peers", "rate", "conversation"})
"""The kinds of task that go with the review when another manager owns it."""

OWN_WORD = frozenset({"goals-employee", "goal-offer", "self", "feedback", "acknowledge"})
"""The kinds of task that only who was asked can do, and give to no other."""


class Role(StrEnum):
    REVIEWER = "the manager who owns the review"
    SECOND_LEVEL = "the second level"
    CHAIR = "who calibrates the unit"
    HR = "the HR partner"


class Stretch(Value):
    """Who was the manager in which days of the period; `until` is the first day that they were not."""

    manager: str
    since: date
    until: date


class Calibration(Value):
    old: Decimal
    new: Decimal
    reason: str
    by: str
    at: datetime


class ReviewState(CaseState):
    """`rating` is the manager's, then what calibration made of it; `released` is what was released, once it was.

    `not_by` rated the review that is made again, and do not rate this one (REV-07).
    `sealed` are what peers wrote by question, as nobody can read it; `feedback` what was opened, without its givers.
    """

    cycle: Membership = Membership()
    person: str = ""
    terms: ReviewTerms | None = None
    reopens: str | None = None
    not_by: tuple[str, ...] = ()
    step: Stage | None = None
    due: datetime | None = None
    manager: str = ""
    by_hand: bool = False
    second: str | None = None
    stretches: tuple[Stretch, ...] = ()
    goals: dict[str, Goal] = {}
    proposal: Proposal | None = None
    offers: dict[str, Offer] = {}
    self_marks: tuple[Mark, ...] = ()
    proposed_peers: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    answered: dict[str, tuple[str, ...]] = {}
    sealed: dict[str, tuple[str, ...]] = {}
    feedback_closed: bool = False
    feedback: dict[str, tuple[str, ...]] = {}
    contributors: tuple[str, ...] = ()
    contributions: dict[str, str] = {}
    marks: tuple[Mark, ...] = ()
    rating: Decimal | None = None
    rater: str | None = None
    calibrations: tuple[Calibration, ...] = ()
    calibrated: bool = False
    released: Decimal | None = None
    held_on: date | None = None
    answer: str | None = None
    outcome: Stage | None = None
    late: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()

    @property
    def the_terms(self) -> ReviewTerms:
        assert self.terms is not None, "the review has begun"
        return self.terms


def evolve(state: ReviewState, event: Event) -> ReviewState:
    """The fold of the process's own events: each carries what it changes as fields of the state."""
    if isinstance(event, TaskReassigned):
        return _handed_on(state, event)
    changes = getattr(event, "changes_of", None)
    return state if changes is None else state.model_copy(update=changes(state))


def _handed_on(state: ReviewState, event: TaskReassigned) -> ReviewState:
    """Who is given the manager's task owns the review from then on (KRN-23)."""
    task = state.case.tasks.get(event.task)
    if task is None or task.kind not in MANAGER_TASKS or event.instead_of != state.manager:
        return state
    return state.model_copy(update={"manager": event.to, "by_hand": True})


def people_of(role: Role, state: ReviewState) -> tuple[str, ...]:
    """Who has a role by the case itself."""
    found: dict[Role, tuple[Any, ...]] = {Role.REVIEWER: (state.manager,), Role.SECOND_LEVEL: (state.second,)}
    return tuple(person for person in found.get(role, ()) if person)


CALLED_OFF = "cycle-called-off"
"""The kind of claim of a cycle that was called off: a review that begins later ends at once."""
INVOLVED = (CaseRole.SUBJECT, Role.REVIEWER, Role.SECOND_LEVEL, Role.HR, CaseRole.REQUESTER)
