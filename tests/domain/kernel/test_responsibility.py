"""Somebody else answers for a case: what changes from then on, and that nothing of the past does (KRN-24)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, ResponsibilityMoved, TaskAssigned, TaskCancelled
from domain.kernel.cases.task_events import AssigneesChanged, TaskReassigned
from domain.kernel.policy import Approver, Step
from domain.kernel.showing.outlook import precheck, waiting_on
from domain.organisation.model import RoleHolding
from tests.domain.kernel.purchase import HR, LINE, Change, Purchase, Resubmit, Submit, company, content, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_quorum import ballot, council, say, step
from tests.support.given import Scenario

pytestmark = pytest.mark.rule("KRN-24")

TO_E5 = {"to": "e5", "reason": "e4 left"}


def handed(case: Scenario[Purchase], to: str = "e5", **more: Any) -> Scenario[Purchase]:
    payload = {"to": to, "reason": "e4 left", **more}
    precheck(case.case, case.command("hand-over", payload, by="system"))
    return case.when("hand-over", payload, by="system", channel="effect")


def test_from_then_on_the_next_one_resubmits_is_told_and_withdraws() -> None:
    case = submitted(LINE, HR)
    case.when("decide", {**ballot(case, "return"), "fields": ["count"]}, by="e3")
    assert waiting_on(case.case) == ("e4",)
    handed(case).then(ResponsibilityMoved)
    assert [note.to for note in case.told()] == [("e5",)]
    assert (case.case.requester, case.case.responsible, waiting_on(case.case)) == ("e4", "e5", ("e5",))
    case.when("resubmit", Resubmit(content=content(count=3)), by="e5")
    case.when("decide", {**ballot(case, "return"), "fields": ["count"]}, by="e3")
    assert [note.to for note in case.told()] == [("e5",)]
    assert case.refused("withdraw", {"reason": "no"}, by="e4") == "not-the-requester"
    assert case.when("withdraw", {"reason": "no"}, by="e5").case.closed is Status.WITHDRAWN


def test_a_question_to_whoever_asked_goes_to_the_next_one_and_so_does_the_next_question() -> None:
    case = submitted(LINE)
    task = case.open().id
    case.when("ask-information", {"task": task, "question": "which?"}, by="e3")
    handed(case).then(ResponsibilityMoved, TaskReassigned)
    question = next(one for one in case.case.tasks.values() if one.kind != "decide")
    assert question.people == ("e5",)
    case.when("give-information", {"task": question.id, "text": "the long one"}, by="e5")
    case.when("ask-information", {"task": task, "question": "really?"}, by="e3")
    assert case.found(TaskAssigned).task.assignees == ("e5",)


@pytest.mark.rule("KRN-02")
def test_neither_the_old_nor_the_new_one_decides_nor_anybody_who_answered_in_between() -> None:
    everybody = Step(name="all", title="T", who=Approver(group="council"))
    case = submitted(LINE, everybody, organisation=council("e4", "e5", "e7", "e9"))
    handed(handed(case), "e7", instead_of="e5")
    approve(case, "e3")
    assert case.open().assignees == ("e9",)
    for barred in ("e4", "e5", "e7"):
        assert case.refused("decide", ballot(case), by=barred) == "not-your-task"
        with pytest.raises(Exception, match="is not yours"):
            precheck(case.case, case.command("decide", ballot(case), by=barred))
        with_delegations(case, stands_in("e9", barred))
        assert case.refused("decide", ballot(case), by=barred) == "own-case", "not as a stand-in either"
    handed(case, "e4", instead_of="e7")
    assert (case.case.responsible, case.case.own) == ("e4", {"e4", "e5", "e7"}), "given back, all three stay barred"


@pytest.mark.rule("KRN-02")
def test_an_approver_who_answers_for_it_now_is_not_asked_any_more_and_the_next_above_is() -> None:
    case = handed(submitted(LINE, HR), "e3")
    case.then(ResponsibilityMoved, TaskCancelled, TaskAssigned)
    assert case.open().people == ("e2",)
    assert case.refused("decide", ballot(case), by="e3") == "not-your-task"
    assert approve(approve(case, "e2"), "e7").case.reviews["purchase"].status is Status.APPROVED


def test_of_several_only_they_drop_out_and_a_word_that_is_in_stays() -> None:
    case = submitted(step("all"), organisation=council("e3", "e6", "e9"))
    say(case, "e6")
    handed(case, "e3")
    assert case.found(AssigneesChanged).removed == ("e3",)
    assert (case.open().people, case.open().voted) == (("e6", "e9"), ("e6",))
    assert say(case, "e9").case.reviews["purchase"].status is Status.APPROVED


def test_the_veto_of_one_who_answers_for_it_now_is_somebody_elses() -> None:
    vetoed = Step(name="line", title="T", who=Approver(manager_of="requester"), veto=Approver(person="e7"))
    case = handed(submitted(vetoed), "e7")
    assert (case.open().assignees, case.open().veto) == (("e3",), ("e6",))


@pytest.mark.rule("KRN-11")
def test_nor_does_their_veto_fall_away_once_somebody_voted() -> None:
    case = submitted(step("all", veto=Approver(person="e7")), organisation=council("e3", "e9"))
    say(case, "e3")
    task = case.open().id
    handed(case, "e7")
    assert (case.open().id, case.open().voted, case.open().veto) == (task, ("e3",), ("e6",))
    assert say(case, "e9").case.reviews["purchase"].status is Status.IN_REVIEW
    assert say(case, "e6", "reject").case.reviews["purchase"].status is Status.REJECTED


def test_what_they_decided_before_stays_a_fact_and_counts() -> None:
    case = approve(submitted(LINE, HR), "e3")
    handed(case, "e3").then(ResponsibilityMoved)
    [decision] = case.case.reviews["purchase"].decisions
    assert (decision.actor, decision.standing) == ("e3", True)
    assert approve(case, "e7").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-14")
def test_once_the_content_changes_that_decision_falls_and_is_not_theirs_to_make_again() -> None:
    case = handed(approve(submitted(LINE, HR), "e3"), "e3")
    case.when("change", Change(content=content(count=9)), by="e3")
    assert case.open().people == ("e2",)


@pytest.mark.rule("KRN-17")
def test_they_do_not_waive_the_condition_they_set_as_an_approver() -> None:
    case = submitted(LINE, HR)
    condition = {"text": "sell the old one", "owner": "e5", "due": "2026-04-20"}
    case.when("decide", {**ballot(case), "conditions": [condition]}, by="e3")
    task = next(one.id for one in case.case.tasks.values() if one.kind == "condition")
    handed(case, "e3")
    assert case.refused("waive-condition", {"task": task, "reason": "mine"}, by="e3") == "not-yours-to-waive"


@pytest.mark.rule("KRN-06")
def test_whoever_reports_to_the_next_one_does_not_decide_and_if_nobody_is_left_it_is_refused() -> None:
    case = submitted(HR)
    handed(case, "e6")
    assert case.open().people == ("e1",), "the HR partner reports to the head of HR"
    alone = submitted(LINE)
    payload = {"to": "e1", "reason": "e4 left"}
    assert alone.refused("hand-over", payload, by="system", channel="effect") == "nobody-left"
    assert alone.case.responsible == "e4", "nothing of it was recorded"


@pytest.mark.rule("KRN-13")
def test_a_step_to_come_that_nobody_could_decide_is_seen_too() -> None:
    board = Step(name="board", title="T", who=Approver(person="e1"))
    case = submitted(LINE, board, organisation=company(roles=(RoleHolding(role="board", person="e1"),)))
    payload = {"to": "e1", "reason": "e4 left"}
    assert case.refused("hand-over", payload, by="system", channel="effect") == "nobody-left"


@pytest.mark.rule("KRN-44")
def test_who_looks_at_an_override_is_no_party_to_it_afterwards() -> None:
    roles = (
        *company().roles,
        RoleHolding(role="override", person="e8"),
        RoleHolding(role="override-review", person="e7"),
    )
    case = submitted(LINE, HR, organisation=company(roles=roles))
    case.when("override", {"task": case.open().id, "reason": "the server burns"}, by="e8")
    handed(case, "e7")
    second = next(one for one in case.case.tasks.values() if one.kind == "override-review")
    assert second.people == ("e20",)


@pytest.mark.rule("KRN-44")
def test_of_several_who_look_at_it_only_the_party_leaves() -> None:
    roles = (
        *company().roles,
        RoleHolding(role="override", person="e8"),
        *(RoleHolding(role="override-review", person=who) for who in ("e7", "e2", "e20")),
    )
    case = submitted(LINE, HR, organisation=company(roles=roles))
    case.when("override", {"task": case.open().id, "reason": "the server burns"}, by="e8")
    handed(case, "e5")
    second = next(one.id for one in case.case.tasks.values() if one.kind == "override-review")
    assert case.case.tasks[second].people == ("e2", "e20", "e7")
    assert AssigneesChanged not in [type(event) for event in case.last]
    handed(case, "e7")
    assert case.case.tasks[second].people == ("e2", "e20")


@pytest.mark.rule("KRN-32")
def test_on_hold_it_changes_hands_too_and_the_clock_stands() -> None:
    case = submitted(LINE)  # Monday 10:00, two days for a decision
    case.when("hold", {"reason": "wait"}, by="e4").wait(timedelta(days=1))
    handed(case, "e3").wait(timedelta(days=1))
    assert case.case.hold is not None
    case.when("resume", {"reason": "go"}, by="e3")
    assert case.open().people == ("e2",)
    assert case.open().timing.due_at == bangkok("2026-04-10T10:00"), "two days from Wednesday: none of them had passed"


def test_who_may_hand_it_on() -> None:
    case = submitted(LINE)
    for stranger in ("e4", "e5", "e7", "e9"):
        assert case.refused("hand-over", TO_E5, by=stranger) == "not-yours-to-hand-over"
    assert case.refused("hand-over", {"to": "e3", "reason": "x"}, by="e20") == "asked-to-decide", "to be rid of them"
    for entitled in ("e3", "e2", "e20"):
        submitted(LINE).when("hand-over", TO_E5, by=entitled).then(ResponsibilityMoved)
    submitted(LINE).when("hand-over", {"to": "e3", "reason": "I take it on"}, by="e3")


def test_what_changes_nothing_or_names_nobody_is_refused() -> None:
    case = submitted(LINE)
    for payload, code in (
        ({"to": "e4", "reason": "x"}, "responsible-already"),
        ({"to": "nobody", "reason": "x"}, "not-employed"),
        ({"to": "e5", "reason": "x", "instead_of": "e9"}, "not-responsible"),
    ):
        assert case.refused("hand-over", payload, by="system", channel="effect") == code
    case.when("withdraw", {"reason": "no"}, by="e4")
    assert case.refused("hand-over", TO_E5, by="system", channel="effect") == "withdrawn"


def test_the_past_is_not_rewritten() -> None:
    case = approve(submitted(LINE, HR), "e3")
    before = list(case.history)
    handed(case)
    assert case.history[: len(before)] == before
    assert case.case.reviews["purchase"].requester == "e4"
    assert (
        approve(case, "e7").found(Decided).content_hash
        == next(e for e in before if isinstance(e, Decided)).content_hash
    )


def test_whoever_asked_for_one_review_of_the_case_answers_for_it_while_it_runs() -> None:
    case = submitted(LINE)
    case.when("submit", Submit(content=content("e5"), review="second"), by="e5")
    handed(case, "e9", instead_of="e5")
    handed(case, "e5", instead_of="e9")
    second = next(task for task in case.case.tasks.values() if task.subject == "second")
    case.when("decide", {"task": second.id, "outcome": "return", "comment": "?", "fields": ["count"]}, by="e3")
    handed(case, "e9", instead_of="e5")
    handed(case, "e5", instead_of="e9")
    case.when("resubmit", Resubmit(content=content("e5"), review="second"), by="e5")
    second = next(task for task in case.case.tasks.values() if task.subject == "second")
    case.when("decide", {"task": second.id, "outcome": "reject", "comment": "no"}, by="e3")
    payload = {"to": "e9", "instead_of": "e5", "reason": "e5 left"}
    assert case.refused("hand-over", payload, by="system", channel="effect") == "not-responsible"
    approve(case, "e3")
    assert handed(case, "e9").case.responsible == "e9", "the case is the requester's, whatever became of its reviews"


@pytest.mark.rule("KRN-13")
def test_a_case_that_is_stuck_already_changes_hands_all_the_same() -> None:
    everybody = company().people
    left = {who: everybody[who].model_copy(update={"end": date(2026, 1, 1)}) for who in ("e1", "e2", "e3")}
    case = submitted(LINE, organisation=company(people={**everybody, **left}))
    assert handed(case).case.responsible == "e5"


def test_what_others_were_asked_stays_theirs() -> None:
    case = submitted(LINE)
    case.when("ask-information", {"task": case.open().id, "question": "?", "of": "e9"}, by="e3")
    handed(case).then(ResponsibilityMoved)
    assert [task.people for task in case.case.tasks.values()] == [("e3",), ("e9",)]


@pytest.mark.rule("KRN-11")
def test_a_vote_that_only_waited_for_the_next_one_is_over() -> None:
    case = submitted(step("all"), organisation=council("e3", "e6", "e9"))
    say(say(case, "e6"), "e9")
    assert handed(case, "e3").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-11")
def test_the_word_that_the_next_one_has_said_stays_in_the_vote() -> None:
    case = say(submitted(step("all"), organisation=council("e3", "e6")), "e3")
    handed(case, "e3").then(ResponsibilityMoved)
    assert (case.open().people, case.open().waiting) == (("e3", "e6"), ("e6",))
