"""The letter of delegation, exceptions that raise themselves, another manager."""

from datetime import timedelta

import pytest

from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.effects import TellCase
from domain.kernel.errors import Refused
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Stage
from domain.projects.delivery.state import stage
from tests.domain.projects.delivering import (
    HEAD,
    MANAGER,
    NEXT,
    SPONSOR,
    activity,
    approve,
    baselined,
    charter,
    chartered,
    delegated,
    held,
    letter,
    moved,
    ordered,
    requirement,
    status,
)


@pytest.mark.rule("DEL-01")
def test_the_head_signs_what_the_manager_may_decide():
    project = chartered()
    assert project.open("delegate").people == (HEAD,)
    assert project.refused("delegate-project", letter(), by=MANAGER) == "not-your-role"
    assert project.when("delegate-project", letter(), by=HEAD).state.letter is not None


@pytest.mark.rule("DEL-01")
@pytest.mark.parametrize(("last", "is_broken"), [(110, False), (111, True)])
def test_a_delay_beyond_the_letter_is_an_exception(last: int, is_broken: bool):
    project = baselined().when("move-activity", moved("live", last, last), by=MANAGER)
    assert any(isinstance(event, e.ExceptionRaised) for event in project.last) is is_broken
    assert bool([task for task in project.case.tasks.values() if task.kind == "exception"]) is is_broken


@pytest.mark.rule("DEL-01")
@pytest.mark.parametrize(("estimate", "is_broken"), [("1050000 THB", False), ("1050000.01 THB", True)])
def test_money_beyond_the_letter_is_an_exception(estimate: str, is_broken: bool):
    more = {"why": "It is known", "path": "Cheaper", "ask": "More"}
    project = baselined().when("report-status", status("red", estimate=estimate, **more), by=MANAGER)
    assert (stage(project.state) is Stage.EXCEPTION) is is_broken


@pytest.mark.rule("DEL-01")
def test_scope_beyond_the_letter_is_an_exception():
    project = baselined().when("change-scope", {"drop": ["r1"], "reason": "Not needed"}, by=MANAGER)
    assert stage(project.state) is Stage.BASELINED
    project.when("change-scope", {"add": [requirement("r3")], "reason": "Needed"}, by=MANAGER)
    assert project.found(e.ExceptionRaised).broken == ("scope",)


@pytest.mark.rule("DEL-01")
def test_an_exception_comes_when_days_pass():
    project = baselined()
    project.wait(timedelta(days=115))
    project.when("comment", {"text": "Still busy"}, by=MANAGER)
    assert project.found(e.ExceptionRaised).broken == ("time",)


@pytest.mark.rule("DEL-01")
def test_an_exception_ends_by_the_facts_alone():
    project = baselined().when("move-activity", moved("live", 150, 150), by=MANAGER)
    answer = {"task": project.open("exception").id, "answer": "correct", "text": "Bring it back"}
    assert stage(project.when("answer-exception", answer, by=HEAD).state) is Stage.EXCEPTION
    project.when("move-activity", moved("live", 105, 105), by=MANAGER)
    assert project.found(e.ExceptionEnded)
    assert stage(project.state) is Stage.BASELINED


@pytest.mark.rule("DEL-01")
def test_a_wider_letter_ends_an_exception():
    project = baselined().when("move-activity", moved("live", 150, 150), by=MANAGER)
    project.when("delegate-project", letter(days=60), by=HEAD)
    assert project.found(e.ExceptionEnded)


@pytest.mark.rule("DEL-01")
def test_an_approved_change_ends_an_exception():
    project = baselined().when("move-activity", moved("live", 150, 150), by=MANAGER)
    approve(project.when("request-change", {"reason": "May", "impact": "50 days"}, by=MANAGER))
    assert stage(project.state) is Stage.BASELINED
    assert project.state.letter is not None


@pytest.mark.rule("DEL-01")
@pytest.mark.parametrize("who", ["sponsor", "business_owner"])
def test_the_manager_is_nobody_they_answer_to(who: str):
    with pytest.raises(Refused, match="name someone else"):
        chartered(**{who: MANAGER})


@pytest.mark.rule("DEL-01")
def test_only_the_head_of_the_unit_charters():
    project = chartered()
    other = type(project)(project.process, project.facts, case="project-2")
    assert other.refused("charter-project", charter(), by="e1054") == "not-your-unit"
    assert other.refused("charter-project", charter(), by="e1020") == "not-your-role"


@pytest.mark.rule("DEL-08")
def test_the_next_manager_takes_over_a_signed_position():
    project = ordered(baselined()).when("replace-manager", {"to": NEXT, "reason": "Elsewhere"}, by=SPONSOR)
    project.when("sign-position", {"task": project.open("sign").id, "position": "Train next"}, by=MANAGER)
    signed = project.found(e.PositionSigned)
    assert (signed.facts["committed"], signed.facts["orders"]) == ("300,000 THB", "order-1")
    assert len(signed.hash) == 64
    project.when("accept-position", {"task": project.open("accept").id}, by=NEXT)
    assert project.found(ResponsibilityMoved).to == NEXT
    assert project.refused("report-status", status(), by=MANAGER) == "not-your-role"
    project.when("report-status", status(estimate="700000 THB"), by=NEXT)


@pytest.mark.rule("DEL-08")
def test_tasks_of_the_manager_go_to_the_next():
    project = delegated().when("replace-manager", {"to": NEXT, "reason": "Elsewhere"}, by=HEAD)
    project.when("sign-position", {"task": project.open("sign").id, "position": "Nothing yet"}, by=MANAGER)
    project.when("accept-position", {"task": project.open("accept").id}, by=NEXT)
    assert project.open("plan").people == (NEXT,)


@pytest.mark.rule("DEL-08")
def test_a_manager_is_not_replaced_without_a_position():
    project = baselined()
    handed = {"to": NEXT, "reason": "Elsewhere", "instead_of": MANAGER}
    assert project.refused("hand-over", handed, by="e1005") == "use-replace-manager"


@pytest.mark.rule("PFL-03")
def test_a_late_dependency_colours_the_follower_and_says_why():
    project = baselined().given(claims=(held("waits-for", "project-2"),))
    project.when("move-activity", moved("live", 108, 108), by=MANAGER)
    (told,) = [effect for effect in project.effects if isinstance(effect, TellCase)]
    assert (told.case, told.command, told.payload["days"]) == ("project-2", "note-effect", 8)
    follower = baselined()
    follower.when("note-effect", told.payload, by="system", channel="effect")
    more = {"why": "We wait"}
    assert follower.refused("report-status", status("green"), by=MANAGER) == "explain-difference"
    report = follower.when("report-status", status("green", **more), by=MANAGER).found(e.StatusReported).report
    assert report.computed == "amber"
    assert "project-1, which it waits for, is 8 days late" in [str(why) for why in report.reasons]


@pytest.mark.rule("PFL-03")
def test_a_dependency_that_is_on_time_again_is_told():
    project = baselined().given(claims=(held("waits-for", "project-2"),))
    project.when("move-activity", moved("live", 108, 108), by=MANAGER)
    project.when("move-activity", moved("live", 100, 100), by=MANAGER)
    (told,) = [effect for effect in project.effects if isinstance(effect, TellCase)]
    assert told.payload["over"] is True


@pytest.mark.rule("PFL-03")
def test_a_frozen_position_or_lapsed_budget_is_noted_until_it_is_over():
    project = baselined()
    for kind in ("position", "budget"):
        told = {"kind": kind, "source": f"some-{kind}", "colour": "red", "why": "Spending is frozen"}
        project.when("note-effect", told, by="system", channel="effect")
        assert project.refused("report-status", status("red", why="So it is"), by=MANAGER) == "red-needs-path"
        project.when("note-effect", {**told, "over": True}, by="system", channel="effect")
        assert project.state.external == {}


@pytest.mark.rule("PFL-03")
def test_two_projects_do_not_wait_for_each_other():
    project = baselined().given(claims=(held("waits-for", "project-2"),))
    assert project.refused("set-dependencies", {"on": ["project-2"]}, by=MANAGER) == "circle"
    assert project.refused("set-dependencies", {"on": ["project-1"]}, by=MANAGER) == "own-case"


def test_a_plan_that_ends_before_it_starts_is_refused():
    project = delegated()
    plan = {"activities": [activity("build", 20, 10)]}
    assert project.refused("set-plan", plan, by=MANAGER) == "ends-before-start"
