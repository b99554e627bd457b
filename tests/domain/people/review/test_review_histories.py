"""Whole cycles at random: people object, are silent, leave, are exempt, lose their manager; each has one end."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.cases.case_events import Decided
from domain.kernel.errors import Refused
from domain.people.review.cycle_definition import REVIEW_CYCLE
from domain.people.review.definition import REVIEW
from domain.people.review.events import (
    CalibrationFixed,
    PerformanceRated,
    RatingCalibrated,
    ReviewFinished,
    ReviewReleased,
    ReviewSigned,
)
from domain.people.review.state import OUTCOMES
from tests.domain.people.review.cycle_world import CHAIR, HR, World
from tests.domain.people.review.cycle_world import calibrate_unit as confirm
from tests.support.examples import examples
from tests.support.given import Scenario

WORDS = ("acknowledged", "refused", "objection")


def step(data: st.DataObject, world: World, play: Scenario[Any]) -> None:
    """Something happens in one review: a task is done, time passes, somebody leaves or is exempt."""
    what = data.draw(st.sampled_from(["task"] * 6 + ["time", "exempt", "leaves", "calibrate"]))
    tasks = list(play.case.tasks.values())
    if what == "task" and tasks:
        do_task(data, world, play, data.draw(st.sampled_from(tasks)))
    elif what == "exempt":
        attempt(world, play, "exempt-review", {"cause": "absence", "reason": "long leave"}, HR)
    elif what == "calibrate" and play.state.rating is not None:
        new = data.draw(st.sampled_from(["2", "3.5", "5"]))
        payload = {"old": str(play.state.rating), "new": new, "reason": "as others"}
        attempt(world, play, "calibrate", payload, CHAIR)
    elif what == "leaves" and data.draw(st.integers(0, 4)) == 0:
        leave(world, data.draw(st.sampled_from([play.state.person, play.state.manager])))
    elif play.case.deadlines:
        first = min(play.case.deadlines, key=lambda each: each.at)
        world.due(play, first.kind)
    world.deliver(lambda count: data.draw(st.integers(0, count - 1)))


def do_task(data: st.DataObject, world: World, play: Scenario[Any], task: Any) -> None:
    goals = [{"goal": key, "result": "met"} for key, goal in play.state.goals.items() if goal.state == "open"]
    value = data.draw(st.sampled_from(["1", "3", "5"]))
    marks = [{"part": "work", "mark": value, "evidence": "seen"}]
    word = data.draw(st.sampled_from(WORDS))
    outcome = data.draw(st.sampled_from(["approve", "reject"]))
    payloads: dict[str, dict[str, Any]] = {
        "propose-goals": {"changes": [{"text": "More", "measure": "by 10"}]},
        "answer-goals": {"task": task.id, "agree": True},
        "assess-self": {"task": task.id, "marks": marks},
        "contribute": {"task": task.id, "text": "good"},
        "rate-performance": {"task": task.id, "marks": marks, "goals": goals},
        "sign-review": {"task": task.id},
        "hold-conversation": {"task": task.id, "day": world.facts.now.date().isoformat()},
        "acknowledge": {"task": task.id, "answer": word, "reason": "because"},
        "decide": {"task": task.id, "outcome": outcome, "comment": "so"},
    }
    attempt(world, play, task.command, payloads[task.command], data.draw(st.sampled_from(task.people)))


def attempt(world: World, play: Scenario[Any], name: str, payload: dict[str, Any], by: str) -> None:
    try:
        world.act(play, name, payload, by=by)
    except Refused:
        return


def leave(world: World, person: str) -> None:
    def gone(known: Any) -> Any:
        ended = known.people[person].model_copy(update={"end": world.facts.now.date()})
        return known.model_copy(update={"people": {**known.people, person: ended}})

    if person in ("e1011", "e1024", "e1025", "e1026"):
        world.organisation(gone)


def to_the_end(world: World) -> None:
    """Time passes; what only people can do is done by who is asked."""
    for _ in range(400):
        world.deliver()
        open_ = [play for play in world.reviews.values() if play.case.closed is None]
        if any(task.kind == "calibrate" for task in world.cycle.case.tasks.values()):
            confirm(world)
        if not open_:
            return
        for play in open_:
            for task in list(play.case.tasks.values())[:1]:
                finish_task(world, play, task)
            world.deliver()
            if play.case.closed is None and play.case.deadlines and not play.case.tasks:
                world.due(play, min(play.case.deadlines, key=lambda each: each.at).kind)
        world.wait(timedelta(hours=8))


def finish_task(world: World, play: Scenario[Any], task: Any) -> None:
    goals = [{"goal": key, "result": "met"} for key, goal in play.state.goals.items() if goal.state == "open"]
    marks = [{"part": "work", "mark": "3", "evidence": "seen"}]
    payloads: dict[str, dict[str, Any]] = {
        "rate-performance": {"task": task.id, "marks": marks, "goals": goals},
        "sign-review": {"task": task.id},
        "hold-conversation": {"task": task.id, "day": world.facts.now.date().isoformat()},
        "contribute": {"task": task.id, "text": "good"},
        "decide": {"task": task.id, "outcome": "reject", "comment": "so"},
    }
    if task.command in payloads:
        for person in task.people:
            if task.id in play.case.tasks:
                attempt(world, play, task.command, payloads[task.command], person)
    if task.id in play.case.tasks and play.case.deadlines:
        world.due(play, min(play.case.deadlines, key=lambda each: each.at).kind)


@pytest.mark.rule("REV-04")
@pytest.mark.rule("REV-06")
@pytest.mark.rule("REV-08")
@given(data=st.data())
@settings(max_examples=examples(25), deadline=None)
def test_everybody_ends_in_exactly_one_outcome(data: st.DataObject):
    world = World().begin()
    population = set(world.reviews)
    for _ in range(data.draw(st.integers(0, 40))):
        open_ = sorted(person for person, play in world.reviews.items() if play.case.closed is None)
        if open_:
            step(data, world, world.reviews[data.draw(st.sampled_from(open_))])
        if world.cycle.case.tasks and data.draw(st.booleans()):
            confirm(world)
    to_the_end(world)

    assert REVIEW_CYCLE.stage(world.cycle.state) == "closed"
    for person in population:
        play = world.reviews[person]
        ends = [event for event in play.history if isinstance(event, ReviewFinished)]
        assert [REVIEW.stage(play.state)] == [end.outcome.value for end in ends]
        assert ends[0].outcome in OUTCOMES
    for play in world.reviews.values():
        assert_decided_by_others(play)
        assert_released_as_calibrated(play)


def assert_decided_by_others(play: Scenario[Any]) -> None:
    person = play.state.person
    kinds = (PerformanceRated, RatingCalibrated, ReviewSigned)
    deciders = {event.by for event in play.history if isinstance(event, kinds)}
    deciders |= {event.actor for event in play.history if isinstance(event, Decided)}
    assert person not in deciders


def assert_released_as_calibrated(play: Scenario[Any]) -> None:
    fixed = [event.rating for event in play.history if isinstance(event, CalibrationFixed)]
    released = [event.rating for event in play.history if isinstance(event, ReviewReleased)]
    assert released in ([], fixed)
    assert len(fixed) <= 1
