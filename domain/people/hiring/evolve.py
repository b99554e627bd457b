"""Folding a hiring's events. Total: every event that was ever recorded folds, whatever the rules are today."""

from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    DecisionsVoided,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewResubmitted,
    ReviewReturned,
)
from domain.kernel.events import Event
from domain.people.hiring import events as e
from domain.people.hiring.state import (
    Candidate,
    Freeze,
    HiringState,
    Interview,
    Offer,
    OfferStatus,
    RequisitionStatus,
    Scorecard,
    Team,
)

_OWN = frozenset(e.OWN)
FOLDS: tuple[type[Event], ...] = (
    ReviewOpened, ReviewResubmitted, DecisionsVoided, ReviewReturned, ReviewApproved, ReviewRejected, ReviewEnded,
)  # fmt: skip
"""What it looks at of the kernel's events."""


def evolve(state: HiringState, event: Event) -> HiringState:
    """The state after one more event of its own, or of a review."""
    if type(event) in _OWN:
        return _own(state, event)
    match event:
        case ReviewOpened() | ReviewResubmitted() if event.review == state.review:
            return _with(state, status=RequisitionStatus.IN_APPROVAL, money_again=False)
        case ReviewOpened() | ReviewResubmitted() | DecisionsVoided():
            return _review(state, event.review, RequisitionStatus.IN_APPROVAL, OfferStatus.IN_APPROVAL)
        case ReviewReturned():
            return _review(state, event.review, RequisitionStatus.RETURNED, OfferStatus.RETURNED)
        case ReviewApproved():
            return _review(state, event.review, None, OfferStatus.APPROVED)
        case ReviewRejected():
            return _review(state, event.review, RequisitionStatus.REJECTED, OfferStatus.REJECTED)
        case ReviewEnded(status=Status.EXPIRED):
            return _review(state, event.review, RequisitionStatus.REJECTED, OfferStatus.EXPIRED)
    return state


def _review(
    state: HiringState, review: str, requisition: RequisitionStatus | None, offer: OfferStatus | None
) -> HiringState:
    if review in state.offers and offer is not None:
        return _offer(state, review, status=offer)
    if review == state.review and requisition is not None:
        return state.model_copy(update={"status": requisition})
    return state


def _own(state: HiringState, event: Event) -> HiringState:
    """Some are for the record only: nothing changes."""
    found = (fold(state, event) for fold in (_requisition, _people, _offers))
    return next((after for after in found if after is not None), state)


def _requisition(state: HiringState, event: Event) -> HiringState | None:
    match event:
        case e.HiringMoneyMoved():
            return _with(state, funding=event.funding)
        case e.RequisitionRaised():
            case = {"title": event.title, "requester": event.requester, "unit": event.requisition.unit}
            return _with(_team(_case(state, case), event.team), requisition=event.requisition)
        case e.RequisitionSubmitted():
            return _with(state, cost=event.cost, periods=event.periods)
        case e.RequisitionAmended():
            state = _case(_team(state, event.team), {"unit": event.requisition.unit})
            return _with(
                state, requisition=event.requisition, review=event.review, cost=event.cost if state.cost else None,
                periods=event.periods if state.cost else None, revision=state.revision + bool(event.material),
            )  # fmt: skip
        case e.RequisitionApproved():
            checks = state.the_requisition.checks
            state = _with(_team(state, event.team), status=RequisitionStatus.APPROVED, ever_approved=True)
            return _with(state, approved_checks=checks)
        case e.PositionFrozen():
            return _with(state, frozen=Freeze(by=event.by, reason=event.reason, release_money=event.release_money))
        case e.PositionUnfrozen():
            again = state.frozen is not None and state.frozen.release_money and state.cost is not None
            return _with(state, frozen=None, money_again=state.money_again or again)
    return None


def _people(state: HiringState, event: Event) -> HiringState | None:
    match event:
        case e.CandidateAdded():
            return _candidate_added(state, event)
        case e.CandidateAlsoWanted():
            known = state.candidates[event.candidate].wanted_by
            return _candidate(state, event.candidate, wanted_by=tuple(dict.fromkeys((*known, *event.cases))))
        case e.RelationshipDeclared():
            return _related(state, event)
        case e.CandidateAssessed():
            return _assessed(state, event)
        case e.RequirementWaived():
            waived = (*state.candidates[event.candidate].waived, *event.skills)
            return _candidate(state, event.candidate, waived=tuple(dict.fromkeys(waived)))
        case e.CandidateAdvanced():
            return _candidate(state, event.candidate, status="advanced")
        case e.CandidateRejected():
            ranking = tuple(candidate for candidate in state.ranking if candidate != event.candidate)
            return _with(_candidate(state, event.candidate, status="rejected"), ranking=ranking)
        case e.CandidateSteppedBack():
            return _stepped_back(state, event)
        case e.InterviewerAssigned():
            interview = Interview(**event.model_dump(include={"candidate", "kind", "interviewer", "task"}))
            return _with(state, interviews=(*state.interviews, interview))
        case e.ScorecardSubmitted():
            return _scored(state, event)
        case e.CandidatesRanked():
            return _with(state, ranking=event.ranking)
    return None


def _candidate_added(state: HiringState, event: e.CandidateAdded) -> HiringState:
    candidate = Candidate(id=event.candidate, source=event.source, internal=event.internal, relatives=event.relatives)
    subjects = dict.fromkeys((*state.case.subjects, candidate.id, candidate.person))
    state = _case(state, {"subjects": tuple(subjects)})
    return _with(state, candidates={**state.candidates, candidate.id: candidate})


def _stepped_back(state: HiringState, event: e.CandidateSteppedBack) -> HiringState:
    ranking = tuple(candidate for candidate in state.ranking if candidate != event.candidate)
    state = _with(_candidate(state, event.candidate, status="stepped_back"), ranking=ranking)
    if event.offer is None:
        return state
    return _offer(state, event.offer, status=OfferStatus.STEPPED_BACK, rescinding=None, why=event.reason)


def _assessed(state: HiringState, event: e.CandidateAssessed) -> HiringState:
    """What is assessed again takes the place of what was known of this skill."""
    known = {each.skill: each for each in (*state.candidates[event.candidate].held, *event.held)}
    return _candidate(state, event.candidate, held=tuple(known.values()))


def _related(state: HiringState, event: e.RelationshipDeclared) -> HiringState:
    relatives = state.candidates[event.candidate].relatives
    state = _candidate(state, event.candidate, relatives=tuple(dict.fromkeys((*relatives, event.person))))
    interviews = tuple(
        interview.model_copy(update={"void": True})
        if (interview.candidate, interview.interviewer) == (event.candidate, event.person)
        else interview
        for interview in state.interviews
    )
    return _with(state, interviews=interviews)


def _scored(state: HiringState, event: e.ScorecardSubmitted) -> HiringState:
    card = Scorecard(scores=event.scores, recommendation=event.recommendation, notes=event.notes, at=event.at)
    key = (event.candidate, event.kind, event.interviewer)
    interviews = tuple(
        interview.model_copy(update={"scorecard": card})
        if (interview.candidate, interview.kind, interview.interviewer) == key
        else interview
        for interview in state.interviews
    )
    return _with(state, interviews=interviews)


def _offers(state: HiringState, event: Event) -> HiringState | None:
    match event:
        case e.OfferSubmitted():
            return _offer_submitted(state, event)
        case e.OfferRevised():
            return _offer(state, event.offer, terms=event.terms, outside_band=event.outside_band)
        case e.OfferExtended():
            return _offer(state, event.offer, status=OfferStatus.EXTENDED, until=event.until)
        case e.OfferAccepted():
            return _offer(state, event.offer, status=OfferStatus.ACCEPTED)
        case e.OfferDeclined():
            return _offer(state, event.offer, status=OfferStatus.DECLINED)
        case e.OfferLapsed():
            return _offer(state, event.offer, status=OfferStatus.LAPSED)
        case e.OfferRescinded():
            return _offer(state, event.offer, status=OfferStatus.RESCINDED, rescinding=None, why=event.reason)
        case e.RescissionAsked():
            count = state.offers[event.offer].rescissions + 1
            return _offer(state, event.offer, rescinding=event.review, rescissions=count, why=event.reason)
        case e.RescissionEnded():
            return _offer(state, event.offer, rescinding=None)
        case e.CheckRecorded():
            checks = {**state.offers[event.offer].checks, event.check: event.result}
            return _offer(state, event.offer, checks=checks)
        case e.HandedOver():
            return _offer(state, event.offer, handed_over=True)
        case e.ProbationEnded():
            return _offer(state, event.offer, status=OfferStatus.ENDED, why=event.reason)
        case e.SeatFilled():
            return _offer(state, event.offer, status=OfferStatus.FILLED)
    return None


def _offer_submitted(state: HiringState, event: e.OfferSubmitted) -> HiringState:
    offer = Offer(
        id=event.offer, candidate=event.candidate, terms=event.terms, outside_band=event.outside_band,
        status=OfferStatus.APPROVED if event.approved_before else OfferStatus.IN_APPROVAL, review=event.review,
        revision=state.revision,
    )  # fmt: skip
    return _with(state, offers={**state.offers, offer.id: offer})


def _with(state: HiringState, **update: Any) -> HiringState:
    return state.model_copy(update=update)


def _team(state: HiringState, team: Team) -> HiringState:
    return _with(_case(state, {"team": team.everyone}), team=team)


def _case(state: HiringState, update: dict[str, Any]) -> HiringState:
    return _with(state, case=state.case.model_copy(update=update))


def _candidate(state: HiringState, candidate: str, **update: Any) -> HiringState:
    changed = state.candidates[candidate].model_copy(update=update)
    return _with(state, candidates={**state.candidates, candidate: changed})


def _offer(state: HiringState, offer: str, **update: Any) -> HiringState:
    return _with(state, offers={**state.offers, offer: state.offers[offer].model_copy(update=update)})
