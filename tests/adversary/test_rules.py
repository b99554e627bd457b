"""Ways around single rules of the kernel, tried on its decider alone: what no channel can change."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided
from domain.kernel.delegation import Scope
from domain.kernel.policy import Approver, Condition, Step
from domain.organisation.model import Limit, RoleHolding
from tests.domain.kernel.purchase import (
    FINANCE,
    HR,
    LIMITED,
    LINE,
    MONDAY,
    Change,
    Purchase,
    Resubmit,
    Submit,
    company,
    content,
    scenario,
    submitted,
    thb,
)
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_quorum import ballot, council
from tests.domain.kernel.test_route import earlier, gone
from tests.domain.kernel.test_separation import HEAD, POOL
from tests.support.given import Scenario


def decisions(case: Scenario[Purchase]) -> int:
    return sum(isinstance(event, Decided) for event in case.history)


def returned(case: Scenario[Purchase], by: str = "e3") -> Scenario[Purchase]:
    return case.when("decide", {**ballot(case, "return"), "fields": ["count"]}, by=by)


@pytest.mark.rule("KRN-04")
def test_one_decision_counts_twice_only_in_ones_own_name() -> None:
    """Not as a stand-in, not where the policy did not say so, not for a step that answers for more."""
    delegated_acts = with_delegations(submitted(LINE, HEAD, collapse=True), stands_in("e3", "e9"))
    assert approve(delegated_acts, "e9").open().step == "head"
    assert approve(submitted(LINE, HEAD), "e3").open().step == "head"
    narrow = LINE.model_copy(update={"material": ("count",)})
    rest = HEAD.model_copy(update={"material": ("thing", "amount", "count")})
    assert approve(submitted(narrow, rest, collapse=True), "e3").open().step == "head"


@pytest.mark.rule("KRN-04", "KRN-14")
def test_a_collapsed_step_falls_with_the_decision_it_rests_on() -> None:
    case = approve(submitted(LINE, HEAD, HR, collapse=True), "e3")
    assert case.open().step == "hr"
    case.when("change", Change(content=content(count=9)), by="e4")
    states = {plan.name: plan.state for plan in case.case.reviews["purchase"].steps}
    assert (states["line"], states["head"]) == ("open", "waiting")


@pytest.mark.rule("KRN-05", "KRN-23")
def test_no_way_lends_a_limit_that_the_person_asked_does_not_have() -> None:
    """Not by reassignment, not by a limit in another currency or for another unit, not by one that ended."""
    for limit in (
        Limit(category="buy", up_to=thb(9), person="e9"),
        Limit(category="buy", up_to="9000000 EUR", person="e9"),
        Limit(category="buy", up_to=thb(9_000_000), person="e9", unit="hr"),
        Limit(category="travel", up_to=thb(9_000_000), person="e9"),
        Limit(category="buy", up_to=thb(9_000_000), person="e9", end=date(2026, 1, 1)),
    ):
        case = submitted(LIMITED, organisation=company(limits=(*company().limits, limit)))
        moved = {"task": case.open().id, "to": "e9", "reason": "richer"}
        assert case.refused("reassign", moved, by="e3") == "limit-too-low", limit


@pytest.mark.rule("KRN-05")
def test_a_limit_lost_between_the_offer_and_the_decision_is_lost() -> None:
    case = submitted(LIMITED)
    poorer = tuple(limit for limit in company().limits if limit.person != "e3")
    case.given(organisation=company(limits=poorer))
    assert case.refused("decide", ballot(case), by="e3") == "limit-too-low"
    again = submitted(LIMITED).given(claims=(earlier(1, 40_000),))
    assert again.refused("decide", ballot(again), by="e3") == "limit-too-low", "an earlier request came to light"


@pytest.mark.rule("KRN-06", "KRN-21")
@pytest.mark.parametrize("asker", ["e2", "e3"])
def test_who_reports_to_the_asker_decides_by_no_hand(asker: str) -> None:
    case = submitted(HR, organisation=council("e5"), asked=content(asker))
    for payload in (
        ("reassign", {"task": case.open().id, "to": "e5", "reason": "x"}),
        ("add-approver", {"task": case.open().id, "person": "e5", "reason": "x"}),
    ):
        assert case.refused(*payload, by="e7") == "subordinate"
    with_delegations(case, stands_in("e7", "e5"))
    assert case.refused("decide", ballot(case), by="e5") == "subordinate"
    with_delegations(case, stands_in("e7", "e5"), stands_in("e5", "e9")).given(hops=2)
    assert case.refused("decide", ballot(case), by="e9") == "subordinate"


@pytest.mark.rule("KRN-06", "KRN-10")
def test_a_group_of_subordinates_finds_somebody_else() -> None:
    case = submitted(POOL, organisation=council("e4", "e5"), asked=content("e3"))
    assert not {"e4", "e5"} & set(case.open().people)
    assert case.refused("decide", ballot(case), by="e5") == "not-your-task"


@pytest.mark.rule("KRN-10")
def test_whoever_the_data_names_is_looked_up_and_not_believed() -> None:
    """A budget line that is not there, or that one owns oneself, does not choose the approver."""
    owner = Step(name="owner", title="T", who=Approver(owner_of="budget_line"))
    for line in ("b9", "", "e4", "b1; e4", "B1"):
        case = submitted(owner, asked=content(budget_line=line))
        assert "e4" not in (case.open().people if case.case.tasks else ())
    lines = {"b1": company().budget_lines["b1"].model_copy(update={"owner": "e4"})}
    own = submitted(owner, organisation=company(budget_lines=lines))
    assert own.open().people == ("e3",), "the owner asks, so it goes up the line"


@pytest.mark.rule("KRN-12", "KRN-14")
def test_a_step_is_not_evaded_by_an_amount_that_grows_afterwards() -> None:
    case = approve(submitted(LINE, FINANCE), "e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED
    case.when("change", Change(content=content(amount=thb(200_000))), by="e4")
    assert [plan.name for plan in case.case.reviews["purchase"].steps] == ["line", "money"]
    assert approve(case, "e3").open().step == "money"


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(
    ("value", "refusal"),
    [(None, "no-steps"), ("0 THB", "no-steps"), ("-1 THB", "no-steps"), ("", "route-types"), ("100001", "route-types")],
)
def test_a_condition_that_is_not_met_or_cannot_be_read_leaves_nothing_to_approve_by_itself(
    value: Any, refusal: str
) -> None:
    only = Step(name="money", title="T", who=Approver(role="controller"), when=(Condition(field="size", over="1 THB"),))
    assert scenario(only).refused("submit", Submit(content=content(size=value)), by="e4") == refusal


@pytest.mark.rule("KRN-12", "KRN-15")
def test_steps_beside_each_other_are_all_needed_whatever_the_order() -> None:
    beside = [step.model_copy(update={"beside": "checks"}) for step in (LINE, HR)]
    for first, second in (("e3", "e7"), ("e7", "e3")):
        case = submitted(*beside)
        tasks = {task.people[0]: task.id for task in case.case.tasks.values()}
        case.when("decide", {"task": tasks[first], "outcome": "approve"}, by=first)
        assert case.refused("decide", {"task": tasks[second], "outcome": "approve"}, by=first) == "not-your-task"
        assert case.case.reviews["purchase"].status is Status.IN_REVIEW
        case.when("decide", {"task": tasks[second], "outcome": "approve"}, by=second)
        assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-13")
def test_a_step_that_finds_nobody_is_approved_by_nobody() -> None:
    """Not by retrying, not by asking again, not by its deadline, not by the requester's manager without being asked."""
    case = submitted(LINE, organisation=gone("e1", "e2", "e3"))
    assert case.case.stuck
    for by in ("e20", "system"):
        case.when("retry", {}, by=by)
        assert case.case.stuck
    assert case.refused("decide", {"task": "case-1.1", "outcome": "approve"}, by="e7") == "no-such-task"
    assert case.refused("override", {"task": "case-1.1", "reason": "x"}, by="e8") == "no-such-task"
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW
    assert decisions(case) == 0


@pytest.mark.rule("KRN-15", "KRN-14")
def test_a_resubmission_does_not_smuggle_a_change_past_who_decided() -> None:
    case = approve(submitted(LINE, HR), "e3")
    returned(case, by="e7")
    case.when("resubmit", Resubmit(content=content(count=2, amount=thb(49_000))), by="e4")
    assert case.open().step == "line", "the amount is new to the line, though it was not named in the return"
    assert not any(
        decision.standing
        for decision in case.case.reviews["purchase"].decisions
        if decision.step == "line" and decision.outcome == "approve"
    )


@pytest.mark.rule("KRN-15")
def test_nothing_is_resubmitted_that_was_not_returned_nor_as_somebody_elses() -> None:
    case = submitted(LINE)
    assert case.refused("resubmit", Resubmit(content=content()), by="e4") == "not-returned"
    returned(case)
    assert case.refused("resubmit", Resubmit(content=content("e9")), by="e9") == "other-requester"
    assert case.refused("change", Change(content=content(count=9)), by="e4") == "returned"
    assert case.refused("submit", Submit(content=content()), by="e4") == "review-exists"


@pytest.mark.rule("KRN-17")
def test_a_condition_is_not_set_without_approving_nor_on_nobody_nor_for_never() -> None:
    case = submitted(LINE)
    good = {"text": "sell it", "owner": "e5", "due": "2026-04-20"}
    for outcome, change, refusal in (
        ("reject", {}, "conditions-without-approval"),
        ("return", {}, "conditions-without-approval"),
        ("approve", {"owner": "nobody"}, "unknown-owner"),
        ("approve", {"due": "2026-04-01"}, "due-date"),
        ("approve", {"due": "2070-01-01"}, "due-date"),
    ):
        payload = {
            **ballot(case, outcome),
            "fields": ["count"] if outcome == "return" else [],
            "conditions": [good | change],
        }
        assert case.refused("decide", payload, by="e3") == refusal
    assert decisions(case) == 0


@pytest.mark.rule("KRN-17", "KRN-24")
def test_a_condition_outlives_silence_and_whoever_set_it() -> None:
    case = submitted(LINE)
    case.when("decide", {**ballot(case), "conditions": [{"text": "x", "owner": "e5", "due": "2026-04-20"}]}, by="e3")
    task = case.open().id
    case.wait(timedelta(days=300)).given(organisation=gone("e3"))
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW
    for by in ("e4", "e5", "e2", "e20"):
        assert case.refused("waive-condition", {"task": task, "reason": "x"}, by=by) == "not-yours-to-waive"
    case.when("meet-condition", {"task": task, "note": "done"}, by="e5")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-18")
@pytest.mark.parametrize("outcome", ["reject", "return", "recuse"])
@pytest.mark.parametrize("comment", [None, "\u200b", " \u00a0\n", "\u2060\u200d"])
def test_no_word_is_no_word_however_it_is_spelled(outcome: str, comment: str | None) -> None:
    case = submitted(LINE)
    payload = {"task": case.open().id, "outcome": outcome, "comment": comment, "fields": ["count"]}
    assert case.refused("decide", payload, by="e3") == "comment-missing"
    assert decisions(case) == 0


@pytest.mark.rule("KRN-22", "KRN-07")
def test_nobody_decides_in_a_name_they_do_not_stand_in_for() -> None:
    case = with_delegations(submitted(LINE), stands_in("e3", "e9"), stands_in("e7", "e8", scope=Scope()))
    for by, principal in (("e8", "e3"), ("e9", "e7"), ("e9", "e9"), ("e9", "system"), ("e3", "e2"), ("e5", "e3")):
        assert case.refused("decide", ballot(case) | {"on_behalf_of": principal}, by=by) in (
            "not-your-task",
            "own-vote",
        )
    decided = approve(case, "e9").found(Decided)
    assert (decided.actor, decided.on_behalf_of, decided.at) == ("e9", "e3", MONDAY)


@pytest.mark.rule("KRN-10")
def test_whoever_lost_the_role_or_joined_another_unit_is_not_asked_for_it() -> None:
    for holding in (
        RoleHolding(role="hr-partner", person="e7", unit="company", end=date(2026, 4, 1)),
        RoleHolding(role="hr-partner", person="e7", unit="company", start=date(2026, 5, 1)),
        RoleHolding(role="hr-partner", person="e7", unit="money"),
    ):
        case = submitted(HR, organisation=company(roles=(holding,)))
        assert "e7" not in (case.open().people if case.case.tasks else ())
