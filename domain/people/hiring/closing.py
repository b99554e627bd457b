"""Freezing, cancelling and closing a hiring (HIR-08, HIR-09)."""

from domain.kernel.cases.case import Status
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.values.message import N_
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, number, the_offer
from domain.people.hiring.rescission import take_back
from domain.people.hiring.state import Offer, OfferStatus, RequisitionStatus

FROZEN_OFFER = "frozen-offer"


def freeze(ctx: Wire, payload: c.Freeze) -> None:
    """Each extended offer becomes a task of its own: keep or withdraw (HIR-09)."""
    if ctx.state.frozen:
        raise Refused("already-frozen", "The position is already frozen.")
    ctx.add(e.PositionFrozen(reason=payload.reason, release_money=payload.release_money, by=ctx.command.actor))
    for offer in ctx.state.offers_in(OfferStatus.EXTENDED):
        _ask_about(ctx, offer)


def _ask_about(ctx: Wire, offer: Offer) -> None:
    team = ctx.state.the_team
    tasks.assign(
        ctx, kind=FROZEN_OFFER,
        title=N_(
            "Position frozen: keep or withdraw offer {offer} to candidate {candidate}", offer=offer.id,
            candidate=offer.candidate,
        ),
        subject=offer.id, assignees=(ctx.state.hiring_manager, *team.hr_partners), basis="hiring manager and HR",
        command="decide-frozen-offer", due_days=number(ctx.facts, "frozen_offer_days"),
    )  # fmt: skip


def unfreeze(ctx: Wire, payload: c.Unfreeze) -> None:
    """Money that the freeze gave back is taken again, so it is decided again; what was returned is when resubmitted.

    Raises Refused `not-frozen`.
    """
    if not ctx.state.frozen:
        raise Refused("not-frozen", "The position is not frozen.")
    ctx.add(e.PositionUnfrozen(reason=payload.reason, by=ctx.command.actor))
    tasks.cancel(ctx, reason="the position was unfrozen", kind=FROZEN_OFFER)
    if ctx.state.money_again:
        approval.ask_again(ctx, ctx.state.review, because="the money is taken again")


def decide_frozen_offer(ctx: Wire, payload: c.DecideFrozenOffer) -> None:
    """Raises Refused `no-such-offer`, `nothing-to-decide`, `not-your-task`."""
    offer = the_offer(ctx.state, payload.offer)
    task = next((t for t in ctx.case.tasks.values() if (t.kind, t.subject) == (FROZEN_OFFER, offer.id)), None)
    if task is None:
        raise Refused(
            "nothing-to-decide", "Nothing is to be decided about offer {offer} because of a freeze.", offer=offer.id
        )
    tasks.finish(ctx, task.id)
    if payload.choice == "keep":
        ctx.add(e.FrozenOfferKept(offer=offer.id, candidate=offer.candidate, by=ctx.command.actor))
    else:
        take_back(ctx, offer, cause="frozen")


def cancel_requisition(ctx: Wire, payload: c.CancelRequisition) -> None:
    """Raises Refused `offers-open`, listing them, without confirmation, and `offers-accepted` (HIR-08, HIR-11)."""
    state = ctx.state
    accepted = state.offers_in(OfferStatus.ACCEPTED)
    if accepted:
        raise Refused(
            "offers-accepted",
            "Offers were accepted ({offers}); rescind them first, which needs approval.",
            offers=_ids(accepted),
        )
    if state.open_offers() and not payload.withdraw_offers:
        raise Refused(
            "offers-open",
            "These offers are open: {offers}. Cancel again with withdraw_offers to take them back.",
            offers=_ids(state.open_offers()),
        )
    ctx.add(e.RequisitionCancelled(reason=payload.reason, tell=state.hopeful(), by=ctx.command.actor))
    for offer in state.open_offers():
        take_back(ctx, offer, cause="cancelled")
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def close_if_filled(ctx: Wire) -> None:
    """All seats of an approved requisition are filled: the hiring is over."""
    state = ctx.state
    filled = len(state.offers_in(OfferStatus.FILLED))
    if state.requisition and state.status is RequisitionStatus.APPROVED and filled >= state.requisition.seats:
        close(ctx, status=Status.APPROVED, reason="all seats are filled")


def close_if_hopeless(ctx: Wire, status: Status, reason: str) -> None:
    """A refused requisition ends the hiring, unless offers or hires stand: then it is amended again or cancelled."""
    if not ctx.state.taken():
        close(ctx, status=status, reason=reason)


def _ids(offers: tuple[Offer, ...]) -> str:
    return ", ".join(offer.id for offer in offers)
