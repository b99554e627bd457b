"""Goals: both or not at all, never deleted, handed down."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.people.review.early_events import GoalOffered, GoalsAgreed, GoalsProposed
from tests.domain.people.review.cycle_world import World, assess, mark
from tests.support.examples import examples
from tests.support.given import Scenario

PERSON, MANAGER, SECOND = "e1024", "e1011", "e1005"
NEW = {"text": "Shop live", "measure": "by June"}


def agreed(world: World, person: str, manager: str, *changes: dict[str, Any]) -> Scenario[Any]:
    play = world.reviews[person]
    world.act(play, "propose-goals", {"changes": list(changes)}, by=person)
    world.act(play, "answer-goals", {"task": play.open("goals-manager").id, "agree": True}, by=manager)
    world.deliver()
    return play


@pytest.mark.rule("REV-13")
def test_goals_count_once_both_agreed():
    world = World().begin()
    play = world.reviews[PERSON]
    world.act(play, "propose-goals", {"changes": [NEW]}, by=PERSON)
    assert play.found(GoalsProposed).by == PERSON
    assert play.state.goals == {}
    task = play.open("goals-manager").id
    assert play.refused("answer-goals", {"task": task, "agree": True}, by=PERSON) == "not-your-role"
    world.act(play, "answer-goals", {"task": task, "agree": True}, by=MANAGER)
    assert play.state.goals["g1"].text == "Shop live"


@pytest.mark.rule("REV-13")
def test_without_agreement_goals_stay():
    world = World().begin()
    play = agreed(world, PERSON, MANAGER, NEW)
    world.act(play, "propose-goals", {"changes": [{"goal": "g1", "text": "Half a shop"}]}, by=MANAGER)
    task = play.open("goals-employee").id
    assert play.refused("answer-goals", {"task": task, "agree": False}, by=PERSON) == "reason-missing"
    world.act(play, "answer-goals", {"task": task, "agree": False, "reason": "It is nearly done"}, by=PERSON)
    assert play.state.goals["g1"].text == "Shop live"
    assert not any(isinstance(event, GoalsAgreed) for event in play.last)


@pytest.mark.rule("REV-13")
def test_a_manager_the_ladder_added_cannot_agree_for_both():
    world = World().begin()
    play = world.reviews[PERSON]
    world.act(play, "propose-goals", {"changes": [NEW]}, by=MANAGER)
    task = play.open("goals-employee")
    while MANAGER not in play.open("goals-employee").people:
        world.due(play, "task")
    assert play.refused("answer-goals", {"task": task.id, "agree": True}, by=MANAGER) == "not-your-task"


@pytest.mark.rule("REV-13")
def test_dropped_goals_keep_their_reason():
    world = World().begin()
    play = agreed(world, PERSON, MANAGER, NEW)
    assert play.refused("propose-goals", {"changes": [{"goal": "g1", "drop": " "}]}, by=PERSON) == "reason-missing"
    agreed(world, PERSON, MANAGER, {"goal": "g1", "drop": "The shop was sold"})
    assert (play.state.goals["g1"].state, play.state.goals["g1"].reason) == ("dropped", "The shop was sold")


@pytest.mark.rule("REV-13")
@given(data=st.data())
@settings(max_examples=examples(40))
def test_no_goal_is_ever_lost(data: st.DataObject):
    world = World().begin()
    play, known = world.reviews[PERSON], set[str]()
    for _ in range(data.draw(st.integers(1, 6))):
        open_ = [key for key, goal in play.state.goals.items() if goal.state == "open"]
        change = data.draw(st.sampled_from([NEW, *({"goal": key, "drop": "why"} for key in open_)]))
        agreed(world, PERSON, MANAGER, change)
        assert known <= play.state.goals.keys()
        known = set(play.state.goals)


@pytest.mark.rule("REV-13")
def test_each_goal_gets_its_end():
    world = World().begin()
    play = agreed(world, PERSON, MANAGER, NEW)
    assess(world, PERSON)
    payload: dict[str, Any] = {"task": play.open("rate").id, "marks": [mark()]}
    assert play.refused("rate-performance", payload, by=MANAGER) == "goals-open"
    payload["goals"] = [{"goal": "g1", "result": "dropped"}]
    assert play.refused("rate-performance", payload, by=MANAGER) == "reason-missing"
    payload["goals"] = [{"goal": "g1", "result": "partly"}]
    world.act(play, "rate-performance", payload, by=MANAGER)
    assert play.state.goals["g1"].state == "partly"


@pytest.mark.rule("REV-13")
def test_a_goal_handed_down_is_a_copy():
    world = World().begin()
    above, below = agreed(world, MANAGER, SECOND, NEW), world.reviews[PERSON]
    assert above.refused("hand-down-goal", {"goal": "g1", "to": "e1010"}, by=MANAGER) == "not-below"
    world.act(above, "hand-down-goal", {"goal": "g1", "to": PERSON}, by=MANAGER)
    world.deliver()
    assert below.state.goals == {}
    world.act(below, "answer-offer", {"task": below.open("goal-offer").id, "agree": True}, by=PERSON)
    copy = below.state.goals["g1"]
    assert copy.origin is not None
    assert (copy.origin.case, copy.origin.goal, copy.text) == (above.case.id, "g1", "Shop live")


@pytest.mark.rule("REV-13")
def test_a_change_above_is_an_offer():
    world = World().begin()
    above, below = agreed(world, MANAGER, SECOND, NEW), world.reviews[PERSON]
    world.act(above, "hand-down-goal", {"goal": "g1", "to": PERSON}, by=MANAGER)
    world.deliver()
    world.act(below, "answer-offer", {"task": below.open("goal-offer").id, "agree": True}, by=PERSON)
    agreed(world, MANAGER, SECOND, {"goal": "g1", "measure": "by May"})
    assert isinstance(below.last[0], GoalOffered)
    assert below.state.goals["g1"].measure == "by June"
    world.act(below, "answer-offer", {"task": below.open("goal-offer").id, "agree": False}, by=PERSON)
    assert below.state.goals["g1"].measure == "by June"
