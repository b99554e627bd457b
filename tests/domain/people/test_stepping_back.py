"""A candidate steps back (HIR-17); an internal candidate's manager is told and a backfill proposed (HIR-10)."""

from datetime import timedelta

import pytest

from domain.kernel.effects import Notify
from domain.people.hiring import events as e
from domain.people.hiring.figures import figures, milestones
from domain.people.hiring.process import HIRING
from tests.domain.people.company import (
    ANN,
    BOB,
    BOSS,
    ENGINEER,
    FACILITIES,
    LEAD,
    MANAGER,
    OTHER,
    RECRUITER,
    Play,
    accepted,
    extended,
    handed_over,
    interviewed,
    offered,
    opened,
    sealed,
    terms,
)


def ranked(*candidates: str, **changes: object) -> Play:
    return interviewed(opened(**changes), *candidates)


def stepped_back(play: Play, candidate: str = ANN) -> e.CandidateSteppedBack:
    events = play.do(RECRUITER, "step-back", candidate=candidate, told_by="phone", reason=sealed(candidate))
    return next(event for event in events if isinstance(event, e.CandidateSteppedBack))


@pytest.mark.rule("HIR-17")
@pytest.mark.parametrize("point", [offered, extended, accepted, handed_over])
def test_the_seat_comes_back_at_once(point):
    play = ranked(ANN, BOB)
    offer = point(play, ANN)
    told = stepped_back(play)
    assert (told.offer, told.after_acceptance) == (offer, point in (accepted, handed_over))
    assert play.state.offers[offer].status == "stepped_back"
    assert (play.claims("offer"), {one.kind for one in play.state.case.deadlines} - {"task"}) == ([], set())
    assert [task for task in play.state.case.tasks.values() if task.subject in (offer, ANN)] == []
    assert BOB not in {claim.key for claim in play.claims("offer")}
    offered(play, BOB)


@pytest.mark.rule("HIR-17")
def test_an_approval_under_way_ends():
    play = ranked(ANN, BOB)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    stepped_back(play)
    assert play.tasks("decide") == []
    other = ranked(ANN, BOB)
    accepted(other, ANN)
    other.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    stepped_back(other)
    assert other.tasks("decide") == []


@pytest.mark.rule("HIR-17")
def test_interview_tasks_end_and_interviewers_are_told():
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    for kind, interviewer in (("technical", MANAGER), ("technical", ENGINEER), ("team", OTHER)):
        play.do(RECRUITER, "assign-interviewer", candidate=ANN, kind=kind, interviewer=interviewer)
    stepped_back(play)
    told = next(effect for effect in play.effects if isinstance(effect, Notify) and "stepped back" in effect.about.id)
    assert {MANAGER, ENGINEER, OTHER} <= set(told.to)
    assert play.tasks("scorecard") == []
    assert play.claims("candidate") == []


@pytest.mark.rule("HIR-17")
def test_who_is_out_is_written_to_no_more():
    play = ranked(ANN, BOB)
    extended(play, ANN)
    stepped_back(play)
    play.effects.clear()
    play.pass_time(days=30)
    play.do(LEAD, "cancel-requisition", reason="Enough")
    told = {person for effect in play.effects if isinstance(effect, Notify) for person in effect.to}
    assert ANN not in told
    assert BOB in told


@pytest.mark.rule("HIR-17")
def test_moment_and_channel_are_recorded():
    play = ranked(ANN, BOB)
    extended(play, ANN)
    assert play.refused(RECRUITER, "step-back", candidate=ANN) == "channel-missing"
    [event] = [one for one in play.do(ANN, "step-back", channel="link", candidate=ANN)
               if isinstance(one, e.CandidateSteppedBack)]  # fmt: skip
    assert (event.channel, event.by, event.at) == ("link", ANN, play.now)
    assert stepped_back(play, BOB).channel == "phone"
    assert play.refused(RECRUITER, "step-back", candidate=BOB, told_by="mail") == "stepped-back"
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "stepped-back"


@pytest.mark.rule("HIR-17")
def test_reports_tell_it_from_rejected_and_rescinded():
    play = ranked(ANN, BOB, seats=2)
    accepted(play, ANN)
    extended(play, BOB)
    stepped_back(play)
    stepped_back(play, BOB)
    first = {name: play.now for event in play.events for name in milestones(event)}
    found = figures(play.state, first)["offers"]
    assert (found["stepped_back"], found["withdrawn"], found["accepted"]) == (2, 0, 1)
    assert figures(play.state, first)["hires"] == []


@pytest.mark.rule("HIR-17")
def test_others_cannot_say_it():
    play = ranked(ANN, BOB)
    for person in (BOB, OTHER, BOSS):
        assert play.refused(person, "step-back", candidate=ANN, told_by="phone") == "not-your-role"
    filled = ranked(ANN, seats=2)
    handed_over(filled, ANN)
    filled.now += timedelta(days=200)
    filled.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    assert filled.refused(RECRUITER, "step-back", candidate=ANN, told_by="phone") == "seat-filled"


def moving() -> Play:
    return interviewed(opened(), ANN, internal=FACILITIES)


@pytest.mark.rule("HIR-10")
def test_the_manager_is_told_at_the_offer_and_not_before():
    play = moving()
    offered(play, ANN)
    assert BOSS not in {person for effect in play.effects if isinstance(effect, Notify) for person in effect.to if
                        "offer for another position" in str(effect.about.args)}  # fmt: skip
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    [task] = [task for task in play.state.case.tasks.values() if task.kind == "backfill"]
    assert task.assignees == (BOSS,)
    proposed = next(event for event in play.events if isinstance(event, e.BackfillProposed))
    assert (proposed.position, proposed.manager) == (f"p-{FACILITIES}", BOSS)


@pytest.mark.rule("HIR-10")
def test_a_backfill_is_answered_by_the_manager():
    play = moving()
    extended(play, ANN)
    [task] = play.tasks("backfill")
    assert play.refused(RECRUITER, "answer-backfill", task=task, needed=True, reason="x") == "not-your-role"
    play.do(BOSS, "answer-backfill", task=task, needed=True, reason="x")
    assert play.tasks("backfill") == []


@pytest.mark.rule("HIR-10")
@pytest.mark.parametrize("ending", ["decline", "step back", "lapse"])
def test_no_move_needs_no_backfill(ending: str):
    play = moving()
    offer = extended(play, ANN)
    if ending == "decline":
        play.do(ANN, "answer-offer", channel="link", offer=offer, answer="decline")
    elif ending == "step back":
        stepped_back(play)
    else:
        play.pass_time(days=20)
    assert play.tasks("backfill") == []


@pytest.mark.rule("HIR-10")
def test_a_candidate_from_outside_has_no_backfill():
    play = ranked(ANN)
    extended(play, ANN)
    assert play.tasks("backfill") == []


@pytest.mark.rule("HIR-10")
def test_another_task_is_not_done_by_answering_it():
    play = moving()
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    play.approve_all()
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    play.do(ANN, "answer-offer", channel="link", offer="offer-1", answer="accept")
    check = next(task for task in play.state.case.tasks.values() if task.kind == "check")
    with_both = {"task": check.id, "needed": True, "reason": "x"}
    assert play.refused(check.assignees[0], "answer-backfill", **with_both) in ("not-your-role", "other-task")
    assert "answer-backfill" in HIRING.allowed
