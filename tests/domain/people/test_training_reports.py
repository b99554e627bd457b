"""Reports of training and the repayment clause: pure functions of the organisation and of needs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.report import Snapshot
from domain.organisation.model import RoleHolding
from domain.organisation.qualifications import gaps_of
from domain.people.training.events import Clause
from domain.people.training.repayment import repayable, repayment_of
from domain.people.training.report import (
    TrainingQuestion,
    TrainingReport,
    closed_for,
    coverage,
    endings,
    of_snapshot,
    single_points,
    training_report,
)
from domain.people.training.state import NeedState
from tests.domain.people.company import NOW, baht
from tests.domain.people.test_training_need import AFTER, assessed
from tests.domain.people.training_company import (
    CERTIFICATE,
    DESCRIPTION,
    OTHER,
    PERSON,
    RULE,
    TODAY,
    booked,
    came,
    held,
    level,
    team,
)

TWO = {
    "descriptions": {
        "jd": (
            DESCRIPTION.model_copy(
                update={
                    "description": DESCRIPTION.description.model_copy(
                        update={"positions": (f"p-{PERSON}", f"p-{OTHER}")}
                    )
                }
            ),
        )
    },
    "described": {f"p-{PERSON}": "jd", f"p-{OTHER}": "jd"},
}
PEOPLE = (PERSON, OTHER)


def learnt() -> NeedState:
    play = booked().at(AFTER)
    return assessed(came(came(play, "one"), "two")).state


@pytest.mark.rule("TRN-01")
def test_a_gap_is_what_is_asked_less_what_was_shown():
    claimed = (level("linux", 2), level("kubernetes", 1), level("kubernetes", 5, basis="claimed"))
    (gap,) = gaps_of(team(skills_held={PERSON: claimed}), PERSON, TODAY)
    assert (gap.skill, gap.needed, gap.held, gap.claimed, gap.levels) == ("kubernetes", 3, 1, 5, 2)


@pytest.mark.rule("TRN-01")
def test_a_person_who_moves_has_other_gaps():
    assert gaps_of(team(), OTHER, TODAY) == ()
    assert {gap.skill for gap in gaps_of(team(**TWO), OTHER, TODAY)} == {"kubernetes", "linux"}


@pytest.mark.rule("TRN-08")
def test_coverage_counts_by_team_and_skill():
    known = team(**TWO, skills_held={PERSON: (level("linux", 2),), OTHER: (level("linux", 4, basis="claimed"),)})
    rows = {row.skill: row for row in coverage(known, PEOPLE, TODAY)}
    assert (rows["linux"].needed, rows["linux"].covered, rows["linux"].claimed, rows["linux"].gap) == (2, 1, 1, 2)
    assert (rows["kubernetes"].covered, rows["kubernetes"].gap) == (0, 6)


@pytest.mark.rule("TRN-08")
def test_a_single_point_is_who_alone_can_do_it():
    known = team(**TWO)
    assert [(one.skill, one.person) for one in single_points(known, PEOPLE, TODAY)] == [("linux", PERSON)]
    both = team(**TWO, skills_held={name: (level("linux", 2, person=name),) for name in PEOPLE})
    assert single_points(both, PEOPLE, TODAY) == ()


@pytest.mark.rule("TRN-08")
def test_the_calendar_lists_ends_and_blocked_roles():
    over, soon = held(date(2025, 1, 1), date(2026, 1, 1)), held(TODAY, date(2027, 1, 1), person=OTHER)
    roles = (*team().roles, RoleHolding(role="budget-owner", person=PERSON, unit="it"))
    known = team(certificates_held={PERSON: (over,), OTHER: (soon,)}, roles=roles)
    first, second = endings(known, PEOPLE, TODAY)
    assert (first.person, first.expired, first.blocks) == (PERSON, True, ("budget-owner",))
    assert (second.person, second.expired, second.blocks) == (OTHER, False, ())


@pytest.mark.rule("TRN-08")
def test_levels_gained_are_set_against_the_money():
    (closed,) = closed_for([learnt(), booked("case-2").state])
    assert (closed.needs, closed.levels, closed.spent, closed.per_level) == (1, 2, baht(40_000), baht(20_000))


@pytest.mark.rule("TRN-09")
def test_the_report_names_whom_a_coming_rule_hits():
    later = RULE.model_copy(update={"version": 2, "start": date(2027, 1, 1), "months": 6, "applies_to": "all"})
    known = team(
        certificate_rules={CERTIFICATE: (RULE, later)}, certificates_held={PERSON: (held(TODAY, date(2027, 11, 2)),)}
    )
    told = training_report(known, (), units=None, day=TODAY, as_of=NOW)
    assert [hit.person for hit in told.coming_rules] == [PERSON]
    assert training_report(known, (), units=frozenset({"hr"}), day=TODAY, as_of=NOW).coming_rules == ()


@pytest.mark.rule("TRN-08")
def test_a_report_tells_only_of_units_of_its_reader():
    def of(*units: str) -> TrainingReport:
        cases = {"training": {"case-1": learnt()}}
        source = Snapshot(at=NOW, position=1, organisation=team(), cases=cases, units=frozenset(units))
        return of_snapshot(source, TrainingQuestion(unit="it"))

    assert ([row.skill for row in of("it").coverage], len(of("it").closed)) == (["kubernetes", "linux"], 1)
    assert (of("hr").coverage, of("hr").closed) == ((), ())


@pytest.mark.rule("TRN-07")
def test_repayment_falls_month_by_month():
    clause = Clause(amount=baht(36_000), months=12)
    days = (date(2026, 12, 10), date(2027, 3, 9), date(2028, 1, 1))
    amounts = [repayable(clause, date(2026, 12, 9), day) for day in days]
    assert amounts == [baht(36_000), baht(27_000), baht(0)]


@pytest.mark.rule("TRN-07")
@given(st.integers(1, 10_000_000), st.integers(1, 60), st.integers(0, 3_000))
def test_repayment_never_exceeds_the_cost(satang: int, months: int, days: int):
    cost = baht(0).model_copy(update={"amount": Decimal(satang) / 100})
    paid = repayable(Clause(amount=cost, months=months), TODAY, TODAY + timedelta(days=days))
    later = repayable(Clause(amount=cost, months=months), TODAY, TODAY + timedelta(days=days + 40))
    assert later <= paid <= cost


@pytest.mark.rule("TRN-07")
def test_only_a_leaver_after_the_course_owes_something():
    state = learnt()
    assert repayment_of(state, None) is None
    assert repayment_of(booked().state, date(2027, 3, 1)) is None
    due = repayment_of(state, date(2027, 1, 1))
    assert due is not None
    assert (due.person, due.amount) == (PERSON, baht(40_000))
    known = team()
    leaver = known.people[PERSON].model_copy(update={"end": date(2027, 1, 1)})
    told = training_report(
        known.model_copy(update={"people": {**known.people, PERSON: leaver}}),
        (state,),
        units=None,
        day=TODAY,
        as_of=NOW,
    )
    assert told.repayments == (due,)
