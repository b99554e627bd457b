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
from domain.people.hiring.lookups import Wire, live_candidate, number, require_open, the_offer
from domain.people.hiring.musts import require_musts
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
from domain.people.hiring.requisition import MONTHS, plain
from domain.people.hiring.state import Candidate, HiringState, Offer, OfferStatus, Terms

ROUTE = "offer"
VALIDITY = "offer-validity"
"""The kind of the deadline at which an unanswered offer lapses; its key is the offer (HIR-14)."""


def submit_offer(tape: Wire, payload: c.SubmitOffer) -> None:
    """Raises Refused `not-open`, `position-frozen`, `not-ranked`, `plan-incomplete`, `no-seat`, `offer-open`,
    `offered-elsewhere`, `two-currencies`, `start-in-the-past`.
    """
    require_open(tape.state)
    require_not_frozen(tape)
    candidate = live_candidate(tape.state, payload.candidate)
    check_selected(tape.state, candidate)
    require_musts(tape, candidate)
    check_seat(tape.state)
    check_only_offer(tape, candidate)
    terms = Terms(**payload.model_dump(exclude={"candidate"}))
    check_terms(tape, terms)
    earlier = approved_before(tape.state, candidate, terms)
    _submit(tape, candidate, terms, earlier)


def _submit(tape: Wire, candidate: Candidate, terms: Terms, earlier: Offer | None) -> None:
    offer = f"offer-{len(tape.state.offers) + 1}"
    tape.add(
        e.OfferSubmitted(
            offer=offer,
            candidate=candidate.id,
            person=candidate.person,
            terms=terms,
            outside_band=outside(tape.state, terms),
            review=earlier.review if earlier else offer,
            approved_before=earlier is not None,
            by=tape.command.actor,
        )
    )
    if earlier is None:
        approval.open_review(tape, offer, ROUTE, _content(tape, tape.state.offers[offer]))
    else:
        on_approved(tape, offer)


def resubmit_offer(tape: Wire, payload: c.ResubmitOffer) -> None:
    require_open(tape.state)
    require_not_frozen(tape)
    offer = the_offer(tape.state, payload.offer)
    require_status(offer, OfferStatus.RETURNED)
    given = {name: value for name, value in payload if name != "offer" and value is not None}
    terms = offer.terms.model_copy(update=given)
    check_terms(tape, terms)
    if given:
        tape.add(
            e.OfferRevised(offer=offer.id, terms=terms, outside_band=outside(tape.state, terms), by=tape.command.actor)
        )
    approval.resubmit(tape, offer.id, _content(tape, tape.state.offers[offer.id]))


def on_approved(tape: Wire, offer: str) -> None:
    """An approved offer waits for the recruiter to send it."""
    team = tape.state.the_team
    tasks.offer(
        tape,
        kind="extend-offer",
        title=N_(
            "Send offer {offer} to candidate {candidate}", offer=offer, candidate=tape.state.offers[offer].candidate
        ),
        subject=offer,
        assignees=team.runners,
        basis="recruiter",
        command="extend-offer",
        due_days=number(tape.facts, "extend_offer_days"),
    )


def extend_offer(tape: Wire, payload: c.ExtendOffer) -> None:
    require_open(tape.state)
    require_not_frozen(tape)
    offer = the_offer(tape.state, payload.offer)
    require_status(offer, OfferStatus.APPROVED)
    check_terms(tape, offer.terms)
    _check_still_covered(tape.state, offer)
    tasks.done(tape, kind="extend-offer", subject=offer.id)
    until = _valid_until(tape)
    tape.add(
        e.OfferExtended(offer=offer.id, candidate=offer.candidate, until=until, by=tape.command.actor),
        DeadlineSet(deadline=Deadline(kind=VALIDITY, key=offer.id, at=until)),
    )


def _valid_until(tape: Wire) -> datetime:
    days = number(tape.facts, "offer_validity_days")
    calendar = calendar_of(tape.facts, tape.state.the_team.hiring_manager)
    return add_working_days(calendar, tape.facts.now, days)


def _content(tape: Wire, offer: Offer) -> Content:
    """What approvers of an offer decide on; candidate, relatives and whoever submits it never do (KRN-02)."""
    state, candidate = tape.state, tape.state.candidates[offer.candidate]
    requisition = state.the_requisition
    terms = {**offer.terms.model_dump(mode="json"), "salary": plain(offer.terms.salary)}
    material = {
        **terms,
        "candidate": offer.candidate,
        "outside_band": offer.outside_band,
        "unit": requisition.unit,
        "budget_line": requisition.budget_line,
        "position": requisition.position,
    }
    yearly = offer.terms.salary * MONTHS * (1 + number(tape.facts, "on_cost_rate"))
    close = (*sorted(candidate.ids), *candidate.relatives, tape.command.actor, state.the_team.hiring_manager)
    return Content(
        requester=state.requester,
        unit=requisition.unit,
        material=material,
        data={**material, "cost": plain(yearly)},
        amount=yearly,
        excluded=tuple(person for person in dict.fromkeys(close) if person != state.requester),
    )


def _check_still_covered(state: HiringState, offer: Offer) -> None:
    """The band may have moved since the offer was approved as lying inside it (HIR-07)."""
    if offer.revision != state.revision and outside(state, offer.terms) and not offer.outside_band:
        raise Refused(
            "offer-outdated",
            "The salary of offer {offer} lies outside the band approved since; rescind it and submit a new one.",
            offer=offer.id,
        )
