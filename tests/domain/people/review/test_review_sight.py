"""Who sees what of a review, and when."""

import pytest

from domain.people.review.definition import REVIEW
from domain.people.review.early_events import FeedbackGiven
from domain.people.review.events import PerformanceRated, RatingCalibrated, ReviewBegun
from tests.domain.people.review.cycle_world import CHAIR, HR, World, assess, calibrate_unit, mark, rate, released, sign

PERSON, MANAGER, PEER = "e1024", "e1011", "e1025"
QUESTIONS = [{"id": "strength", "text": "What should go on?"}]


@pytest.mark.rule("REV-04")
def test_the_employee_sees_the_rating_once_it_is_released():
    world = World().begin("it-web", absent=(MANAGER, "e1025", "e1026"))
    assess(world, PERSON)
    rate(world, PERSON)
    play = world.reviews[PERSON]
    world.deliver()
    world.act(play, "calibrate", {"old": "4", "new": "3", "reason": "as others"}, by=CHAIR)
    hidden = REVIEW.visible(play.state, PERSON)
    assert not {"rating", "marks", "calibrations", "feedback"} & hidden.keys()
    assert not any(REVIEW.may_see(play.state, PERSON, e) for e in play.history if isinstance(e, PerformanceRated))
    calibrate_unit(world)
    sign(world, PERSON)
    assert REVIEW.visible(play.state, PERSON)["released"] == "3"
    assert any(REVIEW.may_see(play.state, PERSON, e) for e in play.history if isinstance(e, PerformanceRated))
    assert not any(REVIEW.may_see(play.state, PERSON, e) for e in play.history if isinstance(e, RatingCalibrated))
    assert "calibrations" in REVIEW.visible(play.state, MANAGER)


@pytest.mark.rule("REV-12")
def test_a_peer_sees_the_questions_and_nothing_else():
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    world.due(play, "assessment")
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=PERSON)
    peers = [PEER, "e1026", "e1023"]
    world.act(play, "choose-peers", {"task": play.open("choose-peers").id, "peers": peers}, by=MANAGER)
    shown = REVIEW.visible(play.state, PEER)
    assert shown.keys() == {"case", "person", "terms"}
    assert shown["terms"]["questions"] == QUESTIONS
    seen = [type(event) for event in play.history if REVIEW.may_see(play.state, PEER, event)]
    assert seen == [ReviewBegun]


@pytest.mark.rule("REV-12")
def test_whom_the_ladder_adds_to_a_peer_sees_no_more():
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    world.due(play, "assessment")
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=PERSON)
    peers = ["e1027", "e1028", "e1029"]
    world.act(play, "choose-peers", {"task": play.open("choose-peers").id, "peers": peers}, by=MANAGER)
    task = next(task for task in play.case.tasks.values() if task.subject == "e1027")
    boss = "e1012"
    while boss not in play.case.tasks[task.id].people:
        world.due(play, "task")
    assert REVIEW.visible(play.state, boss).keys() == {"case", "person", "terms"}
    payload = {"task": task.id, "question": "strength", "text": {"subject": f"apart:{play.case.id}", "sealed": "x"}}
    assert play.refused("give-feedback", payload, by=boss) == "not-your-task"


def test_the_employee_does_not_learn_who_was_asked():
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    given = FeedbackGiven(question="strength", sealed="x", by=PEER, at=world.facts.now)
    assert not REVIEW.may_see(play.state, PERSON, given)
    assert REVIEW.may_see(play.state, HR, given)
    assert "peers" not in REVIEW.visible(play.state, PERSON)


def test_a_manager_may_have_to_rate_before_reading_peers():
    world = World().begin(draft_first=True)
    play = world.reviews[PERSON]
    assert "feedback" not in REVIEW.visible(play.state, MANAGER)
    world = released(World().begin(draft_first=True))
    assert "feedback" in REVIEW.visible(world.reviews[PERSON].state, MANAGER)
