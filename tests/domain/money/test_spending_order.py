"""From the order to the last invoice: the same money all the way, and facts that stay recordable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed
from domain.money.spending.events import InvoiceBooked, InvoiceQuestioned
from tests.domain.money.scene import BUYER, CONTROLLER, LEAD, LINE, MANAGER, OWNER, PAYABLES, SYSTEM, MoneyScenario, thb
from tests.domain.money.spending_cases import SPENDING, asked, invoiced, office, ordered
from tests.support.examples import examples

RATE = {"rate": "37", "rate_currency": "THB", "rate_source": "Bank of Thailand", "rate_day": "2026-11-30"}


def accounts(place, period="2027"):
    balance = place.balance(period)
    return int(balance.reserved), int(balance.committed), int(balance.actual), int(balance.available)


@pytest.mark.rule("SPD-06")
def test_turning_one_into_the_next_changes_nothing_free():
    place = office()
    play = asked(place)
    assert accounts(place) == (100_000, 0, 0, 900_000)
    play.approve().do("order", "place-order", {"number": "PO-1", "total": "100000 THB"})
    assert accounts(place) == (0, 100_000, 0, 900_000)
    play.when("record-receipt", {"what": "all", "on": "2026-12-01"}, by=LEAD)
    assert accounts(place) == (0, 100_000, 0, 900_000)
    invoiced(play, 60_000)
    assert accounts(place) == (0, 40_000, 60_000, 900_000)
    invoiced(play, 40_000, "INV-2")
    assert accounts(place) == (0, 0, 100_000, 900_000)
    assert SPENDING.stage(play.state) == "closed"


@pytest.mark.rule("SPD-06")
def test_the_last_invoice_gives_the_rest_back():
    place = office()
    play = invoiced(ordered(place, total="90000 THB"), 70_000, last=True)
    assert accounts(place) == (0, 0, 70_000, 930_000)
    assert SPENDING.stage(play.state) == "short_closed"
    assert [effect.to for effect in play.told() if "over" in effect.about.id] == [(LEAD,)]


@pytest.mark.rule("SPD-06")
def test_closing_short_gives_the_rest_back():
    place = office()
    play = invoiced(ordered(place), 30_000)
    assert play.refused("cancel-spending", {"reason": "late"}, by=LEAD) == "invoiced"
    play.when("close-spending", {"reason": "the supplier is bankrupt"}, by=LEAD)
    assert accounts(place) == (0, 0, 30_000, 970_000)
    assert SPENDING.stage(play.state) == "short_closed"


@pytest.mark.rule("SPD-06")
def test_cancelling_an_order_gives_all_back():
    place = office()
    play = ordered(place).when("cancel-spending", {"reason": "not needed"}, by=LEAD)
    assert (accounts(place), play.found(CaseClosed).status) == ((0, 0, 0, 1_000_000), Status.CANCELLED)


@pytest.mark.rule("SPD-02")
def test_an_order_above_the_approval_is_refused():
    place = office()
    play = asked(place).approve()
    order = {"task": play.open("order").id, "number": "PO-1", "total": "100000.01 THB"}
    assert play.refused("place-order", order, by=BUYER) == "above-approval"
    play.when("place-order", {**order, "total": "80000 THB"}, by=BUYER)
    assert accounts(place) == (0, 80_000, 0, 920_000)


@pytest.mark.rule("SPD-13")
def test_after_approval_terms_are_closed_and_facts_are_not():
    play = ordered(office())
    assert play.refused("amend-spending", {"amount": "1 THB"}, by=LEAD) == "not-now"
    assert play.refused("withdraw", {"reason": "no"}, by=LEAD) in {"approved", "decided"}
    play.when("record-receipt", {"what": "half", "on": "2026-12-01", "value": "50000 THB"}, by=LEAD)
    invoiced(play, 50_000)
    credit = {"number": "C-1", "invoice": "INV-1", "amount": "50000 THB", "dated": "2026-12-01"}
    play.when("record-credit-note", credit, by=PAYABLES)
    assert SPENDING.stage(play.state) == "partly_received"


@pytest.mark.rule("SPD-09")
def test_an_invoice_within_the_tolerance_is_booked():
    place = office()
    play = invoiced(ordered(place), 105_000)
    play.found(InvoiceBooked)
    assert accounts(place) == (0, 0, 105_000, 895_000)


@pytest.mark.rule("SPD-09")
def test_above_the_tolerance_the_authorisers_are_asked():
    place = office()
    play = invoiced(ordered(place), "105000.01 THB")
    play.found(InvoiceQuestioned)
    assert play.open("decide").people == (MANAGER,)
    assert accounts(place) == (0, 100_000, 0, 900_000)
    assert play.refused("close-spending", {"reason": "done"}, by=LEAD) == "invoice-waits"
    play.approve()
    assert play.deciders == [MANAGER, OWNER]
    assert place.balance("2027").actual == thb("105000.01").amount


@pytest.mark.rule("SPD-09")
def test_tolerances_of_several_invoices_do_not_add_up():
    play = invoiced(ordered(office()), 99_000)
    invoiced(play, 6_001, "INV-2")
    play.found(InvoiceQuestioned)


@pytest.mark.rule("SPD-09")
def test_a_declined_invoice_is_not_paid():
    place = office()
    play = invoiced(ordered(place), 130_000).approve("reject", comment="not agreed")
    assert accounts(place) == (0, 100_000, 0, 900_000)
    assert play.open("invoice").people[0] == PAYABLES
    invoiced(play, 100_000, "INV-2")
    assert SPENDING.stage(play.state) == "closed"


@pytest.mark.rule("SPD-02")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"supplier": "Another"}, "other-supplier"),
        ({"amount": "-1 THB"}, "no-amount"),
        ({"amount": "1 EUR"}, "other-currency"),
        ({"dated": "2026-12-02"}, "future-day"),
        ({"number": "INV-1"}, "taken-number"),
    ],
)
def test_a_wrong_invoice_says_what_to_do(change, code):
    play = invoiced(ordered(office()), 10_000)
    bill = {"number": "INV-2", "amount": "10 THB", "dated": "2026-12-01", **change, "task": play.open("invoice").id}
    assert play.refused("record-invoice", bill, by=PAYABLES) == code


@pytest.mark.rule("SPD-02")
def test_a_suppliers_number_is_taken_once_ever():
    place = office()
    invoiced(ordered(place, "first"), 10_000)
    with pytest.raises(AssertionError, match="is taken"):
        invoiced(ordered(place, "second"), 10_000)


@pytest.mark.rule("BUD-08")
def test_another_rate_goes_to_the_revaluation_line():
    place = office()
    play = ordered(place, total="1000 EUR", amount="1000 EUR", **RATE)
    organisation = play.facts.organisation
    line = organisation.budget_lines["it-licences"].model_copy(update={"revaluation": "hr-training"})
    play.given(
        organisation=organisation.model_copy(update={"budget_lines": {**organisation.budget_lines, line.id: line}})
    )
    invoiced(play, "1000 EUR", paid="38200 THB")
    assert accounts(place) == (0, 0, 37_000, 963_000)
    assert place.balance("2027", "hr-training").actual == 1_200


@pytest.mark.rule("SPD-11")
def test_a_credit_note_goes_back_where_it_came_from():
    place = office(500_000)
    term = {"kind": "contract", "starts": "2027-01-01", "ends": "2028-12-31", "until": "2028"}
    play = invoiced(ordered(place, **term), 100_000)
    credit = {"invoice": "INV-1", "dated": "2026-12-01"}
    play.when("record-credit-note", {**credit, "number": "C-1", "amount": "60000 THB"}, by=PAYABLES)
    spent = [int(place.balance(year).actual) for year in ("2027", "2028")]
    assert spent == [40_000, 0]
    above = {**credit, "number": "C-2", "amount": "40000.01 THB"}
    assert play.refused("record-credit-note", above, by=PAYABLES) == "above-invoice"
    play.when("record-credit-note", {**above, "amount": "40000 THB"}, by=PAYABLES)
    assert place.left("2027") == place.left("2028") == 500_000


@pytest.mark.rule("SPD-11")
@pytest.mark.rule("SPD-02")
def test_a_credit_note_after_the_close_gives_back_once():
    place = office()
    play = invoiced(ordered(place), 100_000)
    credit = {"number": "C-1", "invoice": "INV-1", "amount": "70000 THB", "dated": "2026-12-01"}
    assert play.refused("record-credit-note", credit, by=PAYABLES) == "finished"
    late = {**credit, "supplier": "Bangkok Displays"}
    MoneyScenario(SPENDING, place, "late-1").when("credit-closed", late, by=PAYABLES)
    assert accounts(place) == (0, 0, 30_000, 970_000)
    again = MoneyScenario(SPENDING, place, "late-2")
    assert again.refused("credit-closed", {**late, "number": "C-2"}, by=PAYABLES) == "above-invoice"
    assert again.refused("credit-closed", {**late, "invoice": "INV-7"}, by=PAYABLES) == "no-such-invoice"
    assert again.refused("credit-closed", {**late, "amount": "1 THB"}, by=CONTROLLER) == "not-your-role"


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(
    ("decision", "price", "old", "new"),
    [
        ("carry", None, 1_000_000, 900_000),
        ("carry-without", None, 1_000_000, 900_000),
        ("re-encumber", "90000 THB", 1_000_000, 910_000),
        ("cancel", None, 1_000_000, 1_000_000),
    ],
)
def test_a_commitment_goes_over_the_turn_of_the_year(decision, price, old, new):
    """What goes along is moved by the budget; the case gives back the old and holds the new."""
    place = office()
    play = ordered(place)
    move = {"line": LINE, "period": "2027", "target": "2028", "decision": decision, "price": price}
    play.when("move-commitment", move, by=SYSTEM, channel="effect")
    assert (place.left("2027"), place.left("2028")) == (old, new)
    assert int(play.state.bound) == {"cancel": 0, "re-encumber": 90_000}.get(decision, 100_000)
    assert play.refused("move-commitment", move, by=SYSTEM) in {"nothing-held", "finished"}


@pytest.mark.rule("BUD-09")
def test_a_carried_commitment_can_be_taken_back():
    place = office()
    play = ordered(place)
    there = {"line": LINE, "period": "2027", "target": "2028", "decision": "carry"}
    back = {"line": LINE, "period": "2028", "target": "2027", "decision": "carry"}
    play.when("move-commitment", there, by=SYSTEM).when("move-commitment", back, by=SYSTEM)
    assert accounts(place) == (0, 100_000, 0, 900_000)
    assert place.balance("2027").carried == 0


@pytest.mark.rule("BUD-05")
@settings(max_examples=examples(60))
@given(
    total=st.integers(1, 100_000),
    bills=st.lists(st.integers(1, 60_000), max_size=5),
    notes=st.lists(st.integers(1, 60_000), max_size=3),
    end=st.sampled_from(["close", "carry", "leave"]),
)
def test_nothing_is_lost_and_nothing_counted_twice(total, bills, notes, end):
    """Whatever is billed and credited: what is free is the plan less what was spent and is still bound."""
    place = office()
    play = ordered(place, total=f"{total} THB")
    net, known = 0, {}
    for number, bill in enumerate(bills):
        if play.case.closed is None:
            invoiced(play, bill, f"INV-{number}")
            play.approve()
            known[f"INV-{number}"] = bill
            net += bill
    for number, credit in enumerate(notes):
        target = next((name for name, left in known.items() if left >= credit), None)
        if play.case.closed is None and target:
            note = {"number": f"C-{number}", "invoice": target, "amount": f"{credit} THB", "dated": "2026-12-01"}
            play.when("record-credit-note", note, by=PAYABLES)
            known[target] -= credit
            net -= credit
    if play.case.closed is None and end == "close":
        play.when("close-spending", {"reason": "enough"}, by=LEAD)
    if play.case.closed is None and end == "carry" and play.state.bound:
        play.when("move-commitment", {"line": LINE, "period": "2027", "target": "2028", "decision": "carry"}, by=SYSTEM)
    bound = int(play.state.bound)
    free = place.left("2027") + place.left("2028")
    assert free == 2_000_000 - net - bound
    assert play.case.closed is None or bound == 0
