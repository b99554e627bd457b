"""What must hold for an offer: a seat, a selected candidate, one offer, possible terms (HIR-02, 03, 06, 16)."""

from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.money import same
from domain.people.hiring.interviews import require_complete
from domain.people.hiring.lookups import Wire
from domain.people.hiring.state import Candidate, HiringState, Offer, OfferStatus, Terms

TURNED_DOWN = frozenset({OfferStatus.DECLINED, OfferStatus.LAPSED})


def require_not_frozen(ctx: Wire) -> None:
    """Raises Refused `position-frozen` (HIR-09)."""
    position = ctx.facts.organisation.positions.get(ctx.state.the_requisition.position)
    if ctx.state.frozen or (position is not None and position.frozen):
        raise Refused("position-frozen", "The position is frozen: no offer can be made before it is unfrozen.")


def require_status(offer: Offer, *allowed: OfferStatus) -> None:
    """Raises Refused `offer-status`."""
    if offer.status not in allowed:
        raise Refused(
            "offer-status", "Offer {offer} is {status}; this is possible only while it is {allowed}.", offer=offer.id,
            status=offer.status.value, allowed=" or ".join(status.value for status in allowed),
        )  # fmt: skip


def check_selected(state: HiringState, candidate: Candidate) -> None:
    if candidate.id not in state.ranking:
        raise Refused(
            "not-ranked",
            "Candidate {candidate} is not in the ranking; rank the candidates first.",
            candidate=candidate.id,
        )
    require_complete(state, candidate.id)


def check_seat(state: HiringState) -> None:
    """HIR-02: every offer from its submission on holds a seat until it ends."""
    seats, taken = state.the_requisition.seats, state.taken()
    if len(taken) >= seats:
        raise Refused(
            "no-seat",
            "All {seats} approved seats are held by offers ({offers}); one must end first.",
            seats=seats,
            offers=", ".join(offer.id for offer in taken),
        )


def check_only_offer(ctx: Wire, candidate: Candidate) -> None:
    """HIR-03 within the case, HIR-16 across cases. The exclusive claim decides when two submit at once."""
    existing = ctx.state.offer_of(candidate.id)
    if existing:
        raise Refused(
            "offer-open",
            "Candidate {candidate} already has the offer {offer}.",
            candidate=candidate.id,
            offer=existing.id,
        )
    for held in ctx.facts.claims:
        if (held.claim.kind, held.claim.key) == ("offer", candidate.person) and held.stream != ctx.case.id:
            raise Refused(
                "offered-elsewhere",
                "Candidate {candidate} has an offer in {case}; it must end first.",
                candidate=candidate.id,
                case=held.stream,
            )


def check_terms(ctx: Wire, terms: Terms) -> None:
    """Raises Refused `two-currencies`, `start-in-the-past`."""
    same(ctx.state.the_requisition.salary_band.min, terms.salary)
    today = today_of(ctx.facts, ctx.state.the_team.hiring_manager)
    if terms.start_date < today:
        raise Refused(
            "start-in-the-past",
            "The start date {start} has passed; name one from {today} on.",
            start=terms.start_date.isoformat(),
            today=today.isoformat(),
        )


def outside(state: HiringState, terms: Terms) -> bool:
    return not state.the_requisition.salary_band.covers(terms.salary)


def approved_before(state: HiringState, candidate: Candidate, terms: Terms) -> Offer | None:
    """An approved offer of equal terms that was turned down, if `candidate` is next in the ranking (HIR-06).

    It does not cover them if the requisition changed since, or if the candidate or a relative decided on it.
    """
    tried = {offer.candidate for offer in state.offers.values()}
    following = next((other for other in state.ranking if other not in tried), None)
    if following != candidate.id:
        return None
    for offer in state.offers_in(*TURNED_DOWN):
        if (offer.terms, offer.revision) == (terms, state.revision) and not _conflict(state, offer, candidate):
            return offer
    return None


def _conflict(state: HiringState, offer: Offer, candidate: Candidate) -> bool:
    close = candidate.ids | set(candidate.relatives)
    decisions = state.case.reviews[offer.review].decisions
    return any(close & {decision.actor, decision.on_behalf_of} for decision in decisions)
