"""What the employee answers, and what an objection leads to."""

from datetime import timedelta

import pytest

from domain.kernel.cases.case_events import Decided
from domain.kernel.effects import StartCase
from domain.people.review.definition import REVIEW
from domain.people.review.events import AppealDecided, ReviewAnswered
from domain.people.review.state import ReviewState, Stage
from tests.domain.people.review.cycle_world import HR, World, answer, released, talk
from tests.support.given import Scenario

PERSON, MANAGER, SECOND = "e1024", "e1011", "e1005"


def talked() -> tuple[World, Scenario[ReviewState]]:
    world = released(World().begin())
    talk(world, PERSON)
    return world, world.reviews[PERSON]


@pytest.mark.rule("REV-05")
def test_acknowledged_is_an_end():
    world, play = talked()
    answer(world, PERSON, "acknowledged")
    assert REVIEW.stage(play.state) == "acknowledged"


@pytest.mark.rule("REV-05")
def test_silence_is_no_response_and_never_agreement():
    world, play = talked()
    world.due(play, "silence")
    assert play.found(ReviewAnswered).answer == "no-response"
    assert play.found(ReviewAnswered).by is None
    world.due(play, "appeal-window")
    assert REVIEW.stage(play.state) == "no_response"


@pytest.mark.rule("REV-05")
def test_refusing_is_an_answer_of_its_own():
    world, play = talked()
    answer(world, PERSON, "refused")
    world.due(play, "appeal-window")
    assert REVIEW.stage(play.state) == "refused_to_sign"


@pytest.mark.rule("REV-05")
def test_nobody_answers_for_the_employee():
    world, play = talked()
    task = play.open("acknowledge").id
    while MANAGER not in play.open("acknowledge").people:
        world.due(play, "task")
    assert play.refused("acknowledge", {"task": task, "answer": "acknowledged"}, by=MANAGER) == "not-your-task"


@pytest.mark.rule("REV-07")
def test_an_objection_goes_to_second_level_and_hr():
    world, play = talked()
    task = play.open("acknowledge").id
    assert play.refused("acknowledge", {"task": task, "answer": "objection"}, by=PERSON) == "reason-missing"
    answer(world, PERSON, "objection", "Half of the year is missing")
    assert play.open("decide").assignees == (SECOND,)
    world.act(play, "decide", {"task": play.open("decide").id, "outcome": "approve"}, by=SECOND)
    asked = play.open("decide").assignees
    assert asked == ("e1032",)  # the HR partner opened the cycle, so the HR director hears it


@pytest.mark.rule("REV-07")
def test_an_appeal_is_possible_for_ten_days():
    world, play = talked()
    world.due(play, "silence")
    window = next(each for each in play.case.deadlines if each.kind == "appeal-window").at
    assert timedelta(days=13) < window - world.facts.now + timedelta(days=7) < timedelta(days=22)
    world.act(play, "object", {"reason": "Not so"}, by=PERSON)
    assert play.state.step is Stage.APPEAL


@pytest.mark.rule("REV-07")
def test_after_the_window_an_objection_is_refused():
    world, play = talked()
    world.due(play, "silence")
    world.due(play, "appeal-window")
    assert play.refused("object", {"reason": "Not so"}, by=PERSON) == "finished"


@pytest.mark.rule("REV-07")
def test_an_appeal_is_allowed_or_not():
    world, play = talked()
    answer(world, PERSON, "objection", "Not so")
    payload = {"task": play.open("decide").id, "outcome": "return", "comment": "x", "fields": ["objection"]}
    assert play.refused("decide", payload, by=SECOND) == "no-return"
    world.act(play, "decide", {**payload, "outcome": "reject", "fields": []}, by=SECOND)
    assert play.found(AppealDecided).allowed is False
    assert REVIEW.stage(play.state) == "acknowledged_with_objection"


@pytest.mark.rule("REV-07")
def test_an_allowed_appeal_opens_a_linked_review():
    world, play = talked()
    answer(world, PERSON, "objection", "Not so")
    while play.state.step is Stage.APPEAL and play.case.closed is None:
        task = play.open("decide")
        world.act(play, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])
    deciders = {event.actor for event in play.history if isinstance(event, Decided)}
    assert len(deciders) == 2
    (start,) = [effect for effect in play.effects if isinstance(effect, StartCase)]
    world.deliver()
    again = world.reviews[f"{PERSON}-r"]
    assert start.payload["reopens"] == play.case.id == again.state.reopens
    assert (again.state.step, again.state.manager) == (Stage.MANAGER, SECOND)
    assert again.state.cycle.link is None
    assert again.open("rate").assignees == (SECOND,)


@pytest.mark.rule("REV-07")
def test_hr_opens_one_review_again_without_the_cycle():
    world, play = talked()
    answer(world, PERSON, "acknowledged")
    single = type(play)(REVIEW, world.facts, "again-1")
    terms = play.state.the_terms.model_dump(mode="json")
    opened = {"person": PERSON, **terms, "reopens": play.case.id}
    assert single.refused("open-review", opened, by=MANAGER) == "not-hr"
    world.act(single, "open-review", opened, by=HR)
    assert (single.state.reopens, single.state.step) == (play.case.id, Stage.MANAGER)
    assert world.cycle.case.closed is None


def test_a_review_cannot_be_withdrawn():
    world = World().begin()
    assert world.reviews[PERSON].refused("withdraw", {"reason": "x"}, by=HR) == "not-withdrawn"
