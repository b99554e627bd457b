"""A business review as it stands, and its stage."""

from datetime import datetime
from enum import StrEnum

from domain.direction.business_review import events as e
from domain.kernel.cases.case import Status
from domain.kernel.definition import CaseState
from domain.kernel.events import Event
from domain.kernel.items import Items
from domain.kernel.report import Issued, ReportIssued


class Stage(StrEnum):
    SCHEDULED = "scheduled"
    CUT_OFF = "cut_off"
    PACK = "pack"
    PRE_READ = "pre_read"
    MEETING = "meeting"
    CIRCULATION = "circulation"
    MINUTES = "minutes"
    TRACKED = "tracked"
    CLOSED = "closed"


class ReviewState(CaseState):
    """`circulating` and `minutes` name the review under way; `proposals` are those not decided yet, by number."""

    details: e.Details | None = None
    cut_at: datetime | None = None
    cut: bool = False
    issued: Issued = Issued()
    restating: bool = False
    sent: bool = False
    challenges: tuple[e.NumberChallenged, ...] = ()
    proposals: dict[int, str] = {}
    proposed: int = 0
    decisions: tuple[e.DecisionTaken, ...] = ()
    attended: tuple[str, ...] = ()
    cancelled: str | None = None
    circulating: str | None = None
    circulations: int = 0
    written: int = 0
    minutes: str = ""
    reviewing: bool = False
    actions: Items = Items()
    following: str | None = None

    @property
    def the_details(self) -> e.Details:
        assert self.details is not None
        return self.details

    @property
    def readers(self) -> tuple[str, ...]:
        """Chair, members and who answers for the review: who gets the pack."""
        details = self.the_details
        people = (details.chair, *details.members, self.case.responsible or "")
        return tuple(dict.fromkeys(person for person in people if person))

    @property
    def minutes_approved(self) -> bool:
        review = self.case.reviews.get(f"minutes-{self.written}")
        return review is not None and review.status is Status.APPROVED


def stage(state: ReviewState) -> Stage | None:
    if state.details is None:
        return None
    steps = (
        (not state.cut, Stage.SCHEDULED),
        (state.issued.newest is None, Stage.CUT_OFF),
        (not state.sent, Stage.PACK),
        (not state.attended and state.cancelled is None, Stage.PRE_READ),
        (state.circulating is not None, Stage.CIRCULATION),
        (state.minutes_approved, Stage.TRACKED),
        (state.reviewing, Stage.MINUTES),
    )
    return next((found for holds, found in steps if holds), Stage.MEETING)


def evolve(state: ReviewState, event: Event) -> ReviewState:
    return state.model_copy(update={**_pack(state, event), **_meeting(state, event)})


def _pack(state: ReviewState, event: Event) -> dict[str, object]:
    match event:
        case e.ReviewScheduled(details=details, cut_at=cut_at):
            return {"details": details, "cut_at": cut_at}
        case e.NumbersCut():
            return {"cut": True}
        case e.RestatementAsked():
            return {"restating": True}
        case ReportIssued():
            return {"restating": False}
        case e.PreReadSent():
            return {"sent": True}
        case e.NumberChallenged():
            return {"challenges": (*state.challenges, event)}
    return {}


def _meeting(state: ReviewState, event: Event) -> dict[str, object]:
    match event:
        case e.DecisionProposed(number=number, text=text):
            return {"proposals": {**state.proposals, number: text}, "proposed": number}
        case e.MeetingHeld(attended=attended):
            return {"attended": attended}
        case e.MeetingCancelled(reason=reason):
            return {"cancelled": reason}
        case e.CirculationBegun(review=review):
            return {"circulating": review, "circulations": state.circulations + 1}
        case e.CirculationEnded():
            return {"circulating": None}
        case e.DecisionTaken(proposal=number):
            left = {key: text for key, text in state.proposals.items() if key != number}
            return {"decisions": (*state.decisions, event), "proposals": left}
        case e.MinutesWritten(text=text):
            return {"written": state.written + 1, "minutes": text, "reviewing": True}
        case e.MinutesRefused():
            return {"reviewing": False}
        case e.FollowedBy(case=case):
            return {"following": case}
    return {}
