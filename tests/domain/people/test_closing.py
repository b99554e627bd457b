"""Rescinding after acceptance, cancelling, freezing, and the end of a hiring."""

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.effects import Notify
from domain.organisation.model import Position
from domain.people.hiring.work import KINDS
from tests.domain.people.company import (
    ANN,
    BOB,
    BOSS,
    CAT,
    ENGINEER,
    HEAD,
    HR,
    HR2,
    LEAD,
    MANAGER,
    ORGANISATION,
    RECRUITER,
    Play,
    accepted,
    baht,
    extended,
    handed_over,
    interviewed,
    names,
    offered,
    opened,
    requisition,
    sealed,
    terms,
)


def ranked(*candidates: str, **changes) -> Play:
    return interviewed(opened(**changes), *(candidates or (ANN,)))


def failed(play: Play, candidate: str = ANN) -> None:
    """Accepted, then a check failed, and taking the offer back was asked for by the recruiter."""
    accepted(play, candidate)
    play.do(RECRUITER, "record-check", candidate=candidate, check="references", result="failed", note=sealed(candidate))
    play.do(RECRUITER, "rescind-offer", candidate=candidate, reason=sealed(candidate))


@pytest.mark.rule("HIR-11")
def test_an_accepted_offer_is_taken_back_only_by_hr_and_department_head():
    play = ranked()
    failed(play)
    assert play.state.offers["offer-1"].status == "accepted"
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HR, HR2)
    play.decide()
    assert play.state.offers["offer-1"].status == "accepted"
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HEAD,)
    play.decide()
    assert play.state.offers["offer-1"].status == "rescinded"


@pytest.mark.rule("HIR-11")
def test_the_seat_and_the_claim_come_back_with_a_rescission():
    play = ranked(ANN, BOB)
    failed(play)
    assert play.refused(RECRUITER, "submit-offer", candidate=BOB, **terms()) == "no-seat"
    play.approve_all()
    assert play.claims("offer") == []
    assert {task.kind for task in play.state.case.tasks.values()} <= KINDS
    assert play.stage == "selection"
    offered(play, BOB)


@pytest.mark.rule("HIR-11")
def test_a_rescission_that_is_rejected_leaves_the_acceptance():
    play = ranked()
    failed(play)
    assert play.refused(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN)) == "rescission-open"
    play.decide("reject", comment="The reference was mistaken")
    assert play.state.offers["offer-1"].status == "accepted"
    for check in ("references", "education"):
        play.do(RECRUITER, "record-check", candidate=ANN, check=check, result="passed")
    assert play.stage == "onboarding"


@pytest.mark.rule("HIR-11")
def test_nothing_is_handed_over_while_a_rescission_is_in_approval():
    play = ranked()
    failed(play)
    for check in ("references", "education"):
        play.do(RECRUITER, "record-check", candidate=ANN, check=check, result="passed")
    assert play.stage == "checks"
    play.decide("reject", comment="All passed in the end")
    assert play.stage == "onboarding"


@pytest.mark.rule("HIR-11")
def test_a_returned_rescission_goes_back_with_a_new_reason():
    play = ranked()
    failed(play)
    play.decide("return", comment="Say which reference", fields=["reason"])
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN, "siv:ffff"))
    play.approve_all()
    assert play.state.offers["offer-1"].status == "rescinded"
    assert play.state.offers["offer-1"].why.sealed == "siv:ffff"


@pytest.mark.rule("HIR-11")
def test_a_second_rescission_of_the_same_offer_is_decided_on_its_own():
    play = ranked()
    failed(play)
    play.decide("reject", comment="Not yet")
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert play.state.offers["offer-1"].rescinding == "rescind-offer-1-2"
    play.approve_all()
    assert play.state.offers["offer-1"].status == "rescinded"


@pytest.mark.rule("KRN-02")
def test_who_asks_for_a_rescission_does_not_approve_it():
    play = ranked()
    accepted(play, ANN)
    play.do(HR, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HR2,)


def test_nothing_is_rescinded_where_there_is_no_offer():
    play = ranked()
    assert play.refused(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN)) == "no-offer"
    assert play.refused(RECRUITER, "rescind-offer", candidate=ANN) == "bad-payload"
    extended(play, ANN)
    assert play.refused(ENGINEER, "rescind-offer", candidate=ANN, reason=sealed(ANN)) == "not-your-role"


@pytest.mark.rule("HIR-08")
def test_cancelling_with_open_offers_needs_a_confirmation_that_lists_them():
    play = ranked(ANN, BOB, CAT, seats=3)
    extended(play, ANN)
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms(salary="57000 THB"))
    assert play.refused(LEAD, "cancel-requisition", reason="Budget cut") == "offers-open"
    before = len(play.events)
    play.do(LEAD, "cancel-requisition", reason="Budget cut", withdraw_offers=True)
    assert names(play.events[before:]).count("OfferRescinded") == 2
    assert play.stage == "cancelled"
    assert {task.kind for task in play.state.case.tasks.values()} <= KINDS
    assert play.state.case.deadlines == ()
    assert play.state.case.reviews["offer-2"].status is Status.CANCELLED
    assert play.ledger == []


@pytest.mark.rule("HIR-08")
def test_the_candidates_are_told_of_a_cancellation():
    play = ranked(ANN, BOB)
    play.do(RECRUITER, "add-candidate", candidate=CAT, source="web")
    play.do(RECRUITER, "screen-candidate", candidate=CAT, outcome="reject", reason=sealed(CAT))
    play.do(LEAD, "cancel-requisition", reason="Budget cut")
    assert any(isinstance(effect, Notify) and effect.to == (ANN, BOB) for effect in play.effects)


@pytest.mark.rule("HIR-08")
def test_a_candidate_with_an_offer_is_told_once_of_a_cancellation():
    play = ranked(ANN)
    extended(play, ANN)
    before = len(play.effects)
    play.do(LEAD, "cancel-requisition", reason="Budget cut", withdraw_offers=True)
    told = [effect for effect in play.effects[before:] if isinstance(effect, Notify) and ANN in effect.to]
    assert len(told) == 1


@pytest.mark.rule("HIR-08")
def test_whoever_still_waits_is_told_when_the_seat_is_filled():
    play = ranked(ANN, BOB)
    handed_over(play, ANN)
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    assert any(isinstance(effect, Notify) and effect.to == (BOB,) for effect in play.effects[-2:])


@pytest.mark.rule("HIR-08")
def test_cancelling_ends_the_approval_of_the_requisition():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    task = play.tasks("decide")[0]
    play.do(LEAD, "cancel-requisition", reason="Changed plans")
    assert play.state.case.closed is Status.CANCELLED
    assert play.refused(MANAGER, "decide", task=task, outcome="approve") == "finished"


@pytest.mark.rule("HIR-11")
def test_an_accepted_offer_is_not_dropped_by_cancelling():
    play = ranked()
    accepted(play, ANN)
    refused = play.refused(LEAD, "cancel-requisition", reason="Budget cut", withdraw_offers=True)
    assert refused == "offers-accepted"


@pytest.mark.rule("HIR-09")
def test_no_offer_goes_out_for_a_frozen_position():
    play = ranked(ANN, BOB, seats=2)
    offered(play, ANN)
    play.do(HEAD, "freeze", reason="Hiring stop")
    assert play.stage == "frozen"
    assert play.refused(RECRUITER, "submit-offer", candidate=BOB, **terms()) == "position-frozen"
    assert play.refused(RECRUITER, "extend-offer", offer="offer-1") == "position-frozen"
    assert play.refused(HEAD, "freeze", reason="again") == "already-frozen"
    play.do(HEAD, "unfreeze", reason="Budget is back")
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    assert play.refused(HEAD, "unfreeze", reason="again") == "not-frozen"


@pytest.mark.rule("HIR-09")
def test_a_freeze_in_the_organisation_counts_as_well():
    play = ranked()
    frozen = Position(**{**ORGANISATION.positions["p-support"].model_dump(), "frozen": True})
    play.organisation = ORGANISATION.model_copy(update={"positions": {**ORGANISATION.positions, "p-support": frozen}})
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "position-frozen"


@pytest.mark.rule("HIR-09")
def test_each_extended_offer_is_decided_when_the_position_freezes():
    play = ranked(ANN, BOB, seats=2)
    first, second = extended(play, ANN), extended(play, BOB, salary="58000 THB")
    play.do(HEAD, "freeze", reason="Hiring stop")
    assert len(play.tasks("frozen-offer")) == 2
    assert play.state.case.tasks[play.tasks("frozen-offer")[0]].assignees == (LEAD, HR, HR2)
    assert play.refused(RECRUITER, "decide-frozen-offer", offer=first, choice="keep") == "not-your-role"
    play.do(LEAD, "decide-frozen-offer", offer=first, choice="keep")
    play.do(HR, "decide-frozen-offer", offer=second, choice="withdraw")
    assert play.state.offers[first].status == "extended"
    assert play.state.offers[second].status == "rescinded"
    assert play.refused(LEAD, "decide-frozen-offer", offer=first, choice="withdraw") == "nothing-to-decide"
    assert any(isinstance(effect, Notify) and effect.to == (BOB,) for effect in play.effects[-2:])


@pytest.mark.rule("HIR-09")
def test_a_candidate_can_still_accept_an_offer_they_hold():
    play = ranked()
    offer = extended(play, ANN)
    play.do(HEAD, "freeze", reason="Hiring stop")
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="accept")
    assert play.tasks("frozen-offer") == []


@pytest.mark.rule("HIR-09")
def test_the_freeze_says_whether_the_money_is_released():
    play = opened()
    play.do(HR, "freeze", reason="Wait", release_money=False)
    assert len(play.claims("request")) == 1
    play.do(HR, "unfreeze", reason="On")
    play.do(HEAD, "freeze", reason="Stop", release_money=True)
    assert play.claims("request") == []
    play.do(LEAD, "amend-requisition", seats=2)
    assert play.claims("request") == []
    play.do(HEAD, "unfreeze", reason="On")
    assert [claim.amount for claim in play.claims("request")] == [baht(1_728_000)]


def test_who_may_freeze():
    play = opened()
    for actor in (LEAD, RECRUITER, ENGINEER, BOSS):
        assert play.refused(actor, "freeze", reason="x") == "not-your-role"


@pytest.mark.rule("HIR-02")
def test_all_seats_filled_closes_the_hiring():
    play = ranked(ANN, BOB, seats=2)
    handed_over(play, ANN)
    handed_over(play, BOB, salary="58000 THB")
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    assert play.stage == "onboarding"
    play.do(LEAD, "decide-probation", candidate=BOB, outcome="confirm")
    assert play.stage == "filled"
    assert play.state.case.closed is Status.APPROVED
    assert play.claims("offer") == play.claims("candidate") == []
    assert len(play.claims("request")) == 1  # the money was spent and counts on (KRN-05)
    assert play.refused(LEAD, "cancel-requisition", reason="x") == "finished"


@pytest.mark.rule("HIR-02")
def test_cutting_the_seats_to_those_filled_closes_the_hiring():
    play = ranked(seats=2)
    handed_over(play, ANN)
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    play.do(LEAD, "amend-requisition", seats=1)
    play.approve_all()
    assert play.stage == "filled"
