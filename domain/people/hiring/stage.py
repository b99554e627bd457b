"""Where a hiring and its offers stand, in their own words, and which stage can follow which."""

from enum import StrEnum

from domain.kernel.cases.case import Status
from domain.kernel.definition import Way
from domain.people.hiring.state import OPEN_OFFER, HiringState, OfferStatus, RequisitionStatus


class Stage(StrEnum):
    """The stage of a hiring. Of several candidates, the one who is furthest on sets it."""

    NEW = "new"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    AMENDMENT_REFUSED = "amendment_refused"
    SOURCING = "sourcing"
    SCREENING = "screening"
    INTERVIEWS = "interviews"
    SELECTION = "selection"
    OFFER = "offer"
    CHECKS = "checks"
    ONBOARDING = "onboarding"
    FROZEN = "frozen"
    ON_HOLD = "on_hold"
    FILLED = "filled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_APPROVAL = (Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED, Stage.AMENDMENT_REFUSED)
_OPEN = (
    Stage.SOURCING, Stage.SCREENING, Stage.INTERVIEWS, Stage.SELECTION, Stage.OFFER, Stage.CHECKS, Stage.ONBOARDING,
)  # fmt: skip
BEFORE_OPEN = frozenset({stage.value for stage in (*_APPROVAL, Stage.FROZEN)})
"""Where it can be withdrawn: before any approval."""
ACTIVE = frozenset({stage.value for stage in (*_APPROVAL, *_OPEN, Stage.FROZEN)})

WAYS: tuple[Way, ...] = (
    (Stage.NEW, Stage.DRAFT, "raise-requisition as draft"), (Stage.NEW, Stage.IN_APPROVAL, "raise-requisition"),
    (Stage.DRAFT, Stage.IN_APPROVAL, "submit-requisition"), (Stage.IN_APPROVAL, Stage.RETURNED, "decide: return"),
    (Stage.RETURNED, Stage.IN_APPROVAL, "resubmit-requisition"),
    *((Stage.IN_APPROVAL, stage, "last approval") for stage in _OPEN),
    *((Stage.RETURNED, stage, "resubmit-requisition, nothing left to decide") for stage in _OPEN),
    (Stage.IN_APPROVAL, Stage.AMENDMENT_REFUSED, "decide: reject, while offers or hires stand"),
    (Stage.AMENDMENT_REFUSED, Stage.IN_APPROVAL, "amend-requisition"),
    *((stage, Stage.IN_APPROVAL, "material amendment (HIR-07)") for stage in _OPEN),
    (Stage.SOURCING, Stage.SCREENING, "add-candidate"), (Stage.SCREENING, Stage.INTERVIEWS, "assign-interviewer"),
    (Stage.INTERVIEWS, Stage.SELECTION, "rank-candidates"),
    (Stage.SELECTION, Stage.INTERVIEWS, "every ranked candidate rejected"),
    (Stage.SELECTION, Stage.OFFER, "submit-offer"),
    (Stage.OFFER, Stage.SELECTION, "declined, lapsed, rescinded or not approved"),
    (Stage.OFFER, Stage.CHECKS, "answer-offer: accept"),
    (Stage.OFFER, Stage.ONBOARDING, "answer-offer: accept, no checks"),
    (Stage.CHECKS, Stage.ONBOARDING, "all checks passed"),
    (Stage.CHECKS, Stage.SELECTION, "rescinded by approval (HIR-11)"),
    (Stage.CHECKS, Stage.OFFER, "rescinded, another offer is open"),
    (Stage.ONBOARDING, Stage.CHECKS, "rescinded, ended or filled; another is in checks"),
    (Stage.ONBOARDING, Stage.OFFER, "rescinded, ended or filled; another offer is open"),
    (Stage.ONBOARDING, Stage.SELECTION, "rescinded, ended or filled; seats left"),
    (Stage.ONBOARDING, Stage.FILLED, "decide-probation: last seat confirmed"),
    (Stage.IN_APPROVAL, Stage.FILLED, "seats cut to those filled"),
    *((stage, Stage.FROZEN, "freeze") for stage in (*_APPROVAL, *_OPEN)),
    *((Stage.FROZEN, stage, "unfreeze") for stage in (*_APPROVAL, *_OPEN)),
    (Stage.FROZEN, Stage.FILLED, "last seat confirmed"), (Stage.IN_APPROVAL, Stage.REJECTED, "decide: reject"),
    (Stage.FROZEN, Stage.REJECTED, "decide: reject"),
    (Stage.IN_APPROVAL, Stage.EXPIRED, "end of the ladder, if the policy says so"),
    (Stage.FROZEN, Stage.EXPIRED, "end of the ladder, if the policy says so"),
    *((stage, Stage.CANCELLED, "cancel-requisition") for stage in (*_APPROVAL, *_OPEN, Stage.FROZEN)),
)  # fmt: skip
"""Every way from stage to stage that one command can take, beside hold, resume and withdrawal."""

OFFER_TRANSITIONS: tuple[tuple[OfferStatus | None, OfferStatus, str], ...] = (
    (None, OfferStatus.IN_APPROVAL, "submit-offer"),
    (None, OfferStatus.APPROVED, "submit-offer, equal terms (HIR-06)"),
    (OfferStatus.IN_APPROVAL, OfferStatus.RETURNED, "decide: return"),
    (OfferStatus.RETURNED, OfferStatus.IN_APPROVAL, "resubmit-offer"),
    (OfferStatus.IN_APPROVAL, OfferStatus.APPROVED, "last approval"),
    (OfferStatus.IN_APPROVAL, OfferStatus.REJECTED, "decide: reject"),
    (OfferStatus.IN_APPROVAL, OfferStatus.EXPIRED, "end of the ladder"),
    (OfferStatus.IN_APPROVAL, OfferStatus.RESCINDED, "rescind-offer, cancel"),
    (OfferStatus.RETURNED, OfferStatus.RESCINDED, "rescind-offer, cancel"),
    (OfferStatus.APPROVED, OfferStatus.RESCINDED, "rescind-offer, cancel"),
    (OfferStatus.APPROVED, OfferStatus.EXTENDED, "extend-offer"),
    (OfferStatus.EXTENDED, OfferStatus.ACCEPTED, "answer-offer: accept"),
    (OfferStatus.EXTENDED, OfferStatus.DECLINED, "answer-offer: decline"),
    (OfferStatus.EXTENDED, OfferStatus.LAPSED, "validity over (HIR-14)"),
    (OfferStatus.EXTENDED, OfferStatus.RESCINDED, "rescind-offer, cancel, freeze"),
    (OfferStatus.ACCEPTED, OfferStatus.RESCINDED, "approved by HR and department head (HIR-11)"),
    *((status, OfferStatus.STEPPED_BACK, "step-back (HIR-17)") for status in sorted(OPEN_OFFER)),
    (OfferStatus.ACCEPTED, OfferStatus.STEPPED_BACK, "step-back (HIR-17)"),
    (OfferStatus.ACCEPTED, OfferStatus.FILLED, "decide-probation: confirm"),
    (OfferStatus.ACCEPTED, OfferStatus.ENDED, "decide-probation: end"),
)

_BEFORE_OPEN = {
    RequisitionStatus.DRAFT: Stage.DRAFT,
    RequisitionStatus.IN_APPROVAL: Stage.IN_APPROVAL,
    RequisitionStatus.RETURNED: Stage.RETURNED,
    RequisitionStatus.REJECTED: Stage.AMENDMENT_REFUSED,
}


def stage(state: HiringState) -> Stage:
    """Where an open one stands."""
    if state.frozen is not None:
        return Stage.FROZEN
    return _BEFORE_OPEN.get(state.status) or _open_stage(state)


def outcome(state: HiringState) -> Stage | None:
    return Stage.FILLED if state.case.closed is Status.APPROVED else None


def _open_stage(state: HiringState) -> Stage:
    accepted = state.offers_in(OfferStatus.ACCEPTED)
    found = {
        Stage.ONBOARDING: any(offer.handed_over for offer in accepted), Stage.CHECKS: bool(accepted),
        Stage.OFFER: bool(state.offers_in(*OPEN_OFFER)), Stage.SELECTION: bool(state.ranking or state.offers),
        Stage.INTERVIEWS: bool(state.interviews), Stage.SCREENING: bool(state.candidates),
    }  # fmt: skip
    return next((name for name, holds in found.items() if holds), Stage.SOURCING)
