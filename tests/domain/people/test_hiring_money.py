"""The money of a hiring on its budget line: reserved, committed, spent or given back, each exactly once (HIR-12)."""

from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.errors import Refused
from domain.people.hiring.process import HIRING
from tests.domain.people.company import (
    ANN,
    BOB,
    CONTROLLER,
    HEAD,
    LEAD,
    ORGANISATION,
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    handed_over,
    interviewed,
    offered,
    opened,
    requisition,
    sealed,
    terms,
)  # fmt: skip
from tests.domain.people.funded import LINE, PLANS, funded

SEAT = Decimal("141600.00")  # 60 000 × 1.2, 29 of 30 days of November and December
OFFER = Decimal("785612.90")  # 55 000 × 1.2, 28 of 31 days of January and eleven months


def bound(play: Play, period: str, id_: str = LINE) -> tuple[Decimal, Decimal]:
    """What is reserved and committed."""
    balance = play.balance(id_, period)
    return balance.reserved, balance.committed


def free(play: Play, period: str, id_: str = LINE) -> Decimal:
    return play.balance(id_, period).available - PLANS[period]


@pytest.mark.rule("HIR-12")
def test_approval_reserves_the_remaining_months():
    play = opened(funded(), seats=2)
    assert bound(play, "2026") == (2 * SEAT, 0)
    assert free(play, "2026") == -2 * SEAT


@pytest.mark.rule("HIR-12")
def test_acceptance_commits_the_salary_and_frees_the_rest():
    play = interviewed(opened(funded()), ANN)
    extended(play, ANN)
    assert (bound(play, "2026"), bound(play, "2027")) == ((SEAT, 0), (OFFER, 0))
    play.do(ANN, "answer-offer", channel="link", offer="offer-1", answer="accept")
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (0, OFFER))


@pytest.mark.rule("HIR-12")
def test_a_line_by_months_is_charged_by_months():
    months = {f"2027-{month:02}": 100_000 for month in range(1, 13)}
    play = interviewed(opened(funded(periods="month", plans={"2026-11": 90_000, "2026-12": 90_000, **months})), ANN)
    assert (bound(play, "2026-11"), bound(play, "2026-12")) == ((Decimal("69600.00"), 0), (72_000, 0))
    accepted(play, ANN)
    assert bound(play, "2027-01") == (0, Decimal("59612.90"))
    assert bound(play, "2027-12") == (0, 66_000)


@pytest.mark.rule("HIR-12")
def test_the_money_step_is_refused_without_money():
    play = funded(plans={"2026": 100_000, "2027": 1})
    play.do(LEAD, "raise-requisition", **requisition())
    play.decide()
    play.decide()
    [task] = play.tasks("decide")
    assert play.state.case.tasks[task].assignees == (CONTROLLER,)
    with pytest.raises(Refused, match=r"100,000 THB left in 2026") as refusal:
        play.do(CONTROLLER, "decide", task=task, outcome="approve")
    assert refusal.value.code == "over-budget"
    play.do(CONTROLLER, "decide", task=task, outcome="reject", comment="No money")
    assert play.stage == "rejected"


@pytest.mark.rule("HIR-12")
def test_an_offer_beyond_next_years_plan_is_refused():
    play = interviewed(opened(funded(plans={"2026": 500_000, "2027": 100_000})), ANN)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    [task] = play.tasks("decide")
    assert play.refused(play.state.case.tasks[task].assignees[0], "decide", task=task, outcome="approve") == (
        "over-budget"
    )


@pytest.mark.rule("HIR-12")
def test_a_policy_that_warns_lets_it_go_on():
    play = opened(funded("warn", plans={"2026": 100_000}))
    assert bound(play, "2026") == (SEAT, 0)
    [moved] = [event for event in play.events if type(event).__name__ == "HiringMoneyMoved"]
    assert moved.model_dump()["over"] == ("2026",)


@pytest.mark.rule("HIR-12")
def test_a_line_without_currency_is_stopped_or_holds_nothing():
    stopped, warned = funded("stop"), funded("warn")
    for play in (stopped, warned):
        play.organisation = ORGANISATION
    assert stopped.refused(LEAD, "raise-requisition", **requisition()) == "line-without-currency"
    assert opened(warned).state.funding is None


def cancel(play: Play) -> None:
    play.do(LEAD, "cancel-requisition", reason="Enough", withdraw_offers=True)


def decline(play: Play) -> None:
    play.do(ANN, "answer-offer", channel="link", offer=extended(play, ANN), answer="decline")


def lapse(play: Play) -> None:
    extended(play, ANN)
    play.pass_time(days=15)


def withdraw_offer(play: Play) -> None:
    extended(play, ANN)
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))


def refuse_offer(play: Play) -> None:
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    play.decide("reject", comment="Too much")


def rescind(play: Play) -> None:
    accepted(play, ANN)
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    play.approve_all()


def step_back(play: Play) -> None:
    accepted(play, ANN)
    play.do(RECRUITER, "step-back", candidate=ANN, told_by="phone")


def step_back_early(play: Play) -> None:
    offered(play, ANN)
    play.do(ANN, "step-back", channel="link", candidate=ANN)


def end_probation(play: Play) -> None:
    handed_over(play, ANN, start_date="2026-11-09")
    play.pass_time(days=30)
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="end", reason=sealed(ANN))


ENDS = (decline, lapse, withdraw_offer, refuse_offer, rescind, step_back, step_back_early, end_probation)


@pytest.mark.rule("HIR-12")
@pytest.mark.rule("HIR-17")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_offer_that_ends_gives_its_money_back_once(end: Any):
    """The seat keeps what it still has for another candidate, and gives it back when the hiring is over."""
    play = interviewed(opened(funded()), ANN)
    end(play)
    assert bound(play, "2027") == (0, 0)
    assert bound(play, "2026")[1] == 0
    assert bound(play, "2026")[0] <= SEAT
    cancel(play)
    assert (free(play, "2026"), free(play, "2027")) == (0, 0)
    assert not play.claims("binds-money")
    assert play.state.holdings.open == ()


@pytest.mark.rule("HIR-12")
def test_a_seat_keeps_its_money_for_the_next_candidate():
    play = interviewed(opened(funded()), ANN, BOB)
    decline(play)
    assert bound(play, "2026") == (SEAT, 0)
    accepted(play, BOB)
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (0, OFFER))


@pytest.mark.rule("HIR-12")
@pytest.mark.rule("HIR-09")
def test_a_freeze_gives_money_back_until_approved_again():
    play = opened(funded(), seats=2)
    play.do(HEAD, "freeze", reason="Stop", release_money=True)
    assert bound(play, "2026") == (0, 0)
    play.do(HEAD, "unfreeze", reason="On")
    assert bound(play, "2026") == (0, 0)
    play.approve_all()
    assert bound(play, "2026") == (2 * SEAT, 0)


@pytest.mark.rule("HIR-12")
@pytest.mark.rule("HIR-09")
def test_an_offer_kept_in_a_freeze_keeps_its_money():
    play = interviewed(opened(funded(), seats=2), ANN)
    extended(play, ANN)
    play.do(HEAD, "freeze", reason="Stop", release_money=True)
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (OFFER, 0))
    play.do(LEAD, "decide-frozen-offer", offer="offer-1", choice="withdraw")
    assert bound(play, "2027") == (0, 0)


@pytest.mark.rule("HIR-12")
@pytest.mark.parametrize(("filled", "actual"), [("spent", OFFER), ("released", Decimal(0))])
def test_a_filled_seat_is_spent_or_left_to_payroll(filled: str, actual: Decimal):
    play = interviewed(opened(funded(filled=filled)), ANN)
    handed_over(play, ANN)
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    assert play.stage == "filled"
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (0, 0))
    assert play.balance(LINE, "2027").actual == actual
    assert not play.claims("binds-money")


@pytest.mark.rule("HIR-12")
def test_another_line_takes_over_what_is_held():
    play = interviewed(opened(funded(), seats=2), ANN)
    accepted(play, ANN)
    play.do(LEAD, "amend-requisition", budget_line="it-project")
    assert bound(play, "2027") == (0, OFFER)
    play.approve_all()
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (0, 0))
    assert (bound(play, "2026", "it-project"), bound(play, "2027", "it-project")) == ((SEAT, 0), (0, OFFER))


@pytest.mark.rule("HIR-12")
def test_the_candidate_and_outsiders_see_no_money_of_the_seats():
    play = interviewed(opened(funded()), ANN)
    accepted(play, ANN)
    moved = [event for event in play.events if type(event).__name__ == "HiringMoneyMoved"]
    assert "funding" not in HIRING.visible(play.state, ANN)
    assert not any(HIRING.may_see(play.state, ANN, event) for event in moved)
    pay = HIRING.confidential.fields["cost"]
    assert {"funding", "holdings", "transfers"} <= set(pay)


def turn(play: Play, period: str, target: str, decision: str = "carry") -> None:
    play.do(SYSTEM, "move-commitment", channel="effect", line=LINE, period=period, target=target, decision=decision)


@pytest.mark.rule("HIR-12")
@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(
    ("decision", "bound_then"), [("carry", SEAT), ("carry-without", SEAT), ("re-encumber", SEAT), ("cancel", 0)]
)
def test_a_seat_follows_the_years_turn(decision: str, bound_then: Decimal):
    play = opened(funded())
    turn(play, "2026", "2027", decision)
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (bound_then, 0))
    assert free(play, "2026") == 0
    again = {"line": LINE, "period": "2026", "target": "2027", "decision": decision}
    assert play.refused(SYSTEM, "move-commitment", channel="effect", **again) == "nothing-held"
    play.do(LEAD, "cancel-requisition", reason="No longer needed.")
    assert (free(play, "2026"), free(play, "2027")) == (0, 0)


@pytest.mark.rule("BUD-09")
def test_an_undone_turn_leaves_next_years_own():
    play = interviewed(opened(funded(), seats=2), ANN)
    accepted(play, ANN)
    before = bound(play, "2026"), bound(play, "2027")
    turn(play, "2026", "2027")
    assert (bound(play, "2026"), bound(play, "2027")) == ((0, 0), (SEAT, OFFER))
    turn(play, "2027", "2026")
    assert (bound(play, "2026"), bound(play, "2027")) == before
    back = {"line": LINE, "period": "2027", "target": "2026", "decision": "carry"}
    assert play.refused(SYSTEM, "move-commitment", channel="effect", **back) == "nothing-held"


@pytest.mark.rule("HIR-12")
def test_what_was_accepted_stays_committed():
    play = interviewed(opened(funded(plans={**PLANS, "2028": 0})), ANN)
    accepted(play, ANN)
    turn(play, "2027", "2028")
    assert (bound(play, "2027"), bound(play, "2028")) == ((0, 0), (0, OFFER))
    by_hand = {"line": LINE, "period": "2028", "target": "2029", "decision": "carry"}
    assert play.refused(RECRUITER, "move-commitment", **by_hand) == "not-your-role"
