"""Approval of exact content: what a change voids and what a resubmission starts again (KRN-14, KRN-15)."""

from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    ContentChanged,
    Decided,
    DecisionsVoided,
    ReviewApproved,
    ReviewResubmitted,
    TaskAssigned,
    TaskCancelled,
)
from domain.kernel.policy import Approver, Authority, Condition, Step
from tests.domain.kernel.purchase import HR, LINE, Change, Resubmit, Submit, company, content, submitted, thb
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_route import gone
from tests.support.given import Scenario

THING = Step(name="thing", title="The thing", who=Approver(manager_of="requester"), material=("thing",))
COUNT = Step(name="count", title="How many", who=Approver(role="hr-partner"), material=("count", "amount"))


def states(case: Scenario[Any]) -> dict[str, str]:
    return {plan.name: plan.state for plan in case.case.reviews["purchase"].steps}


def returned(case: Scenario[Any], by: str) -> Scenario[Any]:
    decision = {"task": case.open().id, "outcome": "return", "comment": "correct it", "fields": ["count"]}
    return case.when("decide", decision, by=by)


@pytest.mark.rule("KRN-14")
def test_a_material_change_voids_the_decision_and_asks_again() -> None:
    case = approve(submitted(LINE, HR), "e3")
    case.when("change", Change(content=content(count=3)), by="e4")
    case.then(DecisionsVoided, TaskCancelled, ReviewResubmitted, TaskAssigned)
    assert case.found(DecisionsVoided).tasks == ("case-1.1",)
    assert case.found(DecisionsVoided).fields == ("count",)
    assert states(case) == {"line": "open", "hr": "waiting"}
    assert [decision.standing for decision in case.case.reviews["purchase"].decisions] == [False]
    assert ("e3",) in [note.to for note in case.told()], "whoever decided is told"


@pytest.mark.rule("KRN-14")
def test_a_material_change_of_approved_content_opens_the_review_again() -> None:
    case = approve(approve(submitted(LINE, HR), "e3"), "e7")
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    case.then(DecisionsVoided, ReviewResubmitted, TaskAssigned)
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW


@pytest.mark.rule("KRN-14")
def test_any_other_change_keeps_the_decisions_and_tells_the_approvers() -> None:
    case = approve(submitted(LINE, HR), "e3")
    case.when("change", Change(content=content(note="by the door")), by="e4").then(ContentChanged)
    assert case.found(ContentChanged).changed == ("note",)
    assert case.case.reviews["purchase"].data["note"] == "by the door"
    assert states(case) == {"line": "approved", "hr": "open"}
    assert [note.to for note in case.told()] == [("e3", "e7")]


@pytest.mark.rule("KRN-14")
def test_no_change_is_no_event() -> None:
    assert submitted().when("change", Change(content=content()), by="e4").last == []


@pytest.mark.rule("KRN-14")
def test_only_the_steps_that_answer_for_the_changed_field_decide_again() -> None:
    case = approve(approve(submitted(THING, COUNT), "e3"), "e7")
    case.when("change", Change(content=content(count=3)), by="e4")
    assert states(case) == {"thing": "approved", "count": "open"}
    approve(case, "e7")
    assert isinstance(case.last[-1], ReviewApproved)


@pytest.mark.rule("KRN-14")
def test_a_later_step_keeps_its_approval_while_an_earlier_one_decides_again() -> None:
    case = approve(approve(submitted(THING, COUNT), "e3"), "e7")
    case.when("change", Change(content=content(thing="chair")), by="e4")
    assert states(case) == {"thing": "open", "count": "approved"}


@pytest.mark.rule("KRN-14")
def test_an_open_step_that_does_not_answer_for_the_change_keeps_its_task() -> None:
    case = submitted(THING, COUNT)
    task = case.open()
    case.when("change", Change(content=content(count=3)), by="e4").then(ReviewResubmitted)
    assert case.open() == task


@pytest.mark.rule("KRN-14")
def test_a_decision_on_the_task_of_the_old_content_is_refused() -> None:
    case = submitted(LINE, HR)
    old = case.open().id
    case.when("change", Change(content=content(count=3)), by="e4")
    assert case.refused("decide", {"task": old, "outcome": "approve"}, by="e3") == "task-done"


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize("change", [{"unit": "it"}, {"excluded": ("e7",)}])
def test_changing_who_the_case_is_for_asks_everybody_again(change: dict[str, Any]) -> None:
    case = approve(submitted(LINE, HR), "e3")
    case.when("change", Change(content=content(**change)), by="e4")
    assert states(case) == {"line": "open", "hr": "waiting"}
    approve(case, "e3")
    review = case.case.reviews["purchase"]
    assert (review.unit, review.excluded) == (change.get("unit", "dev"), change.get("excluded", ()))
    assert case.open().assignees == (("e6",) if "excluded" in change else ("e7",))


@pytest.mark.rule("KRN-14")
def test_a_step_with_authority_answers_for_the_amount_whatever_else_it_names() -> None:
    limited = THING.model_copy(update={"authority": Authority(category="buy")})
    case = approve(submitted(limited, COUNT), "e3")
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    assert states(case) == {"thing": "open", "count": "waiting"}


def test_the_requester_of_a_review_never_changes() -> None:
    assert submitted().refused("change", Change(content=content("e5")), by="e4") == "other-requester"


def test_what_is_over_cannot_be_changed() -> None:
    case = submitted()
    case.when("decide", {"task": case.open().id, "outcome": "reject", "comment": "no"}, by="e3")
    assert case.refused("change", Change(content=content(count=3)), by="e4") == "review-closed"
    assert case.refused("resubmit", Resubmit(content=content(count=3)), by="e4") == "not-returned"
    assert case.refused("change", Change(content=content(), review="other"), by="e4") == "no-such-review"


@pytest.mark.rule("KRN-15")
def test_resubmitting_restarts_only_the_steps_whose_fields_changed() -> None:
    case = returned(approve(submitted(THING, COUNT), "e3"), "e7")
    case.when("resubmit", Resubmit(content=content(count=3)), by="e4").then(ReviewResubmitted, TaskAssigned)
    assert states(case) == {"thing": "approved", "count": "open"}
    assert case.found(ReviewResubmitted).round == 2
    assert [decision.outcome for decision in case.case.reviews["purchase"].decisions] == ["approve", "return"]


@pytest.mark.rule("KRN-15")
def test_resubmitting_restarts_all_steps_if_the_policy_says_so() -> None:
    case = returned(approve(submitted(THING, COUNT, restart="all"), "e3"), "e7")
    case.when("resubmit", Resubmit(content=content(count=3)), by="e4")
    case.then(DecisionsVoided, ReviewResubmitted, TaskAssigned)
    assert states(case) == {"thing": "open", "count": "waiting"}


@pytest.mark.rule("KRN-15")
def test_whoever_returned_it_is_asked_again_even_if_nothing_changed() -> None:
    case = returned(submitted(LINE, HR), "e3")
    case.when("resubmit", Resubmit(content=content()), by="e4")
    assert case.open().assignees == ("e3",)


@pytest.mark.rule("KRN-15")
def test_a_resubmission_that_meets_another_condition_has_the_other_steps() -> None:
    case = returned(submitted(LINE, HR), "e3")
    assert case.refused("change", Change(content=content(count=3)), by="e4") == "returned"
    assert not case.case.tasks, "nobody is asked, and no clock runs, while it is with the requester"
    assert not case.case.deadlines


@pytest.mark.rule("KRN-14")
def test_an_open_step_waits_again_while_an_earlier_one_decides_anew() -> None:
    case = approve(submitted(THING, COUNT), "e3")
    assert states(case) == {"thing": "approved", "count": "open"}
    case.when("change", Change(content=content(thing="chair")), by="e4")
    assert states(case) == {"thing": "open", "count": "waiting"}
    assert [task.step for task in case.case.tasks.values()] == ["thing"]


@pytest.mark.rule("KRN-14", "KRN-19")
def test_whoever_looked_at_other_content_decides_nothing() -> None:
    case = submitted(LINE, HR)
    looked_at = case.case.reviews["purchase"].steps[0].content_hash
    case.when("change", Change(content=content(count=3)), by="e4")
    task = case.open().id
    stale = {"task": task, "outcome": "approve", "content_hash": looked_at}
    assert case.refused("decide", stale, by="e3") == "content-changed"
    now = case.case.reviews["purchase"].steps[0].content_hash
    case.when("decide", {"task": task, "outcome": "approve", "content_hash": now}, by="e3")
    assert case.found(Decided).content_hash == now


@pytest.mark.rule("KRN-12")
@pytest.mark.rule("KRN-14")
def test_a_field_that_switches_a_step_on_is_no_way_around_that_step() -> None:
    """`grade` is not material, but the route looks at it: submitted low and raised after the last approval."""
    senior = Step(name="senior", title="S", who=Approver(person="e2"), when=(Condition(field="grade", at_least=8),))
    case = approve(submitted(LINE, senior), "e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED

    case.when("change", Change(content=content(grade=8)), by="e4")

    assert states(case) == {"line": "approved", "senior": "open"}
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW
    approve(case, "e2")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-12")
def test_a_step_that_a_change_switches_off_is_asked_no_more() -> None:
    senior = Step(name="senior", title="S", who=Approver(person="e2"), when=(Condition(field="grade", at_least=8),))
    case = submitted(LINE, senior, asked=content(grade=8))
    case.when("change", Change(content=content(grade=5)), by="e4")
    assert states(case) == {"line": "open"}


@pytest.mark.rule("KRN-14")
def test_what_is_void_already_is_not_voided_again() -> None:
    case = approve(submitted(LINE, HR), "e3").when("change", Change(content=content(count=3)), by="e4")
    case.when("change", Change(content=content(count=4)), by="e4").then(TaskCancelled, ReviewResubmitted, TaskAssigned)


@pytest.mark.rule("KRN-14")
def test_a_change_of_one_review_leaves_the_tasks_of_another_alone() -> None:
    case = submitted(LINE, HR)
    other = case.when("submit", Submit(content=content(thing="chair"), review="second"), by="e4").last[-1].task
    case.when("change", Change(content=content(count=3)), by="e4")
    assert case.case.tasks[other.id].subject == "second"


@pytest.mark.rule("KRN-15")
def test_a_resubmission_names_all_that_changed_in_it() -> None:
    case = returned(submitted(LINE, HR), "e3")
    case.when("resubmit", Resubmit(content=content(count=3, note="by the door")), by="e4")
    assert case.found(ReviewResubmitted).changed == ("count", "note")


@pytest.mark.rule("KRN-15")
@pytest.mark.parametrize("word", ["return", "reject"])
def test_the_end_of_one_review_leaves_the_tasks_of_another_alone(word: str) -> None:
    case = submitted(LINE, HR)
    first = case.open().id
    case.when("submit", Submit(content=content(thing="chair"), review="second"), by="e4")
    case.when("decide", {"task": first, "outcome": word, "comment": "no", "fields": ["count"]}, by="e3")
    assert case.open().subject == "second"


@pytest.mark.rule("KRN-14")
def test_a_step_answers_for_the_amount_only_if_it_says_so_and_for_what_it_names_besides() -> None:
    case = approve(submitted(THING, COUNT), "e3")
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    assert states(case) == {"thing": "approved", "count": "open"}
    limited = approve(submitted(THING.model_copy(update={"authority": Authority(category="buy")}), COUNT), "e3")
    limited.when("change", Change(content=content(thing="chair")), by="e4")
    assert states(limited) == {"thing": "open", "count": "waiting"}


@pytest.mark.rule("KRN-13")
@pytest.mark.rule("KRN-14")
def test_a_stuck_step_is_asked_again_when_something_else_changes() -> None:
    case = submitted(THING, COUNT, organisation=gone("e1", "e2", "e3"))
    assert states(case) == {"thing": "stuck", "count": "waiting"}
    case.given(organisation=company()).when("change", Change(content=content(count=3)), by="e4")
    assert states(case) == {"thing": "open", "count": "waiting"}


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-14")
def test_a_collapsed_step_stands_with_the_decision_it_rests_on_and_falls_for_good() -> None:
    first = THING.model_copy(update={"material": ("thing", "count")})
    head = Step(name="head", title="T", who=Approver(role="head"), material=("thing",))
    last = Step(name="last", title="T", who=Approver(role="hr-partner"), material=("amount",))
    case = approve(submitted(first, head, last, collapse=True), "e3")
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    case.then(TaskCancelled, ReviewResubmitted, TaskAssigned)
    assert states(case) == {"thing": "approved", "head": "approved", "last": "open"}
    case.when("change", Change(content=content(amount=thb(30_000), count=3)), by="e4")
    assert states(case) == {"thing": "open", "head": "waiting", "last": "waiting"}
    assert [plan.into for plan in case.case.reviews["purchase"].steps] == ["", "", ""]


@pytest.mark.rule("KRN-14")
def test_an_open_step_behind_an_approved_one_keeps_its_task_when_neither_answers_for_the_change() -> None:
    count = COUNT.model_copy(update={"material": ("count",)})
    last = Step(name="amount", title="T", who=Approver(person="e1"), material=("amount",))
    case = approve(submitted(THING, count, last), "e3")
    task = case.open()
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    assert case.open() == task


@pytest.mark.rule("KRN-14")
@pytest.mark.rule("KRN-12")
def test_an_open_step_of_another_group_waits_again_while_an_earlier_group_decides_anew() -> None:
    first, second = (one.model_copy(update={"beside": group}) for one, group in ((THING, "first"), (COUNT, "second")))
    case = approve(submitted(first, second), "e3")
    case.when("change", Change(content=content(thing="chair")), by="e4")
    assert states(case) == {"thing": "open", "count": "waiting"}
