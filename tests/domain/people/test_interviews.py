"""Candidates and interviews: relatives, hidden scorecards, the complete plan, and who else wants a candidate."""

import pytest

from domain.kernel.effects import Notify, TellCase
from domain.people.hiring.events import CandidatesRanked, ScorecardSubmitted
from domain.people.hiring.process import HIRING
from tests.domain.people.company import (
    ANN,
    BOB,
    BOSS,
    ENGINEER,
    HEAD,
    HR,
    IT,
    LEAD,
    MANAGER,
    OTHER,
    RECRUITER,
    SYSTEM,
    Play,
    accepted,
    extended,
    interviewed,
    names,
    opened,
    requisition,
    scorecard,
    sealed,
    terms,
)  # fmt: skip


def screened(*candidates: str) -> Play:
    play = opened()
    for candidate in candidates:
        play.do(RECRUITER, "add-candidate", candidate=candidate, source="web")
        play.do(RECRUITER, "screen-candidate", candidate=candidate, outcome="advance")
    return play


def assign(play: Play, interviewer: str, *, candidate: str = ANN, kind: str = "technical") -> None:
    play.do(RECRUITER, "assign-interviewer", candidate=candidate, kind=kind, interviewer=interviewer)


@pytest.mark.rule("HIR-04")
def test_an_interviewer_gets_a_task_that_the_scorecard_ends():
    play = screened(ANN)
    assign(play, ENGINEER)
    assert play.state.case.tasks[play.tasks("scorecard")[0]].assignees == (ENGINEER,)
    play.do(ENGINEER, "submit-scorecard", **scorecard(ANN))
    assert play.tasks("scorecard") == []
    assert play.refused(ENGINEER, "submit-scorecard", **scorecard(ANN)) == "task-done"


@pytest.mark.rule("HIR-04")
def test_nobody_interviews_themself():
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=BOB, internal=ENGINEER, source="internal")
    play.do(RECRUITER, "screen-candidate", candidate=BOB, outcome="advance")
    refused = play.refused(RECRUITER, "assign-interviewer", candidate=BOB, kind="team", interviewer=ENGINEER)
    assert refused == "own-interview"


@pytest.mark.rule("HIR-04")
def test_a_declared_relative_does_not_interview():
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="web", relatives=[ENGINEER])
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    assert play.refused(RECRUITER, "assign-interviewer", candidate=ANN, kind="team", interviewer=ENGINEER) == "relative"


@pytest.mark.rule("HIR-04")
def test_a_relationship_declared_later_ends_the_interview_and_voids_the_scorecard():
    play = screened(ANN)
    assign(play, ENGINEER)
    assign(play, OTHER)
    play.do(OTHER, "submit-scorecard", **scorecard(ANN))
    play.do(ENGINEER, "declare-relationship", candidate=ANN, person=ENGINEER)
    play.do(ANN, "declare-relationship", channel="link", candidate=ANN, person=OTHER)
    assert play.tasks("scorecard") == []
    assert play.refused(ENGINEER, "submit-scorecard", **scorecard(ANN)) == "relative"
    assert all(interview.void for interview in play.state.interviews)
    assert play.refused(LEAD, "rank-candidates", ranking=[ANN]) == "plan-incomplete"
    assert play.refused(RECRUITER, "declare-relationship", candidate=ANN, person=OTHER) == "already-declared"


@pytest.mark.rule("HIR-04")
def test_a_ranked_candidate_whose_scorecard_was_voided_gets_no_offer():
    play = interviewed(opened(), ANN)
    play.do(OTHER, "declare-relationship", candidate=ANN, person=OTHER)
    assert play.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "plan-incomplete"


@pytest.mark.rule("HIR-04")
def test_selection_waits_for_every_scorecard_of_the_plan():
    play = screened(ANN)
    for kind, interviewer in (("technical", MANAGER), ("technical", ENGINEER), ("team", OTHER)):
        assert play.refused(LEAD, "rank-candidates", ranking=[ANN]) == "plan-incomplete"
        assign(play, interviewer, kind=kind)
        assert play.refused(LEAD, "rank-candidates", ranking=[ANN]) == "plan-incomplete"
        play.do(interviewer, "submit-scorecard", **scorecard(ANN))
    play.do(LEAD, "rank-candidates", ranking=[ANN])
    assert play.stage == "selection"


@pytest.mark.rule("HIR-04")
def test_who_interviews_in_two_kinds_says_which():
    play = screened(ANN)
    assign(play, ENGINEER)
    assign(play, ENGINEER, kind="team")
    assert play.refused(ENGINEER, "submit-scorecard", **scorecard(ANN)) == "which-interview"
    play.do(ENGINEER, "submit-scorecard", **scorecard(ANN, kind="team"))
    play.do(ENGINEER, "submit-scorecard", **scorecard(ANN))


@pytest.mark.rule("HIR-04")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scores": {"skill": 0}}, "bad-payload"),
        ({"scores": {"skill": 6}}, "bad-payload"),
        ({"scores": {}}, "bad-payload"),
        ({"recommendation": "perhaps"}, "bad-payload"),
        ({"notes": "in the clear"}, "bad-payload"),
        ({"candidate": BOB, "notes": sealed(BOB)}, "no-such-candidate"),
        ({"kind": "culture"}, "no-such-interview"),
    ],
)
def test_a_wrong_scorecard_is_refused(change, code):
    play = screened(ANN)
    assign(play, ENGINEER)
    assert play.refused(ENGINEER, "submit-scorecard", **scorecard(ANN, **change)) == code


def test_notes_are_sealed_for_the_candidate_and_nobody_else():
    play = screened(ANN)
    assign(play, ENGINEER)
    assert play.refused(ENGINEER, "submit-scorecard", **scorecard(ANN, notes=sealed(BOB))) == "bad-payload"


def test_who_was_not_asked_hands_in_no_scorecard():
    assert screened(ANN).refused(OTHER, "submit-scorecard", **scorecard(ANN)) == "not-your-role"


def seen(play: Play, reader: str | None) -> list[str]:
    """Whose scorecards `reader` sees in the state; the timeline has to agree."""
    state = [entry["interviewer"] for entry in HIRING.visible(play.state, reader)["interviews"] if entry["scorecard"]]
    cards = [event for event in play.events if isinstance(event, ScorecardSubmitted)]
    assert sorted(state) == sorted(card.interviewer for card in cards if HIRING.may_see(play.state, reader, card))
    return state


@pytest.mark.rule("HIR-04")
def test_an_interviewer_sees_the_others_only_after_their_own_scorecard():
    play = screened(ANN)
    assign(play, ENGINEER)
    assign(play, OTHER)
    play.do(OTHER, "submit-scorecard", **scorecard(ANN))
    assert seen(play, ENGINEER) == []
    assert seen(play, OTHER) == [OTHER]
    play.do(ENGINEER, "submit-scorecard", **scorecard(ANN))
    assert seen(play, ENGINEER) == [ENGINEER, OTHER]


@pytest.mark.rule("HIR-04")
def test_the_team_sees_every_scorecard_unless_it_still_owes_one():
    play = screened(ANN)
    assign(play, ENGINEER)
    assign(play, LEAD)
    play.do(ENGINEER, "submit-scorecard", **scorecard(ANN))
    assert seen(play, HR) == seen(play, RECRUITER) == seen(play, None) == [ENGINEER]
    assert seen(play, LEAD) == []
    play.do(LEAD, "submit-scorecard", **scorecard(ANN))
    assert seen(play, LEAD) == [ENGINEER, LEAD]


@pytest.mark.rule("HIR-04")
def test_strangers_and_candidates_see_no_scorecard():
    play = interviewed(opened(), ANN)
    assert seen(play, MANAGER) == [MANAGER, ENGINEER, OTHER]
    assert seen(play, BOSS) == []
    shown = HIRING.visible(play.state, ANN)
    assert "interviews" not in shown
    assert "salary_band" not in shown["requisition"]
    assert not any(HIRING.may_see(play.state, ANN, event) for event in play.events)


@pytest.mark.rule("HIR-04")
def test_the_ranking_is_hidden_from_who_still_owes_a_scorecard():
    play = interviewed(opened(), ANN)
    play.do(RECRUITER, "assign-interviewer", candidate=ANN, kind="team", interviewer=HEAD)
    assert HIRING.visible(play.state, HEAD)["ranking"] == []
    assert HIRING.visible(play.state, LEAD)["ranking"] == [ANN]
    ranked = next(event for event in play.events if isinstance(event, CandidatesRanked))
    assert [HIRING.may_see(play.state, who, ranked) for who in (HEAD, LEAD)] == [False, True]


@pytest.mark.rule("HIR-14")
def test_a_candidate_sees_their_own_offer_once_it_was_sent():
    play = interviewed(opened(seats=2), ANN, BOB)
    play.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    assert HIRING.visible(play.state, ANN)["offers"] == {}
    play.approve_all()
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    extended(play, BOB, salary="56000 THB")
    assert list(HIRING.visible(play.state, ANN)["offers"]) == ["offer-1"]
    assert names([e for e in play.events if HIRING.may_see(play.state, ANN, e)]) == ["OfferExtended"]


def test_an_own_member_of_the_hiring_is_no_candidate():
    play = opened()
    for person in (LEAD, RECRUITER, HR, MANAGER):  # the manager approved it
        refused = play.refused(RECRUITER, "add-candidate", candidate="c-x", internal=person, source="internal")
        assert refused == "own-case"


def test_a_candidate_is_added_once_under_whichever_id():
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=ANN, internal=ENGINEER, source="internal")
    assert play.refused(RECRUITER, "add-candidate", candidate=ANN, source="web") == "already-added"
    assert play.refused(RECRUITER, "add-candidate", candidate=ENGINEER, source="web") == "already-added"
    assert play.refused(RECRUITER, "add-candidate", candidate="ann@example.com", source="web") == "bad-payload"


def test_a_rejected_candidate_is_out():
    play = screened(ANN)
    assign(play, ENGINEER)
    assert play.refused(RECRUITER, "screen-candidate", candidate=ANN, outcome="reject") == "bad-payload"
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="reject", reason=sealed(ANN))
    assert play.tasks("scorecard") == []
    assert play.refused(RECRUITER, "assign-interviewer", candidate=ANN, kind="team", interviewer=OTHER) == (
        "candidate-rejected"
    )
    assert play.claims("candidate") == []


def test_a_candidate_with_an_offer_is_not_rejected():
    play = interviewed(opened(), ANN)
    extended(play, ANN)
    refused = play.refused(RECRUITER, "screen-candidate", candidate=ANN, outcome="reject", reason=sealed(ANN))
    assert refused == "offer-open"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"candidate": BOB, "kind": "team", "interviewer": ENGINEER}, "not-advanced"),
        ({"candidate": ANN, "kind": "chess", "interviewer": ENGINEER}, "unknown-kind"),
        ({"candidate": ANN, "kind": "team", "interviewer": "e999"}, "unknown-person"),
        ({"candidate": "c-x", "kind": "team", "interviewer": ENGINEER}, "no-such-candidate"),
    ],
)
def test_a_wrong_assignment_is_refused(payload, code):
    play = screened(ANN)
    play.do(RECRUITER, "add-candidate", candidate=BOB, source="web")
    assert play.refused(RECRUITER, "assign-interviewer", **payload) == code


def test_nobody_has_the_same_interview_twice():
    play = screened(ANN)
    assign(play, ENGINEER)
    refused = play.refused(RECRUITER, "assign-interviewer", candidate=ANN, kind="technical", interviewer=ENGINEER)
    assert refused == "already-assigned"


@pytest.mark.rule("HIR-16")
def test_the_second_requisition_that_wants_a_candidate_is_told_and_tells_the_first():
    ledger: list = []
    first, second = Play("hiring-1", ledger=ledger), Play("hiring-2", ledger=ledger)
    for play in (first, second):
        opened(play)
    first.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    assert first.state.candidates[ANN].wanted_by == ()
    second.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    assert second.state.candidates[ANN].wanted_by == ("hiring-1",)
    tell = next(effect for effect in second.effects if isinstance(effect, TellCase))
    assert tell.case == "hiring-1"
    before = len(first.effects)
    first.do(SYSTEM, tell.command, channel="effect", **tell.payload)
    first.do(SYSTEM, tell.command, channel="effect", **tell.payload)
    assert first.state.candidates[ANN].wanted_by == ("hiring-2",)
    told = first.effects[before:]
    assert [effect.to for effect in told if isinstance(effect, Notify)] == [(RECRUITER,)]
    assert not any(isinstance(effect, TellCase) for effect in told)  # or the two would never stop


@pytest.mark.rule("HIR-16")
def test_the_same_employee_under_two_ids_is_one_person():
    ledger: list = []
    first, second = opened(Play("hiring-1", ledger=ledger)), opened(Play("hiring-2", ledger=ledger))
    first.do(RECRUITER, "add-candidate", candidate="c-1", internal=ENGINEER, source="internal")
    second.do(RECRUITER, "add-candidate", candidate="c-2", internal=ENGINEER, source="internal")
    assert second.state.candidates["c-2"].wanted_by == ("hiring-1",)


@pytest.mark.rule("HIR-16")
def test_only_one_offer_goes_out_to_a_candidate():
    ledger: list = []
    first, second = Play("hiring-1", ledger=ledger), Play("hiring-2", ledger=ledger)
    for play in (first, second):
        interviewed(opened(play), ANN)
    first.do(RECRUITER, "submit-offer", candidate=ANN, **terms())
    assert second.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "offered-elsewhere"
    assert [claim.exclusive for claim in first.claims("offer")] == [True]
    first.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))
    assert first.claims("offer") == []
    accepted(second, ANN)
    assert first.refused(RECRUITER, "submit-offer", candidate=ANN, **terms()) == "offered-elsewhere"


def test_only_the_system_says_that_another_case_wants_a_candidate():
    play = screened(ANN)
    assert play.refused(RECRUITER, "note-candidate-wanted", candidate=ANN, case="hiring-9") == "not-your-role"
    assert play.refused(SYSTEM, "note-candidate-wanted", candidate=BOB, case="hiring-9") == "no-such-candidate"


def test_only_the_team_works_on_candidates():
    play = screened(ANN)
    for actor in (ENGINEER, ANN, BOSS):
        assert play.refused(actor, "screen-candidate", candidate=ANN, outcome="advance") == "not-your-role"
        assert play.refused(actor, "rank-candidates", ranking=[ANN]) == "not-your-role"
    assert play.refused(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance") == "already-advanced"
    assert Play().refused(RECRUITER, "raise-requisition", **requisition(position="")) == "bad-payload"


@pytest.mark.rule("KRN-54")
def test_recruiter_hr_and_interviewers_attach_as_the_table_says():
    """Without a task of their own and before they decided anything."""
    play = opened()
    play.do(RECRUITER, "add-candidate", candidate=ANN, source="web")
    play.do(RECRUITER, "screen-candidate", candidate=ANN, outcome="advance")
    play.do(RECRUITER, "assign-interviewer", candidate=ANN, kind="team", interviewer=OTHER)
    for number, who in enumerate((RECRUITER, HR, OTHER)):
        file = {"name": "cv.pdf", "size": 3, "media_type": "application/pdf", "sha256": f"{number:02x}" * 32}
        play.do(who, "attach", **file)
    file["sha256"] = "aa" * 32
    assert play.refused(IT, "attach", **file) == "not-your-role"
