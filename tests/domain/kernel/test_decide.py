"""Deciding a step: who may, what the event proves, and what comes next (KRN-01, 02, 06, 07, 12, 15, 18, 19)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    Decided,
    ReviewApproved,
    ReviewOpened,
    ReviewRejected,
    ReviewReturned,
    StepCompleted,
    TaskAssigned,
    TaskDone,
)
from domain.kernel.command import SYSTEM
from domain.organisation.model import Limit
from tests.domain.kernel.purchase import (
    FINANCE,
    HR,
    LIMITED,
    LINE,
    PURCHASE,
    PurchaseAsked,
    Submit,
    company,
    content,
    scenario,
    submitted,
    thb,
)
from tests.support.given import Scenario


def approve(case: Scenario[Any], by: str, **more: Any) -> Scenario[Any]:
    return case.when("decide", {"task": case.open().id, "outcome": "approve", **more}, by=by)


@pytest.mark.rule("KRN-12")
def test_steps_are_offered_in_order_and_the_last_approval_approves_the_review() -> None:
    case = submitted(LINE, HR).then(PurchaseAsked, ReviewOpened, TaskAssigned)
    assert case.open().assignees == ("e3",)
    approve(case, "e3").then(Decided, TaskDone, StepCompleted, TaskAssigned)
    assert case.open().assignees == ("e7",)
    approve(case, "e7").then(Decided, TaskDone, StepCompleted, ReviewApproved)
    assert case.case.reviews["purchase"].status is Status.APPROVED
    assert not case.case.tasks
    assert not case.case.deadlines
    assert [note.to for note in case.told()] == [("e4",)], "the requester is told"


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(("amount", "steps"), [(20_000, ["line"]), (100_000, ["line"]), (100_001, ["line", "money"])])
def test_a_condition_on_the_amount_switches_a_step_on(amount: int, steps: list[str]) -> None:
    case = submitted(LINE, FINANCE, asked=content(amount=thb(amount)))
    assert [plan.name for plan in case.case.reviews["purchase"].steps] == steps


@pytest.mark.rule("KRN-40")
def test_the_policy_version_is_pinned_when_the_case_is_submitted() -> None:
    case = submitted(LINE, HR)
    assert case.case.policy == 7
    newer = case.facts.policy.model_copy(update={"version": 8})
    case.given(policy=newer)
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "other-policy"


@pytest.mark.rule("KRN-07")
def test_the_event_of_a_decision_carries_all_that_proves_it() -> None:
    case = submitted(LINE, HR)
    task = case.open()
    case.wait(timedelta(hours=3, seconds=1))
    case.when("decide", {"task": task.id, "outcome": "approve", "comment": "fine"}, by="e3", channel="mail")
    decided = case.found(Decided)
    assert decided == Decided(
        task=task.id,
        review="purchase",
        step="line",
        outcome="approve",
        actor="e3",
        on_behalf_of=None,
        delegation=None,
        basis="manager of requester, level 1",
        policy=7,
        content_hash=case.case.reviews["purchase"].content_hash,
        channel="mail",
        authenticated="password",
        comment="fine",
        after_seconds=Decimal(10801),
        at=case.now,
    )


@pytest.mark.rule("KRN-07")
def test_the_basis_names_the_limit_that_covered_the_amount() -> None:
    case = submitted(LIMITED, asked=content(amount=thb(200_000)))
    approve(case, "e2")
    assert case.found(Decided).basis == "up the line from role head in dev, limit for buy covers 200,000 THB"


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("channel", ["timer", "effect"])
def test_timers_and_other_cases_never_decide(channel: Any) -> None:
    case = submitted(LINE, HR)
    decision = {"task": case.open().id, "outcome": "approve"}
    assert case.refused("decide", decision, by="e3", channel=channel) == "not-a-person"
    assert case.refused("decide", decision, by=SYSTEM) == "not-a-person"


@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize("who", ["e4", "e5", "e2"])
def test_requester_and_beneficiary_are_not_asked_and_cannot_decide(who: str) -> None:
    case = submitted(LINE, asked=content(excluded=("e3", "e5")))
    assert case.open().assignees == ("e2",), "the line manager benefits, so their manager is asked"
    if who != "e2":
        assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by=who) == "not-your-task"


@pytest.mark.rule("KRN-02")
def test_whoever_became_the_subject_after_being_asked_is_refused() -> None:
    case = submitted(LINE, HR)
    task = case.open().id
    bound = case.case.model_copy(update={"subjects": ("e3",)})
    case.state = case.state.model_copy(update={"case": bound})
    assert case.refused("decide", {"task": task, "outcome": "approve"}, by="e3") == "own-case"


@pytest.mark.rule("KRN-06")
def test_a_subordinate_of_the_subject_is_passed_over_upwards() -> None:
    case = submitted(HR, asked=content(excluded=("e6",)))
    assert case.open().assignees == ("e1",), "e7 reports to the subject e6, who is excluded; the chief is above both"


@pytest.mark.rule("KRN-06")
def test_whoever_came_to_report_to_the_subject_is_refused() -> None:
    case = submitted(HR)
    positions = dict(case.facts.organisation.positions)
    positions["p-e7"] = positions["p-e7"].model_copy(update={"reports_to": "p-e4"})
    case.given(organisation=company(positions=positions))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e7") == "subordinate"


@pytest.mark.rule("KRN-01")
def test_an_approver_who_has_left_since_is_refused() -> None:
    case = submitted(LINE, HR)
    people = dict(case.facts.organisation.people)
    people["e3"] = people["e3"].model_copy(update={"end": date(2026, 4, 7)})
    case.given(organisation=company(people=people))
    assert case.when("comment", {"text": "still here today"}, by="e3")
    case.wait(timedelta(days=1))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "not-employed"


@pytest.mark.rule("KRN-05")
def test_an_approver_who_lost_the_limit_since_is_refused() -> None:
    case = submitted(LIMITED)
    assert case.open().assignees == ("e3",)
    case.given(organisation=company(limits=(Limit(category="buy", up_to=thb(10_000), person="e3"),)))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "limit-too-low"


@pytest.mark.rule("KRN-18")
@pytest.mark.parametrize("outcome", ["reject", "return"])
@pytest.mark.parametrize("comment", [None, "   "])
def test_reject_and_return_need_a_comment(outcome: str, comment: str | None) -> None:
    case = submitted()
    decision = {"task": case.open().id, "outcome": outcome, "comment": comment, "fields": ["thing"]}
    assert case.refused("decide", decision, by="e3") == "comment-missing"


@pytest.mark.rule("KRN-15")
def test_return_names_fields_that_exist() -> None:
    case = submitted()
    decision = {"task": case.open().id, "outcome": "return", "comment": "which desk?"}
    assert case.refused("decide", decision, by="e3") == "fields-missing"
    assert case.refused("decide", {**decision, "fields": ["colour"]}, by="e3") == "unknown-field"
    case.when("decide", {**decision, "fields": ["thing", "note"]}, by="e3").then(Decided, TaskDone, ReviewReturned)
    assert case.found(ReviewReturned).fields == ("thing", "note")


@pytest.mark.rule("KRN-18")
def test_what_was_said_when_returning_stays_in_the_case() -> None:
    case = submitted().when("comment", {"text": "please hurry"}, by="e4")
    case.when("decide", {"task": case.open().id, "outcome": "return", "comment": "why?", "fields": ["count"]}, by="e3")
    case.when("resubmit", Submit(content=content(count=1)), by="e4")
    assert [comment.text for comment in case.case.comments] == ["please hurry", "why?"]


def test_a_rejection_ends_the_review_and_the_steps_behind_it() -> None:
    case = submitted(LINE, HR)
    case.when("decide", {"task": case.open().id, "outcome": "reject", "comment": "no money"}, by="e3")
    case.then(Decided, TaskDone, StepCompleted, ReviewRejected)
    review = case.case.reviews["purchase"]
    assert review.status is Status.REJECTED
    assert [plan.state for plan in review.steps] == ["rejected", "waiting"]
    assert not case.case.tasks
    assert [note.to for note in case.told()] == [("e4",)]


@pytest.mark.rule("KRN-19")
def test_the_second_of_two_decisions_is_told_who_won() -> None:
    case = submitted(LINE, HR)
    first = {"task": case.open().id, "outcome": "approve"}
    case.when("decide", first, by="e3")
    assert case.refused("decide", first, by="e3") == "task-done"
    with pytest.raises(Exception, match="already decided by e3: approve"):
        case.when("decide", first, by="e3")


@pytest.mark.parametrize(
    "task", ["case-1.9", "case-1.0", "case-1.", "", "case-2.1", "case-1.1x", "case-1.-1", "x" * 999]
)
def test_a_task_that_never_was_is_not_found(task: str) -> None:
    assert submitted().refused("decide", {"task": task, "outcome": "approve"}, by="e3") == "no-such-task"


def test_content_that_no_step_answers_for_is_refused_instead_of_approved() -> None:
    case = scenario(FINANCE)
    assert case.refused("submit", Submit(content=content()), by="e4") == "no-steps"
    partly = scenario(LINE.model_copy(update={"material": ("thing",)}))
    assert partly.refused("submit", Submit(content=content()), by="e4") == "uncovered-fields"
    unknown = scenario(LINE.model_copy(update={"material": ("colour",)}), HR)
    assert unknown.refused("submit", Submit(content=content()), by="e4") == "unknown-material"


def test_the_same_review_is_not_submitted_twice() -> None:
    assert submitted().refused("submit", Submit(content=content()), by="e4") == "review-exists"


def test_a_process_without_that_route_is_refused() -> None:
    case = scenario()
    bare = case.facts.policy.model_copy(update={"processes": {}})
    assert case.given(policy=bare).refused("submit", Submit(content=content()), by="e4") == "no-route"
    assert PURCHASE.case(case.state).reviews == {}
