"""The candidate's own answer to an offer, and its lapse when none comes (HIR-14)."""

from datetime import datetime

from domain.kernel.cases.case_events import DeadlineCleared
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.backfill import BACKFILL
from domain.people.hiring.lookups import Wire, the_offer
from domain.people.hiring.offer_rules import require_status
from domain.people.hiring.offers import VALIDITY
from domain.people.hiring.onboarding import ask_for_checks
from domain.people.hiring.state import OfferStatus

ANSWERABLE = frozenset({"link", "web", "api", "cli"})


def answer_offer(ctx: Wire, payload: c.AnswerOffer) -> None:
    """Only by the candidate, on a channel that knows them (HIR-14).

    Raises Refused `no-such-offer`, `not-your-offer`, `channel`, `offer-status`, `lapsed`.
    """
    offer = the_offer(ctx.state, payload.offer)
    if ctx.command.actor not in ctx.state.candidates[offer.candidate].ids:
        raise Refused("not-your-offer", "Only the candidate can answer the offer {offer}.", offer=offer.id)
    if ctx.command.channel not in ANSWERABLE:
        raise Refused(
            "channel", "Answer the offer by its link; {channel} is not accepted.", channel=ctx.command.channel
        )
    require_status(offer, OfferStatus.EXTENDED)
    until = _until(ctx, offer.id)
    if until is not None and ctx.facts.now >= until:
        raise Refused(
            "lapsed",
            "The offer {offer} was valid until {until}; ask the recruiter for a new one.",
            offer=offer.id,
            until=until.isoformat(),
        )
    ctx.add(DeadlineCleared(kind=VALIDITY, key=offer.id))
    tasks.cancel(ctx, reason="the candidate answered", subject=offer.id, kind="frozen-offer")
    answered = {"offer": offer.id, "candidate": offer.candidate, "channel": ctx.command.channel, "at": ctx.facts.now}
    if payload.answer == "decline":
        tasks.cancel(ctx, reason="the candidate declined", subject=offer.id, kind=BACKFILL)
        ctx.add(e.OfferDeclined.model_validate(answered))
    else:
        ctx.add(e.OfferAccepted.model_validate(answered))
        ask_for_checks(ctx, offer.id)


def on_validity_passed(ctx: Wire, payload: DeadlinePassed) -> None:
    """The offer was not answered in time (HIR-14)."""
    offer = the_offer(ctx.state, payload.key)
    ctx.add(e.OfferLapsed(offer=offer.id, candidate=offer.candidate, at=ctx.facts.now))
    tasks.cancel(ctx, reason="the offer lapsed", subject=offer.id)


def _until(ctx: Wire, offer: str) -> datetime | None:
    """The deadline as it stands: a hold moves it."""
    return next((d.at for d in ctx.case.deadlines if (d.kind, d.key) == (VALIDITY, offer)), None)
