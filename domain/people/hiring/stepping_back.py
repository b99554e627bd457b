"""A candidate steps back, before or after accepting: a fact of its own with moment and channel (HIR-17)."""

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import DeadlineCleared
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.interviews import SCORECARD
from domain.people.hiring.lookups import Wire, live_candidate
from domain.people.hiring.offers import VALIDITY
from domain.people.hiring.state import OPEN_OFFER, Offer, OfferStatus

BECAUSE = "the candidate stepped back"


def step_back(ctx: Wire, payload: c.StepBack) -> None:
    """The seat, the claim and the money come back with the event.

    Raises Refused `seat-filled`, `channel-missing`, `not-your-role`.
    """
    candidate = live_candidate(ctx.state, payload.candidate)
    offer = ctx.state.offer_of(candidate.id)
    if offer is not None and offer.status is OfferStatus.FILLED:
        raise Refused(
            "seat-filled", "Candidate {candidate} works here; record that they leave.", candidate=candidate.id
        )
    own = ctx.command.actor in candidate.ids
    if not own and ctx.state.candidate_of(ctx.command.actor):
        raise Refused("not-your-role", "A candidate steps back for themself only.")
    channel = ctx.command.channel if own else payload.told_by
    if channel is None:
        raise Refused("channel-missing", "Say in told_by how the candidate told you: mail, phone or in-person.")
    if offer is not None:
        _end(ctx, offer)
    ctx.add(
        e.CandidateSteppedBack(
            candidate=candidate.id, offer=offer.id if offer else None, channel=channel, reason=payload.reason,
            after_acceptance=offer is not None and offer.status not in OPEN_OFFER, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    tasks.cancel(ctx, reason=BECAUSE, subject=candidate.id, kind=SCORECARD)
    if offer is not None:
        tasks.cancel(ctx, reason=BECAUSE, subject=offer.id)


def _end(ctx: Wire, offer: Offer) -> None:
    """Nobody goes on to approve, send or take back the offer, and it does not lapse."""
    for review in filter(None, (offer.id, offer.rescinding)):
        approval.end(ctx, review, Status.CANCELLED, BECAUSE)
    if any((one.kind, one.key) == (VALIDITY, offer.id) for one in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=VALIDITY, key=offer.id))
