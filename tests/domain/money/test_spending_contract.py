"""Contracts: notice dates, renewals as decisions; and what is listed about all spending."""

from datetime import UTC, date, datetime

import pytest

from domain.money.spending.events import RenewalAgreed, TermSet
from domain.money.spending.report import SPENDING_REPORT, SpendingQuestion, spending_report
from tests.domain.money.scene import LEAD, LINE, MANAGER, OWNER, snapshot
from tests.domain.money.spending_cases import SPENDING, asked, contract, invoiced, office, ordered

FURTHER = {"choice": "renew", "cost": "50000 THB", "ends": "2029-12-31", "period": "2029", "reason": "needed"}


def years():
    return office(1_000_000, "2026", "2027", "2028", "2029")


@pytest.mark.rule("SPD-03")
def test_the_renewal_is_asked_sixty_days_before_notice():
    play = contract(years())
    assert play.state.term.notice_on == date(2028, 10, 2)
    play.due("renewal")
    assert play.now.date() == date(2028, 8, 3)
    task = play.open("renewal")
    assert (task.people, task.timing.due_at.date()) == ((OWNER,), date(2028, 10, 2))


@pytest.mark.rule("SPD-12")
def test_letting_it_go_on_is_approved_with_an_amount():
    place = years()
    play = contract(place).due("renewal")
    play.do("renewal", "decide-renewal", FURTHER)
    assert play.open("decide").people == (MANAGER,)
    assert (place.balance("2029").reserved, place.balance("2029").committed) == (50_000, 0)
    play.approve()
    play.found(RenewalAgreed)
    assert place.balance("2029").committed == 50_000


@pytest.mark.rule("SPD-12")
def test_the_notice_day_follows_the_term_that_runs():
    play = contract(years()).due("renewal").do("renewal", "decide-renewal", FURTHER).approve()
    term = play.found(TermSet).term
    assert (term.starts, term.ends, term.notice_on) == (date(2029, 1, 1), date(2029, 12, 31), date(2029, 10, 2))
    play.due("renewal")
    assert play.now.date() == date(2029, 8, 3)


@pytest.mark.rule("SPD-12")
def test_a_rejected_renewal_is_asked_again():
    place = years()
    play = contract(place).due("renewal").do("renewal", "decide-renewal", FURTHER)
    play.approve("reject", comment="too dear")
    assert place.left("2029") == 1_000_000
    play.do("renewal", "decide-renewal", {"choice": "end", "reason": "too dear"})
    assert play.state.notice == date(2028, 12, 31)


@pytest.mark.rule("SPD-12")
def test_a_contract_outlives_its_last_invoice():
    play = invoiced(contract(years()), 100_000)
    assert SPENDING.stage(play.state) == "ordered"
    play.due("renewal").do("renewal", "decide-renewal", {"choice": "end", "reason": "no"})
    play.when("close-spending", {"reason": "it ended"}, by=LEAD)
    assert SPENDING.stage(play.state) == "closed"


def report(*plays, today=date(2027, 3, 1), **question):
    return spending_report(snapshot("spending", *plays, today=today), SpendingQuestion(**question))


@pytest.mark.rule("SPD-06")
def test_commitments_without_movement_are_listed_with_their_owner():
    place = years()
    old, done = ordered(place, "old"), invoiced(ordered(place, "done"), 100_000)
    (row,) = report(old, done).idle
    assert (row.case, row.line, row.owner, str(row.bound), row.idle_days) == ("old", LINE, OWNER, "100,000 THB", 90)
    assert report(old, today=date(2027, 2, 28)).idle == ()


@pytest.mark.rule("SPD-04")
def test_emergencies_are_listed_with_what_they_broke():
    place = office(10_000)
    (row,) = report(asked(place, kind="emergency", happened_on="2026-11-30")).emergencies
    assert (row.requester, [check.outcome for check in row.broke]) == (LEAD, ["stopped"])


@pytest.mark.rule("SPD-03")
def test_contracts_are_listed_by_notice_date():
    (row,) = report(contract(years())).contracts
    assert (row.notice_on, row.noticed) == (date(2028, 10, 2), False)


def test_the_report_freezes_and_checks():
    play = contract(years())
    source = snapshot("spending", play, today=date(2027, 3, 1))
    _, frozen = SPENDING_REPORT.freeze(source, SpendingQuestion(), position=9, as_of=datetime(2027, 3, 1, tzinfo=UTC))
    assert SPENDING_REPORT.check(source, frozen) is not None
    assert SPENDING.reports == {"spending": SPENDING_REPORT}
