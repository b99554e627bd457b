"""Peers: from three givers up for each question, and nobody's name on a text."""

from typing import Any

import pytest

from domain.kernel.effects import OpenApart
from domain.people.review.definition import REVIEW
from domain.people.review.early_events import FeedbackClosed, FeedbackOpened
from domain.people.review.state import ReviewState, Stage
from tests.domain.people.review.cycle_world import BY_SYSTEM, World, mark
from tests.support.given import Scenario

PERSON, MANAGER = "e1024", "e1011"
PEERS = ("e1025", "e1026", "e1023", "e1022")
QUESTIONS = [{"id": "strength", "text": "What should go on?"}, {"id": "wish", "text": "What should change?"}]


def asked(*peers: str) -> tuple[World, Scenario[ReviewState]]:
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    world.due(play, "assessment")
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=PERSON)
    world.act(play, "choose-peers", {"task": play.open("choose-peers").id, "peers": peers or PEERS}, by=MANAGER)
    return world, play


def sealed(play: Scenario[ReviewState], text: str) -> dict[str, str]:
    return {"subject": f"apart:{play.case.id}", "sealed": text}


def give(world: World, play: Scenario[ReviewState], peer: str, question: str) -> None:
    task = next(task.id for task in play.case.tasks.values() if task.subject == peer)
    payload = {"task": task, "question": question, "text": sealed(play, f"{peer} {question}")}
    world.act(play, "give-feedback", payload, by=peer)


def close(world: World, play: Scenario[ReviewState]) -> FeedbackClosed:
    world.due(play, "step-over")
    return play.found(FeedbackClosed)


@pytest.mark.rule("REV-03")
def test_givers_are_counted_for_each_question():
    world, play = asked()
    for peer in PEERS[:3]:
        give(world, play, peer, "strength")
    for peer in PEERS[:2]:
        give(world, play, peer, "wish")
    closed = close(world, play)
    assert (closed.opened, closed.withheld) == (("strength",), ("wish",))
    (effect,) = [effect for effect in play.effects if isinstance(effect, OpenApart)]
    assert effect.texts.keys() == {"strength"}


@pytest.mark.rule("REV-03")
def test_fewer_are_never_shown_whatever_a_policy_says():
    world, play = asked()
    policy = world.facts.policy
    own = policy.processes["review"]
    loose = own.model_copy(update={"parameters": {**own.parameters, "least_givers": 1}})
    processes = {**policy.processes, "review": loose}
    world.facts = world.facts.model_copy(update={"policy": policy.model_copy(update={"processes": processes})})
    for peer in PEERS[:2]:
        give(world, play, peer, "strength")
    assert close(world, play).opened == ()
    world.act(play, "note-feedback", {"texts": {"strength": ["a", "b"]}}, **BY_SYSTEM)
    assert play.state.feedback == {}


@pytest.mark.rule("REV-03")
def test_what_did_not_open_is_no_answer():
    world, play = asked()
    for peer in PEERS[:3]:
        give(world, play, peer, "strength")
    close(world, play)
    world.act(play, "note-feedback", {"texts": {"strength": ["a", "b"]}}, **BY_SYSTEM)
    assert play.found(FeedbackOpened).texts == {}


@pytest.mark.rule("REV-12")
def test_opened_texts_have_no_giver_and_no_order():
    world, play = asked()
    for peer in reversed(PEERS):
        give(world, play, peer, "strength")
    close(world, play)
    world.act(play, "note-feedback", {"texts": {"strength": ["d", "a", "c", "b"]}}, **BY_SYSTEM)
    opened = play.found(FeedbackOpened)
    assert opened.texts["strength"] == ("a", "b", "c", "d")
    assert FeedbackOpened.model_fields.keys() == {"texts", "at"}
    assert play.state.sealed == {}


@pytest.mark.rule("REV-12")
def test_a_review_that_ends_before_destroys_what_was_given():
    world, play = asked()
    give(world, play, PEERS[0], "strength")
    world.act(play, "exempt-review", {"cause": "absence", "reason": "Illness"}, by="e1033")
    (effect,) = [effect for effect in play.effects if isinstance(effect, OpenApart)]
    assert effect.texts == {}


@pytest.mark.rule("REV-12")
def test_no_reader_gets_what_is_sealed():
    world, play = asked()
    give(world, play, PEERS[0], "strength")
    for reader in (None, PERSON, MANAGER, "e1033", *PEERS):
        assert "sealed" not in REVIEW.visible(play.state, reader)


@pytest.mark.rule("REV-03")
@pytest.mark.parametrize(
    ("peers", "code"),
    [
        ((PERSON, *PEERS[:2]), "peer-subject"),
        ((MANAGER, *PEERS[:2]), "peer-manager"),
        (PEERS[:2], "too-few-peers"),
        ((PEERS[0],) * 3, "peer-twice"),
        (("e9999", *PEERS[:2]), "unknown-person"),
    ],
)
def test_who_cannot_be_asked(peers: tuple[str, ...], code: str):
    world = World().begin(questions=QUESTIONS)
    play = world.reviews[PERSON]
    world.due(play, "assessment")
    world.act(play, "assess-self", {"task": play.open("self").id, "marks": [mark()]}, by=PERSON)
    payload = {"task": play.open("choose-peers").id, "peers": peers}
    assert play.refused("choose-peers", payload, by=MANAGER) == code


def test_each_answers_a_question_once_and_for_themself():
    world, play = asked()
    give(world, play, PEERS[0], "strength")
    task = next(task.id for task in play.case.tasks.values() if task.subject == PEERS[0])
    again: dict[str, Any] = {"task": task, "question": "strength", "text": sealed(play, "x")}
    assert play.refused("give-feedback", again, by=PEERS[0]) == "answered-already"
    assert play.refused("give-feedback", {**again, "question": "charm"}, by=PEERS[0]) == "unknown-question"
    loose = {**again, "question": "wish", "text": {"subject": PEERS[0], "sealed": "x"}}
    assert play.refused("give-feedback", loose, by=PEERS[0]) == "not-sealed"
    assert play.refused("give-feedback", {**again, "question": "wish"}, by=PEERS[1]) == "not-your-task"


def test_the_last_answer_ends_the_step():
    world, play = asked(*PEERS[:3])
    for peer in PEERS[:3]:
        for question in ("strength", "wish"):
            give(world, play, peer, question)
    assert play.state.step is Stage.MANAGER
