"""Taking an offer back: at once before acceptance, with the approval of HR and department head after it (HIR-11)."""

from typing import Literal

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import DeadlineCleared
from domain.kernel.deciding import approval, tasks
from domain.kernel.deciding.approval import Content
from domain.kernel.errors import Refused
from domain.kernel.values.sealed import Sealed
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, the_candidate
from domain.people.hiring.offers import VALIDITY
from domain.people.hiring.onboarding import resume_hand_over
from domain.people.hiring.requisition import plain
from domain.people.hiring.state import OPEN_OFFER, HiringState, Offer

ROUTE = "rescind"


def rescind_offer(ctx: Wire, payload: c.RescindOffer) -> None:
    """Raises Refused `no-offer`, `seat-filled`, `rescission-open`."""
    offer = ctx.state.offer_of(the_candidate(ctx.state, payload.candidate).id)
    if offer is None or offer.status == "filled":
        raise Refused(
            "no-offer", "Candidate {candidate} has no offer that could be taken back.", candidate=payload.candidate
        )
    if offer.status in OPEN_OFFER:
        take_back(ctx, offer, cause="team", reason=payload.reason)
    else:
        _ask(ctx, offer, payload.reason)


def take_back(
    ctx: Wire, offer: Offer, *, cause: Literal["team", "cancelled", "frozen", "approved"], reason: Sealed | None = None
) -> None:
    """Ends the offer's approval, deadline and tasks. The seat, the claim and the money come back with the event."""
    accepted = offer.status not in OPEN_OFFER
    approval.end(ctx, offer.id, Status.CANCELLED, "the offer was taken back")
    if any((d.kind, d.key) == (VALIDITY, offer.id) for d in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=VALIDITY, key=offer.id))
    ctx.add(
        e.OfferRescinded(
            offer=offer.id, candidate=offer.candidate, cause=cause, reason=reason, after_acceptance=accepted,
            by=ctx.command.actor,
        )
    )  # fmt: skip
    tasks.cancel(ctx, reason="the offer was taken back", subject=offer.id)


def _ask(ctx: Wire, offer: Offer, reason: Sealed) -> None:
    """Opens the approval, or sends a returned one back with the new reason."""
    returned = offer.rescinding and ctx.case.reviews[offer.rescinding].status is Status.RETURNED
    if offer.rescinding and not returned:
        raise Refused("rescission-open", "Taking back offer {offer} is already in approval.", offer=offer.id)
    review = offer.rescinding or f"rescind-{offer.id}" + (f"-{offer.rescissions + 1}" if offer.rescissions else "")
    ctx.add(
        e.RescissionAsked(offer=offer.id, candidate=offer.candidate, review=review, reason=reason, by=ctx.command.actor)
    )
    if returned:
        approval.resubmit(ctx, review, _content(ctx, offer, reason))
    else:
        approval.open_review(ctx, review, ROUTE, _content(ctx, offer, reason))


def _content(ctx: Wire, offer: Offer, reason: Sealed) -> Content:
    """Whoever asks for it does not decide it, nor do the candidate and relatives (KRN-02)."""
    state, candidate = ctx.state, ctx.state.candidates[offer.candidate]
    failed = [check for check, result in offer.checks.items() if result == "failed"]
    unit = state.the_requisition.unit
    material = {
        "offer": offer.id, "candidate": offer.candidate, "reason": reason.sealed, "failed_checks": failed, "unit": unit,
        "salary": plain(offer.terms.salary), "handed_over": offer.handed_over,
    }  # fmt: skip
    excluded = (state.requester, *sorted(candidate.ids), *candidate.relatives)
    return Content(
        requester=ctx.command.actor, unit=unit, material=material, data=material,
        excluded=tuple(person for person in dict.fromkeys(excluded) if person != ctx.command.actor),
    )  # fmt: skip


def by_review(state: HiringState, review: str) -> Offer | None:
    """The accepted offer that this approval would take back."""
    return next((offer for offer in state.offers.values() if offer.rescinding == review), None)


def on_approved(ctx: Wire, offer: Offer) -> None:
    take_back(ctx, offer, cause="approved", reason=offer.why)


def on_refused(ctx: Wire, offer: Offer, review: str) -> None:
    """The acceptance stands; onboarding goes on if the checks allow it."""
    ctx.add(e.RescissionEnded(offer=offer.id, candidate=offer.candidate, review=review))
    resume_hand_over(ctx, offer.id)
