"""What the forms of a hiring offer: its candidates, offers and interviews, its present terms, and who may what when."""

from collections.abc import Mapping
from typing import Any

from domain.kernel.facts import Facts
from domain.kernel.showing.form_hints import Choices, FormHints, Shown, listing, mapping
from domain.people.hiring.commands import Amendment, ResubmitOffer
from domain.people.hiring.roles import ALLOWED, KERNEL_CHECKS, roles_of
from domain.people.hiring.state import OUT, HiringState, OfferStatus, RequisitionStatus


def choices(shown: Shown) -> Choices:
    """Candidates with where they came from, offers with whose and how far, kinds of interviews, checks."""
    candidates = mapping(shown, "candidates")
    offers = mapping(shown, "offers")
    required = {name: "" for offer in offers.values() for name in mapping(offer, "checks")}
    return {
        "candidate": {name: name for name in candidates},
        "offer": {
            name: f"{offer['candidate']} · {offer['status']}"
            for name, offer in offers.items()
            if isinstance(offer.get("status"), str)  # who sees a part of the case has no choice among offers
        },
        "interview": {str(each["kind"]): "" for each in listing(shown, "requisition", "interview_plan")},
        "check": {**{str(each): "" for each in listing(shown, "requisition", "checks")}, **required},
    }


def present(shown: Shown, command: str, given: Shown) -> Shown:
    """The requisition as it stands with its team, or the terms of the offer that is sent again."""
    if command == "resubmit-offer":
        terms = mapping(shown, "offers", str(given.get("offer")), "terms")
        return {name: terms[name] for name in ResubmitOffer.model_fields if name in terms}
    if command in ("amend-requisition", "resubmit-requisition"):
        stands = mapping(shown, "requisition")
        return {name: stands[name] for name in Amendment.model_fields if name in stands}
    return {}


def offered(state: HiringState, person: str, facts: Facts) -> frozenset[str]:
    """The commands that suit where the hiring stands, for the roles that this person has."""
    roles = roles_of(state, person, facts)
    suits = _suiting(state)
    return frozenset(
        name
        for name, allowed in ALLOWED.items()
        if name not in KERNEL_CHECKS and suits.get(name, False) and roles & set(allowed)
    )


def _suiting(state: HiringState) -> Mapping[str, Any]:
    """Which commands have something to do, by where the hiring stands."""
    status, offers = state.status, {offer.status for offer in state.offers.values()}
    approved, frozen, candidates = (
        status is RequisitionStatus.APPROVED,
        state.frozen is not None,
        bool(state.candidates),
    )
    advanced = any(candidate.status == "advanced" for candidate in state.candidates.values())
    offering = offers & {OfferStatus.IN_APPROVAL, OfferStatus.RETURNED, OfferStatus.APPROVED, OfferStatus.EXTENDED}
    return {
        "submit-requisition": status is RequisitionStatus.DRAFT,
        "amend-requisition": status is not RequisitionStatus.DRAFT,
        "resubmit-requisition": status is RequisitionStatus.RETURNED,
        "add-candidate": approved,
        "declare-relationship": candidates,
        "assess-candidate": approved and candidates,
        "waive-requirement": approved and candidates,
        "screen-candidate": approved and candidates,
        "assign-interviewer": approved and advanced,
        "submit-scorecard": any(interview.scorecard is None and not interview.void for interview in state.interviews),
        "rank-candidates": approved and bool(state.interviews),
        "submit-offer": approved and bool(state.ranking) and not frozen,
        "resubmit-offer": OfferStatus.RETURNED in offers,
        "extend-offer": OfferStatus.APPROVED in offers and not frozen,
        "rescind-offer": bool(offering or OfferStatus.ACCEPTED in offers),
        "step-back": any(candidate.status not in OUT for candidate in state.candidates.values()),
        "answer-backfill": True,
        "record-check": OfferStatus.ACCEPTED in offers,
        "decide-probation": OfferStatus.ACCEPTED in offers,
        "freeze": not frozen,
        "unfreeze": frozen,
        "decide-frozen-offer": frozen and OfferStatus.EXTENDED in offers,
        "cancel-requisition": status is not RequisitionStatus.DRAFT,
    }


ASKING = FormHints(choices=choices, present=present, offered=offered, why=("business_case", "job_description"))
