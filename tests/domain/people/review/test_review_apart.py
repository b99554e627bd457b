"""Nobody rates, signs or talks in their own review or that of who they report to, by whatever way the task came."""

from typing import Any

import pytest

from domain.kernel.effects import StartCase
from domain.people.review.definition import REVIEW
from domain.people.review.early_events import FeedbackOpened
from tests.domain.people.review.cycle_world import (
    HR,
    World,
    answer,
    assess,
    calibrate_unit,
    mark,
    rate,
    released,
    talk,
)
from tests.domain.people.review.test_review_people import without
from tests.support.given import Scenario

PERSON, MANAGER, SECOND, PEER, BELOW = "e1024", "e1011", "e1005", "e1025", "e1024"
QUESTIONS = [{"id": "strength", "text": "What should go on?"}]
ALONE = ("e1025", "e1026", MANAGER)


def give(play: Scenario[Any], kind: str, to: str) -> str:
    """What is said to who gives their task to another."""
    task = play.open(kind)
    return play.refused("reassign", {"task": task.id, "to": to, "reason": "busy"}, by=task.people[0])


def to_sign() -> World:
    world = World().begin("it-web", absent=ALONE)
    assess(world, PERSON)
    rate(world, PERSON)
    world.deliver()
    calibrate_unit(world)
    return world


@pytest.mark.rule("REV-06")
def test_the_employee_is_never_given_their_own_review():
    world = World().begin("it-web", absent=ALONE)
    assess(world, PERSON)
    assert give(world.reviews[PERSON], "rate", PERSON) == "own-review"
    assert give(to_sign().reviews[PERSON], "sign", PERSON) == "own-review"
    world = released(World().begin("it-web", absent=ALONE), PERSON)
    assert give(world.reviews[PERSON], "conversation", PERSON) == "own-review"


@pytest.mark.rule("REV-06")
def test_who_reports_to_the_employee_is_given_nothing_of_it():
    world = World().begin("it-web", absent=(PERSON, "e1025", "e1026"))
    assess(world, MANAGER)
    assert give(world.reviews[MANAGER], "rate", BELOW) == "own-review"


@pytest.mark.rule("REV-04")
def test_who_rated_is_not_given_the_signature():
    assert give(to_sign().reviews[PERSON], "sign", MANAGER) == "rated-it"


@pytest.mark.rule("REV-12")
def test_the_word_of_one_person_is_given_to_nobody():
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    world.due(play, "assessment")
    assert give(play, "self", "e1012") == "not-your-task"
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=PERSON)
    chosen = {"task": play.open("choose-peers").id, "peers": [PEER, "e1026", "e1023"]}
    world.act(play, "choose-peers", chosen, by=MANAGER)
    task = next(task for task in play.case.tasks.values() if task.subject == PEER)
    given = {"task": task.id, "to": "e1012", "reason": "busy"}
    assert play.refused("reassign", given, by=PEER) == "not-your-task"


@pytest.mark.rule("REV-06")
def test_another_manager_can_still_be_given_it():
    world = World().begin("it-web", absent=ALONE)
    assess(world, PERSON)
    play = world.reviews[PERSON]
    world.act(play, "reassign", {"task": play.open("rate").id, "to": "e1012", "reason": "busy"}, by=MANAGER)
    assert play.state.manager == "e1012"


@pytest.mark.rule("REV-03", "REV-12")
def test_a_giver_who_owns_the_review_later_reads_no_feedback():
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    opened = FeedbackOpened(texts={"strength": ("a", "b", "c")}, at=world.facts.now)
    update = {"manager": PEER, "answered": {PEER: ("strength",)}, "peers": (PEER,), "feedback": dict(opened.texts)}
    state = play.state.model_copy(update=update)
    assert "feedback" not in REVIEW.visible(state, PEER)
    assert not REVIEW.may_see(state, PEER, opened)
    assert "feedback" in REVIEW.visible(state, HR)


@pytest.mark.rule("REV-07")
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_rated_never_makes_it_again(when: str):
    """The second level leaves before the review is made again, or while it is."""
    world = released(World().begin("it-web", absent=ALONE), PERSON)
    talk(world, PERSON)
    answer(world, PERSON, "objection", "Not my projects")
    play = world.reviews[PERSON]
    while play.case.closed is None:
        task = next(task for task in play.case.tasks.values() if task.kind == "decide")
        world.act(play, "decide", {"task": task.id, "outcome": "approve"}, by=task.people[0])
    again = Scenario(REVIEW, world.facts, f"{play.case.id}-r")
    start = next(one for one in world.outbox if isinstance(one, StartCase) and one.case == again.case.id)
    if when == "before":
        world.organisation(lambda known: without(known, SECOND))
    world.act(again, start.command, start.payload, by="system", channel="effect")
    if when == "after":
        assert again.state.manager == SECOND
        world.organisation(lambda known: without(known, SECOND))
        world.due(again, "task")
    assert again.state.manager == "e1003"
    assert again.open("rate").assignees == ("e1003",)
