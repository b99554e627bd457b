"""The state of one hiring: the requisition, its candidates and interviews, the offers, and a freeze."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.kernel.ledger import Granularity
from domain.kernel.money_events import MoneyState
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.sealed import Sealed

Word = Annotated[str, Field(min_length=1, max_length=200)]
PersonId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
"""An opaque id. The pattern keeps names and e-mail addresses out of the log."""


class Band(Value):
    """Monthly salary, from and to, in one currency."""

    min: Money = Field(title="from")
    max: Money = Field(title="to")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min.currency != self.max.currency:
            raise ValueError("state both ends of the band in one currency")
        if self.min.amount <= 0 or self.min.amount > self.max.amount:
            raise ValueError("the band starts above zero and ends at or above its start")
        return self

    def covers(self, salary: Money) -> bool:
        return self.min <= salary <= self.max


class JobDescription(Value):
    """Which description the case was raised on. `version` is its text in the register of descriptions (JOB-02)."""

    id: Annotated[Word, Reference("job-description", free=True)] = Field(title="job description")
    version: Annotated[str, Field(min_length=1, max_length=50, coerce_numbers_to_str=True)]


class PlannedInterview(Value):
    """A kind of interview and how many interviewers must hand in a scorecard for it (HIR-04)."""

    kind: Word
    interviewers: int = Field(default=1, ge=1, le=20)


class Requisition(Value):
    """What is asked for (HIR-01). `checks` are the pre-employment checks, None for those of the policy."""

    position: str
    seats: int
    grade: int
    salary_band: Band
    location: str
    unit: str
    business_case: str
    job_description: JobDescription
    budget_line: str
    interview_plan: tuple[PlannedInterview, ...]
    checks: tuple[str, ...] | None = None


class Team(Value):
    """The people who run this hiring. HR partners and recruiters come from their roles unless named."""

    hiring_manager: str
    hr_partners: tuple[str, ...] = ()
    recruiters: tuple[str, ...] = ()
    hr_named: bool = False
    recruiter_named: bool = False

    @property
    def runners(self) -> tuple[str, ...]:
        """Who does the recruiting: recruiters, else HR, else the hiring manager, so that nothing is nobody's."""
        return self.recruiters or self.hr_partners or (self.hiring_manager,)

    @property
    def everyone(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.hiring_manager, *self.hr_partners, *self.recruiters)))


class RequisitionStatus(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"  # an amendment was refused while offers or hires stand; amend again or cancel


class HeldSkill(Value):
    """How far a candidate masters a skill, as a must-have asks for it; level 0 is not at all (HIR-05)."""

    skill: Annotated[Word, Reference("skill")]
    level: int = Field(ge=0, le=5)
    years: Annotated[int, Field(ge=0, le=60)] = Field(0, title="years of practice")


class Candidate(Value):
    """A person who may be hired. `internal` is their id as an employee; `relatives` neither interview nor decide.

    `held` is what was assessed of the must-haves, `waived` are those without which they may go on (HIR-05).
    """

    id: str
    source: str
    internal: str | None = None
    relatives: tuple[str, ...] = ()
    status: Literal["added", "advanced", "rejected", "stepped_back"] = "added"
    wanted_by: tuple[str, ...] = ()
    held: tuple[HeldSkill, ...] = ()
    waived: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """The id under which other cases know the same person: rules are on persons, not accounts."""
        return self.internal or self.id

    @property
    def ids(self) -> frozenset[str]:
        return frozenset({self.id, self.person})


class Scorecard(Value):
    scores: dict[str, int]
    recommendation: str
    notes: Sealed | None
    at: datetime


class Interview(Value):
    """One interviewer's part in one kind of interview. `void` if they turned out to be a relative (HIR-04)."""

    candidate: str
    kind: str
    interviewer: str
    task: str
    scorecard: Scorecard | None = None
    void: bool = False


class Terms(Value):
    """What is offered. `salary` is monthly. Equal terms need no second approval (HIR-06)."""

    salary: Money
    start_date: date
    grade: int
    location: str


class OfferStatus(StrEnum):
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    EXTENDED = "extended"
    ACCEPTED = "accepted"
    FILLED = "filled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    RESCINDED = "rescinded"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ENDED = "ended"  # probation was not passed
    STEPPED_BACK = "stepped_back"


OUT = frozenset({"rejected", "stepped_back"})
"""Candidates with this status are written to no more (HIR-17)."""
OPEN_OFFER = frozenset({OfferStatus.IN_APPROVAL, OfferStatus.RETURNED, OfferStatus.APPROVED, OfferStatus.EXTENDED})
SEAT_TAKEN = OPEN_OFFER | {OfferStatus.ACCEPTED, OfferStatus.FILLED}


class Offer(Value):
    """One offer. `review` is the approval it rests on: its own, or that of an earlier offer of equal terms (HIR-06).

    `revision` is that of the requisition it was submitted under. `until` is set once extended. `rescinding` is the open
    approval of taking back an accepted offer (HIR-11).
    """

    id: str
    candidate: str
    terms: Terms
    outside_band: bool
    status: OfferStatus
    review: str
    revision: int
    until: datetime | None = None
    checks: dict[str, str] = {}
    handed_over: bool = False
    rescinding: str | None = None
    rescissions: int = 0
    why: Sealed | None = None


class Freeze(Value):
    by: str
    reason: str
    release_money: bool


class Funding(Value):
    """What the seats are to hold of their budget line (HIR-12): by period `share` of each of `seats`, as approved last,
    and `offers` of those that are approved or accepted. `moved` says which period holds it since the turn of a year,
    empty where it was given back (BUD-09).
    """

    line: str
    seats: int
    share: dict[str, Money]
    offers: dict[str, dict[str, Money]] = {}
    moved: dict[str, str] = Field(default={}, exclude_if=lambda moved: not moved)

    def period(self, period: str) -> str:
        """Which period holds what is to be paid in `period`."""
        while period in self.moved:
            period = self.moved[period]
        return period


class HiringState(MoneyState):
    """`revision` counts approved-relevant changes of the requisition, `review` is the id of its approval.

    `money_again`: a freeze gave the money back and it was taken again since the last round of that approval (KRN-05).
    `approved_checks` are the checks as they were approved last, None for those of the policy.
    `periods` says how the line is planned that pays, None if no money is held; `funding` what is to be held (HIR-12).
    """

    requisition: Requisition | None = None
    status: RequisitionStatus = RequisitionStatus.DRAFT
    revision: int = 0
    review: str = "requisition"
    cost: Money | None = None
    team: Team | None = None
    candidates: dict[str, Candidate] = {}
    interviews: tuple[Interview, ...] = ()
    ranking: tuple[str, ...] = ()
    offers: dict[str, Offer] = {}
    frozen: Freeze | None = None
    ever_approved: bool = False
    money_again: bool = False
    approved_checks: tuple[str, ...] | None = None
    periods: Granularity | None = None
    funding: Funding | None = None

    @property
    def the_requisition(self) -> Requisition:
        assert self.requisition is not None
        return self.requisition

    @property
    def the_team(self) -> Team:
        assert self.team is not None
        return self.team

    @property
    def hiring_manager(self) -> str:
        """The hiring manager, or whoever answers in their place (KRN-24). Who it was for at first stays in the team."""
        return self.case.answers_for(self.the_team.hiring_manager)

    @property
    def requester(self) -> str:
        assert self.case.requester is not None
        return self.case.requester

    def taken(self) -> tuple[Offer, ...]:
        """The offers that hold a seat (HIR-02)."""
        return tuple(offer for offer in self.offers.values() if offer.status in SEAT_TAKEN)

    def open_offers(self) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers.values() if offer.status in OPEN_OFFER)

    def offers_in(self, *statuses: OfferStatus) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers.values() if offer.status in statuses)

    def offer_of(self, candidate: str) -> Offer | None:
        """The offer of this candidate that holds a seat; there is at most one (HIR-03)."""
        return next((offer for offer in self.taken() if offer.candidate == candidate), None)

    def hopeful(self) -> tuple[str, ...]:
        """Candidates who still wait for an answer, or have an open offer."""
        over = self.offers_in(OfferStatus.ACCEPTED, OfferStatus.FILLED, OfferStatus.DECLINED, OfferStatus.ENDED)
        known = {offer.candidate for offer in over}
        return tuple(one.id for one in self.candidates.values() if one.status not in OUT and one.id not in known)

    def candidate_of(self, actor: str) -> Candidate | None:
        return next((candidate for candidate in self.candidates.values() if actor in candidate.ids), None)
