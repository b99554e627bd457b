"""Where a hiring stands, in its own words, and which stage can follow which."""

from enum import StrEnum

from domain.kernel.case import Status
from domain.people.hiring.state import OPEN_OFFER, HiringState, OfferStatus, RequisitionStatus


class Stage(StrEnum):
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


APPROVAL = frozenset({Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED, Stage.AMENDMENT_REFUSED})
OPEN = frozenset(
    {
        Stage.SOURCING,
        Stage.SCREENING,
        Stage.INTERVIEWS,
        Stage.SELECTION,
        Stage.OFFER,
        Stage.CHECKS,
        Stage.ONBOARDING,
    }
)
PAUSED = frozenset({Stage.FROZEN, Stage.ON_HOLD})

_CLOSED = {
    Status.APPROVED: Stage.FILLED,
    Status.REJECTED: Stage.REJECTED,
    Status.WITHDRAWN: Stage.WITHDRAWN,
    Status.EXPIRED: Stage.EXPIRED,
    Status.CANCELLED: Stage.CANCELLED,
}
_BEFORE_OPEN = {
    RequisitionStatus.DRAFT: Stage.DRAFT,
    RequisitionStatus.IN_APPROVAL: Stage.IN_APPROVAL,
    RequisitionStatus.RETURNED: Stage.RETURNED,
    RequisitionStatus.REJECTED: Stage.AMENDMENT_REFUSED,
}


def stage(state: HiringState) -> Stage:
    """Of several candidates, the one who is furthest on sets the stage."""
    if state.requisition is None:
        return Stage.NEW
    if state.case.closed is not None:
        return _CLOSED[state.case.closed]
    if state.case.hold is not None:
        return Stage.ON_HOLD
    if state.frozen is not None:
        return Stage.FROZEN
    return _BEFORE_OPEN.get(state.status) or _open_stage(state)


def _open_stage(state: HiringState) -> Stage:
    accepted = state.offers_in(OfferStatus.ACCEPTED)
    found = {
        Stage.ONBOARDING: any(offer.handed_over for offer in accepted),
        Stage.CHECKS: bool(accepted),
        Stage.OFFER: bool(state.offers_in(*OPEN_OFFER)),
        Stage.SELECTION: bool(state.ranking),
        Stage.INTERVIEWS: bool(state.interviews),
        Stage.SCREENING: bool(state.candidates),
    }
    return next((name for name, holds in found.items() if holds), Stage.SOURCING)
