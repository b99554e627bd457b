"""What a hiring asks for is judged as it is asked now: raised, moved, given back and taken again (KRN-05)."""

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import DecisionsVoided
from domain.kernel.effects import HeldClaim
from tests.domain.people.company import (
    BOSS,
    CONTROLLER,
    HEAD,
    LEAD,
    NOW,
    Play,
    baht,
    interviewed,
    names,
    opened,
    requisition,
    terms,
)  # fmt: skip

BIG = {"salary_band": {"min": "50000 THB", "max": "190000 THB"}}  # 2 736 000 a year, of 3 000 000
SMALL = {"salary_band": {"min": "5000 THB", "max": "10000 THB"}}  # 144 000


def money(play: Play) -> tuple[str, ...]:
    """Who is asked about the money, once everybody before has approved."""
    while (task := play.state.case.tasks[play.tasks("decide")[0]]).step != "money":
        play.decide()
    return task.assignees


def two(**first: object) -> tuple[Play, Play]:
    """A small hiring and then a big one of one lead on one line, both approved by the controller."""
    ledger: list[HeldClaim] = []
    small = opened(Play(ledger=ledger), **{**SMALL, **first})
    small.now = big_at = NOW.replace(hour=5)
    big = Play("hiring-2", ledger=ledger)
    big.now = big_at
    big.do(LEAD, "raise-requisition", **requisition(**BIG))
    assert money(big) == (CONTROLLER,)
    big.approve_all()
    small.now = NOW.replace(hour=7)
    return small, big


@pytest.mark.rule("KRN-05")
def test_an_early_request_that_is_amended_up_is_added_to_the_later_one():
    small, _big = two()
    small.do(LEAD, "amend-requisition", **BIG)
    assert money(small) == (BOSS,)


@pytest.mark.rule("KRN-05")
def test_a_request_moved_to_the_line_is_added_to_what_is_there():
    small, _big = two(budget_line="it-project")
    small.do(LEAD, "amend-requisition", **BIG)
    assert money(small) == (CONTROLLER,), "nothing else is on that line"
    small.do(LEAD, "amend-requisition", budget_line="it-people")
    assert money(small) == (BOSS,)


@pytest.mark.rule("KRN-05")
def test_a_small_raise_takes_no_request_out_of_another_ones_sum():
    ledger: list[HeldClaim] = []
    first = opened(Play(ledger=ledger), **BIG)
    second = Play("hiring-2", ledger=ledger)
    second.now = NOW.replace(hour=5)
    second.do(LEAD, "raise-requisition", **requisition())
    first.now = NOW.replace(hour=6)
    first.do(LEAD, "amend-requisition", salary_band={"min": "50000 THB", "max": "190001 THB"})
    assert money(second) == (BOSS,)


@pytest.mark.rule("KRN-05")
def test_what_is_amended_down_is_not_judged_beside_later_ones():
    small, _big = two()
    small.do(LEAD, "amend-requisition", salary_band={"min": "5000 THB", "max": "9000 THB"})
    assert money(small) == (CONTROLLER,)


@pytest.mark.rule("KRN-05")
def test_an_offer_above_what_was_approved_is_judged_beside_later_requests():
    """The route of offers asks for authority here: the salary may lie outside the band."""
    small, _big = two()
    routes = small.policy.processes["hiring"].routes
    offers = routes["offer"].model_copy(update={"steps": routes["requisition"].steps[2:3]})
    hiring = small.policy.processes["hiring"].model_copy(update={"routes": {**routes, "offer": offers}})
    small.policy = small.policy.model_copy(update={"processes": {"hiring": hiring}})
    interviewed(small, "c-ann")
    small.do(LEAD, "submit-offer", candidate="c-ann", **terms(salary="180000 THB"))
    assert money(small) == (BOSS,)


@pytest.mark.rule("KRN-05", "HIR-09")
def test_money_given_back_by_a_freeze_is_decided_again_when_it_is_taken_again():
    small, _big = two(**{**BIG, "budget_line": "it-project"})
    ledger = small.ledger
    small.do(HEAD, "freeze", reason="Stop", release_money=True)
    other = Play("hiring-3", ledger=ledger)
    other.now = NOW.replace(hour=8)
    other.do(LEAD, "raise-requisition", **requisition(**BIG, budget_line="it-project"))
    assert money(other) == (CONTROLLER,), "the money was free"
    other.approve_all()
    small.now = NOW.replace(hour=9)
    events = small.do(HEAD, "unfreeze", reason="On")
    assert DecisionsVoided.__name__ in names(events)
    assert small.stage == "in_approval"
    task = small.state.case.tasks[small.tasks("decide")[0]]
    assert (task.step, task.assignees) == ("money", (BOSS,)), "line and HR said what they say of it still"
    small.approve_all()
    assert small.stage == "sourcing"


@pytest.mark.rule("KRN-05", "HIR-09")
def test_money_that_stayed_reserved_is_not_decided_again():
    play = opened()
    play.do(HEAD, "freeze", reason="Stop", release_money=False)
    assert names(play.do(HEAD, "unfreeze", reason="On")) == ["PositionUnfrozen", "TaskAssigned"], (
        "the search goes on; nobody decides"
    )


@pytest.mark.rule("KRN-05", "HIR-09")
def test_what_was_returned_while_frozen_is_decided_again_when_resubmitted():
    """The board returns it after the controller approved; the same content comes back."""
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition(seats=6))
    for _ in range(3):
        play.decide()
    play.decide("return", comment="Why six?", fields=["seats"])
    play.do(HEAD, "freeze", reason="Stop", release_money=True)
    play.do(HEAD, "unfreeze", reason="On")
    assert play.state.case.reviews["requisition"].status is Status.RETURNED
    play.do(LEAD, "resubmit-requisition")
    assert play.state.case.tasks[play.tasks("decide")[0]].step == "money"


@pytest.mark.rule("KRN-05")
def test_the_claim_of_a_raise_ends_with_the_request():
    small, _big = two()
    small.do(LEAD, "amend-requisition", **BIG)
    assert [claim.amount for claim in small.claims("request")] == [baht(2_736_000)]
    assert len(small.claims("request-raised")) == 1
    small.do(LEAD, "cancel-requisition", reason="No")
    assert small.claims("request") == small.claims("request-raised") == []
