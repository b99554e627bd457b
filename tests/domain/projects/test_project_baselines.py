"""Baselines by approved change only, gates as decisions, money of a baseline."""

import pytest

from domain.kernel.ledger import Account
from domain.kernel.money_events import transfers_of
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Stage
from domain.projects.delivery.rules.baselines import three_baselines
from domain.projects.delivery.state import stage
from tests.domain.projects.delivering import (
    HEAD,
    LINE,
    MANAGER,
    activity,
    approve,
    balance,
    baselined,
    decided,
    delegated,
    moved,
    ordered,
)

GATE = {"name": "Start", "criteria": [{"text": "Plan", "evidence": "baseline 1"}]}


@pytest.mark.rule("DEL-02")
def test_a_baseline_comes_of_an_approved_change_only():
    project = baselined().when("move-activity", moved("live", 105, 105), by=MANAGER)
    project.when("request-change", {"reason": "May", "impact": "5 days"}, by=MANAGER)
    assert len(project.state.baselines) == 1
    approve(project)
    assert [one.number for one in project.state.baselines] == [1, 2]


@pytest.mark.rule("DEL-02")
def test_original_approved_and_current_stand_side_by_side():
    project = baselined().when("move-activity", moved("live", 105, 105), by=MANAGER)
    approve(project.when("request-change", {"reason": "May", "impact": "5 days"}, by=MANAGER))
    project.when("move-activity", moved("live", 108, 108), by=MANAGER)
    finishes = [(one.finish - project.now.date()).days for one in three_baselines(project.state) if one.finish]
    assert finishes == [100, 105, 108]


@pytest.mark.rule("DEL-02")
def test_a_rejected_change_leaves_the_baseline():
    project = baselined().when("move-activity", moved("live", 105, 105), by=MANAGER)
    project.when("request-change", {"reason": "May", "impact": "5 days"}, by=MANAGER)
    decided(project, "reject")
    assert len(project.state.baselines) == 1
    assert project.state.pending == ()
    project.when("request-change", {"reason": "May, please", "impact": "5 days"}, by=MANAGER)


@pytest.mark.rule("DEL-02")
def test_a_rejected_first_baseline_asks_for_another():
    project = delegated().when("request-change", {"reason": "First", "impact": "none"}, by=MANAGER)
    decided(project, "reject")
    assert stage(project.state) is Stage.PLANNING
    assert project.open("plan").people == (MANAGER,)


@pytest.mark.rule("DEL-02")
def test_what_is_asked_for_is_the_plan_of_that_moment():
    project = baselined().when("move-activity", moved("live", 105, 105), by=MANAGER)
    project.when("request-change", {"reason": "May", "impact": "5 days"}, by=MANAGER)
    project.when("move-activity", moved("live", 109, 109), by=MANAGER)
    finish = approve(project).found(e.BaselineSet).baseline.finish
    assert finish is not None
    assert (finish - project.now.date()).days == 105


@pytest.mark.rule("DEL-02")
def test_more_money_is_reserved_at_approval():
    project = baselined()
    more = {"reason": "Dearer", "impact": "200,000", "periods": {LINE.period: "1200000 THB"}}
    approve(project.when("request-change", more, by=MANAGER))
    (made,) = transfers_of(project.found(e.BaselineSet))
    assert (made.target, made.amount) == (Account.RESERVED, 200_000)
    less = {"reason": "Cheaper", "impact": "none", "periods": {LINE.period: "700000 THB"}}
    approve(project.when("request-change", less, by=MANAGER))
    assert sum(held.left for held in project.state.holdings.open) == 700_000


@pytest.mark.rule("DEL-02")
def test_a_baseline_below_what_is_ordered_is_refused():
    project = ordered(baselined(), "300000 THB")
    less = {"reason": "Cheaper", "impact": "none", "periods": {LINE.period: "200000 THB"}}
    assert project.refused("request-change", less, by=MANAGER) == "below-bound"


@pytest.mark.rule("DEL-02")
def test_a_baseline_above_the_line_is_refused():
    project = baselined().given(balances=balance("1000"))
    more = {"reason": "Dearer", "impact": "money", "periods": {LINE.period: "1200000 THB"}}
    assert project.refused("request-change", more, by=MANAGER) == "over-budget"


@pytest.mark.rule("DEL-02")
def test_one_change_at_a_time():
    project = delegated().when("request-change", {"reason": "First", "impact": "none"}, by=MANAGER)
    assert project.refused("request-change", {"reason": "Again", "impact": "none"}, by=MANAGER) == "change-under-way"
    project.when("drop-change", {"change": "change-1", "reason": "Not yet"}, by=MANAGER)
    project.when("request-change", {"reason": "Again", "impact": "none"}, by=MANAGER)


@pytest.mark.rule("DEL-02")
def test_a_baseline_without_days_is_refused():
    project = delegated().when("set-plan", {"activities": [activity("build", None, None)]}, by=MANAGER)
    assert project.refused("request-change", {"reason": "First", "impact": "none"}, by=MANAGER) == "undated"


@pytest.mark.rule("DEL-03")
def test_go_begins_the_execution():
    project = approve(baselined().when("open-gate", GATE, by=MANAGER))
    assert project.found(e.GateDecided).outcome == "go"
    assert stage(project.state) is Stage.EXECUTING


@pytest.mark.rule("DEL-03")
def test_go_with_conditions_keeps_them():
    project = baselined().when("open-gate", GATE, by=MANAGER)
    condition = {"text": "Two trainers", "owner": MANAGER, "due": "2027-01-15"}
    decided(project, "approve", conditions=[condition])
    asked = project.open("condition")
    project.when("meet-condition", {"task": asked.id, "note": "Both are hired"}, by=MANAGER)
    assert project.state.gates["gate-1"].outcome == "go with conditions"


@pytest.mark.rule("DEL-03")
def test_recycle_comes_back_with_better_evidence():
    project = baselined().when("open-gate", GATE, by=MANAGER)
    decided(project, "return", fields=["criteria"])
    assert project.state.gates["gate-1"].outcome == "recycle"
    assert project.open("revise").command == "revise-gate"
    assert project.refused("open-gate", GATE, by=MANAGER) == "gate-open"
    better = {"gate": "gate-1", "criteria": [{"text": "Plan", "evidence": "baseline 1, signed"}]}
    assert approve(project.when("revise-gate", better, by=MANAGER)).state.gates["gate-1"].outcome == "go"


@pytest.mark.rule("DEL-03")
def test_hold_is_an_answer_of_a_gate():
    project = baselined().when("open-gate", GATE, by=MANAGER)
    project.when("hold", {"reason": "After the harvest"}, by=project.open("decide").people[0])
    assert project.state.gates["gate-1"].outcome == "hold"
    project.when("resume", {"reason": "It is in"}, by=MANAGER)
    assert approve(project).state.gates["gate-1"].outcome == "go"


@pytest.mark.rule("DEL-03")
def test_stop_at_a_gate_asks_to_stop_the_project():
    project = baselined().when("open-gate", GATE, by=MANAGER)
    decided(project, "reject")
    assert project.state.gates["gate-1"].outcome == "stop"
    assert project.open("stop").people == (HEAD,)


@pytest.mark.rule("DEL-03")
def test_a_gate_needs_criteria_with_evidence():
    with pytest.raises(ValueError, match="criteria"):
        baselined().when("open-gate", {"name": "Start", "criteria": []}, by=MANAGER)


@pytest.mark.rule("DEL-03")
def test_the_manager_decides_no_gate():
    project = baselined().when("open-gate", GATE, by=MANAGER)
    vote = {"task": project.open("decide").id, "outcome": "approve"}
    assert project.refused("decide", vote, by=MANAGER) in ("own-case", "not-your-task")
