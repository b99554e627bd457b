"""What a decision may do with money, and what a line's control says of it."""

from datetime import UTC, date, datetime

import pytest

from domain.kernel.budget_control import require_available
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.holdings import Holdings
from domain.kernel.ledger import Balance, LinePeriod, balances_after, unbalanced
from domain.kernel.policy import Policy
from domain.kernel.postings import Postings
from tests.support.buying import LINES, organisation, thb

NEW_YEAR = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
POLICY = Policy(version=1, name="test", processes={}, ladders={})


def facts(*balances, **changes):
    known = {balance.key: balance for balance in balances}
    fields = {"now": NEW_YEAR, "organisation": organisation(), "policy": POLICY, "balances": known}
    return Facts(**{**fields, **changes})


def balance(line="tools", period="2027", available=None, currency="THB"):
    if available is None:
        return Balance(line=line, period=period, currency=currency)
    return Balance(line=line, period=period, currency=currency, planned=True, plan=available, available=available)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value


@pytest.mark.rule("BUD-13")
def test_what_is_left_may_be_spent_to_the_last_unit():
    given = facts(balance(available=5000))
    assert require_available(given, "tools", "2027", thb("5000.00")).outcome == "ok"
    refused = refusal(require_available, given, "tools", "2027", thb("5000.01"))
    assert (refused.code, refused.details["left"]) == ("over-budget", "5,000 THB")


@pytest.mark.rule("BUD-06")
@pytest.mark.parametrize(("line", "outcome"), [("travel", "warned"), ("cloud", "ignored")])
def test_a_line_that_does_not_stop_says_what_it_breaks(line, outcome):
    currency = LINES[line].currency
    amount = thb(70).model_copy(update={"currency": currency})
    check = require_available(facts(balance(line, available=50, currency=currency)), line, "2027", amount)
    assert (check.outcome, check.verdict, check.after.amount) == (outcome, "over", -20)


@pytest.mark.rule("BUD-14")
def test_no_plan_is_neither_zero_nor_without_limit():
    given = facts(balance(), balance("travel"))
    refused = refusal(require_available, given, "tools", "2027", thb("0.01"))
    assert refused.code == "no-plan"
    check = require_available(given, "travel", "2027", thb(1))
    assert (check.outcome, check.verdict, check.left) == ("warned", "no-plan", None)
    planned = Postings(given)
    planned.plan("tools", "2027", thb(0))
    assert refusal(planned.require_available, "tools", "2027", thb(1)).code == "over-budget"


@pytest.mark.rule("BUD-06")
@pytest.mark.parametrize(
    ("line", "period", "amount", "code"),
    [
        ("ghost", "2027", "1 THB", "unmapped"),
        ("tools", "2027-01", "1 THB", "wrong-period"),
        ("staff", "2027", "1 THB", "wrong-period"),
        ("tools", "next", "1 THB", "wrong-period"),
        ("tools", "2027", "1 USD", "two-currencies"),
        ("old", "2027", "1 THB", "line-without-currency"),
        ("tools", "2027", "0.001 THB", "not-payable"),
        ("tools", "2027", "0 THB", "not-positive"),
        ("tools", "2027", "-1 THB", "not-positive"),
    ],
)
def test_what_fits_no_line_is_refused(line, period, amount, code):
    old = LINES["tools"].model_copy(update={"id": "old", "currency": None})
    postings = Postings(facts(balance(available=100), organisation=organisation(old=old)))
    assert refusal(postings.reserve, line, period, thb(1).model_validate(amount)).code == code
    assert postings.transfers == ()


def test_a_balance_that_was_not_asked_for_is_a_mistake():
    with pytest.raises(LookupError, match="name it in `needs`"):
        require_available(facts(), "tools", "2027", thb(1))


@pytest.mark.rule("BUD-05")
def test_parts_replace_no_more_than_there_is():
    postings = Postings(facts(balance(available=100)))
    reserved = postings.reserve("tools", "2027", thb(100))
    ordered = postings.commit(reserved.number, thb(60))
    assert ordered.replaces == reserved.number
    assert refusal(postings.commit, reserved.number, thb(41)).code == "more-than-held"
    postings.spend(ordered.number)
    assert refusal(postings.spend, ordered.number).code == "not-held"
    [released] = postings.release_all()
    assert (released.replaces, released.amount) == (reserved.number, 40)
    assert Holdings().after(postings.transfers) == Holdings(last=4)
    [after] = balances_after(postings.transfers).values()
    assert (after.available, after.reserved, after.committed, after.actual) == (-60, 0, 0, 60)


@pytest.mark.rule("BUD-08")
def test_a_commitment_over_years_needs_all_of_them():
    given = facts(balance(available=100), balance(period="2028", available=50))
    postings = Postings(given)
    assert refusal(postings.reserve_all, "tools", {"2027": thb(60), "2028": thb(60)}).code == "over-budget"
    assert postings.transfers == ()
    postings.reserve_all("tools", {"2027": thb(60), "2028": thb(50)})
    assert [t.period for t in postings.transfers] == ["2027", "2028"]


def test_what_was_posted_counts_for_what_comes_next():
    postings = Postings(facts(balance(available=100)))
    postings.reserve("tools", "2027", thb(70))
    assert refusal(postings.require_available, "tools", "2027", thb(31)).details["left"] == "30 THB"


def test_money_that_moves_leaves_as_much_as_it_brings():
    postings = Postings(facts())
    postings.move(LinePeriod("tools", "2027"), LinePeriod("travel", "2027"), thb(10))
    postings.move(LinePeriod("tools", "2026"), LinePeriod("tools", "2027"), thb(5))
    postings.move(LinePeriod("tools", "2026"), LinePeriod("tools", "2027"), thb(-7))
    assert not unbalanced(postings.transfers)
    assert unbalanced(postings.transfers[:1])
    after = balances_after(postings.transfers)[LinePeriod("tools", "2027"), "THB"]
    assert (after.transferred, after.carried, after.available) == (-10, -2, -12)
    to_cloud = LinePeriod("tools", "2027"), LinePeriod("cloud", "2027"), thb(1)
    assert refusal(postings.move, *to_cloud).code == "two-currencies"


@pytest.mark.rule("BUD-15")
def test_a_transfer_keeps_the_units_above_and_the_owners_day():
    company = organisation()
    bangkok = company.calendars["always"].model_copy(update={"zone": "Asia/Bangkok"})
    given = facts(organisation=company.model_copy(update={"calendars": {"always": bangkok}}))
    made = Postings(given).plan("tools", "2027", thb(1))
    assert made.units == ("dev", "it", "company")
    assert made.effective == date(2027, 1, 1)


@pytest.mark.rule("BUD-08")
def test_differences_of_rates_go_to_their_own_line():
    lines = {
        "tools": LINES["tools"].model_copy(update={"revaluation": "rates"}),
        "rates": LINES["tools"].model_copy(update={"id": "rates", "control": "ignore"}),
    }
    postings = Postings(facts(organisation=organisation(**lines)))
    assert postings.revalue("tools", "2027", thb(0)) is None
    dearer = postings.revalue("tools", "2027", thb("12.50"))
    cheaper = postings.revalue("tools", "2027", thb("-2.50"))
    assert [(t.line, t.source, t.target) for t in (dearer, cheaper)] == [
        ("rates", "available", "actual"),
        ("rates", "actual", "available"),
    ]
    [after] = balances_after(postings.transfers).values()
    assert after.actual == 10
    assert refusal(Postings(facts()).revalue, "tools", "2027", thb(1)).code == "no-revaluation-line"
