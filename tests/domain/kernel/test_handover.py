"""Claim, release, reassign, one more approver: who may, what it never gets around, what survives (KRN-23)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, TaskEscalated, TaskReminded
from domain.kernel.cases.task_events import ApproverAdded, TaskClaimed, TaskReassigned, TaskReleased
from domain.kernel.deciding.tasks import assign
from domain.kernel.decision_context import DecisionContext
from domain.kernel.policy import Approver, Ladder, Step
from domain.kernel.showing.outlook import waiting_on
from tests.domain.kernel.purchase import (
    HR,
    LIMITED,
    LINE,
    PURCHASE,
    STANDARD,
    Change,
    Purchase,
    Resubmit,
    company,
    content,
    policy,
    submitted,
    thb,
)
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_ladder import fire, rungs
from tests.domain.kernel.test_quorum import asked, ballot, council, say, step
from tests.domain.kernel.test_route import gone
from tests.support.given import Scenario

POOL = Step(name="pool", title="T", who=Approver(group="council"))


def pool(*members: str, **more: Any) -> Scenario[Purchase]:
    return submitted(POOL, organisation=council(*(members or ("e3", "e6", "e9"))), **more)


def claim(case: Scenario[Purchase], by: str) -> Scenario[Purchase]:
    return case.when("claim", {"task": case.open().id}, by=by)


def hand(case: Scenario[Purchase], to: str, **more: Any) -> dict[str, Any]:
    return {"task": case.open("decide").id, "to": to, "reason": "away", **more}


@pytest.mark.rule("KRN-23")
def test_a_claimed_task_is_its_claimers_until_it_is_released() -> None:
    case = claim(pool(), "e6").then(TaskClaimed)
    assert waiting_on(case.case) == ("e6",)
    assert case.refused("decide", ballot(case), by="e9") == "claimed"
    assert case.refused("claim", {"task": case.open().id}, by="e9") == "claimed"
    assert case.refused("claim", {"task": case.open().id}, by="e6") == "claimed-already"
    case.when("release", {"task": case.open().id, "reason": "no time"}, by="e6").then(TaskReleased)
    assert say(case, "e9").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-20")
def test_whoever_stands_in_for_the_claimer_may_decide_it() -> None:
    case = with_delegations(claim(pool(), "e6"), stands_in("e6", "e8"))
    assert say(case, "e8").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize("who", ["e1", "e20"])
def test_a_manager_or_operations_release_what_a_claimer_keeps(who: str) -> None:
    case = claim(pool(), "e6")
    assert case.refused("release", {"task": case.open().id, "reason": "x"}, by="e5") == "not-yours-to-reassign"
    case.when("release", {"task": case.open().id, "reason": "on leave"}, by=who)
    assert waiting_on(case.case) == ("e3", "e6", "e9")


@pytest.mark.rule("KRN-31")
def test_an_escalation_releases_a_claim() -> None:
    case = claim(pool(), "e6")
    for _ in range(3):
        fire(case)
    case.then(TaskReleased, TaskEscalated)
    assert "e9" in waiting_on(case.case)


@pytest.mark.rule("KRN-11")
def test_where_each_must_vote_or_one_alone_is_asked_nothing_is_claimed() -> None:
    case = asked("all")
    assert case.refused("claim", {"task": case.open().id}, by="e3") == "nothing-to-claim"
    alone = submitted(LINE)
    assert alone.refused("claim", {"task": alone.open().id}, by="e3") == "nothing-to-claim"


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize("who", ["e3", "e2", "e1", "e20"])
def test_whoever_was_asked_their_managers_and_operations_may_hand_a_task_on(who: str) -> None:
    case = submitted(LINE)
    case.when("reassign", hand(case, "e6"), by=who).then(TaskReassigned)
    assert case.open().assignees == ("e6",)
    assert [note.to for note in case.told()] == [("e6",)]
    assert case.refused("decide", ballot(case), by="e3") == "not-your-task"
    assert say(case, "e6").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize(("who", "code"), [("e5", "not-yours-to-reassign"), ("e4", "own-case")])
def test_others_and_the_requester_may_not(who: str, code: str) -> None:
    case = submitted(LINE)
    assert case.refused("reassign", hand(case, "e6"), by=who) == code


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-02")
def test_a_requester_who_manages_the_approver_does_not_choose_another() -> None:
    case = submitted(Step(name="one", title="T", who=Approver(person="e9")), asked=content("e20"))
    people = company(roles=tuple(role for role in company().roles if role.role != "operations"))
    case.given(organisation=people.model_copy(update={"roles": (*people.roles, company().roles[4])}))
    assert case.refused("reassign", hand(case, "e6"), by="e20") == "own-case", "though e20 has the role operations"


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("e4", "own-case"),  # KRN-02: the requester
        ("e5", "own-case"),  # KRN-02: who benefits
        ("e7", "subordinate"),  # KRN-06: reports to e6, who benefits
        ("c-1", "not-employed"),
        ("e3", "asked-already"),
    ],
)
def test_a_task_is_not_given_to_whoever_may_not_decide_it(to: str, code: str) -> None:
    case = submitted(LINE, asked=content(excluded=("e5", "e6")))
    assert case.refused("reassign", hand(case, to), by="e3") == code


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-05")
def test_nor_to_whoever_has_no_limit_for_it() -> None:
    case = submitted(LIMITED, asked=content(amount=thb(200_000)))
    assert case.open().assignees == ("e2",)
    assert case.refused("reassign", hand(case, "e3"), by="e2") == "limit-too-low"


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-03")
def test_nor_to_whoever_acted_in_a_step_that_must_be_separate() -> None:
    case = approve(submitted(LINE, HR, separate=True), "e3")
    assert case.refused("reassign", hand(case, "e3"), by="e7") == "acted-already"


@pytest.mark.rule("KRN-23")
def test_with_several_asked_a_manager_says_whose_place_is_meant() -> None:
    case = pool()
    assert case.refused("reassign", hand(case, "e8"), by="e1") == "say-instead-of-whom"
    assert case.refused("reassign", hand(case, "e8", instead_of="e7"), by="e1") == "not-asked"
    case.when("reassign", hand(case, "e8", instead_of="e9"), by="e1")
    assert case.open().assignees == ("e3", "e6", "e8")


@pytest.mark.rule("KRN-11")
def test_whoever_voted_does_not_hand_their_place_on() -> None:
    case = say(asked("all"), "e3")
    assert case.refused("reassign", hand(case, "e8"), by="e3") == "voted-already"


@pytest.mark.rule("KRN-23")
def test_a_reassignment_survives_a_return_a_change_and_an_escalation() -> None:
    case = submitted(LINE).when("reassign", hand(submitted(LINE), "e6"), by="e3")
    say(case, "e6", "return").when("resubmit", Resubmit(content=content(count=5)), by="e4")
    assert case.open().assignees == ("e6",)
    case.when("change", Change(content=content(count=6)), by="e4")
    assert case.open().assignees == ("e6",)
    for _ in range(3):
        fire(case)
    assert case.open().people == ("e6", "e1")
    assert TaskReminded in [type(event) for event in case.history]


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-13")
def test_if_the_new_holder_leaves_the_policys_own_people_are_asked_again() -> None:
    case = submitted(LINE).when("reassign", hand(submitted(LINE), "e6"), by="e3")
    people = dict(case.facts.organisation.people)
    people["e6"] = people["e6"].model_copy(update={"end": date(2026, 1, 1)})
    case.given(organisation=company(people=people))
    case.when("change", Change(content=content(count=6)), by="e4")
    assert case.open().assignees == ("e3",)


@pytest.mark.rule("KRN-23")
def test_whoever_gets_their_place_back_keeps_it() -> None:
    case = submitted(LINE)
    case.when("reassign", hand(case, "e6"), by="e3").when("reassign", hand(case, "e3"), by="e6")
    case.when("change", Change(content=content(count=6)), by="e4")
    assert case.open().assignees == ("e3",)


@pytest.mark.rule("KRN-02")
def test_an_added_approver_for_whom_it_is_by_now_is_not_asked_again() -> None:
    case = submitted(LINE)
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e3")
    case.when("change", Change(content=content(excluded=("e8",))), by="e4")
    assert case.open().people == ("e3",)


@pytest.mark.rule("KRN-11")
def test_an_added_approver_must_approve_before_the_step_ends() -> None:
    case = submitted(LINE)
    more = {"task": case.open().id, "person": "e8", "reason": "knows the market"}
    case.when("add-approver", more, by="e3").then(ApproverAdded)
    assert [note.to for note in case.told()] == [("e8",)]
    assert waiting_on(say(case, "e3").then(Decided).case) == ("e8",)
    assert case.refused("decide", ballot(case, "abstain"), by="e8") == "cannot-abstain"
    assert say(case, "e8").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-11")
def test_an_added_approver_can_reject_and_comes_again_in_the_next_round() -> None:
    case = submitted(LINE)
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e3")
    say(case, "e8", "return").when("resubmit", Resubmit(content=content(count=5)), by="e4")
    assert case.open().added == ("e8",)
    assert say(case, "e8", "reject").case.reviews["purchase"].status is Status.REJECTED


@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize(("person", "code"), [("e4", "own-case"), ("e3", "asked-already"), ("c-1", "not-employed")])
def test_nobody_barred_is_added(person: str, code: str) -> None:
    case = submitted(LINE)
    more = {"task": case.open().id, "person": person, "reason": "x"}
    assert case.refused("add-approver", more, by="e3") == code
    assert case.refused("add-approver", more | {"person": "e8"}, by="e5") == "not-your-task"


@pytest.mark.rule("KRN-03")
def test_nobody_is_added_who_acted_in_a_step_that_must_be_separate() -> None:
    case = approve(submitted(LINE, HR, separate=True), "e3")
    more = {"task": case.open().id, "person": "e3", "reason": "x"}
    assert case.refused("add-approver", more, by="e7") == "acted-already"


@pytest.mark.rule("KRN-11")
def test_an_added_approver_is_heard_though_somebody_claimed_the_task() -> None:
    case = claim(pool(), "e6")
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e6")
    assert waiting_on(case.case) == ("e6", "e8")
    assert say(say(case, "e8"), "e6").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-05")
def test_whoever_only_approves_besides_or_vetoes_needs_no_limit() -> None:
    limited = LIMITED.model_copy(update={"veto": Approver(person="e9")})
    case = submitted(limited)
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e3")
    say(say(case, "e8"), "e9")
    assert case.refused("reassign", hand(case, "e6", instead_of="e3"), by="e3") == "limit-too-low"
    assert say(case, "e3").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-23")
def test_an_added_approver_does_not_release_what_another_claimed() -> None:
    case = claim(pool(), "e6")
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e6")
    assert case.refused("release", {"task": case.open().id, "reason": "x"}, by="e8") == "not-yours-to-reassign"


@pytest.mark.rule("KRN-23")
def test_a_vetos_place_needs_no_limit_when_it_is_handed_on() -> None:
    case = submitted(step("any", veto=Approver(person="e8")), organisation=council("e3"))
    case.when("reassign", hand(case, "e6", instead_of="e8"), by="e8")
    assert case.open().veto == ("e6",)


@pytest.mark.rule("KRN-23")
def test_where_somebody_must_be_heard_besides_nothing_is_claimed() -> None:
    added = pool()
    added.when("add-approver", {"task": added.open().id, "person": "e8", "reason": "x"}, by="e3")
    veto = submitted(step("any", veto=Approver(person="e8")), organisation=council("e3", "e6"))
    for case in (added, veto):
        assert case.refused("claim", {"task": case.open().id}, by="e6") == "nothing-to-claim"


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-21")
def test_whoever_could_not_decide_it_does_not_claim_it_for_another() -> None:
    case = with_delegations(pool(), stands_in("e6", "e4"))
    assert case.refused("claim", {"task": case.open().id}, by="e4") == "own-case"


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-22")
def test_a_claim_by_a_stand_in_says_for_whom_and_by_which_way_and_they_release_it() -> None:
    case = with_delegations(pool(), stands_in("e6", "e8"), stands_in("e8", "e20")).given(hops=2)
    claimed = claim(case, "e20").found(TaskClaimed)
    assert (claimed.by, claimed.on_behalf_of, claimed.delegation) == ("e20", "e6", "d-e8-e20")
    assert [via.person for via in claimed.via] == ["e8"]
    assert case.open().claimed_by == "e6"
    roles = tuple(one for one in case.facts.organisation.roles if one.role != "operations")
    case.given(organisation=company(roles=roles))
    case.when("release", {"task": case.open().id, "reason": "no time"}, by="e20").then(TaskReleased)


@pytest.mark.rule("KRN-23")
def test_only_what_is_claimed_is_released_and_only_the_asked_are_told_who_claimed_it() -> None:
    case = pool()
    assert case.refused("release", {"task": case.open().id, "reason": "x"}, by="e6") == "not-claimed"
    assert claim(case, "e6").refused("decide", ballot(case), by="e5") == "not-your-task"


@pytest.mark.rule("KRN-22")
def test_an_approver_added_by_a_stand_in_was_added_for_whom_they_stand_in() -> None:
    case = with_delegations(submitted(LINE), stands_in("e3", "e9"))
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e9")
    added = case.found(ApproverAdded)
    assert (added.by, added.on_behalf_of) == ("e9", "e3")


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-05")
def test_the_place_of_whoever_joined_by_escalation_needs_the_limit_too() -> None:
    case = fire(fire(fire(submitted(LIMITED))))
    assert case.open().escalated_to == ("e2",)
    assert case.refused("reassign", hand(case, "e9", instead_of="e2"), by="e2") == "limit-too-low"


def errand(*people: str, ladder: Ladder = STANDARD) -> Scenario[Purchase]:
    """A case in which people have a task that is no decision, besides the open step."""
    case = submitted(LINE)
    case.given(policy=policy(LINE, ladder=ladder))
    ctx: DecisionContext[Purchase] = DecisionContext(
        case.state, case.command("do", by="e9"), case.facts, evolve=PURCHASE.evolve, case=PURCHASE.case
    )
    assign(ctx, kind="errand", title=case.open().title, subject="x", assignees=people, basis="b", command="do",
          due_days=Decimal(1))  # fmt: skip
    case.state = case._logged = ctx.state
    return case


@pytest.mark.rule("KRN-23")
def test_a_task_that_is_no_decision_is_claimed_and_handed_on_as_well() -> None:
    case = errand("e5", "e7")
    task = case.open("errand").id
    case.when("claim", {"task": task}, by="e7")
    assert waiting_on(case.case) == ("e3", "e7")
    case.given(organisation=gone("e9"))
    assert case.refused("reassign", {"task": task, "to": "e9", "reason": "x"}, by="e7") == "not-employed"
    case.when("reassign", {"task": task, "to": "e4", "reason": "x"}, by="e7")
    assert case.open("errand").assignees == ("e5", "e4"), "the requester may do what is no decision"


@pytest.mark.rule("KRN-23")
def test_operations_hand_on_what_somebody_outside_was_asked() -> None:
    case = errand("c-1")
    task = case.open("errand").id
    assert case.refused("reassign", {"task": task, "to": "e5", "reason": "x"}, by="e1") == "not-yours-to-reassign"
    case.when("reassign", {"task": task, "to": "e5", "reason": "x"}, by="e20")
    assert case.open("errand").assignees == ("e5",)


@pytest.mark.rule("KRN-23")
def test_a_task_that_is_no_decision_is_not_claimed_by_others() -> None:
    case = errand("e5", "e7")
    assert case.refused("claim", {"task": case.open("errand").id}, by="e20") == "not-your-task"


@pytest.mark.rule("KRN-23")
def test_every_place_that_was_handed_on_stays_so_in_the_next_round() -> None:
    case = submitted(LINE.model_copy(update={"veto": Approver(person="e8")}))
    case.when("add-approver", {"task": case.open().id, "person": "e9", "reason": "x"}, by="e3")
    for leaving, to in (("e8", "e7"), ("e9", "e6"), ("e3", "e2"), ("e2", "e1")):
        case.when("reassign", hand(case, to, instead_of=leaving), by=leaving)
    case.when("change", Change(content=content(count=6)), by="e4")
    assert (case.open().assignees, case.open().added, case.open().veto) == (("e1",), ("e6",), ("e7",))


@pytest.mark.rule("KRN-13")
def test_whoever_was_added_and_is_asked_anyway_by_now_is_asked_once() -> None:
    case = submitted(LINE)
    case.when("add-approver", {"task": case.open().id, "person": "e2", "reason": "x"}, by="e3")
    case.given(organisation=gone("e3")).when("change", Change(content=content(count=6)), by="e4")
    assert (case.open().assignees, case.open().added) == (("e2",), ())


@pytest.mark.rule("KRN-05")
@pytest.mark.rule("KRN-31")
def test_whoever_joined_by_escalation_decides_within_their_limit_only() -> None:
    case = fire(fire(fire(submitted(LIMITED))))
    poorer = tuple(limit for limit in company().limits if limit.person != "e2")
    case.given(organisation=company(limits=poorer))
    assert case.refused("decide", ballot(case), by="e2") == "limit-too-low"


@pytest.mark.rule("KRN-31")
@pytest.mark.rule("KRN-33")
@pytest.mark.parametrize("who", ["c-1", "e1"])
def test_the_ladder_of_a_task_that_is_no_decision_escalates_to_managers_if_there_are_any(who: str) -> None:
    case = errand(who)
    task = case.open("errand").id
    while case.case.tasks[task].timing.rungs:
        fire(case)
    assert case.case.tasks[task].people == (who,)


@pytest.mark.rule("KRN-33")
def test_an_end_of_the_ladder_ends_a_task_that_is_no_decision_and_nothing_else() -> None:
    case = errand("e5", ladder=rungs(("expire", 100)))
    review = case.open("decide").id
    while any(task.kind == "errand" for task in case.case.tasks.values()):
        fire(case)
    assert review in case.case.tasks
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW


@pytest.mark.rule("KRN-21")
@pytest.mark.rule("KRN-24")
def test_a_task_that_is_no_decision_is_passed_on_too_but_not_past_who_left() -> None:
    case = with_delegations(errand("e5", "e7"), stands_in("e5", "e9"), stands_in("e9", "e8")).given(hops=2)
    task = {"task": case.open("errand").id}
    known = case.facts.organisation
    assert case.given(organisation=gone("e9")).refused("claim", task, by="e8") == "not-employed"
    claimed = case.given(organisation=known).when("claim", task, by="e8").found(TaskClaimed)
    assert (claimed.on_behalf_of, [via.person for via in claimed.via]) == ("e5", ["e9"])
