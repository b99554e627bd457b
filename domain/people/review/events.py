"""What can happen in a review. Each event says by `changes_of` which fields of the state it gives a new value."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.values.message import N_
from domain.people.review.early_events import EARLY
from domain.people.review.goals import Goal
from domain.people.review.state import Calibration, ReviewState, Stage, Stretch
from domain.people.review.terms import Mark, ReviewTerms

Changes = dict[str, Any]


class ReviewBegun(Opened):
    sentence = N_("the review of {person} began")
    person: str
    terms: ReviewTerms
    reopens: str | None = None
    not_by: tuple[str, ...] = ()

    def changes_of(self, _state: ReviewState) -> Changes:
        return {"person": self.person, "terms": self.terms, "reopens": self.reopens, "not_by": self.not_by}


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
        return {"marks": self.marks, "goals": self.goals, "rating": self.rating, "rater": self.by}


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
    *EARLY, ReviewBegun, ReviewerNamed, StepBegun, StepEnded, ContributionAsked, ContributionGiven, PerformanceRated,
    RatingCalibrated, CalibrationFixed, SecondLevelAsked, ReviewSigned, ReviewReleased, ConversationHeld,
    ReviewAnswered, AppealDecided, ReviewFinished,
)  # fmt: skip
