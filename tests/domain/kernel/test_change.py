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
    TaskCancelled,
    TaskOffered,
)
from domain.kernel.policy import Approver, Authority, Step
from tests.domain.kernel.purchase import HR, LINE, Change, Resubmit, content, submitted, thb
from tests.domain.kernel.test_decide import approve
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
    case.then(DecisionsVoided, TaskCancelled, ReviewResubmitted, TaskOffered)
    assert case.found(DecisionsVoided).tasks == ("case-1.1",)
    assert case.found(DecisionsVoided).fields == ("count",)
    assert states(case) == {"line": "open", "hr": "waiting"}
    assert [decision.standing for decision in case.case.reviews["purchase"].decisions] == [False]
    assert ("e3",) in [note.to for note in case.told()], "whoever decided is told"


@pytest.mark.rule("KRN-14")
def test_a_material_change_of_approved_content_opens_the_review_again() -> None:
    case = approve(approve(submitted(LINE, HR), "e3"), "e7")
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    case.then(DecisionsVoided, ReviewResubmitted, TaskOffered)
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
    case.when("resubmit", Resubmit(content=content(count=3)), by="e4").then(ReviewResubmitted, TaskOffered)
    assert states(case) == {"thing": "approved", "count": "open"}
    assert case.found(ReviewResubmitted).round == 2
    assert [decision.outcome for decision in case.case.reviews["purchase"].decisions] == ["approve", "return"]


@pytest.mark.rule("KRN-15")
def test_resubmitting_restarts_all_steps_if_the_policy_says_so() -> None:
    case = returned(approve(submitted(THING, COUNT, restart="all"), "e3"), "e7")
    case.when("resubmit", Resubmit(content=content(count=3)), by="e4")
    case.then(DecisionsVoided, ReviewResubmitted, TaskOffered)
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
