"""Steps that run at the same time: offered together, waited for together, ended together (KRN-12)."""

from datetime import timedelta

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    Decided,
    ReviewApproved,
    ReviewRejected,
    ReviewReturned,
    StepCompleted,
    StepStuck,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
)
from domain.kernel.policy import Approver, Condition, Step
from domain.kernel.routing.route import preview
from domain.kernel.showing.outlook import waiting_on
from tests.domain.kernel.purchase import Change, Purchase, Resubmit, content, scenario, submitted
from tests.domain.kernel.test_decide import approve
from tests.support.given import Scenario

LINE = Step(name="line", title="Line", who=Approver(manager_of="requester"), material=("thing",))
HR = Step(name="hr", title="HR", who=Approver(role="hr-partner"), beside="staff", material=("thing",))
MONEY = Step(name="money", title="Money", who=Approver(role="controller"), beside="staff", material=("count", "amount"))
END = Step(name="end", title="End", who=Approver(person="e1"))


def both(*more: Step) -> Scenario[Purchase]:
    return submitted(HR, MONEY, *more)


def decide(case: Scenario[Purchase], step: str, by: str, outcome: str = "approve") -> Scenario[Purchase]:
    (task,) = [task.id for task in case.case.tasks.values() if task.step == step]
    decision = {"task": task, "outcome": outcome, "comment": "because", "fields": ["thing"]}
    return case.when("decide", decision, by=by)


@pytest.mark.rule("KRN-12")
def test_steps_beside_each_other_are_offered_together_and_both_must_approve() -> None:
    case = approve(submitted(LINE, HR, MONEY, END), "e3").then(
        Decided, TaskDone, StepCompleted, TaskAssigned, TaskAssigned
    )
    assert waiting_on(case.case) == ("e7", "e9")
    decide(case, "money", "e9").then(Decided, TaskDone, StepCompleted)
    decide(case, "hr", "e7").then(Decided, TaskDone, StepCompleted, TaskAssigned)
    assert case.open().step == "end"
    approve(case, "e1")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-12")
def test_a_condition_switches_one_of_them_off() -> None:
    costly = MONEY.model_copy(update={"when": (Condition(field="amount", over="100000 THB"),), "material": ()})
    case = submitted(HR.model_copy(update={"material": ()}), costly)
    assert [task.step for task in case.case.tasks.values()] == ["hr"]
    decide(case, "hr", "e7").then(Decided, TaskDone, StepCompleted, ReviewApproved)


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(("outcome", "kind"), [("reject", ReviewRejected), ("return", ReviewReturned)])
def test_when_one_ends_the_review_the_other_is_not_left_open(outcome: str, kind: type) -> None:
    case = decide(both(), "hr", "e7", outcome)
    assert kind in [type(event) for event in case.last]
    assert TaskCancelled in [type(event) for event in case.last]
    assert not case.case.tasks
    assert not case.case.deadlines


@pytest.mark.rule("KRN-15")
def test_a_return_keeps_the_step_beside_it_that_approved_what_did_not_change() -> None:
    case = decide(decide(both(), "money", "e9"), "hr", "e7", "return")
    case.when("resubmit", Resubmit(content=content(thing="chair")), by="e4")
    assert waiting_on(case.case) == ("e7",)
    decide(case, "hr", "e7")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-14")
def test_a_change_leaves_the_open_step_beside_it_alone_if_it_does_not_answer_for_it() -> None:
    case = both()
    hr, money = case.case.tasks.values()
    case.when("change", Change(content=content(count=9)), by="e4")
    assert hr.id in case.case.tasks
    assert money.id not in case.case.tasks
    assert waiting_on(case.case) == ("e7", "e9")


@pytest.mark.rule("KRN-14")
def test_a_change_for_the_first_of_them_leaves_the_second_open() -> None:
    case = both()
    hr, money = case.case.tasks.values()
    case.when("change", Change(content=content(thing="chair")), by="e4")
    assert hr.id not in case.case.tasks
    assert money.id in case.case.tasks


@pytest.mark.rule("KRN-13")
def test_one_that_is_stuck_does_not_stop_the_other() -> None:
    chiefs = Step(name="chiefs", title="T", who=Approver(person="e1"), beside="staff")
    free = Step(name="free", title="T", who=Approver(person="e20"), beside="staff")
    case = submitted(chiefs, free, asked=content("e1"))
    assert case.found(StepStuck).step == "chiefs"
    assert case.open().step == "free"
    approve(case, "e20")
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW, "the other is still missing"


@pytest.mark.rule("KRN-12")
def test_two_groups_run_one_after_the_other() -> None:
    later = END.model_copy(update={"beside": "top"})
    other = Step(name="other", title="Other", who=Approver(person="e2"), beside="top")
    case = decide(decide(both(later, other), "hr", "e7"), "money", "e9")
    assert [task.step for task in case.case.tasks.values()] == ["end", "other"]


@pytest.mark.rule("KRN-41")
def test_the_preview_lets_them_begin_at_the_same_time() -> None:
    case = scenario(HR, MONEY.model_copy(update={"due_days": 3}), END)
    route = case.facts.policy.processes["purchase"].routes["buy"]
    hr, money, end = preview(content(), route, case.facts)
    assert hr.due_at
    assert money.due_at
    assert end.due_at
    assert money.due_at - hr.due_at == timedelta(days=1)
    assert end.due_at - money.due_at == timedelta(days=7), "two working days after the later one, over Songkran"
    assert (hr.beside, end.beside) == ("staff", None)


@pytest.mark.rule("KRN-16")
def test_withdrawing_closes_both() -> None:
    case = both().when("withdraw", {"reason": "no"}, by="e4")
    assert not case.case.tasks


@pytest.mark.rule("KRN-41")
def test_the_preview_begins_every_step_of_a_group_when_the_group_before_is_done() -> None:
    top, other = (
        Step(name=name, title="T", who=Approver(person=who), beside="top") for name, who in (("top", "e1"), ("o", "e2"))
    )
    case = scenario(HR, MONEY, top, other)
    staff, _, first, second = preview(content(), case.facts.policy.processes["purchase"].routes["buy"], case.facts)
    assert staff.due_at
    assert first.due_at
    assert first.due_at == second.due_at
    assert first.due_at > staff.due_at


@pytest.mark.rule("KRN-32")
@pytest.mark.parametrize("how", ["decide", "change"])
def test_the_end_of_one_step_takes_only_its_own_questions_back(how: str) -> None:
    case = both(END)
    hr, money = case.case.tasks
    for task, by in ((hr, "e7"), (money, "e9")):
        case.when("ask-information", {"task": task, "question": "?"}, by=by)
    if how == "decide":
        decide(case, "hr", "e7")
    else:
        case.when("change", Change(content=content(thing="chair")), by="e4")
    assert [task.subject for task in case.case.tasks.values() if task.kind == "answer-information"] == [money]
