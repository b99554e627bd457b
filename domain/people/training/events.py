"""What can happen to a training need, in the order of its life."""

from datetime import date, datetime

from domain.kernel.document import Amended, Drafted
from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.organisation.training import HeldCertificate
from domain.people.training.content import Need


class Clause(Value):
    """What who leaves within `months` after the course pays back, falling month by month (TRN-07)."""

    amount: Money
    months: int


class NeedIdentified(Drafted[Need]):
    sentence = N_("{requester} identified a training need")


class NeedAmended(Amended[Need]):
    sentence = N_("{by} changed the training need: {changed}")


class CostReserved(MovesMoney):
    """The need is approved: its cost is reserved (TRN-03)."""

    sentence = N_("the cost is reserved")
    at: datetime


class WaitingListed(Event):
    """The run is full: the person waits for a seat (TRN-06)."""

    sentence = N_("{by} put it on the waiting list of {run}")
    course: str
    run: str
    by: str
    at: datetime


class CourseBooked(MovesMoney):
    """A seat is taken and the cost committed (TRN-03). `days` are those of the run, `clause` what comes with it."""

    sentence = N_("a seat in {run} is booked")
    course: str
    run: str
    days: tuple[date, ...]
    clause: Clause | None = None
    by: str
    at: datetime


class BookingCancelled(MovesMoney):
    """The seat is free again and the cost only reserved. `who`: the employer cancelled, or the provider (TRN-03)."""

    sentence = N_("{by} cancelled the booking: {reason}")
    run: str
    who: str
    reason: str
    by: str
    at: datetime


class WaitingEnded(Event):
    sentence = N_("it waits for {run} no longer")
    run: str
    at: datetime


class SeatFreed(Event):
    """A seat, or a place on the waiting list, is free. `tell` is the case that has waited longest, if one does."""

    sentence = N_("a seat in {run} is free")
    course: str
    run: str
    tell: str | None
    at: datetime


class AttendanceRecorded(Event):
    """Whether the person was there: at one session, in one run, at one place (TRN-10)."""

    sentence = N_("{by} recorded the attendance at {session}")
    session: str
    run: str
    place: str
    day: date
    present: bool
    by: str
    at: datetime


class CourseCompleted(MovesMoney):
    """Every required session was attended, in whatever run; what was committed is spent."""

    sentence = N_("the course is completed")
    at: datetime


class NoShowRecorded(MovesMoney):
    """The run is over and the person was at none of its sessions: the fee is spent all the same (TRN-03)."""

    sentence = N_("no-show at {run}")
    run: str
    at: datetime


class CourseRated(Event):
    sentence = N_("{by} rated the course")
    score: int
    comment: str | None
    by: str
    at: datetime


class ResultAssessed(Event):
    sentence = N_("{by} assessed the result")
    passed: bool
    level: int | None
    before: int = 0
    evidence: str
    by: str
    at: datetime


class CertificateEarned(Event):
    """It was passed, and a certificate comes with it; `renews` is the case of the one before (TRN-09)."""

    sentence = N_("the certificate was earned")
    held: HeldCertificate
    renews: str | None = None


class SkillUpdated(Event):
    """The organisation holds what was learnt; the effect is looked at on `review_on`."""

    sentence = N_("the skill is updated")
    review_on: date
    at: datetime


class EffectReviewed(Event):
    sentence = N_("{by} looked at what the training brought: {effect}")
    effect: str
    note: str | None
    by: str
    at: datetime


class NeedDropped(Event):
    """It is not wanted any more, or its programme is not."""

    sentence = N_("the need is dropped: {reason}")
    reason: str
    by: str
    at: datetime


NEED_EVENTS: tuple[type[Event], ...] = (
    CostReserved, WaitingListed, CourseBooked, BookingCancelled, WaitingEnded, SeatFreed, AttendanceRecorded,
    CourseCompleted, NoShowRecorded, CourseRated, ResultAssessed, CertificateEarned, SkillUpdated, EffectReviewed,
    NeedDropped,
)  # fmt: skip
