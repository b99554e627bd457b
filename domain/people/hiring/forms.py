"""What the forms of a hiring offer: its candidates, offers and interviews, its present terms, and what suits when."""

from collections.abc import Callable, Mapping

from domain.kernel.showing.form_hints import Choices, Shown, listing, mapping
from domain.people.hiring.commands import Amendment, ResubmitOffer
from domain.people.hiring.state import OPEN_OFFER, OUT, HiringState, OfferStatus, RequisitionStatus


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


def suits(command: str) -> Callable[[HiringState, str], bool]:
    """For a row: whether the command has something to do where the hiring stands."""
    rule = _SUITS.get(command)
    return lambda state, _person: rule is not None and rule(state)


def _stands(*statuses: RequisitionStatus) -> Callable[[HiringState], bool]:
    return lambda state: state.status in statuses


def _offered(*statuses: OfferStatus) -> Callable[[HiringState], bool]:
    return lambda state: bool(state.offers_in(*statuses))


def _submitted(state: HiringState) -> bool:
    return state.status is not RequisitionStatus.DRAFT


def _approved(state: HiringState) -> bool:
    return state.status is RequisitionStatus.APPROVED


def _with_candidates(state: HiringState) -> bool:
    return _approved(state) and bool(state.candidates)


_SUITS: Mapping[str, Callable[[HiringState], bool]] = {
    "submit-requisition": _stands(RequisitionStatus.DRAFT), "amend-requisition": _submitted,
    "resubmit-requisition": _stands(RequisitionStatus.RETURNED), "add-candidate": _approved,
    "declare-relationship": lambda state: bool(state.candidates), "assess-candidate": _with_candidates,
    "waive-requirement": _with_candidates, "screen-candidate": _with_candidates,
    "assign-interviewer": lambda state: (
        _approved(state) and "advanced" in {c.status for c in state.candidates.values()}
    ),
    "submit-scorecard": lambda state: any(one.scorecard is None and not one.void for one in state.interviews),
    "rank-candidates": lambda state: _approved(state) and bool(state.interviews),
    "submit-offer": lambda state: _approved(state) and bool(state.ranking) and state.frozen is None,
    "resubmit-offer": _offered(OfferStatus.RETURNED),
    "extend-offer": lambda state: state.frozen is None and bool(state.offers_in(OfferStatus.APPROVED)),
    "rescind-offer": _offered(*OPEN_OFFER, OfferStatus.ACCEPTED),
    "step-back": lambda state: any(candidate.status not in OUT for candidate in state.candidates.values()),
    "record-check": _offered(OfferStatus.ACCEPTED), "decide-probation": _offered(OfferStatus.ACCEPTED),
    "freeze": lambda state: state.frozen is None, "unfreeze": lambda state: state.frozen is not None,
    "decide-frozen-offer": lambda state: state.frozen is not None and bool(state.offers_in(OfferStatus.EXTENDED)),
    "cancel-requisition": _submitted,
}  # fmt: skip
