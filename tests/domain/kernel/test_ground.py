"""Who was taken off the group, lost the role or the position decides no more; the task goes to who has it (KRN-10)."""

from datetime import date

import pytest

from domain.kernel.cases.case_events import TaskAssigned
from domain.kernel.cases.task_events import AssigneesChanged
from domain.kernel.policy import Approver, Step
from domain.organisation.model import Organisation, RoleHolding
from tests.domain.kernel.purchase import Purchase, company, submitted
from tests.domain.kernel.test_quorum import asked, ballot, council, outcome, say
from tests.support.given import Scenario

pytestmark = pytest.mark.rule("KRN-10")


def retried(case: Scenario[Purchase]) -> Scenario[Purchase]:
    """As the office looks again after the organisation changed."""
    return case.when("retry", {}, by="system", channel="effect")


def test_a_member_taken_off_completes_no_quorum() -> None:
    case = say(asked(2), "e3").given(organisation=council("e3", "e9"))
    assert case.refused("decide", ballot(case), by="e6") == "ground-lost"
    assert outcome(case) == "in_review"
    assert outcome(say(case, "e9")) == "approved"


def test_a_member_whose_days_ended_decides_no_more() -> None:
    held = [RoleHolding(role="council", person=who) for who in ("e3", "e9")]
    ended = RoleHolding(role="council", person="e6", end=date(2026, 1, 1))
    case = asked("any").given(organisation=company(roles=(*company().roles, *held, ended)))
    assert case.refused("decide", ballot(case), by="e6") == "ground-lost"


def test_who_stands_in_for_a_former_member_decides_no_more() -> None:
    from tests.domain.kernel.test_what_others_got_wrong import stands_in, with_delegations  # noqa: PLC0415 - a cycle

    case = with_delegations(asked("any", "e3", "e6"), stands_in("e6", "e9")).given(organisation=council("e3"))
    assert case.refused("decide", ballot(case), by="e9") == "ground-lost"


def test_a_vote_given_before_stands() -> None:
    case = say(asked(2), "e6").given(organisation=council("e3", "e9"))
    assert outcome(say(case, "e3")) == "approved"


def test_back_in_the_group_is_back_in_the_task() -> None:
    case = asked(2).given(organisation=council("e3", "e9"))
    assert case.refused("decide", ballot(case), by="e6") == "ground-lost"
    say(case.given(organisation=council("e3", "e6", "e9")), "e6")


def test_a_task_goes_to_who_has_the_role_now() -> None:
    case = asked("any", "e3").given(organisation=council("e9"))
    retried(case).found(TaskAssigned)
    assert case.open("decide").assignees == ("e9",)
    assert case.refused("decide", ballot(case), by="e3") == "not-your-task"
    assert outcome(say(case, "e9")) == "approved"


def test_a_task_with_votes_keeps_them_and_changes_hands() -> None:
    case = say(asked(2, "e3", "e6"), "e3").given(organisation=council("e3", "e9"))
    changed = retried(case).found(AssigneesChanged)
    assert (changed.removed, changed.added) == (("e6",), ("e9",))
    assert case.open("decide").voted == ("e3",)
    assert outcome(say(case, "e9")) == "approved"


def test_nobody_waits_for_a_former_member() -> None:
    case = say(say(asked("all"), "e3"), "e9").given(organisation=council("e3", "e9"))
    assert outcome(retried(case)) == "approved"


def test_a_group_without_members_goes_up_the_line() -> None:
    case = asked("any", "e9").given(organisation=company())
    retried(case)
    assert case.open("decide").basis.startswith(("up the line", "fallback"))
    assert case.case.tasks


def test_a_manager_who_moved_decides_no_more() -> None:
    manager = Step(name="line", title="T", who=Approver(manager_of="requester"))
    case = submitted(manager)
    boss = case.open("decide").assignees[0]
    people = dict(case.facts.organisation.people)
    positions = dict(case.facts.organisation.positions)
    requester = case.case.reviews["purchase"].requester
    own = people[requester].position
    taken = (own, positions[own].reports_to, people[boss].position)
    elsewhere = next(one for one in positions if one not in taken)
    positions[own] = positions[own].model_copy(update={"reports_to": elsewhere})
    moved: Organisation = case.facts.organisation.model_copy(update={"positions": positions})
    case.given(organisation=moved)
    assert case.refused("decide", ballot(case), by=boss) == "ground-lost"


def test_who_was_given_the_place_keeps_it() -> None:
    case = asked("any", "e3")
    case.when("reassign", {"task": case.open().id, "to": "e9", "reason": "away"}, by="e3")
    assert outcome(say(case.given(organisation=council("e6")), "e9")) == "approved"


def test_nothing_lost_is_nothing_to_retry() -> None:
    assert asked("any").refused("retry", {}, by="system", channel="effect") == "not-stuck"
