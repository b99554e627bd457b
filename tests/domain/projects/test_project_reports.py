"""Status reports, health, the log, forecast and earned value."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.kernel.command import SYSTEM
from domain.kernel.items import ItemClosed
from domain.projects.delivery import events as e
from domain.projects.delivery import figures
from tests.domain.projects.delivering import (
    HEAD,
    LINE,
    MANAGER,
    SPONSOR,
    activity,
    baselined,
    day,
    moved,
    ordered,
    passing,
    status,
    worked,
)

RED = {"path": "A second trainer", "ask": "One trainer more"}
RISK = {"text": "The supplier fails", "owner": MANAGER, "due": day(20), "kind": "risk", "probability": 3, "impact": 4}


@pytest.mark.rule("DEL-04")
def test_a_missing_report_is_grey_then_red():
    project = passing(baselined(), "status-report")
    assert project.open("status-report").people == (MANAGER,)
    colours = []
    for _ in range(2):
        passing(project, "status-report-missed")
        colours.append(figures.health(project.state, project.now.date()).colour)
    assert colours == ["grey", "red"]
    project.when("report-status", status(), by=MANAGER)
    assert figures.health(project.state, project.now.date()).colour == "green"


@pytest.mark.rule("DEL-04")
def test_a_report_is_due_every_ten_working_days():
    project = baselined()
    first = project.state.status.due
    project.when("report-status", status(), by=MANAGER)
    second = project.state.status.due
    assert first is not None
    assert second is not None
    assert (first.isoformat(), second.isoformat()) == ("2026-12-17", "2027-01-05")


@pytest.mark.rule("DEL-04")
def test_a_colour_other_than_the_facts_is_explained():
    project = baselined().when("move-activity", moved("live", 105, 105), by=MANAGER)
    assert project.refused("report-status", status("green"), by=MANAGER) == "explain-difference"
    report = project.when("report-status", status("green", why="We catch up"), by=MANAGER)
    made = report.found(e.StatusReported).report
    assert (made.declared, made.computed, made.why) == ("green", "amber", "We catch up")


@pytest.mark.rule("DEL-04")
def test_overdue_risks_and_issues_colour_the_health():
    project = baselined().when("add-entry", RISK, by=MANAGER)
    assert figures.health(project.state, project.now.date()).colour == "green"
    assert figures.health(project.state, project.now.date() + timedelta(days=21)).colour == "amber"


@pytest.mark.rule("DEL-06")
@pytest.mark.parametrize("left_out", ["path", "ask"])
def test_a_red_needs_a_path_and_an_ask(left_out: str):
    project = baselined()
    given = {name: text for name, text in RED.items() if name != left_out}
    assert project.refused("report-status", status("red", why="Ill", **given), by=MANAGER) == "red-needs-path"


@pytest.mark.rule("DEL-06")
@pytest.mark.parametrize(
    ("steps", "escalates"),
    [((None, None), True), (("a", "a"), True), (("a", "b"), False), ((None, "a"), False)],
)
def test_two_reds_without_a_new_step_escalate(steps: tuple[str | None, str | None], escalates: bool):
    project = baselined()
    for step in steps:
        project.when("report-status", status("red", why="Ill", step=step, **RED), by=MANAGER)
    assert any(isinstance(event, e.RedEscalated) for event in project.last) is escalates
    if escalates:
        assert project.open("escalation").people == (HEAD, SPONSOR)


@pytest.mark.rule("DEL-06")
def test_a_green_between_two_reds_is_no_escalation():
    project = baselined()
    for declared in ("red", "green", "red"):
        more = {"why": "Ill", **RED} if declared == "red" else {}
        project.when("report-status", status(declared, **more), by=MANAGER)
    assert not [task for task in project.case.tasks.values() if task.kind == "escalation"]


@pytest.mark.rule("DEL-05")
@pytest.mark.parametrize("kind", ["risk", "assumption", "issue", "dependency", "decision", "change", "action"])
def test_everything_goes_to_one_log_with_owner_and_day(kind: str):
    project = baselined().when("add-entry", {**RISK, "kind": kind}, by=MANAGER)
    (item,) = project.state.log.open
    assert (item.details["kind"], item.owner) == (kind, MANAGER)
    assert project.open("entry").people == (MANAGER,)


@pytest.mark.rule("DEL-05")
def test_a_risk_becomes_an_issue_and_an_issue_an_action():
    project = baselined().when("add-entry", RISK, by=MANAGER)
    named = {"text": "It failed", "owner": MANAGER, "due": day(5)}
    assert project.refused("turn-entry", {"item": "entry-1", "into": "action", **named}, by=MANAGER) == "cannot-become"
    project.when("turn-entry", {"item": "entry-1", "into": "issue", **named}, by=MANAGER)
    assert project.found(ItemClosed).outcome == "turned"
    project.when("turn-entry", {"item": "entry-2", "into": "action", **named}, by=MANAGER)
    (action,) = project.state.log.open
    assert (action.details["kind"], action.details["came_from"]) == ("action", "entry-2")


def test_an_entry_of_another_kind_is_not_taken():
    origin = {"case": "project-2", "process": "project", "item": "entry-1"}
    taken = {"origin": origin, "text": "Odd", "owner": MANAGER, "due": day(1), "details": {"kind": "odd"}}
    assert baselined().refused("take-entry", taken, by=SYSTEM, channel="effect") == "unfit-item"


@pytest.mark.rule("DEL-07")
def test_forecast_is_actual_committed_and_estimate():
    project = ordered(baselined(), "300000 THB")
    project.when("spend-money", {"order": "order-1", "amount": "100000 THB"}, by=MANAGER)
    state = project.state
    parts = (state.actual, state.committed, figures.estimate(state), figures.forecast(state))
    assert [str(each.amount) for each in parts] == ["100000", "200000", "700000", "1000000"]
    dearer = status("red", why="Dearer", estimate="900000 THB", **RED)
    project.when("report-status", dearer, by=MANAGER)
    assert str(figures.forecast(project.state)) == "1,200,000 THB"


@pytest.mark.rule("DEL-07")
def test_an_order_leaves_the_forecast_as_it_was():
    project = baselined().when("report-status", status(estimate="1000000 THB"), by=MANAGER)
    ordered(project, "300000 THB")
    assert str(figures.forecast(project.state)) == "1,000,000 THB"


@pytest.mark.rule("DEL-07")
def test_no_order_above_what_is_reserved():
    project = baselined()
    order = {"text": "Tablets", "period": LINE.period, "amount": "1000000.01 THB"}
    assert project.refused("commit-money", order, by=MANAGER) == "not-reserved"
    ordered(project, "1000000 THB")


@pytest.mark.rule("DEL-07")
def test_earned_value_where_every_activity_has_a_cost():
    project = worked(baselined().wait(timedelta(days=40)), "build")
    ordered(project, "500000 THB").when("spend-money", {"order": "order-1", "amount": "500000 THB"}, by=MANAGER)
    value = figures.earned_value(project.state, project.now.date())
    assert value is not None
    assert (str(value.planned), str(value.earned)) == ("600,000.00 THB", "600,000.00 THB")
    assert (value.schedule_index, value.cost_index) == (Decimal("1.00"), Decimal("1.20"))


@pytest.mark.rule("DEL-07")
def test_no_earned_value_without_units():
    project = baselined([activity("build", 1, 40), activity("train", 41, 60, cost="1 THB")])
    assert figures.earned_value(project.state, project.now.date()) is None


@pytest.mark.rule("DEL-10")
def test_progress_leaves_cancelled_work_out():
    project = worked(baselined([activity("a", 1, 10), activity("b", 11, 20), activity("c", 21, 40)]), "a")
    assert figures.progress(project.state.works.values()) == Decimal("25.0")
    project.when("cancel-activity", {"activity": "c", "reason": "Not needed"}, by=MANAGER)
    assert figures.progress(project.state.works.values()) == Decimal("50.0")


@pytest.mark.rule("DEL-10")
def test_no_work_is_no_progress_and_not_zero():
    assert figures.progress([]) is None
