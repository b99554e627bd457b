"""What happens in a disciplinary case."""

from datetime import date, datetime
from typing import Literal

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.people.discipline.commands import Target
from domain.people.discipline.terms import Gravity, Measure, Post, Stage


class Similar(Value):
    """How another case of the same clause came out: no names, no id (DIS-10)."""

    gravity: Gravity
    measure: Measure
    year: int
    times: int = 1


class ConcernReported(Opened):
    sentence = N_("a concern was reported")
    employee: str
    reporter: str
    clause: str
    gravity: Gravity
    allegation: str
    happened_on: date
    witnesses: tuple[str, ...]


class Triaged(Event):
    sentence = N_("{by} takes it further: {way}")
    way: Literal["formal", "informal", "no-case"]
    reason: str
    by: str
    at: datetime


class Appointed(Event):
    sentence = N_("{person} is the {post} now")
    post: Post
    person: str
    reason: str
    by: str
    at: datetime


class EvidenceAdded(Event):
    """`served`: the employee has it already, being the one who gave it."""

    sentence = N_("{by} added evidence {number}")
    number: int
    text: str
    file: str | None
    served: date | None
    by: str
    at: datetime


class StatementAsked(Event):
    sentence = N_("{by} asked {person} for a statement")
    person: str
    question: str
    by: str
    at: datetime


class StatementGiven(Event):
    sentence = N_("{by} gave a statement")
    statement: str
    by: str
    at: datetime


class AllegationAnswered(Event):
    sentence = N_("{by} answered the allegation")
    answer: str
    by: str
    at: datetime


class AnswerMissed(Event):
    """The time for an answer is over. Silence is no admission."""

    sentence = N_("no answer came in time")
    at: datetime


class InvestigationReported(Event):
    sentence = N_("{by} reported on the investigation")
    findings: str
    proceed: bool
    by: str
    at: datetime


class ProceedDecided(Event):
    sentence = N_("{by} decided whether there is a hearing: {proceed}")
    proceed: bool
    reason: str
    by: str
    at: datetime


class HearingInvited(Event):
    sentence = N_("{by} invited to a hearing on {on}")
    on: date
    place: str
    heaviest: Measure
    by: str
    at: datetime


class EvidenceServed(Event):
    """The employee has these from this day on (DIS-03)."""

    sentence = N_("evidence {numbers} was served on {on}")
    numbers: tuple[int, ...]
    on: date
    at: datetime


class HearingPostponed(Event):
    sentence = N_("{by} postponed the hearing to {on}")
    on: date
    reason: str
    by: str
    at: datetime


class HearingRecorded(Event):
    """`similar`: how cases of the same clause came out, as the hearing manager sees it before deciding (DIS-10)."""

    sentence = N_("the hearing on {on}: {attendance}")
    on: date
    attendance: Literal["held", "refused", "absent"]
    minutes: str
    refusal: str | None
    similar: tuple[Similar, ...]
    by: str
    at: datetime


class OutcomeProposed(Event):
    """`bound` is the heaviest that level table and active warnings allow; `active` are those warnings (DIS-04)."""

    sentence = N_("{by} decided: {measure}")
    review: str
    measure: Measure
    bound: Measure
    active: tuple[Measure, ...]
    evidence: tuple[int, ...]
    reason: str
    by: str
    at: datetime


class OutcomeSentBack(Event):
    sentence = N_("the outcome is to be decided anew: {reason}")
    reason: str
    at: datetime


class OutcomeIssued(Event):
    """`until` is the first day on which a warning no longer counts. `appeal_to` and `appeal_until` say to whom and up
    to which day one appeals; None: there is nothing to appeal (DIS-11).
    """

    sentence = N_("the outcome is {measure}; appeal to {appeal_to} until {appeal_until}")
    measure: Measure
    reason: str
    until: date | None
    appeal_to: str | None
    appeal_until: date | None
    at: datetime


class AppealLodged(Event):
    sentence = N_("{by} appealed")
    grounds: str
    late: bool
    good_cause: str | None
    by: str
    at: datetime


class LateAppealDecided(Event):
    sentence = N_("{by} decided whether the late appeal is heard: {admitted}")
    admitted: bool
    reason: str
    by: str
    at: datetime


class AppealDecided(Event):
    sentence = N_("{by} decided the appeal: {measure}")
    measure: Measure
    until: date | None
    reason: str
    by: str
    at: datetime


class OutcomeFinal(Event):
    """No appeal came, or it was decided."""

    sentence = N_("the outcome {measure} is final")
    measure: Measure
    at: datetime


class MeasureLapsed(Event):
    sentence = N_("the measure lapsed: it is no longer shown and no longer counts")
    at: datetime


class Suspended(Event):
    """With pay, always. It is no measure: nothing to appeal, a grievance is possible (DIS-06, DIS-11)."""

    sentence = N_("{by} suspended {employee} with pay")
    employee: str
    reason: str
    paid: Literal[True] = True
    appealable: Literal[False] = False
    by: str
    at: datetime


class SuspensionLifted(Event):
    sentence = N_("the suspension ended: {reason}")
    reason: str
    at: datetime


class PlanStarted(Event):
    """It is no measure: nothing to appeal, a grievance is possible (DIS-11)."""

    sentence = N_("{by} began an improvement plan until {until}")
    targets: tuple[Target, ...]
    support: str
    until: date
    appealable: Literal[False] = False
    by: str
    at: datetime


class PlanConcluded(Event):
    sentence = N_("{by} ended the improvement plan; targets met: {met}")
    met: bool
    reason: str
    by: str
    at: datetime


class GrievanceRaised(Event):
    sentence = N_("{by} raised a grievance in the case")
    number: int
    against: str
    text: str
    handler: str
    by: str
    at: datetime


class GrievanceAnswered(Event):
    """Upheld, the person it was against leaves the case."""

    sentence = N_("{by} answered the grievance; upheld: {upheld}")
    number: int
    upheld: bool
    reason: str
    by: str
    at: datetime


class CaseConcluded(Event):
    sentence = N_("the case is over: {how}")
    how: Stage
    reason: str
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    ConcernReported, Triaged, Appointed, EvidenceAdded, StatementAsked, StatementGiven, AllegationAnswered,
    AnswerMissed, InvestigationReported, ProceedDecided, HearingInvited, EvidenceServed, HearingPostponed,
    HearingRecorded,
    OutcomeProposed, OutcomeSentBack, OutcomeIssued, AppealLodged, LateAppealDecided, AppealDecided, OutcomeFinal,
    MeasureLapsed, Suspended, SuspensionLifted, PlanStarted, PlanConcluded, GrievanceRaised, GrievanceAnswered,
    CaseConcluded,
)  # fmt: skip
