"""Breaking the glass: what it gets around, what it never does, and the second person (KRN-44)."""

from datetime import date
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, ResponsibilityMoved, TaskAssigned
from domain.kernel.cases.review_events import OverrideReviewed, OverrideUsed
from domain.kernel.command import SYSTEM
from domain.organisation.model import Organisation, RoleHolding
from tests.domain.kernel.purchase import HR, LIMITED, LINE, Purchase, company, content, submitted, thb
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_ladder import rungs
from tests.domain.kernel.test_quorum import ballot, council, say, step
from tests.support.given import Scenario

WHY = {"reason": "the server burns"}


def privileged(*who: str, members: tuple[str, ...] = (), reviewers: tuple[str, ...] = ("e20",)) -> Organisation:
    roles = [RoleHolding(role="override", person=one) for one in (who or ("e8",))]
    roles += [RoleHolding(role="override-review", person=one) for one in reviewers]
    return company(roles=(*council(*members).roles, *roles))


def broken(*steps: Any, by: str = "e8", **more: Any) -> Scenario[Purchase]:
    case = submitted(*(steps or (LINE,)), **{"organisation": privileged(), **more})
    return case.when("override", {"task": case.open().id, **WHY}, by=by)


@pytest.mark.rule("KRN-44")
def test_an_override_is_a_decision_that_says_so_and_a_second_person_has_to_look() -> None:
    case = broken()
    assert [type(event) for event in case.last][:3] == [TaskAssigned, OverrideUsed, Decided]
    decided, used = case.found(Decided), case.found(OverrideUsed)
    assert (decided.basis, decided.outcome, decided.comment) == ("override", "approve", "the server burns")
    assert case.case.reviews["purchase"].status is Status.APPROVED
    task = case.open()
    assert (task.id, task.kind, task.assignees) == (used.review_task, "override-review", ("e20",))
    look = {"task": task.id, "finding": "justified", "comment": "it did burn"}
    case.when("review-override", look, by="e20")
    assert case.found(OverrideReviewed)
    assert case.case.overrides[0].finding == "justified"


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-05")
def test_it_gets_around_limits_and_quorum() -> None:
    assert broken(LIMITED, asked=content(amount=thb(200_000))).found(Decided)
    case = submitted(step("all"), organisation=privileged(members=("e3", "e6", "e9")))
    case.when("override", {"task": case.open().id, **WHY}, by="e8")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-44")
@pytest.mark.parametrize("who", ["e3", "e9", "e1"])
def test_without_the_privilege_nobody_overrides(who: str) -> None:
    case = submitted(LINE, organisation=privileged())
    assert case.refused("override", {"task": case.open().id, **WHY}, by=who) == "no-privilege"


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-06")
@pytest.mark.parametrize(("who", "code"), [("e4", "own-case"), ("e5", "own-case"), ("e7", "subordinate")])
def test_nobody_overrides_in_their_own_case(who: str, code: str) -> None:
    case = submitted(LINE, organisation=privileged(who), asked=content(excluded=("e5", "e6")))
    assert case.refused("override", {"task": case.open().id, **WHY}, by=who) == code


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-03")
def test_nor_in_two_steps_that_must_be_separate() -> None:
    case = submitted(LINE, HR, separate=True, organisation=privileged("e3"))
    approve(case, "e3")
    assert case.refused("override", {"task": case.open().id, **WHY}, by="e3") == "acted-already"


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-01")
def test_a_stand_in_has_no_privilege_and_a_machine_neither() -> None:
    case = with_delegations(submitted(LINE, organisation=privileged()), stands_in("e8", "e9"))
    glass = {"task": case.open().id, **WHY}
    assert case.refused("override", glass, by="e9") == "no-privilege"
    assert case.refused("override", glass, by="e8", channel="effect") == "not-a-person"
    assert case.refused("override", glass, by=SYSTEM) == "not-a-person"


@pytest.mark.rule("KRN-44")
def test_the_second_person_is_another_one_and_no_party_to_it() -> None:
    case = broken(organisation=privileged("e8", reviewers=("e8", "e4", "e9", "e7")))
    assert case.open().assignees == ("e7",), "not the first, nor the requester, nor a report of the first"
    look = {"task": case.open().id, "finding": "justified", "comment": "fine"}
    assert case.refused("review-override", look, by="e8") == "not-your-task"
    with_delegations(case, stands_in("e7", "e8"))
    assert case.refused("review-override", look, by="e8") == "own-override"
    hand = {"task": case.open().id, "to": "e9", "reason": "away"}
    assert case.refused("reassign", hand, by="e7") == "own-override"
    assert case.refused("reassign", hand | {"to": "e8"}, by="e7") == "own-override"
    case.when("reassign", hand | {"to": "e2"}, by="e7")


@pytest.mark.rule("KRN-44")
def test_without_a_reviewer_operations_look_and_without_anybody_nothing_is_overridden() -> None:
    assert broken(organisation=privileged(reviewers=())).open().assignees == ("e20",)
    roles = tuple(role for role in privileged("e1", reviewers=()).roles if role.role != "operations")
    case = submitted(LINE, organisation=company(roles=roles))
    assert case.refused("override", {"task": case.open().id, **WHY}, by="e1") == "no-second-person"


@pytest.mark.rule("KRN-44")
def test_the_review_of_an_override_is_no_decision_of_the_case() -> None:
    case = broken(LINE, HR)
    second = case.open("override-review").id
    assert case.refused("decide", ballot(case) | {"task": second}, by="e20") == "not-a-decision"
    assert case.refused("override", {"task": second, **WHY}, by="e8") == "not-a-decision"
    decide = case.open("decide").id
    assert case.refused("review-override", {"task": decide, "finding": "justified", "comment": "x"}, by="e7") == (
        "not-an-override"
    )
    assert say(case, "e7").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-11")
def test_whoever_voted_does_not_end_the_vote_by_privilege() -> None:
    case = say(submitted(step("all"), organisation=privileged("e8", members=("e8", "e9"))), "e8")
    assert case.refused("override", {"task": case.open().id, **WHY}, by="e8") == "voted-already"


@pytest.mark.rule("KRN-04")
@pytest.mark.rule("KRN-44")
def test_no_later_step_rests_on_an_override() -> None:
    both = submitted(LINE, step("any"), collapse=True, organisation=privileged("e8", members=("e8", "e9")))
    both.when("override", {"task": both.open().id, **WHY}, by="e8")
    assert both.open("decide").step == "council"


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-21")
def test_whoever_broke_the_glass_does_not_choose_who_looks_by_passing_it_on() -> None:
    case = with_delegations(broken(), stands_in("e20", "e8"), stands_in("e8", "e7")).given(hops=2)
    look = {"task": case.open().id, "finding": "justified", "comment": "fine"}
    assert case.refused("review-override", look, by="e7") == "own-override"


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-03")
def test_whoever_overrode_beside_a_vote_is_not_waited_for_in_it() -> None:
    line, council_ = (one.model_copy(update={"beside": "x"}) for one in (LINE, step("all")))
    organisation = privileged("e8", members=("e8", "e9"))
    case = submitted(line, council_, separate=True, organisation=organisation)
    tasks = {task.step: task.id for task in case.case.tasks.values()}
    case.when("decide", {"task": tasks["council"], "outcome": "approve"}, by="e9")
    case.when("override", {"task": tasks["line"], **WHY}, by="e8")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-33")
def test_no_silence_ends_the_look_at_an_override() -> None:
    case = broken(ladder=rungs(("remind", 100), ("expire", 3)))
    assert {rung.do for rung in case.open("override-review").timing.rungs} == {"remind"}


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-22")
def test_a_stand_in_looks_for_a_second_person_who_still_is_one_and_the_log_says_for_whom() -> None:
    case = with_delegations(broken(organisation=privileged(reviewers=("e7",))), stands_in("e7", "e20"))
    look = {"task": case.open().id, "finding": "justified", "comment": "it did burn"}
    positions = {**company().positions, "p-e7": company().positions["p-e7"].model_copy(update={"reports_to": "p-e8"})}
    known = case.facts.organisation
    case.given(organisation=company(roles=known.roles, positions=positions))
    assert case.refused("review-override", look, by="e20") == "own-override", "e7 reports to e8 by now"
    case.given(organisation=known).when("review-override", look, by="e20")
    found = case.found(OverrideReviewed)
    assert (found.by, found.on_behalf_of) == ("e20", "e7")


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-24")
def test_whoever_left_does_not_look_at_an_override_any_more() -> None:
    case = broken()
    people = dict(company().people)
    people["e20"] = people["e20"].model_copy(update={"end": date(2026, 1, 1)})
    case.given(organisation=company(roles=case.facts.organisation.roles, people=people))
    look = {"task": case.open().id, "finding": "justified", "comment": "it did burn"}
    assert case.refused("review-override", look, by="e20") == "own-override"


@pytest.mark.rule("KRN-44")
def test_of_two_overrides_each_is_looked_at_by_somebody_else_than_who_used_it() -> None:
    case = broken(LINE, HR, organisation=privileged("e8", "e6"))
    first = case.open("override-review").id
    case.when("override", {"task": case.open("decide").id, **WHY}, by="e6")
    with_delegations(case, stands_in("e20", "e8"))
    second = case.found(OverrideUsed).review_task
    look = {"finding": "justified", "comment": "it did burn"}
    assert case.refused("review-override", look | {"task": first}, by="e8") == "own-override"
    case.when("review-override", look | {"task": second}, by="e8")


@pytest.mark.rule("KRN-44")
def test_without_reviewers_and_operations_the_managers_of_who_broke_the_glass_look() -> None:
    roles = tuple(role for role in privileged(reviewers=()).roles if role.role != "operations")
    assert broken(organisation=company(roles=roles)).open().assignees == ("e1",)


@pytest.mark.rule("KRN-44")
@pytest.mark.rule("KRN-24")
def test_an_override_that_was_looked_at_stays_so_whoever_answers_for_the_case_since() -> None:
    case = broken(LINE, HR)
    look = {"task": case.open("override-review").id, "finding": "justified", "comment": "it did burn"}
    case.when("review-override", look, by="e20")
    case.when("hand-over", {"to": "e5", "reason": "e4 left"}, by=SYSTEM, channel="effect").then(ResponsibilityMoved)
