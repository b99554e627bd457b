"""What becomes of everything that someone holds when they leave or move (KRN-24)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.kernel.delegation import Delegations
from domain.kernel.errors import Refused
from domain.organisation import delegations as standing
from domain.organisation import events as ev
from domain.organisation.delegations import Wish
from domain.organisation.leaving import (
    Leaving,
    delegation_events,
    gone_lately,
    leaving,
    record_events,
    records_held,
)
from domain.organisation.model import BudgetLine, Limit, Organisation, RoleHolding
from domain.organisation.moving import move_events, what_follows
from domain.organisation.record import fold
from tests.domain.organisation.small_company import LATER, baht, organisation

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY, NEXT_MONTH, YESTERDAY = date(2026, 11, 23), date(2026, 12, 23), date(2026, 11, 22)
COMPANY = organisation(
    roles=(
        RoleHolding(role="head", person="e2", unit="it"),
        RoleHolding(role="board", person="e2"),
        RoleHolding(role="board", person="e5"),
        RoleHolding(role="past", person="e2", end=YESTERDAY),
        RoleHolding(role="coming", person="e2", start=NEXT_MONTH),
    ),
    limits=(Limit(category="spending", up_to=baht(1000), person="e2"),),
    budget_lines={"it-people": BudgetLine(id="it-people", name={"en": "People"}, unit="it", owner="e2")},
)


def plan(company: Organisation = COMPANY, person="e2", *, day=None, successor=None, now=NOW) -> Leaving:
    return leaving(company, person, day=day, successor=successor, now=now)


def applied(company: Organisation = COMPANY, **options) -> Organisation:
    return fold(company, record_events(company, plan(company, **options)))


def delegated() -> Delegations:
    known = Delegations()
    for number, (principal, delegate) in enumerate((("e2", "e4"), ("e1", "e2"), ("e1", "e5"))):
        wish = Wish(id=f"d-{number}", principal=principal, delegate=delegate, start=NOW, end=NOW + timedelta(days=90))
        events = standing.grant(known, wish, by=principal, organisation=COMPANY, processes=(), now=NOW)
        known = standing.fold(known, events)
    return known


@pytest.mark.rule("KRN-24")
def test_the_plan_lists_everything_they_hold():
    items = {(item.what, item.id) for item in records_held(COMPANY, delegated(), plan())}
    assert items == {
        ("person", "e2"),
        ("delegation", "d-0"),
        ("delegation", "d-1"),
        ("budget-line", "it-people"),
        ("role", "head it"),
        ("vacant-role", "head it"),
        ("role", "board -"),
        ("role", "coming -"),
        ("vacant-role", "coming -"),
        ("limit", "spending -"),
        ("report", "e4"),
    }


@pytest.mark.rule("KRN-24")
def test_after_it_was_applied_nothing_is_left_with_them_and_applying_again_changes_nothing():
    after = applied()
    assert not after.works_here("e2", TODAY)
    assert after.holders("board", None, TODAY) == ("e5",)
    assert [holding.role for holding in after.roles if holding.person == "e2" and holding.holds_on(NEXT_MONTH)] == []
    assert after.budget_lines["it-people"].owner == "e1"
    assert after.manager_of("e4", TODAY) == "e1"
    assert after.limit_of("e2", "spending", "THB", "it", TODAY) is None
    assert record_events(after, plan(after)) == []
    assert [item for item in records_held(after, Delegations(), plan(after)) if not item.stays] == []


@pytest.mark.rule("KRN-13")
def test_a_role_is_vacant_only_if_nobody_above_holds_it_either():
    above = RoleHolding(role="head", person="e1", unit="company")
    company = COMPANY.model_copy(update={"roles": (*COMPANY.roles, above)})
    vacant = [item.id for item in records_held(company, Delegations(), plan(company)) if item.what == "vacant-role"]
    assert vacant == ["coming -"]


@pytest.mark.rule("KRN-24")
def test_a_successor_gets_the_budget_lines_instead_of_the_manager():
    assert applied(successor="e5").budget_lines["it-people"].owner == "e5"


@pytest.mark.rule("KRN-24")
def test_what_is_dated_is_recorded_before_the_day_and_the_rest_changes_hands_on_it():
    ahead = applied(day=NEXT_MONTH)
    assert ahead.works_here("e2", NEXT_MONTH - timedelta(days=1))
    assert not ahead.works_here("e2", NEXT_MONTH)
    assert ahead.budget_lines["it-people"].owner == "e2"
    assert [item.later for item in records_held(ahead, Delegations(), plan(ahead)) if item.what == "budget-line"] == [
        True
    ]
    then = datetime(2026, 12, 23, 3, tzinfo=UTC)
    [handed] = record_events(ahead, plan(ahead, now=then))
    assert isinstance(handed, ev.BudgetLineSet)
    assert handed.line.owner == "e1"


@pytest.mark.rule("KRN-24")
def test_whoever_was_named_for_the_day_follows_on_it_unless_they_are_gone_too():
    ahead = applied(day=NEXT_MONTH, successor="e5")
    assert record_events(ahead, plan(ahead)) == [], "naming nobody changes nothing"
    then = datetime(2026, 12, 23, 3, tzinfo=UTC)
    assert applied(ahead, now=then).budget_lines["it-people"].owner == "e5"
    assert plan(ahead, now=then, successor="e4").heir == "e4"
    moved = fold(ahead, [ev.PersonLeft(person="e2", effective=LATER)])
    assert plan(moved).heir == "e5", "a file names no successor and takes none away"
    both = fold(ahead, [ev.PersonLeft(person="e5", effective=TODAY)])
    assert plan(both, now=then).heir == "e1"


@pytest.mark.rule("KRN-24")
def test_whoever_left_within_the_last_month_may_still_hold_something():
    ahead = applied(day=NEXT_MONTH)
    midnight = datetime(2026, 12, 22, 17, tzinfo=UTC)  # in Bangkok
    moments = (NOW, midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=31, hours=23))
    assert [gone_lately(ahead, at) for at in moments] == [(), (), ("e2",), ("e2",)]
    assert gone_lately(ahead, midnight + timedelta(days=32)) == ()


@pytest.mark.rule("KRN-24")
def test_who_leaves_later_than_said_is_told_what_ends_before():
    later = NEXT_MONTH + timedelta(days=9)
    ahead = applied(day=NEXT_MONTH)
    early = [item for item in records_held(ahead, Delegations(), plan(ahead, day=later)) if "already" in item.text.id]
    roles = {("role", "head it"), ("role", "board -"), ("role", "coming -")}
    assert {(item.what, item.id) for item in early} == {*roles, ("limit", "spending -")}
    assert all(item.stays and "2026-12-23" in str(item.text) for item in early)


def test_nobody_leaves_before_they_came():
    people = {**COMPANY.people, "e2": COMPANY.people["e2"].model_copy(update={"start": TODAY})}
    company = COMPANY.model_copy(update={"people": people})
    assert refusal(company, day=TODAY) == refusal(company, day=YESTERDAY) == "left-before-joining"
    assert plan(company, day=NEXT_MONTH).day == NEXT_MONTH


@pytest.mark.rule("KRN-24")
def test_delegations_from_and_to_them_end_with_their_last_day():
    known = delegated()
    events = delegation_events(COMPANY, known, plan(day=NEXT_MONTH), by="e1")
    after = standing.fold(known, events)
    midnight = datetime(2026, 12, 22, 17, tzinfo=UTC)  # in Bangkok
    assert {d.id: d.revoked_at for d in after.granted.values()} == {"d-0": midnight, "d-1": midnight, "d-2": None}
    assert delegation_events(COMPANY, after, plan(day=NEXT_MONTH), by="e1") == []
    assert after.of_delegate("e4", midnight - timedelta(seconds=1)) != ()


@pytest.mark.rule("KRN-24")
def test_one_who_leaves_earlier_than_said_leaves_on_the_earlier_day():
    after = applied(applied(day=NEXT_MONTH), day=TODAY)
    assert not after.works_here("e2", TODAY)


def test_who_has_left_cannot_leave_on_another_day():
    assert refusal(applied(day=YESTERDAY), day=TODAY) == "left-already"
    assert plan(applied(day=YESTERDAY)).day == YESTERDAY


def test_a_successor_must_be_there_and_the_top_needs_one():
    assert refusal(successor="e2") == "successor-unfit"
    assert refusal(applied(), "e4", successor="e2") == "successor-unfit"
    assert refusal(COMPANY, "e1") == "successor-missing"
    assert plan(COMPANY, "e1", successor="e5").heir == "e5"
    assert refusal(COMPANY, "nobody") == "unknown-person"


@pytest.mark.rule("KRN-24")
def test_a_move_changes_managers_and_lists_the_authority_that_stays_behind():
    with_role = COMPANY.model_copy(update={"roles": (RoleHolding(role="till", person="e5", unit="shop"),)})
    events = move_events(with_role, "e5", "lead", day=TODAY, today=TODAY)
    follows = {(item.what, item.id, item.to) for item in what_follows(with_role, events, "e5", day=TODAY)}
    assert follows == {
        ("person", "e5", None),
        ("report", "e4", "e5"),
        ("report", "e5", "e2"),
        ("role", "till shop", "shop"),
    }
    moved = fold(with_role, events)
    assert move_events(moved, "e5", "lead", day=TODAY, today=TODAY) == []
    assert what_follows(moved, [], "e5", day=TODAY) == []


def test_a_move_to_a_taken_or_unknown_position_is_refused():
    for position in ("engineer", "throne"):
        with pytest.raises(Refused) as refused:
            move_events(COMPANY, "e5", position, day=TODAY, today=TODAY)
        assert refused.value.message.startswith("org move: ")


def refusal(company: Organisation = COMPANY, person="e2", **options) -> str:
    with pytest.raises(Refused) as refused:
        plan(company, person, **options)
    return refused.value.code
