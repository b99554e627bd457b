"""Approval under conditions: who owns them, who may do without them, and what waits for them (KRN-17)."""

from datetime import date
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    Decided,
    DecisionsVoided,
    ReviewApproved,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
)
from domain.kernel.cases.review_events import ConditionMet, ConditionSet, ConditionsVoided, ConditionWaived
from domain.kernel.showing.outlook import waiting_on
from tests.domain.kernel.purchase import HR, LINE, Change, Purchase, company, content, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_ladder import fire, rungs
from tests.domain.kernel.test_quorum import asked, ballot, say
from tests.support.given import Scenario

SELL = {"text": "sell the old one", "owner": "e5", "due": "2026-04-20"}


def conditional(*steps: Any, **more: Any) -> Scenario[Purchase]:
    return approve(submitted(*(steps or (LINE,)), **more), "e3", conditions=[SELL])


def status(case: Scenario[Purchase]) -> Status:
    return case.case.reviews["purchase"].status


@pytest.mark.rule("KRN-17")
def test_each_condition_is_a_task_of_its_owner_and_the_approval_waits_for_it() -> None:
    case = conditional()
    assert [type(event) for event in case.last][:3] == [Decided, TaskAssigned, ConditionSet]
    task = case.open()
    assert (task.kind, task.assignees, task.command) == ("condition", ("e5",), "meet-condition")
    assert task.timing.due_at == bangkok("2026-04-20T18:00"), "the end of that day"
    assert status(case) is Status.IN_REVIEW
    assert waiting_on(case.case) == ("e5",)
    case.when("meet-condition", {"task": task.id, "note": "sold"}, by="e5")
    case.then(ConditionMet, TaskDone, ReviewApproved)
    assert case.case.reviews["purchase"].conditions[0].state == "met"


@pytest.mark.rule("KRN-17")
def test_the_steps_behind_it_go_on_meanwhile() -> None:
    case = conditional(LINE, HR)
    approve_hr = {"task": case.open("decide").id, "outcome": "approve"}
    case.when("decide", approve_hr, by="e7")
    assert status(case) is Status.IN_REVIEW
    case.when("meet-condition", {"task": case.open().id, "note": "sold"}, by="e5")
    assert status(case) is Status.APPROVED


@pytest.mark.rule("KRN-17")
@pytest.mark.parametrize("who", ["e5", "e4", "e2"])
def test_only_whoever_set_a_condition_does_without_it(who: str) -> None:
    case = conditional()
    waive = {"task": case.open().id, "reason": "it broke"}
    assert case.refused("waive-condition", waive, by=who) == "not-yours-to-waive"
    case.when("waive-condition", waive, by="e3").then(ConditionWaived, TaskCancelled, ReviewApproved)


@pytest.mark.rule("KRN-17")
@pytest.mark.parametrize("who", ["e3", "e4"])
def test_only_the_owner_says_that_it_is_met(who: str) -> None:
    case = conditional()
    assert case.refused("meet-condition", {"task": case.open().id, "note": "x"}, by=who) == "not-your-task"
    assert case.refused("decide", ballot_on(case), by="e5") == "not-a-decision"


def ballot_on(case: Scenario[Purchase]) -> dict[str, Any]:
    return {"task": case.open().id, "outcome": "approve"}


@pytest.mark.rule("KRN-17")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"owner": "c-1"}, "unknown-owner"),
        ({"due": "2026-04-05"}, "due-date"),
        ({"due": "2036-04-05"}, "due-date"),
    ],
)
def test_a_condition_needs_an_owner_who_works_here_and_a_day_to_come(change: dict[str, str], code: str) -> None:
    case = submitted(LINE)
    assert case.refused("decide", ballot(case) | {"conditions": [SELL | change]}, by="e3") == code


@pytest.mark.rule("KRN-17")
@pytest.mark.parametrize("outcome", ["reject", "return", "recuse"])
def test_only_an_approval_has_conditions(outcome: str) -> None:
    case = submitted(LINE)
    said = ballot(case, outcome) | {"conditions": [SELL]}
    assert case.refused("decide", said, by="e3") == "conditions-without-approval"


@pytest.mark.rule("KRN-17")
@pytest.mark.rule("KRN-14")
def test_a_condition_falls_with_the_decision_that_set_it() -> None:
    case = conditional().when("change", Change(content=content(count=9)), by="e4")
    kinds = [type(event) for event in case.last]
    assert kinds[:3] == [DecisionsVoided, ConditionsVoided, TaskCancelled]
    assert case.open().kind == "decide"
    assert status(approve(case, "e3")) is Status.APPROVED


@pytest.mark.rule("KRN-16")
def test_it_falls_with_the_review_too() -> None:
    case = conditional(LINE, HR)
    case.when("decide", {"task": case.open("decide").id, "outcome": "reject", "comment": "no"}, by="e7")
    assert case.found(ConditionsVoided)
    assert not case.case.tasks


@pytest.mark.rule("KRN-15")
def test_it_stays_when_another_step_returns_what_its_own_did_not_answer_for() -> None:
    narrow = LINE.model_copy(update={"material": ("thing",)})
    case = conditional(narrow, HR)
    back = {"task": case.open("decide").id, "outcome": "return", "comment": "?", "fields": ["count"]}
    case.when("decide", back, by="e7")
    case.when("resubmit", {"content": content(count=9).model_dump(mode="json")}, by="e4")
    assert case.case.reviews["purchase"].conditions[0].state == "open"
    assert case.open("condition").assignees == ("e5",)


@pytest.mark.rule("KRN-15")
def test_meeting_a_condition_does_not_move_what_was_returned() -> None:
    case = conditional(LINE, HR)
    back = {"task": case.open("decide").id, "outcome": "return", "comment": "?", "fields": ["note"]}
    case.when("decide", back, by="e7")
    case.when("meet-condition", {"task": case.open().id, "note": "sold"}, by="e5").then(ConditionMet, TaskDone)
    assert status(case) is Status.RETURNED


@pytest.mark.rule("KRN-20")
def test_a_condition_set_by_a_stand_in_is_waived_by_either() -> None:
    for who in ("e9", "e3"):
        case = with_delegations(submitted(LINE), stands_in("e3", "e9"))
        approve(case, "e9", conditions=[SELL])
        case.when("waive-condition", {"task": case.open().id, "reason": "x"}, by=who)
        assert status(case) is Status.APPROVED


@pytest.mark.rule("KRN-33")
def test_no_silence_ends_a_condition() -> None:
    case = conditional(LINE, ladder=rungs(("remind", 100), ("expire", 3)))
    assert {rung.do for rung in case.open().timing.rungs} == {"remind"}
    fire(case)
    assert case.open().kind == "condition"


@pytest.mark.rule("KRN-11")
def test_conditions_of_several_voters_all_count() -> None:
    case = say(asked("all", "e3", "e6"), "e3", conditions=[SELL])
    say(case, "e6", conditions=[SELL | {"owner": "e4", "due": "2026-04-13"}])
    assert {task.assignees for task in case.case.tasks.values()} == {("e5",), ("e4",)}
    due = [task.timing.due_at for task in case.case.tasks.values() if task.assignees == ("e4",)]
    assert due == [bangkok("2026-04-16T18:00")], "the first working day after Songkran"
    assert status(case) is Status.IN_REVIEW


@pytest.mark.rule("KRN-17")
def test_the_condition_is_kept_with_owner_and_day() -> None:
    kept = conditional().case.reviews["purchase"].conditions[0]
    assert (kept.text, kept.owner, kept.due, kept.set_by) == ("sell the old one", "e5", date(2026, 4, 20), ("e3",))
    assert company().people


@pytest.mark.rule("KRN-17")
@pytest.mark.parametrize("due", ["2026-04-06", "2029-04-08"])
def test_a_condition_may_be_due_today_and_three_years_from_now(due: str) -> None:
    assert approve(submitted(LINE), "e3", conditions=[SELL | {"due": due}]).found(ConditionSet)


@pytest.mark.rule("KRN-17")
@pytest.mark.rule("KRN-20")
def test_whoever_stands_in_for_the_owner_meets_it_and_the_log_says_so() -> None:
    case = with_delegations(conditional(), stands_in("e5", "e9"))
    met = case.when("meet-condition", {"task": case.open().id, "note": "sold"}, by="e9").found(ConditionMet)
    assert (met.by, met.on_behalf_of) == ("e9", "e5")


@pytest.mark.rule("KRN-17")
def test_each_waives_their_own_condition_and_not_another_s() -> None:
    case = say(say(asked("all", "e3", "e6"), "e3", conditions=[SELL]), "e6", conditions=[SELL | {"text": "two"}])
    first, second = case.case.tasks
    assert case.refused("waive-condition", {"task": second, "reason": "x"}, by="e3") == "not-yours-to-waive"
    case.when("waive-condition", {"task": second, "reason": "x"}, by="e6")
    assert list(case.case.tasks) == [first]


@pytest.mark.rule("KRN-17")
@pytest.mark.rule("KRN-14")
def test_of_several_conditions_only_the_open_ones_of_a_void_decision_fall() -> None:
    thing = LINE.model_copy(update={"material": ("thing",)})
    count = HR.model_copy(update={"material": ("count", "amount")})
    case = conditional(thing, count)
    kept = case.open("condition").id
    two = {"task": case.open("decide").id, "outcome": "approve", "conditions": [SELL, SELL | {"owner": "e9"}]}
    case.when("decide", two, by="e7")
    done, gone = (task for task in case.case.tasks if task != kept)
    case.when("meet-condition", {"task": done, "note": "sold"}, by="e5")
    case.when("change", Change(content=content(count=9)), by="e4")
    assert case.found(ConditionsVoided).conditions == (gone,)
    states = {one.id: one.state for one in case.case.reviews["purchase"].conditions}
    assert states == {kept: "open", done: "met", gone: "void"}
