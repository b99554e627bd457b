"""After its approval a hiring always has somebody who is to do something, with a day (HIR-01, HIR-04)."""

import pytest

from domain.people.hiring.work import KINDS
from tests.domain.people.company import (
    ANN,
    BOB,
    HEAD,
    LEAD,
    RECRUITER,
    Play,
    interviewed,
    offered,
    opened,
    sealed,
)


def work(play: Play) -> list[tuple[str, str, tuple[str, ...]]]:
    """The work of the stage: command, subject, whose. Each has a day."""
    found = [task for task in play.state.case.tasks.values() if task.kind in KINDS]
    assert all(task.timing.due_at > play.now for task in found)
    return [(task.command, task.subject, task.assignees) for task in found]


@pytest.mark.rule("HIR-01", "HIR-04")
def test_each_stage_after_approval_has_an_owner():
    play = opened()
    assert [command for command, _, _ in work(play)] == ["add-candidate"]
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="referral")
    [(command, subject, people)] = work(play)
    assert (command, subject) == ("screen-candidate", ANN)
    assert RECRUITER in people
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    assert [each[:2] for each in work(play)] == [("assign-interviewer", ANN)]


@pytest.mark.rule("HIR-04")
def test_after_the_interviews_the_manager_ranks_then_offers():
    play = interviewed(opened(), ANN)
    assert [each[::2] for each in work(play)] == [("submit-offer", (LEAD,))], "ranked: an offer is next"
    ranked = [task.by for task in play.events if type(task).__name__ == "TaskDone"]
    assert ranked, "who did it is recorded"
    offered(play, ANN)
    assert work(play) == [], "the only seat has its offer"


@pytest.mark.rule("HIR-02")
def test_when_nobody_is_left_one_searches_again():
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=BOB, source="portal")
    play.do(RECRUITER, "screen-candidate", candidate=BOB, outcome="reject", reason=sealed(BOB))
    assert [command for command, _, _ in work(play)] == ["add-candidate"]


@pytest.mark.rule("HIR-08")
def test_nothing_is_to_be_done_while_it_is_frozen():
    play = opened()
    play.do(HEAD, "freeze", reason="Stop", release_money=False)
    assert work(play) == []
    play.do(HEAD, "unfreeze", reason="On")
    assert [command for command, _, _ in work(play)] == ["add-candidate"]
