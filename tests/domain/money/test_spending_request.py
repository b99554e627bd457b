"""A request for money: checked and reserved in one act, approved on exactly what it says."""

import pytest

from domain.kernel.cases.case_events import Decided
from domain.money.spending.events import SpendingReserved
from domain.organisation.model import Limit
from tests.domain.money.scene import BUYER, CEO, LEAD, MANAGER, OWNER, PAYABLES, SYSTEM, MoneyScenario, thb
from tests.domain.money.spending_cases import SPENDING, asked, office, ordered, wish

RATE = {"rate": "37.85", "rate_currency": "THB", "rate_source": "Bank of Thailand", "rate_day": "2026-11-30"}


def refused(payload, place=None, by=LEAD):
    return MoneyScenario(SPENDING, place or office()).refused("request-spending", payload, by=by)


@pytest.mark.rule("SPD-01")
def test_of_two_that_exceed_a_line_one_is_refused():
    place = office(150_000)
    asked(place, "first")
    assert refused(wish(), place) == "over-budget"
    assert place.left("2027") == 50_000


@pytest.mark.rule("BUD-13")
def test_a_line_can_be_spent_to_its_last_satang():
    place = office(100_000)
    assert refused(wish(amount="100000.01 THB"), place) == "over-budget"
    asked(place, amount="100000.00 THB")
    assert place.left("2027") == 0


@pytest.mark.rule("SPD-06")
def test_approvers_see_what_is_left_before_and_after():
    (check,) = asked(office()).found(SpendingReserved).checks
    assert (check.left, check.after) == (thb(1_000_000), thb(900_000))


@pytest.mark.rule("SPD-06")
@pytest.mark.parametrize("end", ["withdraw", "reject"])
def test_what_is_not_approved_gives_its_money_back(end):
    place = office()
    play = asked(place)
    if end == "withdraw":
        play.when("withdraw", {"reason": "no"}, by=LEAD)
    else:
        play.approve("reject", comment="no")
    assert place.left("2027") == 1_000_000
    assert [effect.to for effect in play.told() if "over" in effect.about.id] == [(LEAD,)]


@pytest.mark.rule("SPD-06")
def test_a_hold_neither_cancels_nor_frees():
    place = office()
    asked(place).when("hold", {"reason": "wait"}, by=LEAD)
    assert place.left("2027") == 900_000


@pytest.mark.rule("BUD-08")
def test_every_year_of_a_term_is_checked():
    term = {"kind": "contract", "starts": "2027-01-01", "ends": "2028-12-31", "until": "2028", "amount": "731000 THB"}
    place = office(500_000, "2027", "2028")
    asked(place, **term)
    assert (place.left("2027"), place.left("2028")) == (135_000, 134_000)
    assert refused(wish(**term), office(500_000, "2027")) == "no-plan"


@pytest.mark.rule("SPD-08")
def test_a_higher_amount_goes_to_a_higher_limit():
    play = asked(office(5_000_000), amount="900000 THB").approve()
    assert play.deciders[:2] == [MANAGER, OWNER]
    play = asked(office(5_000_000), amount="900000 THB")
    play.approve("return", comment="more", fields=["amount"])
    play.when("resubmit-spending", {"amount": "1500000 THB"}, by=LEAD).approve()
    assert CEO in play.deciders
    assert OWNER not in play.deciders


@pytest.mark.rule("SPD-08")
def test_a_change_after_a_decision_is_decided_again():
    place = office()
    play = asked(place)
    play.when("decide", {"task": play.open().id, "outcome": "approve"}, by=MANAGER)
    play.when("amend-spending", {"amount": "120000 THB"}, by=LEAD)
    assert play.open().people == (MANAGER,)
    assert place.left("2027") == 880_000


@pytest.mark.rule("SPD-08")
def test_a_copy_carries_no_approval():
    place = office()
    ordered(place)
    copy = asked(place, "copy", copy_of="spending-1")
    assert copy.open("decide").people == (MANAGER,)
    assert not any(isinstance(event, Decided) for event in copy.history)


@pytest.mark.rule("SPD-05")
def test_a_lowered_limit_sends_a_step_to_another():
    play = asked(office())
    play.when("decide", {"task": play.open().id, "outcome": "approve"}, by=MANAGER)
    assert play.open().people == (OWNER,)
    organisation = play.facts.organisation
    low = [lowered(limit) if limit.category == "spending" and limit.role else limit for limit in organisation.limits]
    assert play.refused("retry", by=SYSTEM, channel="effect") == "not-stuck"
    play.given(organisation=organisation.model_copy(update={"limits": tuple(low)}))
    play.when("retry", by=SYSTEM, channel="effect")
    assert CEO in play.open().people
    assert play.refused("decide", {"task": play.open().id, "outcome": "approve"}, by=OWNER) == "limit-too-low"


def lowered(limit: Limit) -> Limit:
    return limit if limit.role == "executive" else limit.model_copy(update={"up_to": thb(1000)})


@pytest.mark.rule("SPD-10")
def test_the_rate_is_fixed_at_submission():
    place = office()
    play = asked(place, amount="1000 EUR", **RATE)
    assert place.left("2027") == 1_000_000 - 37_850
    (transfer,) = play.found(SpendingReserved).transfers
    assert (str(transfer.original), str(transfer.rate)) == ("1,000 EUR", "37.85")
    assert play.refused("amend-spending", {"rate": "38.10"}, by=LEAD) == "rate-fixed"
    play.when("amend-spending", {"amount": "2000 EUR"}, by=LEAD)
    assert place.left("2027") == 1_000_000 - 75_700


@pytest.mark.rule("SPD-10")
def test_two_currencies_need_a_recorded_rate():
    assert refused(wish(amount="1000 EUR")) == "no-rate"
    assert refused(wish(amount="1000 EUR", **{**RATE, "rate_source": None})) == "no-rate"
    assert refused(wish(**RATE)) == "no-rate-needed"


@pytest.mark.rule("KRN-05")
def test_parts_of_one_purchase_are_judged_together():
    place = office(5_000_000)
    asked(place, "first", amount="800000 THB")
    second = asked(place, "second", amount="300000 THB").approve()
    assert CEO in second.deciders
    other = asked(place, "third", amount="300000 THB", supplier="Another").approve()
    assert CEO not in other.deciders


@pytest.mark.rule("SPD-07")
def test_nothing_is_ordered_before_the_last_approval():
    play = asked(office())
    order = {"task": play.open().id, "number": "PO-1", "total": "100000 THB"}
    assert play.refused("place-order", order, by=BUYER) in {"not-your-role", "not-now"}
    play.approve()
    assert play.state.order is None
    assert play.open("order").people[0] == BUYER


@pytest.mark.rule("SPD-04")
def test_an_emergency_goes_on_and_is_marked():
    place = office(10_000)
    play = asked(place, kind="emergency", happened_on="2026-11-30")
    (check,) = play.found(SpendingReserved).checks
    assert check.outcome == "stopped"
    assert "emergency" in play.case.title.id
    play.approve()
    assert place.balance("2027").committed == 100_000
    assert play.open("invoice").people[0] == PAYABLES


def test_an_expense_needs_its_receipt():
    spent = wish(kind="expense", supplier=None, happened_on="2026-11-30")
    assert refused(spent) == "no-receipt"
    play = MoneyScenario(SPENDING, office()).when("request-spending", {**spent, "draft": True}, by=LEAD)
    receipt = {"name": "r.pdf", "size": 10, "media_type": "application/pdf", "sha256": "a" * 64}
    play.when("attach", receipt, by=LEAD).when("submit-spending", by=LEAD)
    assert play.open("decide").people == (MANAGER,)


@pytest.mark.rule("BUD-06")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"budget_line": "nowhere"}, "unmapped"),
        ({"amount": "0 THB"}, "no-amount"),
        ({"amount": "-5 THB"}, "no-amount"),
        ({"amount": "1.005 THB"}, "not-payable"),
        ({"supplier": None}, "no-supplier"),
        ({"period": "2027-01"}, "wrong-period"),
        ({"period": "2025"}, "past-period"),
        ({"until": "2026"}, "bad-periods"),
        ({"kind": "contract"}, "no-term"),
        ({"kind": "contract", "starts": "2026-12-01", "ends": "2027-12-31"}, "term-outside"),
        ({"kind": "emergency"}, "no-day"),
        ({"kind": "emergency", "happened_on": "2026-12-02"}, "no-day"),
    ],
)
def test_a_bad_request_says_what_to_do(change, code):
    assert refused(wish(**change)) == code


def test_the_policy_previews_who_will_decide():
    facts = asked(office()).facts
    steps = SPENDING.preview(SPENDING.commands["request-spending"].model_validate(wish()), facts, LEAD)
    assert [(step.step, step.assignees) for step in steps] == [("manager", (MANAGER,)), ("owner", (OWNER,))]
