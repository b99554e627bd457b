"""Two steps that must not be one person's; and two that may be one decision (KRN-03, KRN-04)."""

from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, ReviewApproved, StepCompleted, StepStuck, TaskAssigned, TaskDone
from domain.kernel.cases.review_events import StepsCollapsed
from domain.kernel.cases.task_events import AssigneesChanged
from domain.kernel.policy import Approver, Authority, Route, Step
from domain.kernel.routing.route import preview
from domain.kernel.routing.separation import acted_elsewhere
from domain.kernel.showing.outlook import waiting_on
from tests.domain.kernel.purchase import (
    HR,
    LINE,
    Change,
    Purchase,
    Resubmit,
    content,
    scenario,
    submitted,
)
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_quorum import council, say
from tests.support.given import Scenario

HEAD = Step(name="head", title="The head agrees", who=Approver(role="head"))
"""Also e3, like LINE, for a request of e4."""
POOL = Step(name="pool", title="One of the council agrees", who=Approver(group="council"))


@pytest.mark.rule("KRN-03")
def test_without_the_rule_one_person_may_decide_two_steps() -> None:
    approve(approve(submitted(LINE, HEAD), "e3"), "e3").then(Decided, TaskDone, StepCompleted, ReviewApproved)


@pytest.mark.rule("KRN-03")
@pytest.mark.parametrize("separate", [True, ("line", "head")])
def test_whoever_acted_is_not_asked_again_the_route_goes_around(separate: Any) -> None:
    case = approve(submitted(LINE, HEAD, separate=separate), "e3")
    assert case.open().assignees == ("e2",)
    assert case.open().basis == "up the line from role head in dev"


@pytest.mark.rule("KRN-03")
def test_only_the_steps_that_are_named_are_separate() -> None:
    case = approve(submitted(LINE, HEAD, separate=("head", "pool")), "e3")
    assert case.open().assignees == ("e3",)


@pytest.mark.rule("KRN-03")
def test_of_several_asked_whoever_acted_before_is_left_out() -> None:
    case = submitted(LINE, POOL, separate=True, organisation=council("e3", "e9"))
    assert approve(case, "e3").open().assignees == ("e9",)


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-01")
def test_whoever_acts_beside_a_step_cannot_decide_it_any_more_and_is_replaced() -> None:
    left = LINE.model_copy(update={"beside": "x"})
    right = HEAD.model_copy(update={"beside": "x"})
    case = submitted(left, right, separate=True)
    first, second = case.case.tasks.values()
    assert first.people == second.people == ("e3",)
    case.when("decide", {"task": first.id, "outcome": "approve"}, by="e3")
    case.then(Decided, TaskDone, StepCompleted, AssigneesChanged)
    assert case.refused("decide", {"task": second.id, "outcome": "approve"}, by="e3") == "acted-already"
    assert "e2" in case.open().people
    assert case.when("decide", {"task": second.id, "outcome": "approve"}, by="e2")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-03")
def test_a_voter_who_acted_beside_the_step_is_not_waited_for() -> None:
    left = LINE.model_copy(update={"beside": "x"})
    case = submitted(left, POOL.model_copy(update={"beside": "x", "quorum": "all"}), separate=True,
                     organisation=council("e3", "e9"))  # fmt: skip
    line, pool = case.case.tasks.values()
    case.when("decide", {"task": pool.id, "outcome": "approve"}, by="e9")
    case.when("decide", {"task": line.id, "outcome": "approve"}, by="e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED, "e9 is all who may vote"


@pytest.mark.rule("KRN-03")
def test_whoever_returned_it_at_one_step_does_not_approve_it_at_another() -> None:
    case = submitted(LINE, HEAD, separate=True)
    case.when("decide", {"task": case.open().id, "outcome": "return", "comment": "?", "fields": ["count"]}, by="e3")
    case.when("resubmit", Resubmit(content=content(count=1)), by="e4")
    assert approve(case, "e3").open().assignees == ("e2",), "and decides their own step again"


@pytest.mark.rule("KRN-03")
def test_steps_of_two_routes_of_a_case_can_be_separate() -> None:
    case = approve(submitted(LINE, HEAD, separate=True), "e3").case
    done = case.reviews["purchase"].model_copy(update={"route": "other"})
    now = done.model_copy(update={"id": "two", "route": "buy", "decisions": ()})
    both = case.model_copy(update={"reviews": {"purchase": done, "two": now}})
    apart = Route(steps=(LINE, HEAD), separate=("head", "other/line"))
    assert acted_elsewhere(both, now, apart) == {"head": {"e3"}}


@pytest.mark.rule("KRN-03")
def test_whoever_was_left_out_of_one_route_at_their_own_wish_has_not_acted_in_it() -> None:
    case = say(submitted(LINE, HEAD), "e3", "recuse").case
    gone = case.reviews["purchase"].model_copy(update={"route": "other"})
    now = gone.model_copy(update={"id": "two", "route": "buy", "decisions": ()})
    both = case.model_copy(update={"reviews": {"purchase": gone, "two": now}})
    assert acted_elsewhere(both, now, Route(steps=(LINE, HEAD), separate=("head", "other/line"))) == {"head": set()}


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-13")
def test_where_nobody_else_is_left_the_step_is_stuck_and_never_approved() -> None:
    case = submitted(
        Step(name="a", title="A", who=Approver(person="e1")),
        Step(name="b", title="B", who=Approver(person="e1")),
        separate=True,
        asked=content("e2"),
    )
    approve(case, "e1").then(Decided, TaskDone, StepCompleted, StepStuck)
    assert "acted-already" in case.found(StepStuck).reason


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-41")
def test_the_preview_goes_around_too() -> None:
    case = scenario(LINE, HEAD, separate=True)
    line, head = preview(content(), case.facts.policy.processes["purchase"].routes["buy"], case.facts)
    assert (line.assignees, head.assignees) == (("e3",), ("e2",))


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-41")
@pytest.mark.parametrize(
    ("first", "separate"),
    [
        (POOL, True),  # any of several may decide the first step, so nobody is known to have acted in it
        (LINE, ("head", "pool")),  # the first step is not one of those that must be separate
    ],
)
def test_the_preview_goes_around_only_whoever_will_have_acted_for_certain(first: Step, separate: Any) -> None:
    case = scenario(first, HEAD, separate=separate, organisation=council("e3", "e9"))
    found = preview(content(), case.facts.policy.processes["purchase"].routes["buy"], case.facts)
    assert found[-1].assignees == ("e3",)


@pytest.mark.rule("KRN-04")
def test_one_person_found_in_two_steps_decides_once_and_the_log_says_so() -> None:
    case = approve(submitted(LINE, HEAD, collapse=True), "e3")
    case.then(Decided, TaskDone, StepCompleted, StepsCollapsed, StepCompleted, ReviewApproved)
    merged = case.found(StepsCollapsed)
    assert (merged.step, merged.into, merged.by) == ("head", "line", "e3")


@pytest.mark.rule("KRN-04")
def test_steps_beside_each_other_collapse_too() -> None:
    case = submitted(LINE.model_copy(update={"beside": "x"}), HEAD.model_copy(update={"beside": "x"}), collapse=True)
    first = next(iter(case.case.tasks))
    case.when("decide", {"task": first, "outcome": "approve"}, by="e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED
    assert not case.case.tasks


@pytest.mark.rule("KRN-04")
def test_a_step_that_answers_for_more_does_not_collapse() -> None:
    narrow = LINE.model_copy(update={"material": ("thing",)})
    assert approve(submitted(narrow, HEAD, collapse=True), "e3").open().step == "head"
    money = HEAD.model_copy(update={"authority": Authority(category="buy")})
    assert approve(submitted(LINE, money, collapse=True), "e3").open().step == "head"


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-03")
def test_steps_that_must_be_separate_never_collapse() -> None:
    case = approve(submitted(LINE, HEAD, collapse=True, separate=("line", "head")), "e3")
    case.then(Decided, TaskDone, StepCompleted, TaskAssigned)
    assert case.open().assignees == ("e2",)


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-03")
def test_a_step_that_must_be_separate_from_a_third_does_not_collapse_into_another() -> None:
    """Else the person would have acted in it without a decision that the third step could see."""
    case = approve(submitted(LINE, HEAD, POOL, collapse=True, separate=("head", "pool"),
                             organisation=council("e3", "e9")), "e3")  # fmt: skip
    assert case.open().step == "head"
    assert approve(case, "e3").open().assignees == ("e9",)


@pytest.mark.rule("KRN-04")
@pytest.mark.parametrize("before", ["approve", "return"])
def test_only_an_approval_that_stands_is_good_for_another_step(before: str) -> None:
    """What e3 said of the line was voided, or was no approval; then another person approved the line."""
    case = say(submitted(LINE, HR, HEAD, collapse=True), "e3", before)
    if before == "return":
        case.when("resubmit", Resubmit(content=content(thing="chair")), by="e4")
    else:
        case.when("change", Change(content=content(thing="chair")), by="e4")
    case.when("reassign", {"task": case.open().id, "to": "e6", "reason": "away"}, by="e3")
    approve(approve(case, "e6"), "e7")
    assert (case.open().step, case.open().assignees) == ("head", ("e3",))


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-11")
def test_a_vote_in_a_step_that_is_still_open_is_not_good_for_another() -> None:
    pool, head, hr = (
        step.model_copy(update={"beside": "x"}) for step in (POOL.model_copy(update={"quorum": "all"}), HEAD, HR)
    )
    case = submitted(pool, head, hr, collapse=True, organisation=council("e3", "e9"))
    tasks = {task.step: task.id for task in case.case.tasks.values()}
    case.when("decide", {"task": tasks["pool"], "outcome": "approve"}, by="e3")
    case.when("decide", {"task": tasks["hr"], "outcome": "approve"}, by="e7")
    assert {task.step for task in case.case.tasks.values()} == {"pool", "head"}


@pytest.mark.rule("KRN-04")
def test_a_quorum_never_collapses() -> None:
    case = submitted(LINE, POOL.model_copy(update={"quorum": "all"}), collapse=True, organisation=council("e3", "e9"))
    assert waiting_on(approve(case, "e3").case) == ("e3", "e9")


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-14")
def test_if_the_decision_is_void_so_is_the_step_that_rested_on_it() -> None:
    narrow = HEAD.model_copy(update={"material": ("thing",)})
    last = Step(name="last", title="T", who=Approver(person="e1"))
    case = approve(submitted(LINE, narrow, last, collapse=True), "e3")
    assert case.open().step == "last"
    case.when("change", Change(content=content(count=7)), by="e4")
    assert [plan.state for plan in case.case.reviews["purchase"].steps] == ["open", "waiting", "waiting"]


@pytest.mark.rule("KRN-04")
def test_a_rejection_is_not_taken_for_another_step() -> None:
    case: Scenario[Purchase] = say(submitted(LINE, HEAD, collapse=True), "e3", "reject")
    assert case.case.reviews["purchase"].status is Status.REJECTED
