"""Hold, resume, withdraw, comment: what a case takes when (KRN-16, KRN-18, KRN-32, KRN-45)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    CaseClosed,
    CaseHeld,
    CaseResumed,
    Commented,
    DeadlineCleared,
    DeadlineSet,
    ReviewEnded,
    TaskCancelled,
)
from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.command import SYSTEM
from domain.kernel.decision_context import DecisionContext
from domain.kernel.delegation import Delegation, Delegations
from domain.kernel.errors import Refused
from domain.kernel.handle import close, evolve_case
from domain.kernel.showing.outlook import due_at, next_deadline, precheck, waiting_on
from tests.domain.kernel.purchase import HR, LINE, MONDAY, Change, Purchase, Resubmit, Submit, content, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_ladder import fire
from tests.support.given import Scenario


@pytest.mark.rule("KRN-32")
def test_a_hold_stops_the_clock_and_resuming_gives_back_the_working_time_that_was_left() -> None:
    case = submitted(LINE, HR)  # Monday 10:00, due Wednesday 10:00
    case.at(bangkok("2026-04-07T15:00")).when("hold", {"reason": "budget talks"}, by="e4").then(CaseHeld)
    assert next_deadline(case.case) is None
    assert waiting_on(case.case) == ("e4",)
    case.at(bangkok("2026-04-10T17:00")).when("resume", {"reason": "agreed"}, by="e4").then(CaseResumed)
    timing = case.open().timing
    assert case.found(CaseResumed).timings == {case.open().id: timing}, "the new instants are in the event"
    assert case.found(CaseResumed).deadlines == (), "those of tasks follow from the timings"
    assert timing.due_at == bangkok("2026-04-16T12:00"), "three hours of Tuesday and one of Wednesday were left"
    assert timing.rungs[0].at == bangkok("2026-04-07T10:00"), "what had come before the hold is not moved"
    assert [rung.at for rung in timing.rungs][1:] == [
        timing.due_at,
        bangkok("2026-04-17T12:00"),
        bangkok("2026-04-21T12:00"),
    ]


@pytest.mark.rule("KRN-32")
def test_a_task_that_was_overdue_when_held_stays_overdue() -> None:
    case = submitted(LINE, HR)
    due = case.open().timing.due_at
    case.at(due + timedelta(hours=2)).when("hold", {"reason": "wait"}, by="e4")
    case.wait(timedelta(days=9)).when("resume", {"reason": "go"}, by="e4")
    assert case.open().timing.due_at == due


@pytest.mark.rule("KRN-32")
def test_a_deadline_of_the_process_keeps_the_time_it_had_left() -> None:
    case = submitted(LINE, HR)
    lapse = {"kind": "offer", "key": "o1", "at": case.now + timedelta(days=7)}
    case.state = Purchase(case=evolve_case(case.case, DeadlineSet.model_validate({"deadline": lapse})))
    case._logged = case.state
    case.wait(timedelta(days=2)).when("hold", {"reason": "wait"}, by="e4")
    case.wait(timedelta(days=10)).when("resume", {"reason": "go"}, by="e4")
    (own,) = [deadline for deadline in case.case.deadlines if deadline.kind == "offer"]
    assert own.at == case.now + timedelta(days=5)
    assert not [d for d in evolve_case(case.case, DeadlineCleared(kind="offer", key="o1")).deadlines if d.key == "o1"]


@pytest.mark.rule("KRN-45")
@pytest.mark.parametrize("who", ["e4", "e3", "e2", "e1", "e20"])
def test_requester_their_managers_assignees_and_operations_hold_and_resume(who: str) -> None:
    submitted().when("hold", {"reason": "wait"}, by=who).when("resume", {"reason": "go"}, by=who)


@pytest.mark.rule("KRN-45")
def test_nobody_else_holds_or_resumes() -> None:
    case = submitted()
    assert case.refused("hold", {"reason": "wait"}, by="e5") == "not-yours-to-hold"
    case.when("hold", {"reason": "frozen"}, by="system", channel="effect")
    assert case.refused("resume", {"reason": "go"}, by="e7") == "not-yours-to-hold"


@pytest.mark.rule("KRN-45")
def test_a_case_on_hold_takes_nothing_that_moves_it() -> None:
    case = submitted(LINE, HR)
    task = case.open().id
    deadline = next_deadline(case.case)
    case.when("hold", {"reason": "wait"}, by="e4").wait(timedelta(days=5))
    assert case.refused("decide", {"task": task, "outcome": "approve"}, by="e3") == "on-hold"
    assert case.refused("hold", {"reason": "again"}, by="e4") == "on-hold"
    assert case.refused("deadline", deadline, by="system", channel="timer") == "on-hold"
    assert case.refused("change", Change(content=content(count=3)), by="e4") == "on-hold"
    more = {"task": task, "person": "e6", "reason": "more eyes"}
    assert case.refused("add-approver", more, by="e3") == "on-hold"
    case.when("comment", {"text": "how long?"}, by="e3").then(Commented)
    assert [note.to for note in case.told()] == [("e4",)], "everybody in the case but the author"
    case.when("withdraw", {"reason": "never mind"}, by="e4")
    assert case.case.hold is None


@pytest.mark.rule("KRN-24")
@pytest.mark.rule("KRN-32")
def test_a_task_is_handed_on_during_a_hold_and_its_clock_stands_all_the_same() -> None:
    case, other = submitted(LINE), submitted(LINE)
    for one in (case, other):
        one.when("hold", {"reason": "wait"}, by="e4").wait(timedelta(days=2))
    handed = {"task": case.open().id, "to": "e2", "instead_of": "e3", "reason": "left"}
    precheck(case.case, case.command("reassign", handed, by="system"))
    case.when("reassign", handed, by="system", channel="effect").then(TaskReassigned)
    assert next_deadline(case.case) is None
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e2") == "on-hold"
    for one in (case, other):
        one.when("resume", {"reason": "go"}, by="e4")
    assert case.open().timing == other.open().timing, "the same time is left as without the hand-over"
    assert case.open().people == ("e2",)


def test_a_comment_may_be_on_a_task_open_or_done_but_not_on_one_that_never_was() -> None:
    case = approve(submitted(LINE, HR), "e3")
    case.when("comment", {"text": "well done", "task": "case-1.1"}, by="e4")
    assert case.refused("comment", {"text": "?", "task": "case-1.3"}, by="e4") == "no-such-task"


@pytest.mark.rule("KRN-45")
def test_only_what_is_on_hold_is_resumed() -> None:
    assert submitted().refused("resume", {"reason": "go"}, by="e4") == "not-on-hold"


@pytest.mark.rule("KRN-16")
def test_the_requester_withdraws_and_the_open_tasks_are_gone_at_once() -> None:
    case = approve(submitted(LINE, HR), "e3")
    task = case.open().id
    case.when("withdraw", {"reason": "bought elsewhere"}, by="e4").then(TaskCancelled, ReviewEnded, CaseClosed)
    assert not case.case.tasks
    assert not case.case.deadlines
    assert case.told() == [], "no mail about a task that is gone"
    assert case.refused("decide", {"task": task, "outcome": "approve"}, by="e7") == "withdrawn"
    assert case.case.closed is Status.WITHDRAWN
    case.when("comment", {"text": "thank you all"}, by="e4")


@pytest.mark.rule("KRN-16")
def test_what_was_returned_can_be_withdrawn() -> None:
    case = submitted()
    case.when("decide", {"task": case.open().id, "outcome": "return", "comment": "?", "fields": ["thing"]}, by="e3")
    case.when("withdraw", {"reason": "never mind"}, by="e4").then(ReviewEnded, CaseClosed)


@pytest.mark.rule("KRN-16")
@pytest.mark.parametrize("who", ["e3", "e5", "e20", "system"])
def test_nobody_else_withdraws(who: str) -> None:
    assert submitted().refused("withdraw", {"reason": "no"}, by=who) == "not-the-requester"


@pytest.mark.rule("KRN-16")
def test_after_the_last_decision_it_is_too_late_to_withdraw() -> None:
    case = approve(submitted(LINE), "e3")
    assert case.refused("withdraw", {"reason": "no"}, by="e4") == "decided"


@pytest.mark.rule("KRN-16")
def test_a_closed_case_does_not_reopen() -> None:
    case = submitted()
    case.when("withdraw", {"reason": "no"}, by="e4")
    for name, payload in (
        ("submit", Submit(content=content(), review="second")),
        ("resubmit", Resubmit(content=content())),
        ("hold", {"reason": "x"}),
        ("resume", {"reason": "x"}),
        ("withdraw", {"reason": "x"}),
        ("retry", None),
    ):
        assert case.refused(name, payload, by="e4") == "withdrawn", name


def test_a_process_closes_a_case_with_everything_open_in_it() -> None:
    case = submitted(LINE, HR)
    command = case.command("hold", by="e4")
    ctx = DecisionContext(case.case, command, case.facts, evolve=evolve_case, case=lambda own: own)
    close(ctx, status=Status.CANCELLED, reason="not needed")
    assert [type(event) for event in ctx.events] == [TaskCancelled, ReviewEnded, CaseClosed]
    with pytest.raises(Refused, match="ended as cancelled"):
        close(ctx, status=Status.CANCELLED, reason="twice")


def refusal(case: Scenario[Any], name: str, payload: dict[str, Any], by: str) -> str | None:
    try:
        precheck(case.case, case.command(name, payload, by=by))
    except Refused as refused:
        return refused.code
    return None


def test_the_precheck_refuses_what_the_state_excludes_and_lets_the_rest_pass() -> None:
    case = submitted(LINE, HR)
    decision = {"task": case.open().id, "outcome": "approve"}
    assert refusal(case, "decide", decision, "e3") is None
    assert refusal(case, "decide", decision, "e4") == "not-your-task"
    assert refusal(case, "decide", {**decision, "task": "case-1.7"}, "e3") == "no-such-task"
    assert refusal(case, "decide", {"task": 5}, "e3") is None, "a wrong shape is the schema's to refuse"
    fire(fire(fire(case)))
    assert refusal(case, "decide", decision, "e2") is None, "escalated to e2"
    case.when("hold", {"reason": "wait"}, by="e4")
    assert refusal(case, "decide", decision, "e3") == "on-hold"
    assert refusal(case, "comment", {"text": "x"}, "e3") is None
    case.when("withdraw", {"reason": "no"}, by="e4")
    assert refusal(case, "decide", decision, "e3") == "withdrawn"
    assert refusal(case, "comment", {"text": "x"}, "e3") is None


@pytest.mark.rule("KRN-45")
@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize("who", ["e7", "e8"])
def test_whoever_has_one_of_the_tasks_or_stands_in_for_them_holds_and_resumes(who: str) -> None:
    line, hr = (step.model_copy(update={"beside": "x"}) for step in (LINE, HR))
    away = Delegation(id="d", principal="e7", delegate="e8", start=MONDAY, end=MONDAY + timedelta(days=9))
    case = submitted(line, hr).given(delegations=Delegations(granted={"d": away}))
    case.when("hold", {"reason": "wait"}, by=who).when("resume", {"reason": "go"}, by=who)


@pytest.mark.rule("KRN-32")
def test_a_deadline_of_the_process_that_had_passed_before_the_hold_stays_where_it_was() -> None:
    case = submitted(LINE, HR)
    at = case.now + timedelta(days=1)
    past = DeadlineSet.model_validate({"deadline": {"kind": "offer", "key": "o1", "at": at}})
    case.state = case._logged = Purchase(case=evolve_case(case.case, past))
    case.wait(timedelta(days=2)).when("hold", {"reason": "wait"}, by="e4")
    case.wait(timedelta(days=9)).when("resume", {"reason": "go"}, by="e4")
    assert [deadline.at for deadline in case.case.deadlines if deadline.kind == "offer"] == [at]


@pytest.mark.rule("KRN-45")
def test_a_held_case_hears_the_system_but_no_timer() -> None:
    case = submitted(LINE, HR)
    due = case.open().timing.due_at
    case.when("hold", {"reason": "wait"}, by="e4")
    assert case.at(due + timedelta(days=9)).refused("retry", by=SYSTEM) == "not-stuck", "the rule itself answers"
    assert case.refused("retry", by="e4") == "on-hold"
    deadline = {"kind": "task", "key": case.open().id, "at": due.isoformat()}
    assert case.refused("deadline", deadline, by=SYSTEM, channel="timer") == "on-hold"


@pytest.mark.rule("KRN-45")
def test_what_is_due_is_shown_on_hold_too() -> None:
    case = submitted(LINE, HR)
    due = due_at(case.case)
    assert due is not None
    case.when("hold", {"reason": "wait"}, by="e4")
    assert (next_deadline(case.case), due_at(case.case)) == (None, due)
    case.when("withdraw", {"reason": "enough"}, by=case.case.responsible or "")
    assert due_at(case.case) is None
