"""Several people at one step: who must approve, when the outcome is certain, and who may not vote any more (KRN-11)."""

from datetime import date
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    Decided,
    ReviewApproved,
    ReviewRejected,
    StepCompleted,
    StepStuck,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
)
from domain.kernel.cases.task_events import AssigneesChanged
from domain.kernel.policy import Approver, Authority, Quorum, Step
from domain.kernel.showing.outlook import waiting_on
from domain.organisation.model import Organisation, RoleHolding
from tests.domain.kernel.purchase import HR, Change, Purchase, company, content, scenario, submitted
from tests.domain.kernel.test_ladder import fire
from tests.support.given import Scenario

COUNCIL = ("e3", "e6", "e9")


def council(*members: str) -> Organisation:
    """The company with a group `council` of these people."""
    return company(roles=(*company().roles, *(RoleHolding(role="council", person=who) for who in members)))


def step(quorum: Quorum, **more: Any) -> Step:
    return Step(name="council", title="The council agrees", who=Approver(group="council"), quorum=quorum, **more)


def asked(quorum: Quorum, *members: str, **more: Any) -> Scenario[Purchase]:
    return submitted(step(quorum, **more), organisation=council(*(members or COUNCIL)))


def say(case: Scenario[Any], by: str, outcome: str = "approve", **more: Any) -> Scenario[Any]:
    return case.when("decide", ballot(case, outcome) | more, by=by)


def ballot(case: Scenario[Any], outcome: str = "approve") -> dict[str, Any]:
    return {"task": case.open("decide").id, "outcome": outcome, "comment": "because", "fields": ["thing"]}


def outcome(case: Scenario[Purchase]) -> Status:
    return case.case.reviews["purchase"].status


@pytest.mark.rule("KRN-11")
def test_of_any_the_first_decision_counts_for_all() -> None:
    assert outcome(say(asked("any"), "e6").then(Decided, TaskDone, StepCompleted, ReviewApproved)) == "approved"
    assert outcome(say(asked("any"), "e9", "reject")) == "rejected"


@pytest.mark.rule("KRN-11")
def test_all_share_one_task_and_each_is_waited_for_until_they_voted() -> None:
    case = asked("all")
    assert case.open().assignees == COUNCIL
    assert waiting_on(say(case, "e6").then(Decided).case) == ("e3", "e9")
    assert waiting_on(say(case, "e3").then(Decided).case) == ("e9",)
    say(case, "e9").then(Decided, TaskDone, StepCompleted, ReviewApproved)


@pytest.mark.rule("KRN-11")
def test_of_all_one_rejection_is_enough_to_be_certain() -> None:
    case = say(asked("all"), "e3")
    say(case, "e6", "reject").then(Decided, TaskDone, StepCompleted, ReviewRejected)
    assert case.found(ReviewRejected).reason == "because"


@pytest.mark.rule("KRN-11")
@pytest.mark.parametrize(
    ("votes", "end"),
    [
        (["approve"], "in_review"),
        (["approve", "approve"], "approved"),
        (["approve", "reject"], "in_review"),
        (["reject", "approve"], "in_review"),
        (["approve", "reject", "approve"], "approved"),
        (["reject", "reject"], "rejected"),  # one approval is the most that can still come
        (["approve", "abstain"], "in_review"),
        (["approve", "abstain", "approve"], "approved"),
        (["reject", "abstain"], "rejected"),
    ],
)
def test_two_of_three_end_as_soon_as_two_approved_or_cannot_any_more(votes: list[str], end: str) -> None:
    case = asked(2)
    for who, vote in zip(COUNCIL, votes, strict=False):
        say(case, who, vote)
    assert outcome(case) == end


@pytest.mark.rule("KRN-11")
def test_one_of_three_is_not_any_for_a_rejection_leaves_the_others_their_vote() -> None:
    assert outcome(say(say(asked(1), "e3", "reject"), "e6")) == "approved"


@pytest.mark.rule("KRN-11")
def test_a_vote_that_comes_late_is_told_the_outcome_of_the_step() -> None:
    case = submitted(step(2), HR, organisation=council(*COUNCIL))
    late = ballot(case)
    say(say(case, "e3"), "e6")
    assert case.refused("decide", late, by="e9") == "task-done"
    with pytest.raises(Exception, match="step council is approved"):
        case.when("decide", late, by="e9")


@pytest.mark.rule("KRN-11")
def test_nobody_votes_twice() -> None:
    case = say(asked("all"), "e3")
    assert case.refused("decide", ballot(case, "reject"), by="e3") == "voted-already"


@pytest.mark.rule("KRN-11")
def test_whoever_abstains_is_not_counted_among_all() -> None:
    assert outcome(say(say(say(asked("all"), "e3", "abstain"), "e6"), "e9")) == "approved"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-13")
def test_if_all_abstain_those_above_them_are_asked_instead_of_approving() -> None:
    case = asked("all", "e6", "e9")
    say(case, "e6", "abstain")
    say(case, "e9", "abstain").then(Decided, AssigneesChanged)
    assert waiting_on(case.case) == ("e1", "e8")
    assert [note.to for note in case.told()] == [("e1", "e8")]
    assert outcome(say(say(case, "e1"), "e8")) == "approved"


@pytest.mark.rule("KRN-13")
def test_if_nobody_is_left_above_the_step_is_stuck() -> None:
    case = asked(1, "e1")
    say(case, "e1", "abstain").then(Decided, TaskCancelled, StepStuck)
    assert case.case.stuck == ("purchase/council",)


@pytest.mark.rule("KRN-11")
def test_where_one_decides_alone_abstaining_is_refused() -> None:
    case = asked("any")
    assert case.refused("decide", ballot(case, "abstain"), by="e3") == "cannot-abstain"


@pytest.mark.rule("KRN-11")
def test_too_few_who_may_decide_are_filled_up_from_above() -> None:
    case = asked(3, "e3", "e5")
    assert case.open().assignees == ("e3", "e5", "e2")
    assert case.open().basis == "group council, with 1 from above"


@pytest.mark.rule("KRN-13")
def test_a_quorum_that_nobody_can_reach_is_stuck() -> None:
    case = submitted(step(2), organisation=council("e1"), asked=content("e2"))
    assert case.found(StepStuck).reason == "2 must approve, but only 1 may decide"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-02")
def test_whoever_recuses_themself_is_replaced_and_never_asked_again() -> None:
    case = submitted(Step(name="boss", title="T", who=Approver(manager_of="requester")), HR)
    assert case.refused("decide", ballot(case, "recuse") | {"comment": None}, by="e3") == "comment-missing"
    say(case, "e3", "recuse").then(Decided, TaskCancelled, TaskAssigned)
    assert case.open().assignees == ("e2",)
    assert case.refused("decide", ballot(case), by="e3") == "not-your-task"
    case.when("change", Change(content=content(count=3)), by="e4")
    assert case.open().assignees == ("e2",), "not in the next round either"


@pytest.mark.rule("KRN-11")
def test_a_member_who_recuses_themself_is_not_counted_among_all() -> None:
    case = say(say(asked("all"), "e3"), "e6", "recuse").then(Decided, AssigneesChanged)
    assert case.open().people == ("e3", "e9")
    assert outcome(say(case, "e9")) == "approved"


@pytest.mark.rule("KRN-11")
def test_the_last_who_recuses_themself_ends_a_step_that_is_certain_without_them() -> None:
    case = say(say(asked("all"), "e3"), "e6")
    assert outcome(say(case, "e9", "recuse")) == "approved"


@pytest.mark.rule("KRN-11")
def test_a_veto_holder_stops_what_the_others_approved() -> None:
    case = submitted(step(2, veto=Approver(person="e8")), organisation=council(*COUNCIL))
    assert case.open().veto == ("e8",)
    assert case.open().people == (*COUNCIL, "e8")
    say(say(case, "e3"), "e6")
    assert waiting_on(case.case) == ("e9", "e8"), "it is not certain before the veto holder spoke"
    assert case.refused("decide", ballot(case, "reject"), by="e9") == "step-decided"
    assert outcome(say(case, "e8", "reject")) == "rejected"


@pytest.mark.rule("KRN-11")
@pytest.mark.parametrize("word", ["approve", "abstain"])
def test_a_veto_that_is_not_used_leaves_the_quorum_its_outcome(word: str) -> None:
    case = submitted(step(2, veto=Approver(person="e8")), organisation=council(*COUNCIL))
    say(case, "e8", word)
    assert outcome(case) == "in_review", "the word of a veto holder is no vote"
    assert outcome(say(say(case, "e3"), "e6")) == "approved"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-02")
def test_a_veto_is_not_for_the_requester() -> None:
    case = submitted(step("any", veto=Approver(person="e4")), organisation=council(*COUNCIL))
    assert case.open().veto == ("e3",), "the next above"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-13")
def test_a_veto_that_nobody_holds_is_the_fallbacks_and_is_never_just_left_out() -> None:
    nobody = step("any", veto=Approver(role="auditor"))
    case = submitted(nobody, organisation=council(*COUNCIL), fallback=Approver(person="e20"))
    assert case.open().veto == ("e20",)
    assert submitted(nobody, organisation=council(*COUNCIL)).case.stuck == ("purchase/council",)


@pytest.mark.rule("KRN-11")
def test_nobody_waits_for_a_voter_who_left() -> None:
    case = say(asked("all"), "e3")
    people = dict(case.facts.organisation.people)
    people["e9"] = people["e9"].model_copy(update={"end": date(2026, 1, 1)})
    members = case.facts.organisation.roles
    case.given(organisation=company(people=people, roles=members))
    assert outcome(say(case, "e6")) == "approved"


@pytest.mark.rule("KRN-11")
def test_nor_for_a_veto_holder_who_left() -> None:
    case = submitted(step("any", veto=Approver(person="e8")), organisation=council(*COUNCIL))
    people = dict(case.facts.organisation.people)
    people["e8"] = people["e8"].model_copy(update={"end": date(2026, 1, 1)})
    case.given(organisation=company(people=people, roles=case.facts.organisation.roles))
    assert outcome(say(case, "e6")) == "approved"


@pytest.mark.rule("KRN-31")
def test_whoever_is_added_by_escalation_votes_in_place_of_those_who_are_silent() -> None:
    case = asked("all")
    say(say(case, "e3"), "e6")
    for _ in range(3):
        fire(case)
    assert case.open().escalated_to == ("e8",), "the manager of the one who has not voted"
    assert outcome(say(case, "e8")) == "approved"


@pytest.mark.rule("KRN-14")
def test_a_material_change_voids_the_votes_of_a_step_that_is_open() -> None:
    case = say(asked("all"), "e3")
    case.when("change", Change(content=content(count=3)), by="e4")
    assert waiting_on(case.case) == COUNCIL
    assert not any(decision.standing for decision in case.case.reviews["purchase"].decisions)


@pytest.mark.rule("KRN-14")
def test_a_change_of_what_a_step_does_not_answer_for_keeps_its_votes() -> None:
    narrow = step("all", material=("thing",))
    rest = Step(name="rest", title="T", who=Approver(role="hr-partner"))
    case = say(submitted(narrow, rest, organisation=council(*COUNCIL)), "e3")
    case.when("change", Change(content=content(count=3)), by="e4")
    assert waiting_on(case.case) == ("e6", "e9")
    say(say(case, "e6"), "e9")
    assert case.open().step == "rest"


@pytest.mark.rule("KRN-05")
def test_every_voter_needs_the_limit() -> None:
    case = submitted(step("all", authority=Authority(category="buy")), organisation=council("e2", "e9"))
    assert case.open().assignees == ("e2",)


def test_a_quorum_of_nobody_is_no_policy() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        step(0)
    assert scenario(step(1))


@pytest.mark.rule("KRN-11")
def test_what_the_quorum_rejected_does_not_wait_for_a_veto() -> None:
    case = submitted(step("all", veto=Approver(person="e8")), organisation=council(*COUNCIL))
    assert outcome(say(case, "e3", "reject")) == "rejected"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-31")
def test_of_all_one_rejection_is_enough_after_an_escalation_too() -> None:
    assert outcome(say(fire(fire(fire(asked("all")))), "e3", "reject")) == "rejected"


@pytest.mark.rule("KRN-11")
def test_whoever_was_added_to_a_vote_does_not_abstain() -> None:
    case = asked("all")
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e3")
    assert case.refused("decide", ballot(case, "abstain"), by="e8") == "cannot-abstain"


@pytest.mark.rule("KRN-11")
def test_a_member_who_recuses_themself_leaves_the_task_as_it_is_for_the_others() -> None:
    case = asked("any")
    task = case.open().id
    say(case, "e6", "recuse").then(Decided, AssigneesChanged)
    assert (case.open().id, case.open().people) == (task, ("e3", "e9"))


@pytest.mark.rule("KRN-11")
def test_the_word_of_an_added_approver_is_not_lost_when_the_only_one_asked_recuses_themself() -> None:
    case = submitted(Step(name="boss", title="T", who=Approver(manager_of="requester")))
    case.when("add-approver", {"task": case.open().id, "person": "e8", "reason": "x"}, by="e3")
    say(say(case, "e8"), "e3", "recuse")
    assert case.open().waiting == ("e2",)
    assert outcome(say(case, "e2")) == "approved"


@pytest.mark.rule("KRN-13")
def test_if_too_few_are_left_those_who_joined_since_are_asked_before_those_above() -> None:
    case = asked("all", "e6", "e9").given(organisation=council("e3", "e6", "e9"))
    say(say(case, "e6", "abstain"), "e9", "abstain")
    assert waiting_on(case.case) == ("e3",)


@pytest.mark.rule("KRN-13")
def test_whoever_abstained_is_not_asked_again_as_the_manager_of_another() -> None:
    case = asked("all", "e8", "e9")
    say(say(case, "e8", "abstain"), "e9", "abstain")
    assert case.found(AssigneesChanged).added == ("e1",)
    assert case.open().waiting == ("e1",)


@pytest.mark.rule("KRN-13")
@pytest.mark.rule("KRN-03")
def test_nor_a_manager_who_may_not_decide_it() -> None:
    first = Step(name="first", title="T", who=Approver(person="e8"))
    case = say(submitted(first, step(1), separate=True, organisation=council("e9")), "e8")
    assert say(case, "e9", "abstain").open().waiting == ("e1",)


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-13")
@pytest.mark.parametrize(
    ("number", "people"), [(1, ("e9",)), (2, ("e9", "e8")), (3, ("e9", "e8", "e1")), (4, ("e9", "e8", "e1", "e3"))]
)
def test_a_quorum_is_filled_up_from_above_who_was_asked_and_then_from_above_the_requester(
    number: int, people: tuple[str, ...]
) -> None:
    case = asked(number, "e9")
    assert case.open().assignees == people
    assert case.open().basis == "group council" + (f", with {number - 1} from above" if number > 1 else "")


@pytest.mark.rule("KRN-13")
def test_and_from_the_fallback_at_last() -> None:
    case = submitted(step(2), organisation=council("e1"), asked=content("e2"), fallback=Approver(person="e20"))
    assert case.open().assignees == ("e1", "e20")


@pytest.mark.rule("KRN-07")
@pytest.mark.rule("KRN-05")
def test_the_basis_of_a_quorum_names_the_limit() -> None:
    case = submitted(step(2, authority=Authority(category="buy")), organisation=council("e2", "e3"))
    assert case.open().basis == "group council, limit for buy covers 20,000 THB"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize("voted", [True, False])
def test_the_veto_of_whoever_recuses_themself_goes_to_the_next_above_and_no_vote_is_lost(voted: bool) -> None:
    case = submitted(step("all", veto=Approver(person="e7")), organisation=council("e3", "e9"))
    if voted:
        say(case, "e3")
    say(case, "e7", "recuse")
    assert (case.open().veto, case.open().voted) == (("e6",), ("e3",) if voted else ())
    assert outcome(say(case, "e6", "reject")) == "rejected"
