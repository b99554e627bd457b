"""Offers: seats, one per candidate, the band, equal terms, validity, and the candidate's own answer."""

from datetime import date, datetime, timedelta, timezone

import pytest

from domain.kernel.effects import Notify
from domain.people.hiring.events import OfferLapsed, OfferRescinded
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
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    interviewed,
    names,
    offered,
    opened,
    sealed,
    terms,
)  # fmt: skip


def ranked(*candidates: str, **changes) -> Play:
    return interviewed(opened(**changes), *(candidates or (ANN,)))


@pytest.mark.rule("HIR-03")
def test_an_offer_within_the_band_takes_the_normal_route():
    play = ranked()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(salary="60000 THB"))
    assert [step.name for step in play.state.case.reviews["offer-1"].steps] == ["hr"]
    play.decide()
    assert play.state.offers["offer-1"].status == "approved"
    assert play.state.case.tasks[play.tasks("extend-offer")[0]].assignees == (RECRUITER,)


@pytest.mark.rule("HIR-03")
@pytest.mark.parametrize("salary", ["60001 THB", "49999 THB"])
def test_an_offer_outside_the_band_needs_one_step_more(salary):
    play = ranked()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(salary=salary))
    play.decide()
    assert play.state.offers["offer-1"].status == "in_approval"
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HEAD,)
    play.decide()
    assert play.state.offers["offer-1"].status == "approved"


@pytest.mark.rule("KRN-02")
def test_whoever_submits_an_offer_does_not_approve_it():
    play = ranked()
    play.do(HR, "submit-offer", candidate=ANN, **terms())
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HR2,)


@pytest.mark.rule("HIR-04")
def test_a_relative_does_not_decide_on_the_offer_even_if_declared_after_it_was_submitted():
    play = ranked()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    task = play.tasks("decide")[0]
    play.do(HR, "declare-relationship", candidate=ANN, person=HR)
    assert play.refused(HR, "decide", task=task, outcome="approve") == "relative"
    play.do(HR2, "decide", task=task, outcome="approve")


@pytest.mark.rule("HIR-02")
def test_no_more_offers_than_seats():
    play = ranked(ANN, BOB, CAT, seats=2)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms())
    assert play.refused(RECRUITER, "submit-offer", candidate=CAT, **terms()) == "no-seat"


@pytest.mark.rule("HIR-02")
def test_a_declined_offer_gives_its_seat_back():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    assert play.refused(RECRUITER, "submit-offer", candidate=BOB, **terms()) == "no-seat"
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    assert play.stage == "selection"
    assert play.claims("offer") == []
    assert {one.kind for one in play.state.case.deadlines} <= {"task"}
    offered(play, BOB)


@pytest.mark.rule("HIR-02")
def test_a_rejected_offer_gives_its_seat_back():
    play = ranked(ANN, BOB)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    play.decide("reject", comment="Reference missing")
    assert play.state.offers["offer-1"].status == "rejected"
    assert play.claims("offer") == []
    offered(play, BOB)


@pytest.mark.rule("HIR-02")
def test_a_rescinded_offer_gives_its_seat_back():
    play = ranked(ANN, BOB)
    extended(play, ANN)
    events = play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert isinstance(next(e for e in events if isinstance(e, OfferRescinded)), OfferRescinded)
    assert {one.kind for one in play.state.case.deadlines} <= {"task"}
    assert any(isinstance(effect, Notify) and effect.to == (ANN,) for effect in play.effects[-2:])
    offered(play, BOB)


@pytest.mark.rule("HIR-02")
def test_rescinding_an_offer_in_approval_ends_the_approval():
    play = ranked()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert {task.kind for task in play.state.case.tasks.values()} <= KINDS
    assert play.state.offers["offer-1"].status == "rescinded"
    assert not any(isinstance(effect, Notify) and effect.to == (ANN,) for effect in play.effects)  # they never knew


@pytest.mark.rule("HIR-03")
def test_one_open_offer_per_candidate():
    play = ranked(ANN, seats=3)
    offered(play, ANN)
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "offer-open"


@pytest.mark.rule("HIR-04")
def test_only_ranked_candidates_are_offered():
    play = ranked()
    play.do(RECRUITER, "add-candidate", candidate=BOB, source="web")
    assert play.refused(RECRUITER, "submit-offer", candidate=BOB, **terms()) == "not-ranked"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"salary": "0 THB"}, "bad-payload"),
        ({"salary": "-5 THB"}, "bad-payload"),
        ({"salary": "5000 USD"}, "two-currencies"),
        ({"start_date": "2026-11-01"}, "start-in-the-past"),
        ({"start_date": "soon"}, "bad-payload"),
    ],
)
def test_impossible_terms_are_refused(change, code):
    assert ranked().refused(RECRUITER, "submit-offer", candidate=ANN, **terms(**change)) == code


def test_today_is_still_a_possible_start_in_the_place_of_work():
    play = ranked()
    play.now = datetime(2026, 11, 3, 1, 0, tzinfo=timezone(timedelta(hours=7)))  # the 2nd in UTC, the 3rd in Bangkok
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms(start_date="2026-11-02")) == (
        "start-in-the-past"
    )
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(start_date="2026-11-03"))


@pytest.mark.rule("HIR-06")
def test_equal_terms_for_the_next_in_the_ranking_need_no_second_approval():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms(salary="55,000.00 THB"))
    assert play.state.offers["offer-2"].status == "approved"
    assert play.state.offers["offer-2"].review == "offer-1"
    assert play.tasks("decide") == []
    play.do(RECRUITER, "extend-offer", offer="offer-2")
    assert play.state.offers["offer-2"].status == "extended"


@pytest.mark.rule("HIR-06")
@pytest.mark.parametrize(
    "change", [{"salary": "54000 THB"}, {"grade": 4}, {"location": "Chiang Mai"}, {"start_date": "2027-02-01"}]
)
def test_other_terms_need_an_approval_of_their_own(change):
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms(**change))
    assert play.state.offers["offer-2"].status == "in_approval"


@pytest.mark.rule("HIR-06")
def test_who_is_not_next_in_the_ranking_needs_an_approval():
    play = ranked(ANN, BOB, CAT)
    offer = extended(play, ANN)
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    play.do(RECRUITER, "submit-offer", candidate=CAT, **terms())
    assert play.state.offers["offer-2"].status == "in_approval"


@pytest.mark.rule("HIR-06")
def test_an_approval_given_under_another_requisition_does_not_carry_over():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    play.do(LEAD, "amend-requisition", salary_band={"min": "30000 THB", "max": "40000 THB"})
    play.approve_all()
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms())
    assert play.state.offers["offer-2"].status == "in_approval"


@pytest.mark.rule("HIR-06")
def test_an_approval_by_a_relative_of_the_next_candidate_does_not_carry_over():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)  # approved by HR
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    play.do(HR, "declare-relationship", candidate=BOB, person=HR)
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms())
    assert play.state.offers["offer-2"].status == "in_approval"
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (HR2,)


@pytest.mark.rule("KRN-15")
def test_a_returned_offer_holds_its_seat_and_is_resubmitted():
    play = ranked(ANN, BOB)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(salary="70000 THB"))
    play.decide("return", comment="Inside the band, please", fields=["salary"])
    assert play.state.offers["offer-1"].status == "returned"
    assert play.refused(RECRUITER, "submit-offer", candidate=BOB, **terms()) == "no-seat"
    play.do(RECRUITER, "resubmit-offer", offer="offer-1", salary="58000 THB")
    play.approve_all()
    assert play.state.offers["offer-1"].status == "approved"
    assert not play.state.offers["offer-1"].outside_band
    assert play.refused(RECRUITER, "resubmit-offer", offer="offer-1") == "offer-status"


@pytest.mark.rule("HIR-14")
def test_an_extended_offer_is_valid_for_seven_working_days():
    play = ranked()
    offer = extended(play, ANN)
    deadline = next(d for d in play.state.case.deadlines if d.kind == "offer-validity")
    assert deadline.key == offer
    assert deadline.at == datetime.fromisoformat("2026-11-11T10:00+07:00")
    assert play.state.offers[offer].until == deadline.at


@pytest.mark.rule("HIR-14")
def test_an_offer_lapses_and_gives_seat_and_claim_back():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    play.pass_time(days=9)
    assert play.state.offers[offer].status == "lapsed"
    assert any(isinstance(event, OfferLapsed) for event in play.events)
    assert play.claims("offer") == []
    assert not any(deadline.kind == "offer-validity" for deadline in play.state.case.deadlines)
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms())
    assert play.state.offers["offer-2"].status == "approved"  # equal terms, HIR-06


@pytest.mark.rule("HIR-14")
def test_a_timer_that_rings_early_late_or_for_nothing_is_refused():
    play = ranked()
    offer = extended(play, ANN)
    due = {"kind": "offer-validity", "key": offer, "at": play.now.isoformat()}
    assert play.refused(SYSTEM, "deadline", channel="timer", **due) == "too-early"
    assert play.refused(RECRUITER, "deadline", **due) == "not-your-role"
    assert play.refused(SYSTEM, "deadline", channel="timer", **{**due, "kind": "moon"}) == "deadline-gone"
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    assert play.refused(SYSTEM, "deadline", channel="timer", **due) == "deadline-gone"


@pytest.mark.rule("HIR-14")
def test_an_answer_after_the_validity_is_too_late_even_before_the_timer():
    play = ranked()
    offer = extended(play, ANN)
    play.now += timedelta(days=30)
    assert play.refused(ANN, "answer-offer", channel="link", offer=offer, answer="accept") == "lapsed"


@pytest.mark.rule("HIR-14")
def test_a_hold_gives_the_candidate_their_time_back():
    play = ranked()
    offer = extended(play, ANN)
    play.do(MANAGER, "hold", reason="Audit")
    play.now += timedelta(days=30)
    play.do(MANAGER, "resume", reason="Done")
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="accept")


@pytest.mark.rule("HIR-14")
def test_only_the_candidate_answers_and_only_on_their_own_channels():
    play = ranked(ANN, BOB)
    offer = extended(play, ANN)
    assert play.refused(RECRUITER, "answer-offer", offer=offer, answer="accept") == "not-your-role"
    assert play.refused(BOB, "answer-offer", channel="link", offer=offer, answer="accept") == "not-your-offer"
    assert play.refused(ANN, "answer-offer", channel="signal", offer=offer, answer="accept") == "channel"
    assert play.refused(ANN, "answer-offer", channel="link", offer="offer-9", answer="accept") == "no-such-offer"
    play.do(ANN, "answer-offer", channel="link", offer=offer, answer="accept")
    assert play.stage == "checks"
    assert play.refused(ANN, "answer-offer", channel="link", offer=offer, answer="decline") == "offer-status"


@pytest.mark.rule("HIR-14")
def test_an_offer_that_was_not_approved_is_not_sent():
    play = ranked()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    assert play.refused(RECRUITER, "extend-offer", offer="offer-1") == "offer-status"
    assert play.refused(LEAD, "extend-offer", offer="offer-1") == "not-your-role"
    assert play.refused(ANN, "answer-offer", channel="link", offer="offer-1", answer="accept") == "offer-status"


def test_who_did_not_have_the_task_may_send_the_offer_if_the_role_allows():
    play = ranked()
    offered(play, ANN)
    play.do(HR, "extend-offer", offer="offer-1")
    assert play.tasks("extend-offer") == []


def test_a_start_date_that_passed_while_waiting_is_not_sent():
    play = ranked()
    offered(play, ANN, start_date="2026-11-05")
    play.pass_time(days=10)
    assert play.refused(RECRUITER, "extend-offer", offer="offer-1") == "start-in-the-past"


def test_the_story_of_an_accepted_offer_in_events():
    play = ranked()
    before = len(play.events)
    accepted(play, ANN)
    assert names(play.events[before:]) == [
        "OfferSubmitted", "ReviewOpened", "TaskAssigned", "TaskCancelled", "Decided", "TaskDone", "StepCompleted",
        "ReviewApproved", "TaskAssigned", "TaskDone", "OfferExtended", "DeadlineSet", "DeadlineCleared",
        "OfferAccepted", "TaskAssigned", "TaskAssigned",
    ]  # fmt: skip
    assert play.state.offers["offer-1"].terms.start_date == date(2027, 1, 4)
    for stranger in (BOSS, ENGINEER):
        assert play.refused(stranger, "submit-offer", candidate=ANN, **terms()) == "not-your-role"
