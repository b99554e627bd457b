"""Acceptance, closing, stopping, benefits, archive, programmes."""

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.effects import TellCase
from domain.kernel.ledger import Account
from domain.kernel.money_events import transfers_of
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Stage
from domain.projects.delivery.definition import PROJECT
from domain.projects.delivery.state import ProjectState, stage
from domain.projects.intake.definition import PROJECT_REQUEST
from tests.domain.projects.delivering import (
    HEAD,
    MANAGER,
    OFFICE,
    OWNER,
    SPONSOR,
    baselined,
    benefit,
    charter,
    chartered,
    day,
    held,
    ordered,
    worked,
)
from tests.support.given import Scenario

ALL = ("build", "train", "live")


def closing(**more: object) -> Scenario[ProjectState]:
    return worked(baselined(**more), *ALL).when("begin-closing", {}, by=MANAGER)  # type: ignore[arg-type]


def accepted(**more: object) -> Scenario[ProjectState]:
    project = closing(**more)
    answer = {"task": project.open("acceptance").id, "accepted": ["r1", "r2"]}
    return project.when("accept-result", answer, by=OWNER)


def finished(**more: object) -> Scenario[ProjectState]:
    project = accepted(**more)
    return project.when("finish-project", {"task": project.open("close").id, "lessons": "Try it first"}, by=MANAGER)


@pytest.mark.rule("DEL-09")
def test_the_business_owner_answers_per_requirement():
    project = closing()
    task = project.open("acceptance")
    assert task.people == (OWNER,)
    answers = ({"accepted": ["r1"]}, {"accepted": ["r1", "r1", "r2"]}, {"accepted": ["r1", "r2", "r9"]})
    for wrong in answers:
        assert project.refused("accept-result", {"task": task.id, **wrong}, by=OWNER) == "name-each-once"
    right = {"task": task.id, "accepted": ["r1", "r2"]}
    assert project.refused("accept-result", right, by=MANAGER) == "not-your-role"
    project.when("accept-result", right, by=OWNER)


@pytest.mark.rule("DEL-09")
def test_what_is_refused_becomes_an_issue_and_work_goes_on():
    project = closing()
    answer = {"accepted": ["r1"], "refused": [{"id": "r2", "reason": "Not offline"}]}
    project.when("accept-result", {"task": project.open("acceptance").id, **answer}, by=OWNER)
    assert stage(project.state) is Stage.EXECUTING
    (issue,) = project.state.log.open
    assert (issue.text, issue.owner) == ("r2: Not offline", MANAGER)
    assert project.refused("begin-closing", {}, by=MANAGER) == "risks-open"


@pytest.mark.rule("DEL-09")
def test_closing_with_open_orders_is_refused():
    project = ordered(worked(baselined(), *ALL))
    assert project.refused("begin-closing", {}, by=MANAGER) == "commitments-open"


@pytest.mark.rule("DEL-09")
@pytest.mark.parametrize("kind", ["risk", "issue"])
def test_closing_with_open_risks_is_refused(kind: str):
    entry = {"text": "It may fail", "owner": MANAGER, "due": day(9), "kind": kind}
    project = worked(baselined(), *ALL).when("add-entry", entry, by=MANAGER)
    assert project.refused("begin-closing", {}, by=MANAGER) == "risks-open"


@pytest.mark.rule("DEL-09")
def test_what_came_up_since_refuses_the_closing_too():
    project = ordered(accepted())
    lessons = {"task": project.open("close").id, "lessons": "None"}
    assert project.refused("finish-project", lessons, by=MANAGER) == "commitments-open"


@pytest.mark.rule("DEL-09")
def test_closing_with_open_work_is_refused():
    assert baselined().refused("begin-closing", {}, by=MANAGER) == "work-open"


@pytest.mark.rule("DEL-11")
def test_benefits_of_the_finished_are_measured():
    project = finished()
    assert stage(project.state) is Stage.BENEFITS
    measured = {"task": project.open("benefit").id, "value": "10", "note": "Counted"}
    assert project.refused("measure-benefit", measured, by=MANAGER) == "not-your-role"
    project.when("measure-benefit", measured, by=OWNER)
    assert project.found(e.BenefitMeasured).met
    assert stage(project.state) is Stage.FINISHED


@pytest.mark.rule("DEL-11")
@pytest.mark.parametrize(
    ("baseline", "target", "value", "met"),
    [("40", "10", "10", True), ("40", "10", "10.1", False), ("10", "40", "40", True), ("10", "40", "39", False)],
)
def test_a_benefit_is_met_in_its_own_direction(baseline: str, target: str, value: str, met: bool):
    project = finished(benefits=[benefit(baseline=baseline, target=target)])
    measured = {"task": project.open("benefit").id, "value": value, "note": "Counted"}
    assert project.when("measure-benefit", measured, by=OWNER).found(e.BenefitMeasured).met is met


@pytest.mark.rule("DEL-11")
def test_who_measures_words_says_if_they_are_met():
    project = finished(benefits=[benefit(baseline="slow", target="fast")])
    measured = {"task": project.open("benefit").id, "value": "faster", "note": "Asked ten people"}
    assert project.refused("measure-benefit", measured, by=OWNER) == "say-if-met"
    assert project.when("measure-benefit", {**measured, "met": True}, by=OWNER).found(e.BenefitMeasured).met


@pytest.mark.rule("PRJ-09")
def test_the_request_learns_that_its_project_began_and_ended():
    project = chartered(request="project-request-1")
    began = [each for each in project.effects if isinstance(each, TellCase)]
    project.when("stop-project", {"reason": "Not needed"}, by=HEAD)
    ended = [each for each in project.effects if isinstance(each, TellCase)]
    assert [(each.case, each.command) for each in (*began, *ended)] == [
        ("project-request-1", "note-chartered"),
        ("project-request-1", "note-project-ended"),
    ]
    for each in (*began, *ended):
        PROJECT_REQUEST.commands[each.command].model_validate(each.payload)


@pytest.mark.rule("DEL-11")
def test_finished_stopped_held_and_archived_are_different():
    done, gone, waiting = finished(benefits=[]), baselined(), baselined()
    gone.when("stop-project", {"reason": "Not needed"}, by=HEAD)
    waiting.when("hold", {"reason": "After the harvest"}, by=MANAGER)
    assert [PROJECT.stage(each.state) for each in (done, gone, waiting)] == ["finished", "stopped", "on_hold"]
    for each, status in ((done, Status.APPROVED), (gone, Status.CANCELLED)):
        place = {"task": each.open("archive").id, "place": "The office's archive"}
        each.when("archive-project", place, by=OFFICE)
        assert PROJECT.stage(each.state) == "archived"
        assert each.case.closed is status
    assert (done.state.ended, gone.state.ended) == ("finished", "stopped")


@pytest.mark.rule("DEL-11")
def test_the_money_of_the_stopped_is_free_at_once():
    project = baselined().when("stop-project", {"reason": "Not needed"}, by=HEAD)
    moves = [transfer for event in project.last for transfer in transfers_of(event)]
    assert [(move.target, move.amount) for move in moves] == [(Account.AVAILABLE, 1_000_000)]
    assert not [task for task in project.case.tasks.values() if task.kind == "benefit"]


@pytest.mark.rule("DEL-08")
def test_stopping_lists_what_cannot_be_cancelled():
    project = ordered(ordered(baselined(), "300000 THB", binding=True), "200000 THB")
    assert project.refused("stop-project", {"reason": "Not needed"}, by=SPONSOR) == "name-bound"
    project.when("stop-project", {"reason": "Not needed", "bound": ["order-1"]}, by=SPONSOR)
    assert project.found(e.ProjectStopped).bound == ("order-1",)
    assert stage(project.state) is Stage.WINDING_UP
    assert project.refused("cancel-order", {"order": "order-1", "reason": "x"}, by=MANAGER) == "not-cancellable"
    project.when("cancel-order", {"order": "order-2", "reason": "Stopped"}, by=MANAGER)
    project.when("spend-money", {"order": "order-1", "amount": "300000 THB"}, by=MANAGER)
    assert stage(project.state) is Stage.STOPPED
    assert project.state.holdings.open == ()


@pytest.mark.rule("DEL-08")
def test_the_manager_does_not_stop_the_project():
    assert baselined().refused("stop-project", {"reason": "Enough"}, by=MANAGER) == "not-your-role"
    assert baselined().refused("withdraw", {"reason": "Enough"}, by=MANAGER) == "stop-it"


@pytest.mark.rule("DEL-11")
@pytest.mark.parametrize("decision", ["goes-on", "stop"])
def test_a_programme_decides_on_each_open_child(decision: str):
    project = baselined().given(claims=(held("programme", "project-2"),))
    assert project.refused("stop-project", {"reason": "Over"}, by=HEAD) == "children"
    project.when("stop-project", {"reason": "Over", "children": {"project-2": decision}}, by=HEAD)
    (told,) = [effect for effect in project.effects if isinstance(effect, TellCase)]
    child = ordered(baselined(programme="project-1"), binding=True)
    child.when("note-programme-ended", told.payload, by="system", channel="effect")
    assert (child.state.ended == "stopped") is (decision == "stop")
    assert child.state.the_charter.programme is None


@pytest.mark.rule("DEL-11")
def test_finishing_a_programme_decides_on_its_children_too():
    project = accepted().given(claims=(held("programme", "project-2"),))
    lessons = {"task": project.open("close").id, "lessons": "None"}
    assert project.refused("finish-project", lessons, by=MANAGER) == "children"
    project.when("finish-project", {**lessons, "children": {"project-2": "goes-on"}}, by=MANAGER)
    assert [effect.case for effect in project.effects if isinstance(effect, TellCase)] == ["project-2"]


def test_every_end_tells_all_whose_project_it_is():
    project = baselined().when("stop-project", {"reason": "Not needed"}, by=HEAD)
    people = {person for told in project.told() for person in told.to}
    assert {MANAGER, HEAD, SPONSOR, OWNER} <= people


def test_a_changed_set_of_requirements_is_refused():
    project = chartered()
    other: Scenario[ProjectState] = Scenario(PROJECT, project.facts, case="project-2")
    signed = charter(requirements_hash="0" * 64)
    assert other.refused("charter-project", signed, by=HEAD) == "requirements-changed"
