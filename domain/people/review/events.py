"""What can happen in a review. Each event says by `changes_of` which fields of the state it gives a new value."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.values.message import N_
from domain.people.review.goals import Goal, GoalChange, GoalOrigin, Offer, Proposal
from domain.people.review.state import Calibration, ReviewState, Stage, Stretch
from domain.people.review.terms import Mark, ReviewTerms

Changes = dict[str, Any]


class ReviewBegun(Opened):
    sentence = N_("the review of {person} began")
    person: str
    terms: ReviewTerms
    reopens: str | None = None

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"person": self.person, "terms": self.terms, "reopens": self.reopens}


class ReviewerNamed(Event):
    """Who owns the review, and who else was the manager in which part of the period (REV-06)."""

    sentence = N_("{manager} owns the review")
    manager: str
    stretches: tuple[Stretch, ...]
    by_hand: bool = False
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"manager": self.manager, "stretches": self.stretches, "by_hand": self.by_hand}


class StepBegun(Event):
    sentence = N_("the step {step} began")
    step: Stage
    due: datetime | None
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"step": self.step, "due": self.due}


class StepEnded(Event):
    """`missed`: nothing came in time, and the review went on without it. It is never agreement."""

    sentence = N_("the step {step} ended")
    step: Stage
    late: bool
    missed: bool = False
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        late = (*state.late, self.step.value) if self.late else state.late
        return {"late": late, "missed": (*state.missed, self.step.value) if self.missed else state.missed}


class GoalsProposed(Event):
    sentence = N_("{by} proposed goals")
    changes: tuple[GoalChange, ...]
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"proposal": Proposal(by=self.by, changes=self.changes)}


class GoalsAgreed(Event):
    """All goals as both agreed on them."""

    sentence = N_("{by} agreed to the goals")
    goals: dict[str, Goal]
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"goals": self.goals, "proposal": None}


class GoalsRefused(Event):
    sentence = N_("{by} did not agree: {reason}")
    by: str
    reason: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"proposal": None}


class GoalHandedDown(Event):
    """`case` is the review that is offered a copy."""

    sentence = N_("{by} handed goal {goal} down")
    goal: str
    case: str
    by: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        goal = state.goals[self.goal]
        handed = tuple(dict.fromkeys((*goal.handed_to, self.case)))
        return {"goals": {**state.goals, goal.id: goal.model_copy(update={"handed_to": handed})}}


class GoalOffered(Event):
    sentence = N_("a goal is offered from {case}")
    case: str
    offer: Offer
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        return {"offers": {**state.offers, self.offer.key: self.offer}}


class OfferAnswered(Event):
    """`goals` are all goals afterwards."""

    sentence = N_("{by} answered the goal that was offered")
    origin: GoalOrigin
    accepted: bool
    goals: dict[str, Goal]
    by: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        gone = f"{self.origin.case}/{self.origin.goal}"
        offers = {key: offer for key, offer in state.offers.items() if key != gone}
        return {"goals": self.goals, "offers": offers}


class SelfAssessed(Event):
    sentence = N_("{by} assessed themself")
    marks: tuple[Mark, ...]
    peers: tuple[str, ...]
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"self_marks": self.marks, "proposed_peers": self.peers}


class PeersChosen(Event):
    sentence = N_("{by} chose who is asked")
    peers: tuple[str, ...]
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"peers": self.peers}


class FeedbackGiven(Event):
    """Who answered which question. `sealed` has one length for all, and no key opens it once feedback is opened."""

    sentence = N_("{by} answered a question")
    question: str
    sealed: str
    by: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        answered = {**state.answered, self.by: (*state.answered.get(self.by, ()), self.question)}
        sealed = {**state.sealed, self.question: (*state.sealed.get(self.question, ()), self.sealed)}
        return {"answered": answered, "sealed": sealed}


class FeedbackClosed(Event):
    """Questions that enough people answered are opened; the others never are (REV-03)."""

    sentence = N_("feedback of peers is closed")
    opened: tuple[str, ...]
    withheld: tuple[str, ...]
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"feedback_closed": True}


class FeedbackOpened(Event):
    """The texts by question, sorted: their order tells nothing (REV-12)."""

    sentence = N_("what peers said can be read")
    texts: dict[str, tuple[str, ...]]
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"feedback": self.texts, "sealed": {}}


class ContributionAsked(Event):
    sentence = N_("{person} is asked to contribute")
    person: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        return {"contributors": (*state.contributors, self.person)}


class ContributionGiven(Event):
    sentence = N_("{by} contributed about their part of the period")
    text: str
    by: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        return {"contributions": {**state.contributions, self.by: self.text}}


class PerformanceRated(Event):
    """`rating` is the weighted one of the marks that there are (REV-11); `goals` are all with their ends."""

    sentence = N_("{by} rated the performance")
    marks: tuple[Mark, ...]
    goals: dict[str, Goal]
    rating: Decimal
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"marks": self.marks, "goals": self.goals, "rating": self.rating}


class RatingCalibrated(Event):
    sentence = N_("{by} changed the rating in calibration")
    old: Decimal
    new: Decimal
    reason: str
    by: str
    at: datetime

    def changes_of(self, state: ReviewState) -> Changes:
        one = Calibration(old=self.old, new=self.new, reason=self.reason, by=self.by, at=self.at)
        return {"rating": self.new, "calibrations": (*state.calibrations, one)}


class CalibrationFixed(Event):
    """The unit is calibrated; the rating stays as it is."""

    sentence = N_("calibration of the unit is over")
    rating: Decimal
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"calibrated": True}


class SecondLevelAsked(Event):
    sentence = N_("{person} signs as the second level")
    person: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"second": self.person}


class ReviewSigned(Event):
    sentence = N_("{by} signed as the second level")
    comment: str | None
    by: str
    at: datetime


class ReviewReleased(Event):
    sentence = N_("the review is released to the employee")
    rating: Decimal
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"released": self.rating}


class ConversationHeld(Event):
    sentence = N_("{by} held the conversation on {day}")
    day: date
    note: str | None
    by: str
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"held_on": self.day}


class ReviewAnswered(Event):
    """`answer` is acknowledged, objection, refused or no-response; silence is never agreement (REV-05)."""

    sentence = N_("the employee's answer: {answer}")
    answer: str
    reason: str | None = None
    by: str | None
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"answer": self.answer}


class AppealDecided(Event):
    """`reopened` is the linked case in which the review is made again, if the appeal was allowed (REV-07)."""

    sentence = N_("the appeal is decided")
    allowed: bool
    reopened: str | None = None
    reviewer: str | None = None
    at: datetime


class ReviewFinished(Event):
    """The one outcome of a review."""

    sentence = N_("the review ended: {outcome}")
    outcome: Stage
    reason: str | None = None
    at: datetime

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"outcome": self.outcome}


EVENTS: tuple[type[Event], ...] = (
    ReviewBegun, ReviewerNamed, StepBegun, StepEnded, GoalsProposed, GoalsAgreed, GoalsRefused, GoalHandedDown,
    GoalOffered, OfferAnswered, SelfAssessed, PeersChosen, FeedbackGiven, FeedbackClosed, FeedbackOpened,
    ContributionAsked, ContributionGiven, PerformanceRated, RatingCalibrated, CalibrationFixed, SecondLevelAsked, ReviewSigned,
    ReviewReleased, ConversationHeld, ReviewAnswered, AppealDecided, ReviewFinished,
)  # fmt: skip
