"""A training need as folded from its events, and the stage in which it stands."""

from datetime import date
from enum import StrEnum

from domain.kernel.cycle import Membership
from domain.kernel.decision_context import DecisionContext
from domain.kernel.document import Document, is_approved
from domain.kernel.events import Event
from domain.kernel.money_events import MoneyState
from domain.kernel.recording import Recording
from domain.kernel.value import Value
from domain.organisation.training import HeldCertificate
from domain.people.training import events as ev
from domain.people.training.content import Need


class Stage(StrEnum):
    """Where a need stands; a draft is one that was identified."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    TO_BOOK = "to_book"
    WAITING_LIST = "waiting_list"
    BOOKED = "booked"
    ATTENDED = "attended"
    ASSESSED = "assessed"
    SKILL_UPDATED = "skill_updated"
    EFFECT_REVIEWED = "effect_reviewed"
    NO_SHOW = "no_show"
    FAILED = "failed"


class Booking(Value):
    course: str
    run: str
    days: tuple[date, ...]
    clause: ev.Clause | None = None


class Attended(Value):
    session: str
    run: str
    place: str
    day: date
    present: bool


class NeedState(MoneyState):
    """`opened` is set once the need may be booked: it is approved, or its programme is. `ended` is its own outcome."""

    document: Document[Need] = Document[Need]()
    recording: Recording = Recording()
    cycle: Membership = Membership()
    waiting: str | None = None
    booking: Booking | None = None
    attended: tuple[Attended, ...] = ()
    completed: date | None = None
    failures: int = 0
    passed: bool = False
    levels: int = 0
    earned: HeldCertificate | None = None
    renews: str | None = None
    review_on: date | None = None
    ended: str | None = None

    @property
    def need(self) -> Need:
        return self.document.the_content

    @property
    def approved(self) -> bool:
        """Whether it may be booked; that of a programme was approved with it."""
        return is_approved(self.case) or self.cycle.link is not None

    def present(self) -> frozenset[str]:
        """The sessions at which the person was, in whatever run (TRN-10)."""
        return frozenset(one.session for one in self.attended if one.present)


Ctx = DecisionContext[NeedState]


def evolve(state: NeedState, event: Event) -> NeedState:
    update = _update(state, event)
    return state.model_copy(update=update) if update else state


def _update(state: NeedState, event: Event) -> dict[str, object]:
    match event:
        case ev.WaitingListed(run=run):
            return {"waiting": run}
        case ev.WaitingEnded():
            return {"waiting": None}
        case ev.CourseBooked():
            booking = Booking(course=event.course, run=event.run, days=event.days, clause=event.clause)
            return {"booking": booking, "waiting": None}
        case ev.BookingCancelled():
            return {"booking": None}
        case ev.AttendanceRecorded():
            given = {name: getattr(event, name) for name in Attended.model_fields}
            kept = [one for one in state.attended if (one.session, one.run) != (event.session, event.run)]
            return {"attended": (*kept, Attended(**given))}
        case ev.CourseCompleted():
            return {"completed": max(one.day for one in state.attended if one.present)}
        case ev.ResultAssessed(passed=passed):
            levels = max((event.level or 0) - event.before, 0) if passed else 0
            return {"passed": passed, "levels": levels, "failures": state.failures + (not passed)}
        case ev.CertificateEarned(held=held, renews=renews):
            return {"earned": held, "renews": renews}
        case ev.SkillUpdated(review_on=day):
            return {"review_on": day}
        case ev.EffectReviewed():
            return {"ended": Stage.EFFECT_REVIEWED.value}
        case ev.NoShowRecorded():
            return {"ended": Stage.NO_SHOW.value}
    return {}


def stage(state: NeedState) -> Stage | None:
    """None leaves it to the document: draft, in approval, returned."""
    if not state.approved:
        return None
    if state.review_on is not None:
        return Stage.SKILL_UPDATED
    if state.passed:
        return Stage.ASSESSED
    if state.completed is not None:
        return Stage.ATTENDED
    if state.booking is not None:
        return Stage.BOOKED
    return Stage.WAITING_LIST if state.waiting is not None else Stage.TO_BOOK


def outcome(state: NeedState) -> str | None:
    if state.ended is None and state.failures > 1:
        return Stage.FAILED
    return state.ended
