"""Due process: persons apart, notice, evidence, levels, appeals (DIS-01 to DIS-06, DIS-11, DIS-13)."""

from typing import Any

import pytest

from domain.kernel.cases.case_events import Decided
from domain.people.discipline import events as e
from domain.people.discipline.terms import Measure, Stage
from tests.conformance.example import approvals
from tests.conformance.examples import discipline as d
from tests.domain.people.discipline.scene import DAY, Play, at, scene, warning

NAMED = {"way": "formal", "reason": "serious", "investigator": d.INVESTIGATOR, "hearing_manager": d.MANAGER}


def deciding(**more: Any) -> Play:
    return at(d.invited, d.heard, **more)


def issued(measure: str = "first-written-warning", **more: Any) -> Play:
    play = deciding(**more)
    return play.steps([d.outcome(measure)]).steps(approvals(play))


@pytest.mark.rule("DIS-01")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"investigator": d.REPORTER}, "not-apart"),
        ({"investigator": d.WITNESS}, "not-apart"),
        ({"investigator": d.EMPLOYEE}, "not-apart"),
        ({"investigator": d.HR}, "not-apart"),
        ({"investigator": d.MANAGER}, "not-apart"),
        ({"hearing_manager": d.REPORTER}, "not-apart"),
        ({"hearing_manager": "e9999"}, "unknown-person"),
        ({"investigator": None}, "name-both"),
    ],
)
def test_persons_are_kept_apart(changed: dict[str, Any], code: str):
    play = scene().when("report-concern", d.concern(), by=d.REPORTER)
    assert play.refused("triage", NAMED | changed, by=d.HR) == code


@pytest.mark.rule("DIS-01")
@pytest.mark.parametrize("person", [d.REPORTER, d.WITNESS, d.EMPLOYEE, d.MANAGER, d.HR])
def test_no_door_gives_two_posts_to_one_person(person: str):
    play = at(d.formal)
    assert play.refused("appoint", {"post": "investigator", "person": person, "reason": "x"}, by=d.HR) == "not-apart"
    task = play.task("investigate")
    moved = {"task": task.id, "to": person, "reason": "x"}
    assert play.refused("reassign", moved, by=d.INVESTIGATOR) == "not-apart"
    assert play.refused("reassign", moved, by="system", channel="effect") == "not-apart"
    answering = {"task": play.task("answer").id, "to": "e1044", "reason": "x"}
    assert play.refused("reassign", answering, by=d.EMPLOYEE) == "not-reassigned"


@pytest.mark.rule("DIS-01")
def test_reassigned_work_takes_its_post_along():
    play = at(d.formal)
    play.when("reassign", {"task": play.task("investigate").id, "to": "e1004", "reason": "x"}, by=d.INVESTIGATOR)
    assert play.state.posts["investigator"] == "e1004"  # type: ignore[index]
    assert play.refused("add-evidence", {"text": "x"}, by=d.INVESTIGATOR) == "not-your-role"


@pytest.mark.rule("DIS-01")
def test_a_report_of_hr_about_hr_is_advised_by_another():
    play = scene().when("report-concern", d.concern(employee="e1033", witnesses=[]), by=d.MANAGER)
    assert play.open("triage").assignees == ("e1035",)
    play = scene().when("report-concern", d.concern(witnesses=[]), by="e1033")
    assert play.open("triage").assignees == ("e1035",)


@pytest.mark.rule("DIS-02")
def test_there_are_five_working_days_before_a_hearing():
    play = at(d.investigated)
    play.when("decide-to-proceed", {"proceed": True, "reason": "x"}, by=d.HR)
    told = {"place": "Room 3", "heaviest": "dismissal"}
    early, holiday = d.days(play.today, 4), "2026-12-30"
    assert play.refused("invite-to-hearing", {"day": early.isoformat(), **told}, by=d.MANAGER) == "too-soon"
    assert play.refused("invite-to-hearing", {"day": holiday, **told}, by=d.MANAGER) == "no-working-day"
    play.when("invite-to-hearing", {"day": d.days(play.today, 5).isoformat(), **told}, by=d.MANAGER)
    assert play.stage == Stage.INVITED


@pytest.mark.rule("DIS-02")
def test_a_hearing_is_postponed_once_by_five_days():
    play = at(d.invited)
    on = play.state.hearing.on  # type: ignore[union-attr]
    far, near = d.days(on, 6).isoformat(), d.days(on, 5).isoformat()
    assert play.refused("postpone-hearing", {"day": far, "reason": "x"}, by=d.EMPLOYEE) == "too-far"
    assert play.refused("postpone-hearing", {"day": on.isoformat(), "reason": "x"}, by=d.EMPLOYEE) == "too-soon"
    play.when("postpone-hearing", {"day": near, "reason": "x"}, by=d.EMPLOYEE)
    assert play.refused("postpone-hearing", {"day": near, "reason": "x"}, by=d.EMPLOYEE) == "postponed-already"
    assert play.refused("record-hearing", {"attendance": "held", "minutes": "x"}, by=d.MANAGER) == "too-early"


@pytest.mark.rule("DIS-03")
def test_evidence_served_late_does_not_count():
    play = at(d.invited)
    play.when("add-evidence", {"text": "A mail"}, by=d.INVESTIGATOR)
    play.steps(d.until_hearing(play))
    assert play.refused("serve-evidence", {"evidence": [2]}, by=d.MANAGER) == "served-late"
    play.when("record-hearing", {"attendance": "held", "minutes": "x"}, by=d.MANAGER)
    relied = {"measure": "first-written-warning", "reason": "x", "evidence": [1, 2]}
    assert play.refused("decide-outcome", relied, by=d.MANAGER) == "not-served"
    play.when("decide-outcome", relied | {"evidence": [1]}, by=d.MANAGER)


@pytest.mark.rule("DIS-03")
def test_without_a_hearing_a_refusal_must_be_recorded():
    play = at(d.invited)
    play.steps(d.until_hearing(play))
    none = {"measure": "none", "reason": "x"}
    assert play.refused("decide-outcome", none, by=d.MANAGER) == "not-now"
    refused = {"attendance": "refused", "minutes": "x"}
    assert play.refused("record-hearing", refused, by=d.MANAGER) == "refusal-missing"
    play.when("record-hearing", {"attendance": "absent", "minutes": "x"}, by=d.MANAGER)
    assert (play.stage, play.refused("decide-outcome", none, by=d.MANAGER)) == (Stage.INVITING, "not-now")


@pytest.mark.rule("DIS-04")
@pytest.mark.parametrize(
    ("gravity", "active", "heaviest"),
    [
        ("minor", [], "verbal-warning"),
        ("misconduct", [], "first-written-warning"),
        ("serious", [], "final-written-warning"),
        ("gross", [], "dismissal"),
        ("minor", [("first-written-warning", 1)], "final-written-warning"),
        ("minor", [("final-written-warning", 1)], "dismissal"),
        ("minor", [("final-written-warning", 0)], "verbal-warning"),
        ("minor", [("final-written-warning", -9)], "verbal-warning"),
    ],
)
def test_the_outcome_is_bounded_by_level_and_active_warnings(gravity: str, active: list[Any], heaviest: str):
    play = at(lambda p: d.invited(p, gravity=gravity), d.heard)
    play.given(claims=tuple(warning(measure, play.today + days * DAY) for measure, days in active))
    allowed = Measure(heaviest)
    for measure in Measure:
        said = {"measure": measure.value, "reason": "x", "evidence": [1]}
        if measure.rank > allowed.rank:
            assert play.refused("decide-outcome", said, by=d.MANAGER) == "too-heavy"
    play.when("decide-outcome", {"measure": heaviest, "reason": "x", "evidence": [1]}, by=d.MANAGER)
    proposed = play.found(e.OutcomeProposed)
    assert proposed.active == tuple(Measure(measure) for measure, days in active if days > 0)


@pytest.mark.rule("DIS-04")
def test_a_warning_that_lapses_before_the_confirmation_does_not_count():
    play = at(lambda p: d.invited(p, gravity="minor"), d.heard)
    play.given(claims=(warning("first-written-warning", play.today + DAY),))
    play.steps([d.outcome("final-written-warning")]).wait(2 * DAY)
    play.steps(approvals(play))
    assert play.found(e.OutcomeSentBack).reason.startswith("For minor with 0 active warnings")
    assert play.stage == Stage.DECIDING


@pytest.mark.rule("DIS-04")
def test_a_warning_is_known_until_it_lapses():
    play = issued()
    [held] = [one for one in play.claims if one.claim.kind == "discipline-warning"]
    assert held.claim.item == f"first-written-warning|{play.state.outcome.until}"  # type: ignore[union-attr]
    play.due("appeal-over").due("lapse")
    assert [one for one in play.claims if one.claim.kind == "discipline-warning"] == []
    assert play.stage == Stage.LAPSED


def test_an_outcome_is_no_heavier_than_announced():
    play = at(d.investigated)
    play.when("decide-to-proceed", {"proceed": True, "reason": "x"}, by=d.HR)
    on = d.days(play.today, 5).isoformat()
    play.when("invite-to-hearing", {"day": on, "place": "x", "heaviest": "verbal-warning"}, by=d.MANAGER)
    play.steps(d.heard(play))
    said = {"measure": "first-written-warning", "reason": "x"}
    assert play.refused("decide-outcome", said, by=d.MANAGER) == "not-announced"


@pytest.mark.rule("DIS-05")
def test_an_appeal_goes_to_a_person_above_who_was_not_involved():
    play = issued()
    assert play.state.outcome.appeal_to == d.JUDGE  # type: ignore[union-attr]
    assert play.state.outcome.appeal_until == d.days(play.today, 5)  # type: ignore[union-attr]
    lower = {"post": "appeal-manager", "person": "e1012", "reason": "x"}
    assert play.refused("appoint", lower, by=d.HR) == "not-higher"
    heavy = at(lambda p: d.invited(p, gravity="gross"), d.heard)
    heavy.steps([d.outcome("dismissal")]).steps(approvals(heavy))
    assert heavy.state.outcome.appeal_to == "e1001", "the department head decided"  # type: ignore[union-attr]


@pytest.mark.rule("DIS-05")
def test_a_late_appeal_needs_a_cause_and_a_decision():
    play = issued()
    play.due("appeal-over")
    assert play.refused("appeal", {"grounds": "x"}, by=d.EMPLOYEE) == "good-cause"
    play.when("appeal", {"grounds": "x", "good_cause": "ill"}, by=d.EMPLOYEE)
    assert play.stage == Stage.LATE_APPEAL
    assert play.refused("decide-appeal", {"measure": "none", "reason": "x"}, by=d.JUDGE) == "not-now"
    play.when("decide-late-appeal", {"admit": True, "reason": "x"}, by=d.JUDGE)
    assert play.stage == Stage.APPEAL


@pytest.mark.rule("DIS-05")
def test_an_appeal_reduces_and_never_adds():
    play = issued().when("appeal", {"grounds": "x"}, by=d.EMPLOYEE)
    heavier = {"measure": "final-written-warning", "reason": "x"}
    assert play.refused("decide-appeal", heavier, by=d.JUDGE) == "heavier"
    play.when("decide-appeal", {"measure": "verbal-warning", "reason": "x"}, by=d.JUDGE)
    [held] = [one for one in play.claims if one.claim.kind == "discipline-warning"]
    assert held.claim.item.startswith("verbal-warning|")
    assert play.refused("appeal", {"grounds": "x", "good_cause": "x"}, by=d.EMPLOYEE) == "appealed-already"


@pytest.mark.rule("DIS-06")
def test_dismissal_needs_hr_and_second_level():
    play = at(lambda p: d.invited(p, gravity="gross"), d.heard)
    play.steps([d.outcome("dismissal")])
    assert play.state.outcome is None
    play.steps(approvals(play))
    deciders = [event.actor for event in play.history if isinstance(event, Decided)]
    assert deciders == ["e1032", "e1003"]
    assert play.state.outcome is not None


@pytest.mark.rule("DIS-06")
def test_a_suspension_is_paid_and_reviewed_every_week():
    play = at(d.formal).when("suspend", {"reason": "x"}, by=d.HR)
    assert play.found(e.Suspended).paid is True
    first = play.state.suspension.due
    assert first == d.days(play.today, 5)
    play.due("suspension-review")
    assert play.open("suspension-review").assignees == (d.HR,)
    play.when("review-suspension", {"keep": True, "reason": "x"}, by=d.HR)
    assert play.state.suspension.due == d.days(first, 5)  # type: ignore[arg-type]
    play.when("review-suspension", {"keep": False, "reason": "x"}, by=d.HR)
    assert (play.state.suspended, play.state.suspension.due) == (False, None)


@pytest.mark.rule("DIS-11")
def test_each_measure_says_whether_until_when_and_to_whom_one_appeals():
    warned = issued().found(e.OutcomeIssued)
    assert (warned.appeal_to, warned.appeal_until) == (d.JUDGE, d.days(warned.at.date(), 5))
    nothing = deciding()
    nothing.steps([d.outcome("none", ())]).steps(approvals(nothing))
    assert nothing.found(e.OutcomeIssued).appeal_to is None
    assert at(d.formal).when("suspend", {"reason": "x"}, by=d.HR).found(e.Suspended).appealable is False


@pytest.mark.rule("DIS-11")
def test_a_case_that_was_won_counts_nowhere():
    play = issued()
    play.due("appeal-over")
    assert {one.claim.kind for one in play.claims} == {"discipline-warning", "discipline-outcome"}
    play.when("appeal", {"grounds": "x", "good_cause": "x"}, by=d.EMPLOYEE)
    play.when("decide-late-appeal", {"admit": True, "reason": "x"}, by=d.JUDGE)
    play.when("decide-appeal", {"measure": "none", "reason": "x"}, by=d.JUDGE)
    assert (play.stage, play.claims) == (Stage.OVERTURNED, ())
    assert play.refused("annul", {"reason": "x"}, by=d.HR) == "finished"


@pytest.mark.rule("DIS-13")
def test_hr_records_and_the_line_cannot_conclude_alone():
    play = scene().when("report-concern", d.concern(reporter=d.REPORTER, witnesses=[]), by=d.HR)
    assert play.open("triage").assignees == (d.HR,)
    play = at(d.formal)
    for name, payload in (("withdraw", {"reason": "x"}), ("annul", {"reason": "x"}), ("hold", {"reason": "x"})):
        for person in (d.REPORTER, d.MANAGER, d.JUDGE):
            play.refused(name, payload, by=person)  # it fails where one is let through
    play = deciding()
    play.steps([d.outcome("none", ())])
    assert (play.stage, play.open("decide").assignees) == (Stage.CONFIRMING, ("e1032",))


@pytest.mark.rule("DIS-13")
def test_nothing_is_decided_before_the_employee_could_answer():
    play = at(d.formal)
    assert play.open("answer").assignees == (d.EMPLOYEE,)
    report = {"findings": "x", "proceed": True}
    assert play.refused("submit-report", report, by=d.INVESTIGATOR) == "not-answered"
    play.due("answer").when("submit-report", report, by=d.INVESTIGATOR)
    play.when("answer-allegation", {"answer": "late, and read"}, by=d.EMPLOYEE)
    assert play.state.answer == "late, and read"


def test_a_concern_names_who_works_here_and_a_day_that_was():
    wrong = [({"employee": "e9999"}, "unknown-person"), ({"witnesses": [d.EMPLOYEE]}, "own-case"),
             ({"happened_on": "2027-01-04"}, "future-day")]  # fmt: skip
    for changed, code in wrong:
        assert scene().refused("report-concern", d.concern(**changed), by=d.REPORTER) == code
    assert scene().refused("report-concern", d.concern(), by=d.EMPLOYEE) == "own-case"
