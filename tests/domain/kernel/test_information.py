"""A question before a decision stops the clock of the step until it is answered (KRN-32)."""

from datetime import timedelta

import pytest

from domain.kernel.cases.case_events import ReviewApproved, TaskAssigned, TaskCancelled, TaskDone
from domain.kernel.cases.task_events import InformationAsked, InformationGiven, TaskPaused, TaskResumed
from domain.kernel.showing.outlook import next_deadline, waiting_on
from tests.domain.kernel.purchase import HR, LINE, Purchase, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_ladder import rungs
from tests.domain.kernel.test_quorum import ballot, say
from tests.domain.kernel.test_route import gone
from tests.support.given import Scenario


def questioned(**more: str) -> Scenario[Purchase]:
    case = submitted(LINE)
    return case.when("ask-information", {"task": case.open().id, "question": "which desk?", **more}, by="e3")


def answer(case: Scenario[Purchase], by: str = "e4", pick: int = 0) -> Scenario[Purchase]:
    asked = [task.id for task in case.case.tasks.values() if task.kind == "answer-information"][pick]
    return case.when("give-information", {"task": asked, "text": "the long one"}, by=by)


@pytest.mark.rule("KRN-32")
def test_the_requester_is_asked_and_the_clock_of_the_step_stands_meanwhile() -> None:
    case = questioned().then(InformationAsked, TaskAssigned, TaskPaused)
    question, step = case.open("answer-information"), case.open("decide")
    assert question.assignees == ("e4",)
    assert [d.key for d in case.case.deadlines if d.kind == "task"] == [question.id]
    case.at(bangkok("2026-04-07T10:00"))  # a day later; a day was left
    answer(case).then(InformationGiven, TaskDone, TaskResumed)
    assert case.open().timing.due_at == step.timing.due_at + timedelta(days=1)
    assert [note.to for note in case.told()] == [("e3",)]
    assert next_deadline(case.case) is not None


@pytest.mark.rule("KRN-18")
def test_question_and_answer_stay_in_the_case() -> None:
    texts = [comment.text for comment in answer(questioned()).case.comments]
    assert texts == ["which desk?", "the long one"]


@pytest.mark.rule("KRN-32")
def test_the_clock_goes_on_with_the_last_answer() -> None:
    case = questioned()
    case.when("ask-information", {"task": case.open("decide").id, "question": "why?", "of": "e9"}, by="e3")
    case.then(InformationAsked, TaskAssigned)
    answer(case).then(InformationGiven, TaskDone)
    assert case.open("decide").paused_at is not None
    answer(case, "e9").then(InformationGiven, TaskDone, TaskResumed)


@pytest.mark.rule("KRN-32")
def test_a_hold_meanwhile_is_not_counted_twice() -> None:
    case = questioned()
    due = case.open("decide").timing.due_at
    case.when("hold", {"reason": "wait"}, by="e4").wait(timedelta(days=1))
    case.when("resume", {"reason": "go"}, by="e4")
    assert case.open("decide").timing.due_at == due, "it stands anyway"
    assert answer(case).open().timing.due_at == due + timedelta(days=1)


@pytest.mark.rule("KRN-16")
@pytest.mark.parametrize("outcome", ["approve", "reject", "return"])
def test_a_decision_without_waiting_takes_the_question_back(outcome: str) -> None:
    case = say(questioned(), "e3", outcome)
    assert TaskCancelled in [type(event) for event in case.last]
    assert not case.case.tasks


def test_silence_does_not_end_a_question_but_it_escalates() -> None:
    case = questioned()
    question = case.open("answer-information")
    assert {rung.do for rung in question.timing.rungs} == {"remind", "escalate"}
    assert waiting_on(case.case) == ("e3", "e4")


@pytest.mark.rule("KRN-01")
def test_who_may_ask_and_of_whom() -> None:
    case = submitted(LINE, HR)
    ask = {"task": case.open().id, "question": "?"}
    assert case.refused("ask-information", ask, by="e5") == "not-your-task"
    assert case.refused("ask-information", ask | {"of": "e3"}, by="e3") == "ask-someone-else"
    assert case.refused("ask-information", ask | {"of": "c-1"}, by="e3") == "not-employed"
    assert case.refused("give-information", {"task": ask["task"], "text": "x"}, by="e3") == "not-a-question"
    case.when("ask-information", ask, by="e3")
    question = case.open("answer-information").id
    assert case.refused("ask-information", {"task": question, "question": "?"}, by="e4") == "not-a-decision"
    assert case.refused("decide", ballot(case) | {"task": question}, by="e4") == "not-a-decision"


@pytest.mark.rule("KRN-20")
def test_whoever_stands_in_for_the_one_asked_answers() -> None:
    case = with_delegations(questioned(), stands_in("e4", "e5"))
    given = answer(case, "e5").found(InformationGiven)
    assert (given.by, given.on_behalf_of) == ("e5", "e4")
    assert say(case, "e3").found(ReviewApproved)


@pytest.mark.rule("KRN-24")
@pytest.mark.parametrize("who", ["e4", "e5"])
def test_nobody_answers_for_someone_who_left_or_after_leaving(who: str) -> None:
    case = with_delegations(questioned(), stands_in("e4", "e5")).given(organisation=gone(who))
    question = {"task": case.open("answer-information").id, "text": "x"}
    assert case.refused("give-information", question, by="e5") == "not-employed"


@pytest.mark.rule("KRN-33")
def test_no_ladder_ends_a_question() -> None:
    case = submitted(LINE, ladder=rungs(("remind", 100), ("expire", 3)))
    case.when("ask-information", {"task": case.open().id, "question": "?"}, by="e3")
    assert {rung.do for rung in case.open("answer-information").timing.rungs} == {"remind"}


@pytest.mark.rule("KRN-22")
def test_a_question_by_a_stand_in_says_for_whom() -> None:
    case = with_delegations(submitted(LINE), stands_in("e3", "e9"))
    asked = case.when("ask-information", {"task": case.open().id, "question": "?"}, by="e9").found(InformationAsked)
    assert (asked.by, asked.on_behalf_of) == ("e9", "e3")
