"""What can happen until the rating: goals, own assessment, what peers write (`changes_of` as in `events`)."""

from datetime import datetime
from typing import Any

from domain.kernel.events import Event
from domain.kernel.values.message import N_
from domain.people.review.goals import Goal, GoalChange, GoalOrigin, Offer, Proposal
from domain.people.review.state import ReviewState
from domain.people.review.terms import Mark

Changes = dict[str, Any]


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


EARLY: tuple[type[Event], ...] = (
    GoalsProposed, GoalsAgreed, GoalsRefused, GoalHandedDown, GoalOffered, OfferAnswered, SelfAssessed, PeersChosen,
    FeedbackGiven, FeedbackClosed, FeedbackOpened,
)  # fmt: skip
