"""Checks, hand-over, onboarding around the start date, probation."""

from datetime import UTC, date, datetime

import pytest

from domain.kernel.errors import Refused
from domain.people.hiring.work import KINDS
from tests.domain.people.company import (
    ANN,
    BOB,
    ENGINEER,
    FACILITIES,
    HR,
    HR2,
    IT,
    LEAD,
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    handed_over,
    interviewed,
    offered,
    opened,
    sealed,
    terms,
)


def ranked(*candidates: str, **changes) -> Play:
    return interviewed(opened(**changes), *(candidates or (ANN,)))


def duties(play: Play) -> dict[str, tuple[tuple[str, ...], str]]:
    tasks = [task for task in play.state.case.tasks.values() if task.kind in ("onboarding", "probation")]
    return {task.step: (task.assignees, task.timing.due_at.isoformat()) for task in tasks}


@pytest.mark.rule("HIR-13")
def test_onboarding_tasks_stand_around_the_start_date_in_working_days():
    play = ranked()
    handed_over(play, ANN, start_date="2026-12-17")
    assert duties(play) == {
        "equipment": ((IT,), "2026-12-02T11:00:00+00:00"),  # ten days back over the holiday of the tenth
        "workplace": ((FACILITIES,), "2026-12-09T11:00:00+00:00"),
        "first-day": ((LEAD,), "2026-12-18T11:00:00+00:00"),
        "first-month": ((HR, HR2), "2027-01-28T11:00:00+00:00"),
        "probation": ((LEAD,), "2027-04-22T11:00:00+00:00"),
    }


@pytest.mark.rule("HIR-13")
def test_a_day_that_has_passed_becomes_the_next_working_day():
    play = ranked()
    handed_over(play, ANN, start_date="2026-11-05")
    assert duties(play)["equipment"] == ((IT,), "2026-11-03T03:00:00+00:00")


@pytest.mark.rule("HIR-13")
def test_hand_over_waits_for_every_check():
    play = ranked()
    accepted(play, ANN)
    assert len(play.tasks("check")) == 2
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="passed")
    assert play.stage == "checks"
    assert duties(play) == {}
    play.do(HR, "record-check", candidate=ANN, check="education", result="failed", note=sealed(ANN))
    assert play.stage == "checks"
    play.do(HR, "record-check", candidate=ANN, check="education", result="passed")
    assert play.stage == "onboarding"
    assert play.tasks("check") == []
    assert play.refused(HR, "record-check", candidate=ANN, check="education", result="failed") == "handed-over"


@pytest.mark.rule("HIR-13")
def test_a_requisition_names_its_own_checks_or_none():
    play = ranked(checks=["clearance"])
    accepted(play, ANN)
    assert play.refused(RECRUITER, "record-check", candidate=ANN, check="education", result="passed") == "unknown-check"
    play.do(RECRUITER, "record-check", candidate=ANN, check="clearance", result="passed")
    assert play.stage == "onboarding"
    without = ranked(checks=[])
    accepted(without, ANN)
    assert without.stage == "onboarding"


@pytest.mark.rule("HIR-13")
def test_another_list_of_checks_counts_for_who_already_accepted():
    play = ranked()
    accepted(play, ANN)
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="passed")
    play.do(LEAD, "amend-requisition", checks=["references", "clearance"])
    assert [play.state.case.tasks[task].step for task in play.tasks("check")] == ["education", "clearance"], (
        "what it drops waits"
    )
    play.do(LEAD, "amend-requisition", checks=["references"])
    assert [play.state.case.tasks[task].step for task in play.tasks("check")] == ["education"], "the cut waits"
    play.approve_all()
    assert play.stage == "onboarding"


@pytest.mark.rule("KRN-14", "HIR-13")
@pytest.mark.parametrize("fewer", [[], ["references"]])
def test_checks_that_are_cut_are_due_until_the_cut_is_approved(fewer):
    play = ranked()
    accepted(play, ANN)
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="passed")
    play.do(LEAD, "amend-requisition", checks=fewer)
    assert play.stage == "in_approval"
    assert [play.state.case.tasks[task].step for task in play.tasks("check")] == ["education"]
    play.do(RECRUITER, "record-check", candidate=ANN, check="education", result="failed")
    play.decide("reject", comment="Keep them")
    assert [play.state.case.tasks[task].step for task in play.tasks("check")] == []
    assert play.do(RECRUITER, "record-check", candidate=ANN, check="education", result="passed")
    assert play.state.offers["offer-1"].handed_over


@pytest.mark.rule("KRN-14", "HIR-13")
def test_a_failed_check_does_not_go_away_by_cutting_it():
    """Only those who approved the list let it go: then what is left is passed and the hand-over follows."""
    play = ranked()
    accepted(play, ANN)
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="passed")
    play.do(RECRUITER, "record-check", candidate=ANN, check="education", result="failed")
    play.do(LEAD, "amend-requisition", checks=["references"])
    assert not play.state.offers["offer-1"].handed_over
    play.approve_all()
    assert play.state.offers["offer-1"].handed_over


@pytest.mark.rule("KRN-31")
def test_to_whom_a_task_escalated_may_do_it():
    play = ranked()
    offered(play, ANN)
    assert play.refused(HR2, "decide-probation", candidate=ANN, outcome="confirm") == "not-your-role"
    left = tuple(held for held in play.organisation.roles if held.person != HR2)
    play.organisation = play.organisation.model_copy(update={"roles": left})
    play.pass_time(days=9)
    task = play.state.case.tasks[play.tasks("extend-offer")[0]]
    assert task.escalated_to == (HR2,)
    play.do(HR2, "extend-offer", offer="offer-1")


@pytest.mark.rule("HIR-13")
def test_without_recruiter_and_hr_the_hiring_manager_does_their_work():
    play = Play()
    left = tuple(held for held in play.organisation.roles if held.role not in ("recruiter", "hr-partner"))
    play.organisation = play.organisation.model_copy(update={"roles": left})
    opened(play)
    assert play.state.the_team.runners == (LEAD,)
    play.do(LEAD, "add-candidate", candidate=ANN, source="web")


def test_a_check_is_recorded_only_for_who_accepted():
    play = ranked()
    extended(play, ANN)
    check = {"candidate": ANN, "check": "references", "result": "passed"}
    assert play.refused(RECRUITER, "record-check", **check) == "no-accepted-offer"
    assert play.refused(LEAD, "record-check", **check) == "not-your-role"


@pytest.mark.rule("HIR-13")
def test_onboarding_tasks_are_done_by_those_who_have_them():
    play = ranked()
    handed_over(play, ANN)
    equipment = next(task.id for task in play.state.case.tasks.values() if task.step == "equipment")
    probation = next(task.id for task in play.state.case.tasks.values() if task.step == "probation")
    assert play.refused(FACILITIES, "complete-task", task=equipment) == "not-your-task"
    assert play.refused(SYSTEM, "complete-task", channel="timer", task=equipment) == "not-your-role"
    assert play.refused(LEAD, "complete-task", task=probation) == "other-command"
    play.do(IT, "complete-task", task=equipment)
    assert play.refused(IT, "complete-task", task=equipment) == "not-your-role"


@pytest.mark.rule("HIR-13")
def test_the_probation_decision_fills_the_seat():
    play = ranked(seats=2)
    handed_over(play, ANN)
    assert play.refused(HR, "decide-probation", candidate=ANN, outcome="confirm") == "not-your-role"
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    assert play.state.offers["offer-1"].status == "filled"
    assert play.tasks("probation") == []
    assert play.refused(LEAD, "decide-probation", candidate=ANN, outcome="confirm") == "no-accepted-offer"


@pytest.mark.rule("HIR-13")
def test_a_probation_that_is_ended_gives_the_seat_back():
    play = ranked(ANN, BOB)
    handed_over(play, ANN)
    play.now = datetime(2027, 3, 1, 3, 0, tzinfo=UTC)
    assert play.refused(LEAD, "decide-probation", candidate=ANN, outcome="end") == "bad-payload"
    play.do(LEAD, "decide-probation", candidate=ANN, outcome="end", reason=sealed(ANN))
    assert play.stage == "selection"
    assert play.claims("offer") == []
    assert {task.kind for task in play.state.case.tasks.values()} <= KINDS
    play.do(RECRUITER, "submit-offer", candidate=BOB, **terms(start_date="2027-04-01"))


@pytest.mark.rule("HIR-11")
def test_who_has_not_started_is_not_let_go_by_a_probation_decision():
    play = ranked()
    handed_over(play, ANN)
    refused = play.refused(LEAD, "decide-probation", candidate=ANN, outcome="end", reason=sealed(ANN))
    assert refused == "not-started"


@pytest.mark.rule("HIR-13")
def test_no_probation_decision_before_the_checks():
    play = ranked()
    accepted(play, ANN)
    assert play.refused(LEAD, "decide-probation", candidate=ANN, outcome="confirm") == "not-handed-over"


@pytest.mark.rule("HIR-11")
def test_no_probation_decision_while_a_rescission_is_open():
    play = ranked()
    handed_over(play, ANN)
    play.do(HR, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert play.refused(LEAD, "decide-probation", candidate=ANN, outcome="confirm") == "rescission-open"


@pytest.mark.rule("HIR-13")
def test_a_duty_without_a_holder_goes_to_hr():
    play = ranked()
    left = tuple(held for held in play.organisation.roles if held.role != "it-onboarding")
    play.organisation = play.organisation.model_copy(update={"roles": left})
    handed_over(play, ANN)
    assert duties(play)["equipment"][0] == (HR, HR2)
    assert ENGINEER not in {person for people, _ in duties(play).values() for person in people}


@pytest.mark.rule("KRN-31")
def test_an_onboarding_task_that_is_late_reminds_and_escalates():
    play = ranked()
    handed_over(play, ANN, start_date="2026-12-17")
    play.pass_time(days=40)
    equipment = next(task for task in play.state.case.tasks.values() if task.step == "equipment")
    assert equipment.overdue
    assert equipment.escalated_to


@pytest.mark.rule("HIR-13")
@pytest.mark.parametrize("day", ["9999-12-31", "2570-02-01", "0001-01-01"])
def test_a_start_outside_the_days_is_refused(day: str):
    play = ranked()
    with pytest.raises(Refused, match=r"year 2570 looks like|give a day from"):
        play.do(RECRUITER, "submit-offer", candidate=ANN, **terms(start_date=day))


@pytest.mark.rule("HIR-13")
def test_a_far_start_of_an_older_log_is_refused():
    """Before days had bounds such offers were accepted; the last check walked 8 000 years."""
    play = ranked()
    accepted(play, ANN)
    far = play.state.offers["offer-1"].terms.model_copy(update={"start_date": date.max})
    offers = {"offer-1": play.state.offers["offer-1"].model_copy(update={"terms": far})}
    play.state = play.state.model_copy(update={"offers": offers})
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="passed")
    assert play.refused(RECRUITER, "record-check", candidate=ANN, check="education", result="passed") == "too-far"
