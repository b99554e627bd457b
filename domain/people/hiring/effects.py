"""What the world and other cases learn from a hiring's events: messages, word to another hiring, claims."""

from collections.abc import Sequence

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, ReviewEnded, ReviewRejected
from domain.kernel.effects import Claim, Effect, Notify, Release, TellCase
from domain.kernel.events import Event
from domain.kernel.routing.authority import REQUEST, asked_anew, given_back, spending_key
from domain.kernel.values.message import N_, Message
from domain.people.hiring import events as e
from domain.people.hiring.state import OUT, SEAT_TAKEN, HiringState, Offer

CANDIDATE, OFFER, POSITION = "candidate", "offer", "hiring-for"
"""Kinds of claims, beside money asked for (KRN-05): who is wanted (HIR-16), the one open offer (HIR-03), the position
that an open hiring is for."""
ITEM = "requisition"
OFFERED = "You have an offer, valid until {until}."
"""What a candidate is told of an offer: the one message to them that has something to answer."""


def effects(_before: HiringState, event: Event, after: HiringState) -> Sequence[Effect]:
    match event:
        case e.RequisitionApproved():
            return _team(after, N_("The requisition is approved; the search can begin."))
        case e.CandidateAlsoWanted():
            return _also_wanted(after, event)
        case CaseClosed():
            return _closing(after, event)
        case e.PositionFrozen():
            return _team(after, N_("The position was frozen: no new offers."))
        case e.PositionUnfrozen():
            return _team(after, N_("The position was unfrozen."))
        case e.CheckRecorded(result="failed"):
            return _team(
                after,
                N_(
                    "A check of candidate {candidate} failed; rescinding needs HR and department head.",
                    candidate=event.candidate,
                ),
            )
        case _:
            return _of_offer(after, event)


def _of_offer(after: HiringState, event: Event) -> list[Effect]:
    match event:
        case e.OfferExtended():
            offered = N_(OFFERED, until=event.until.isoformat())
            return [_to((event.candidate,), offered)]
        case e.OfferAccepted():
            return _team(after, N_("Offer {offer} was accepted.", offer=event.offer))
        case e.OfferDeclined():
            return _team(after, N_("Offer {offer} was declined; its seat is free.", offer=event.offer))
        case e.OfferLapsed():
            lapsed = N_("Offer {offer} lapsed; its seat is free.", offer=event.offer)
            return [*_team(after, lapsed), _to((event.candidate,), N_("Your offer has lapsed."))]
        case e.OfferRescinded():
            return _rescinded(after, event)
        case e.CandidateSteppedBack(candidate=candidate):
            waiting = [
                one for one in after.interviews if one.candidate == candidate and not (one.scorecard or one.void)
            ]
            people = dict.fromkeys((*after.the_team.everyone, *(one.interviewer for one in waiting)))
            return [_to(tuple(people), N_("Candidate {candidate} stepped back.", candidate=candidate))]
        case e.HandedOver():
            return _team(
                after, N_("All checks of candidate {candidate} passed; onboarding begins.", candidate=event.candidate)
            )
        case e.SeatFilled():
            return _team(
                after, N_("Candidate {candidate} was confirmed; the seat is filled.", candidate=event.candidate)
            )
        case _:
            return []


def _closing(after: HiringState, event: CaseClosed) -> list[Effect]:
    """However a hiring ends, candidates who still waited are told (HIR-08)."""
    waiting = after.hopeful()
    if event.status is Status.APPROVED:
        about = N_("The position was filled; your application has ended.")
    else:
        about = N_("The position was withdrawn; your application has ended.")
    return [_to(waiting, about)] if waiting else []


def _rescinded(after: HiringState, event: e.OfferRescinded) -> list[Effect]:
    """The candidate hears of it if they knew of the offer, and once: a cancelled hiring tells them by itself."""
    told = _team(after, N_("Offer {offer} was taken back; its seat is free.", offer=event.offer))
    knew = after.offers[event.offer].until is not None and event.cause != "cancelled"
    return [*told, _to((event.candidate,), N_("Your offer was withdrawn."))] if knew else told


def _also_wanted(after: HiringState, event: e.CandidateAlsoWanted) -> list[Effect]:
    team = after.the_team
    recruiters = team.runners
    about = N_(
        "Candidate {candidate} is also wanted by {cases}; only one offer can go out.",
        candidate=event.candidate,
        cases=", ".join(event.cases),
    )
    payload = {"candidate": after.candidates[event.candidate].person, "case": after.case.id}
    tell = [
        TellCase(case=case, process="hiring", command="note-candidate-wanted", payload=payload)
        for case in event.cases
        if event.tell
    ]
    return [_to(recruiters, about), *tell]


def _team(state: HiringState, about: Message) -> list[Effect]:
    return [_to(state.the_team.everyone, about)]


def _to(people: tuple[str, ...], about: Message) -> Notify:
    return Notify(to=people, about=about)


def claims(before: HiringState, event: Event) -> Sequence[Claim | Release]:
    """What other cases may know of this one after `event`."""
    match event:
        case e.RequisitionRaised():
            return [Claim(kind=POSITION, key=event.requisition.position)]
        case e.RequisitionSubmitted():
            return [_request(before, before.the_requisition.budget_line, event)]
        case e.RequisitionAmended():
            return [*_of_position(before, event), *_amended(before, event)]
        case e.PositionFrozen(release_money=True):
            return _money_back(before)
        case e.PositionUnfrozen() if before.cost and before.frozen and before.frozen.release_money:
            return [Claim(kind=REQUEST, key=_request_key(before), item=ITEM, amount=before.cost)]
        case e.CandidateAdded():
            return [Claim(kind=CANDIDATE, key=event.internal or event.candidate)]
        case e.CandidateRejected():
            return [Release(kind=CANDIDATE, key=before.candidates[event.candidate].person)]
        case e.CandidateSteppedBack(candidate=candidate, offer=offer):
            wanted = Release(kind=CANDIDATE, key=before.candidates[candidate].person)
            return [wanted, *(_release_offer(before, before.offers[offer]) if offer else ())]
        case e.OfferSubmitted():
            return [Claim(kind=OFFER, key=event.person, item=event.offer, exclusive=True)]
        case CaseClosed():
            return [Release(kind=POSITION, key=before.the_requisition.position), *_closed(before, event)]
        case _:
            return _offer_over(before, event)


def _of_position(before: HiringState, event: e.RequisitionAmended) -> list[Claim | Release]:
    old, new = before.the_requisition.position, event.requisition.position
    return [] if old == new else [Release(kind=POSITION, key=old), Claim(kind=POSITION, key=new)]


def _request(before: HiringState, line: str, event: e.RequisitionSubmitted | e.RequisitionAmended) -> Claim:
    return Claim(kind=REQUEST, key=spending_key(before.requester, line), item=ITEM, amount=event.cost)


def _request_key(state: HiringState) -> str:
    return spending_key(state.requester, state.the_requisition.budget_line)


def _amended(before: HiringState, event: e.RequisitionAmended) -> list[Claim | Release]:
    """Nothing is asked for before submission, nor while a freeze gave the money back."""
    if before.cost is None or (before.frozen and before.frozen.release_money):
        return []
    line = event.requisition.budget_line
    if line != before.the_requisition.budget_line:
        return [*_money_back(before), _request(before, line, event)]
    if event.cost == before.cost:
        return []
    if event.cost.currency == before.cost.currency and event.cost < before.cost:
        return [_request(before, line, event)]
    return asked_anew(_request_key(before), ITEM, event.cost)


def _money_back(before: HiringState) -> list[Claim | Release]:
    return given_back(_request_key(before), ITEM) if before.cost else []


def _offer_over(before: HiringState, event: Event) -> list[Claim | Release]:
    match event:
        case e.OfferDeclined() | e.OfferLapsed() | e.OfferRescinded() | e.ProbationEnded() | e.SeatFilled():
            return _release_offer(before, before.offers[event.offer])
        case ReviewRejected(review=review) | ReviewEnded(review=review, status=Status.EXPIRED):
            return _release_offer(before, before.offers[review]) if review in before.offers else []
        case _:
            return []


def _release_offer(state: HiringState, offer: Offer) -> list[Claim | Release]:
    return [Release(kind=OFFER, key=state.candidates[offer.candidate].person, item=offer.id)]


def _closed(before: HiringState, event: CaseClosed) -> list[Claim | Release]:
    """Filled seats go on to count as money spent (KRN-05); everything else is given up."""
    money = [] if event.status is Status.APPROVED else _money_back(before)
    wanted = [
        Release(kind=CANDIDATE, key=candidate.person)
        for candidate in before.candidates.values()
        if candidate.status not in OUT
    ]
    left = [
        released
        for offer in before.taken()
        if offer.status in SEAT_TAKEN - {"filled"}
        for released in _release_offer(before, offer)
    ]
    return [*money, *wanted, *left]
