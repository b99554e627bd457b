"""What can happen in a hiring, besides the kernel's events. Free text about a candidate is sealed under their key."""

from datetime import datetime
from typing import Literal

from domain.kernel.events import Event
from domain.kernel.ledger import Granularity
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.kernel.values.sealed import Sealed
from domain.people.hiring.state import Funding, HeldSkill, Requisition, Team, Terms


class RequisitionRaised(Event):
    sentence = N_("{requester} raised the requisition")
    requester: str
    title: Message
    requisition: Requisition
    team: Team
    at: datetime


class RequisitionSubmitted(Event):
    """Sent for approval. `cost` is that of a year with on-cost; it counts against limits from here on (KRN-05).

    `periods` says how the line is planned that pays; None if no money is held (HIR-12).
    """

    sentence = N_("the requisition was sent for approval")
    cost: Money
    periods: Granularity | None = None
    at: datetime


class RequisitionAmended(Event):
    """`material` names the changed fields that void approvals (HIR-07); `review` is the approval that goes on."""

    sentence = N_("{by} changed the requisition: {changed}")
    requisition: Requisition
    team: Team
    cost: Money
    changed: tuple[str, ...]
    material: tuple[str, ...]
    review: str
    periods: Granularity | None = None
    by: str


class RequisitionApproved(Event):
    """Approved as it stands; the team is as the roles were held on this day."""

    sentence = N_("the requisition is approved; the search can begin")
    team: Team
    at: datetime


class HiringMoneyMoved(MovesMoney):
    """What the seats hold of the budget line (HIR-12). `over` are the periods in which the line did not have it."""

    sentence = N_("the money of the seats was brought to what the hiring needs")
    funding: Funding | None
    over: tuple[str, ...] = ()


class CandidateAdded(Event):
    sentence = N_("{by} added candidate {candidate}, found by {source}")
    candidate: str
    source: str
    internal: str | None
    relatives: tuple[str, ...]
    by: str


class CandidateAlsoWanted(Event):
    """Other hirings want the same person (HIR-16). `tell` is true in the case that came second: it tells the others."""

    sentence = N_("candidate {candidate} is wanted by other hirings too: {cases}")
    candidate: str
    cases: tuple[str, ...]
    tell: bool


class RelationshipDeclared(Event):
    sentence = N_("{by} declared that {person} and candidate {candidate} are related")
    candidate: str
    person: str
    by: str


class CandidateAssessed(Event):
    """What a candidate has of the must-haves of the job description (HIR-05)."""

    sentence = N_("{by} said what candidate {candidate} has of the must-haves")
    candidate: str
    held: tuple[HeldSkill, ...]
    by: str


class RequirementWaived(Event):
    """The candidate may go on without having these must-haves (HIR-05)."""

    sentence = N_("{by} lets candidate {candidate} go on without {skills}")
    candidate: str
    skills: tuple[str, ...]
    reason: Sealed
    by: str


class CandidateAdvanced(Event):
    sentence = N_("{by} advanced candidate {candidate} to the interviews")
    candidate: str
    by: str


class CandidateRejected(Event):
    sentence = N_("{by} did not advance candidate {candidate}")
    candidate: str
    reason: Sealed | None
    by: str


class InterviewerAssigned(Event):
    sentence = N_("{by} asked {interviewer} for the {kind} interview of {candidate}")
    candidate: str
    kind: str
    interviewer: str
    task: str
    by: str


class ScorecardSubmitted(Event):
    sentence = N_("{interviewer} on {candidate}, {kind} interview: recommendation {recommendation}")
    candidate: str
    kind: str
    interviewer: str
    scores: dict[str, int]
    recommendation: str
    notes: Sealed | None
    at: datetime


class CandidatesRanked(Event):
    sentence = N_("{by} ranked the candidates: {ranking}")
    ranking: tuple[str, ...]
    by: str


class OfferSubmitted(Event):
    """`review` is its own approval, or the one of an earlier offer of equal terms that covers it (HIR-06)."""

    sentence = N_("{by} submitted {offer} to {candidate} for approval")
    offer: str
    candidate: str
    person: str
    terms: Terms
    outside_band: bool
    review: str
    approved_before: bool
    by: str


class OfferRevised(Event):
    """A returned offer goes back into approval."""

    sentence = N_("{by} revised {offer}")
    offer: str
    terms: Terms
    outside_band: bool
    by: str


class OfferExtended(Event):
    sentence = N_("{by} extended {offer} to {candidate}, valid until {until}")
    offer: str
    candidate: str
    until: datetime
    by: str


class OfferAccepted(Event):
    sentence = N_("{candidate} accepted {offer}")
    offer: str
    candidate: str
    channel: str
    at: datetime


class OfferDeclined(Event):
    sentence = N_("{candidate} declined {offer}; the seat is free again")
    offer: str
    candidate: str
    channel: str
    at: datetime


class OfferLapsed(Event):
    """Not answered within its validity: the seat comes back (HIR-14)."""

    sentence = N_("{offer} of {candidate} lapsed; the seat is free again")
    offer: str
    candidate: str
    at: datetime


class OfferRescinded(Event):
    """Taken back: by the team, with the requisition, or in a freeze. After acceptance only by approval (HIR-11)."""

    sentence = N_("{by} took {offer} of {candidate} back")
    offer: str
    candidate: str
    cause: Literal["team", "cancelled", "frozen", "approved"]
    reason: Sealed | None
    after_acceptance: bool
    by: str


class CandidateSteppedBack(Event):
    """The candidate wants it no more: by which channel they said so, and whether they had accepted `offer` (HIR-17)."""

    sentence = N_("{candidate} stepped back")
    candidate: str
    offer: str | None
    after_acceptance: bool
    channel: str
    reason: Sealed | None
    by: str
    at: datetime


class BackfillProposed(Event):
    """An internal candidate has an offer: `manager`, who leads them today, is told and asked (HIR-10)."""

    sentence = N_("{manager} was asked whether {position} is to be filled again")
    offer: str
    candidate: str
    person: str
    position: str
    manager: str
    at: datetime


class BackfillAnswered(Event):
    sentence = N_("{by} answered whether the position is to be filled again")
    offer: str
    needed: bool
    reason: str
    by: str
    at: datetime


class RescissionAsked(Event):
    """HR and the department head are asked to take back an accepted offer (HIR-11)."""

    sentence = N_("{by} asked to take the accepted {offer} of {candidate} back")
    offer: str
    candidate: str
    review: str
    reason: Sealed
    by: str


class RescissionEnded(Event):
    """The approval to take the offer back was not given: the acceptance stands."""

    sentence = N_("{offer} of {candidate} is not taken back; the acceptance stands")
    offer: str
    candidate: str
    review: str


class CheckRecorded(Event):
    sentence = N_("{by} recorded the check {check} of {candidate}: {result}")
    offer: str
    candidate: str
    check: str
    result: Literal["passed", "failed"]
    note: Sealed | None
    by: str


class HandedOver(Event):
    """All checks passed: onboarding begins (HIR-13)."""

    sentence = N_("all checks of {candidate} passed; onboarding begins")
    offer: str
    candidate: str
    at: datetime


class ProbationEnded(Event):
    """Probation was not passed: the seat comes back (HIR-13)."""

    sentence = N_("{by} ended the probation of {candidate}; the seat is free again")
    offer: str
    candidate: str
    reason: Sealed | None
    by: str


class SeatFilled(Event):
    sentence = N_("{by} confirmed {candidate}; the seat is filled")
    offer: str
    candidate: str
    by: str
    at: datetime


class PositionFrozen(Event):
    sentence = N_("{by} froze the position: no new offers")
    reason: str
    release_money: bool
    by: str


class PositionUnfrozen(Event):
    sentence = N_("{by} lifted the freeze of the position")
    reason: str
    by: str


class FrozenOfferKept(Event):
    sentence = N_("{by} kept {offer} of {candidate} in spite of the freeze")
    offer: str
    candidate: str
    by: str


class RequisitionCancelled(Event):
    """`tell` are the candidates who still had hopes: each is told (HIR-08)."""

    sentence = N_("{by} cancelled the requisition")
    reason: str
    tell: tuple[str, ...]
    by: str


OWN: tuple[type[Event], ...] = (
    RequisitionRaised, RequisitionSubmitted, RequisitionAmended, RequisitionApproved, HiringMoneyMoved, CandidateAdded,
    CandidateAlsoWanted, RelationshipDeclared, CandidateAssessed, RequirementWaived, CandidateAdvanced,
    CandidateRejected, InterviewerAssigned, ScorecardSubmitted, CandidatesRanked, OfferSubmitted, OfferRevised,
    OfferExtended, OfferAccepted, OfferDeclined, OfferLapsed, OfferRescinded, CandidateSteppedBack, BackfillProposed,
    BackfillAnswered, RescissionAsked, RescissionEnded, CheckRecorded, HandedOver, ProbationEnded, SeatFilled,
    PositionFrozen, PositionUnfrozen, FrozenOfferKept, RequisitionCancelled,
)  # fmt: skip
