"""Offers on their way to the candidate: submit, resubmit, extend (HIR-02, HIR-03, HIR-06)."""

from datetime import datetime

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.deciding import approval, tasks
from domain.kernel.deciding.approval import Content
from domain.kernel.errors import Refused
from domain.kernel.routing.route import calendar_of
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.message import N_
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring import funding
from domain.people.hiring.backfill import propose_backfill
from domain.people.hiring.lookups import Wire, live_candidate, number, require_open, the_offer
from domain.people.hiring.offer_rules import (
    approved_before,
    check_only_offer,
    check_seat,
    check_selected,
    check_terms,
    outside,
    require_not_frozen,
    require_status,
)
from domain.people.hiring.requirements import require_musts
from domain.people.hiring.requisition import MONTHS, plain
from domain.people.hiring.state import Candidate, HiringState, Offer, OfferStatus, Terms

ROUTE = "offer"
VALIDITY = "offer-validity"
"""The kind of the deadline at which an unanswered offer lapses; its key is the offer (HIR-14)."""


def submit_offer(ctx: Wire, payload: c.SubmitOffer) -> None:
    """Raises Refused `not-open`, `position-frozen`, `not-ranked`, `plan-incomplete`, `no-seat`, `offer-open`,
    `offered-elsewhere`, `two-currencies`, `start-in-the-past`.
    """
    require_open(ctx.state)
    require_not_frozen(ctx)
    candidate = live_candidate(ctx.state, payload.candidate)
    check_selected(ctx.state, candidate)
    require_musts(ctx, candidate)
    check_seat(ctx.state)
    check_only_offer(ctx, candidate)
    terms = Terms(**payload.model_dump(exclude={"candidate"}))
    check_terms(ctx, terms)
    earlier = approved_before(ctx.state, candidate, terms)
    _submit(ctx, candidate, terms, earlier)


def _submit(ctx: Wire, candidate: Candidate, terms: Terms, earlier: Offer | None) -> None:
    offer = f"offer-{len(ctx.state.offers) + 1}"
    ctx.add(
        e.OfferSubmitted(
            offer=offer, candidate=candidate.id, person=candidate.person, terms=terms,
            outside_band=outside(ctx.state, terms), review=earlier.review if earlier else offer,
            approved_before=earlier is not None, by=ctx.command.actor,
        )
    )  # fmt: skip
    if earlier is None:
        approval.open_review(ctx, offer, ROUTE, _content(ctx, ctx.state.offers[offer]))
    else:
        on_approved(ctx, offer)


def resubmit_offer(ctx: Wire, payload: c.ResubmitOffer) -> None:
    require_open(ctx.state)
    require_not_frozen(ctx)
    offer = the_offer(ctx.state, payload.offer)
    require_status(offer, OfferStatus.RETURNED)
    given = {name: value for name, value in payload if name != "offer" and value is not None}
    terms = offer.terms.model_copy(update=given)
    check_terms(ctx, terms)
    if given:
        ctx.add(
            e.OfferRevised(offer=offer.id, terms=terms, outside_band=outside(ctx.state, terms), by=ctx.command.actor)
        )
    approval.resubmit(ctx, offer.id, _content(ctx, ctx.state.offers[offer.id]))


def on_approved(ctx: Wire, offer: str) -> None:
    """An approved offer waits for the recruiter to send it, with its money at hand (HIR-12)."""
    funding.cover(ctx, offer)
    team = ctx.state.the_team
    tasks.assign(
        ctx, kind="extend-offer",
        title=N_(
            "Send offer {offer} to candidate {candidate}", offer=offer, candidate=ctx.state.offers[offer].candidate
        ),
        subject=offer, assignees=team.runners, basis="recruiter", command="extend-offer",
        due_days=number(ctx.facts, "extend_offer_days"),
    )  # fmt: skip


def extend_offer(ctx: Wire, payload: c.ExtendOffer) -> None:
    require_open(ctx.state)
    require_not_frozen(ctx)
    offer = the_offer(ctx.state, payload.offer)
    require_status(offer, OfferStatus.APPROVED)
    check_terms(ctx, offer.terms)
    _check_still_covered(ctx.state, offer)
    tasks.done(ctx, kind="extend-offer", subject=offer.id)
    until = _valid_until(ctx)
    ctx.add(
        e.OfferExtended(offer=offer.id, candidate=offer.candidate, until=until, by=ctx.command.actor),
        DeadlineSet(deadline=Deadline(kind=VALIDITY, key=offer.id, at=until)),
    )
    propose_backfill(ctx, offer)


def _valid_until(ctx: Wire) -> datetime:
    days = number(ctx.facts, "offer_validity_days")
    calendar = calendar_of(ctx.facts, ctx.state.the_team.hiring_manager)
    return add_working_days(calendar, ctx.facts.now, days)


def _content(ctx: Wire, offer: Offer) -> Content:
    """What approvers of an offer decide on; candidate, relatives and whoever submits it never do (KRN-02)."""
    state, candidate = ctx.state, ctx.state.candidates[offer.candidate]
    requisition = state.the_requisition
    terms = {**offer.terms.model_dump(mode="json"), "salary": plain(offer.terms.salary)}
    material = {
        **terms, "candidate": offer.candidate, "outside_band": offer.outside_band, "unit": requisition.unit,
        "budget_line": requisition.budget_line, "position": requisition.position,
    }  # fmt: skip
    yearly = offer.terms.salary * MONTHS * (1 + number(ctx.facts, "on_cost_rate"))
    close = (*sorted(candidate.ids), *candidate.relatives, ctx.command.actor, state.the_team.hiring_manager)
    return Content(
        requester=state.requester, unit=requisition.unit, material=material, data={**material, "cost": plain(yearly)},
        amount=yearly, excluded=tuple(person for person in dict.fromkeys(close) if person != state.requester),
    )  # fmt: skip


def _check_still_covered(state: HiringState, offer: Offer) -> None:
    """The band may have moved since the offer was approved as lying inside it (HIR-07)."""
    if offer.revision != state.revision and outside(state, offer.terms) and not offer.outside_band:
        raise Refused(
            "offer-outdated",
            "The salary of offer {offer} lies outside the band approved since; rescind it and submit a new one.",
            offer=offer.id,
        )
