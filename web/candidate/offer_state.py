"""What a candidate may know of how their offer stands. Nothing else of the case reaches their page."""

from datetime import datetime
from enum import StrEnum

from application.commands.offers import answer_by
from domain.people.hiring.closing import FROZEN_OFFER
from domain.people.hiring.state import HiringState, Offer, OfferStatus


class Standing(StrEnum):
    """How the offer stands, in the candidate's words."""

    OPEN = "open"
    PAUSED = "paused"  # the case is on hold: no answer is taken, and no time runs out
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


_ENDED = {
    OfferStatus.ACCEPTED: Standing.ACCEPTED,
    OfferStatus.FILLED: Standing.ACCEPTED,
    OfferStatus.ENDED: Standing.ACCEPTED,  # how a probation ended is told in person
    OfferStatus.DECLINED: Standing.DECLINED,
    OfferStatus.LAPSED: Standing.LAPSED,
    OfferStatus.RESCINDED: Standing.WITHDRAWN,
}


def standing(state: HiringState, offer: Offer, now: datetime) -> Standing:
    """How the offer stands at `now` (UTC). A validity that has passed counts, also before the log says so."""
    if offer.status is not OfferStatus.EXTENDED:
        return _ENDED.get(offer.status, Standing.CLOSED)
    if state.case.closed:
        return Standing.CLOSED
    if state.case.hold:
        return Standing.PAUSED
    until = answer_by(state, offer)
    return Standing.LAPSED if until is not None and until <= now else Standing.OPEN


def answered(offer: Offer) -> str | None:
    """The candidate's recorded answer, as the form sends it."""
    match _ENDED.get(offer.status):
        case Standing.ACCEPTED:
            return "accept"
        case Standing.DECLINED:
            return "decline"
        case _:
            return None


def in_question(state: HiringState, offer: Offer) -> bool:
    """Whether a freeze asks the team to keep or withdraw the offer, and they have not said yet (HIR-09)."""
    return any((task.kind, task.subject) == (FROZEN_OFFER, offer.id) for task in state.case.tasks.values())
