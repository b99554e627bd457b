"""The rules of the strategic plan, each refused or recorded."""

from typing import Any

import pytest

from domain.direction.strategy.definition import STRATEGY
from domain.direction.strategy.events import ChoiceReopened, ObjectiveAdjusted
from domain.direction.strategy.progress import orphans_of
from domain.kernel.effects import Notify
from tests.domain.direction.plans import HEAD, LEAD, WATCHER, approve, example, in_force, objectives, passed, prepared


@pytest.mark.rule("STR-01")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": " "}, "no-source"),
        ({"target": "12000000"}, "no-way-to-go"),
        ({"owner": "e9999"}, "unknown-person"),
        ({"due": "2020-01-01"}, "past-day"),
        ({"id": "uptime"}, "same-id"),
    ],
)
def test_an_incomplete_objective_is_refused(change: dict[str, Any], code: str):
    play = prepared(until="set-objectives")
    assert play.refused("set-objectives", objectives(play, change), by=HEAD) == code


@pytest.mark.rule("STR-01")
def test_a_plan_has_few_objectives():
    play = prepared(until="set-objectives")
    given = objectives(play)
    given["objectives"] = [{**given["objectives"][0], "id": f"o-{number}"} for number in range(8)]
    assert play.refused("set-objectives", given, by=HEAD) == "too-many-objectives"
    given["objectives"] = given["objectives"][:7]
    play.when("set-objectives", given, by=HEAD)


@pytest.mark.rule("STR-02")
def test_an_initiative_points_to_objectives_money_people():
    play = prepared(until="set-initiatives")
    loose = [{**example.INITIATIVES[0], "objectives": ["fame"]}]
    assert play.refused("set-initiatives", {"initiatives": loose}, by=HEAD) == "orphan-initiative"
    play.when("set-initiatives", {"initiatives": list(example.INITIATIVES)}, by=HEAD)
    one = {"initiative": "move", "lines": ["it-hardware"], "people": []}
    assert play.refused("link-budget", {"links": [one]}, by=HEAD) == "not-linked"
    lost = [{**link, "lines": ["no-line"]} for link in example.LINKS]
    assert play.refused("link-budget", {"links": lost}, by=HEAD) == "no-such-line"
    assert play.refused("submit-plan", {}, by=HEAD) == "not-now"


@pytest.mark.rule("STR-02")
def test_orphans_are_listed_both_ways():
    play = in_force()
    assert orphans_of(play.state.live, play.state.plan.initiatives).initiatives_without_objective == ()
    approve(play.when("adjust-objective", {"objective": "uptime", "drop": True, "reason": "No"}, by=HEAD))
    found = orphans_of(play.state.live, play.state.plan.initiatives)
    assert (found.initiatives_without_objective, found.objectives_without_initiative) == (("watch",), ())
    fewer = orphans_of(play.state.live, play.state.plan.initiatives[1:])
    assert fewer.objectives_without_initiative == ("run-cost",)


@pytest.mark.rule("STR-03")
def test_a_broken_assumption_reopens_its_choice():
    play = passed(in_force(), "tripwire")
    assert play.open("tripwire").people == (WATCHER,)
    broken = {"assumption": "price", "holds": False, "note": "Up by 15 %"}
    assert play.refused("check-assumption", broken, by=LEAD) in ("not-yours", "not-your-role")
    play.when("check-assumption", broken, by=WATCHER)
    assert (play.found(ChoiceReopened).option, STRATEGY.stage(play.state)) == ("cloud", "reopened")
    assert play.open("choice").people == (HEAD,)
    play.when("settle-choice", {"option": "cloud", "outcome": "keep", "reason": "Cheaper still"}, by=HEAD)
    assert STRATEGY.stage(play.state) == "in_force"


@pytest.mark.rule("STR-03")
def test_an_assumption_needs_a_tripwire_and_a_day():
    play = prepared(until="set-objectives")
    given = objectives(play)
    given["assumptions"][0]["signal"] = ""
    assert play.refused("set-objectives", given, by=HEAD) == "no-tripwire"
    given["assumptions"][0] |= {"signal": "A rise", "by": "2020-01-01"}
    assert play.refused("set-objectives", given, by=HEAD) == "past-day"
    given["assumptions"][0] |= {"by": "2027-01-01", "option": "own"}
    assert play.refused("set-objectives", given, by=HEAD) == "no-such-option"


@pytest.mark.rule("STR-04")
def test_another_measure_breaks_the_series():
    play, read = in_force(), {"objective": "run-cost", "value": "11000000", "on": "2026-12-01"}
    play.when("report-value", read, by=LEAD)
    approve(play.when("adjust-objective", {"objective": "run-cost", "target": "8000000", "reason": "More"}, by=HEAD))
    assert (play.found(ObjectiveAdjusted).breaks, len(play.state.live["run-cost"].series)) == (False, 1)
    changed = {"objective": "run-cost", "measure": "Cost per user", "baseline": "60000", "target": "45000"}
    approve(play.when("adjust-objective", {**changed, "reason": "More users"}, by=HEAD))
    old, new = play.state.live["run-cost"].series
    assert play.found(ObjectiveAdjusted).breaks
    assert (old.objective.measure, len(old.readings), new.readings) == ("Cost of running per year", 1, ())


@pytest.mark.rule("STR-04")
def test_an_adjustment_counts_once_approved():
    play = in_force()
    play.when("adjust-objective", {"objective": "run-cost", "target": "8000000", "reason": "More"}, by=HEAD)
    assert play.state.live["run-cost"].objective.target == 9_000_000
    again = {"objective": "uptime", "target": "99.5", "reason": "Less"}
    assert play.refused("adjust-objective", again, by=HEAD) == "adjustment-open"
    approve(play, "reject")
    assert play.state.live["run-cost"].objective.target == 9_000_000
    play.when("adjust-objective", again, by=HEAD)


@pytest.mark.rule("STR-05")
def test_rejected_options_stay_with_their_reason():
    play = prepared(until="choose-options")
    silent = [{**option, "why": ""} for option in example.OPTIONS]
    with pytest.raises(ValueError, match="why"):
        play.when("choose-options", {"options": silent}, by=HEAD)
    none = [{**option, "chosen": False} for option in example.OPTIONS]
    assert play.refused("choose-options", {"options": none}, by=HEAD) == "nothing-chosen"
    kept = {option.id: option.why for option in in_force().state.plan.options if not option.chosen}
    assert kept == {"own": "Twice the cost over five years"}


def test_a_plan_closes_with_its_learning():
    play = in_force()
    assert play.refused("retire-plan", {"reason": "Over"}, by=HEAD) == "learning-first"
    play.when("write-learning", {"text": "Slower than planned"}, by=HEAD)
    play.when("retire-plan", {"reason": "Over"}, by=HEAD)
    play.when("note-recorded", {"position": 9, "about": "retirement"}, by="system", channel="effect")
    assert STRATEGY.stage(play.state) == "retired"
    assert any(HEAD in effect.to for effect in play.effects if isinstance(effect, Notify))


def test_each_step_of_preparation_has_its_task():
    asked = []
    for name in ("write-scan", "set-ambition", "consult", "choose-options", "set-objectives", "set-initiatives"):
        task = prepared(until=name).open("prepare")
        asked.append((task.command, task.people))
    assert asked == [(name, (HEAD,)) for name in (
        "write-scan", "set-ambition", "consult", "choose-options", "set-objectives", "set-initiatives",
    )]  # fmt: skip


def test_a_consultation_needs_a_view():
    play = prepared(until="give-view")
    assert play.refused("end-consultation", {}, by=HEAD) == "no-view"


def test_a_next_version_supersedes_the_plan():
    play = in_force()
    play.when("note-superseded", {"number": 2, "case": "strategy-2"}, by="system", channel="effect")
    assert STRATEGY.stage(play.state) == "superseded"


def test_a_plan_in_force_is_not_withdrawn():
    play = in_force()
    play.when("adjust-objective", {"objective": "uptime", "target": "99.5", "reason": "Too dear"}, by=HEAD)
    assert play.refused("withdraw", {"reason": "Wrong"}, by=HEAD) == "in-force"
