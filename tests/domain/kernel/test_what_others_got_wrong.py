"""Ways around the rules that other products left open, one test each (issue 3, "What others got wrong")."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, ReviewApproved, TaskReminded
from domain.kernel.command import SYSTEM
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.handle import handle
from domain.kernel.policy import Approver, Ladder, Rung, Step
from domain.kernel.showing.outlook import next_deadline, waiting_on
from domain.organisation.model import Organisation, RoleHolding
from domain.organisation.policy_checks import Needs, check
from tests.domain.kernel.purchase import (
    FINANCE,
    HR,
    LINE,
    MONDAY,
    PURCHASE,
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
from tests.domain.kernel.test_ladder import fire
from tests.domain.kernel.test_quorum import asked, ballot, council, say
from tests.domain.kernel.test_route import gone
from tests.support.given import Scenario

POOL = Step(name="pool", title="T", who=Approver(group="council"))


def status(case: Scenario[Purchase]) -> Status:
    return case.case.reviews["purchase"].status


@pytest.mark.rule("KRN-21")
def test_a_substitute_equal_to_the_requester() -> None:
    case = with_delegations(submitted(LINE), stands_in("e3", "e4"))
    assert case.refused("decide", ballot(case), by="e4") == "own-case"
    assert case.refused("ask-information", {"task": case.open().id, "question": "?"}, by="e4") == "own-case"
    assert case.refused("add-approver", {"task": case.open().id, "person": "e6", "reason": "x"}, by="e4") == "own-case"


@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("channel", ["web", "api", "cli", "mail", "link", "signal"])
def test_self_approval_by_a_second_path(channel: Any) -> None:
    """Every command of the kernel that could make a decision, from every channel, by the requester."""
    case = with_delegations(submitted(LINE, organisation=_with("override", "e4")), stands_in("e3", "e4"))
    task = case.open().id
    ways: dict[str, dict[str, Any]] = {
        "decide": {"task": task, "outcome": "approve"},
        "override": {"task": task, "reason": "x"},
        "claim": {"task": task},
        "reassign": {"task": task, "to": "e4", "reason": "x"},
        "add-approver": {"task": task, "person": "e4", "reason": "x"},
        "resume": {"reason": "x"},
        "retry": {},
        "waive-condition": {"task": task, "reason": "x"},
        "meet-condition": {"task": task, "note": "x"},
    }
    for name, payload in ways.items():
        assert case.refused(name, payload, by="e4", channel=channel)
    assert not [event for event in case.history if isinstance(event, Decided)]


@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize("part", ["requester", "beneficiary", "subject"])
def test_the_ban_is_not_on_the_creator_alone(part: str) -> None:
    asked_for = content(excluded=("e3",)) if part == "beneficiary" else content()
    case = submitted(LINE, asked=asked_for)
    if part == "subject":
        bound = case.case.model_copy(update={"subjects": ("e3",)})
        case.state = case.state.model_copy(update={"case": bound})
        assert case.refused("decide", ballot(case), by="e3") == "own-case"
    else:
        who = "e4" if part == "requester" else "e3"
        assert who not in case.open().people
        assert case.refused("decide", ballot(case), by=who) == "not-your-task"


@pytest.mark.rule("KRN-13")
def test_a_role_that_nobody_holds_does_not_lock_the_case_for_ever() -> None:
    empty = Step(name="legal", title="T", who=Approver(role="lawyer"))
    assert submitted(empty).open().assignees == ("e3",), "up the line"
    case = submitted(empty, asked=content("e1"))
    assert waiting_on(case.case) == ("role:operations",), "or an alarm"
    filled = company(roles=(*company().roles, RoleHolding(role="lawyer", person="e20")))
    case.given(organisation=filled).when("retry", by="e20")
    assert status(approve(case, "e20")) is Status.APPROVED


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-40")
def test_a_rule_that_cannot_be_satisfied_is_not_saved() -> None:
    boss = Step(name="boss", title="T", who=Approver(person="e1"))
    top = Step(name="top", title="T", who=Approver(group="board"))
    found = check(policy(boss, top, separate=True), company(), {"purchase": Needs()}, MONDAY.date())
    assert "too few people" in found[0].text
    assert "it" in found[0].text


@pytest.mark.rule("KRN-14")
def test_editing_what_was_approved_voids_it_and_editing_a_note_does_not() -> None:
    case = approve(submitted(LINE, HR), "e3")
    case.when("change", Change(content=content(note="by the door")), by="e4")
    assert case.open().step == "hr", "a trivial edit keeps the decision"
    case.when("change", Change(content=content(amount=thb(90_000))), by="e4")
    assert case.open().step == "line"
    done = approve(submitted(LINE), "e3")
    assert status(done.when("change", Change(content=content(count=99)), by="e4")) is Status.IN_REVIEW


@pytest.mark.rule("KRN-14")
def test_the_price_is_not_raised_between_the_vote_and_the_end() -> None:
    case = say(asked("all"), "e3")
    case.when("change", Change(content=content(amount=thb(4_000_000))), by="e4")
    assert case.open().waiting == ("e3", "e6", "e9"), "who voted for less votes again"


@pytest.mark.rule("KRN-18")
def test_changing_the_chain_and_restarting_keep_past_decisions() -> None:
    case = approve(submitted(LINE, FINANCE, HR, asked=content(amount=thb(200_000))), "e3", comment="fine")
    case.when("change", Change(content=content(count=9)), by="e4")
    approve(case, "e3")
    say(case, "e7", "return").when("resubmit", Resubmit(content=content(count=1)), by="e4")
    decisions = case.case.reviews["purchase"].decisions
    assert [(d.actor, d.outcome, d.standing) for d in decisions] == [
        ("e3", "approve", False),
        ("e3", "approve", False),
        ("e7", "return", True),
    ]
    assert [comment.text for comment in case.case.comments] == ["fine", "because"]


@pytest.mark.rule("KRN-24")
def test_the_open_tasks_of_a_leaver_do_not_stay_theirs() -> None:
    case = submitted(LINE).given(organisation=gone("e3"))
    assert case.refused("decide", ballot(case), by="e3") == "not-employed"
    hand = {"task": case.open().id, "to": "e6", "reason": "left"}
    case.when("reassign", hand, by=SYSTEM, channel="effect")
    assert status(approve(case, "e6")) is Status.APPROVED


@pytest.mark.rule("KRN-13")
def test_what_a_leaver_will_be_asked_goes_to_somebody_else_by_itself() -> None:
    case = submitted(HR, LINE).given(organisation=gone("e3"))
    assert approve(case, "e7").open().assignees == ("e2",)


@pytest.mark.rule("KRN-20")
def test_delegation_covers_group_tasks_and_those_already_open() -> None:
    case = with_delegations(submitted(POOL, organisation=council("e3", "e6")), stands_in("e6", "e9"))
    assert say(case, "e9").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-10")
def test_later_members_of_a_group_may_act_on_running_tasks() -> None:
    case = submitted(POOL, organisation=council("e3", "e6"))
    assert case.refused("decide", ballot(case), by="e9") == "not-your-task"
    case.given(organisation=council("e3", "e6", "e9"))
    assert status(say(case, "e9")) is Status.APPROVED
    claimed = submitted(POOL, organisation=council("e3", "e6")).given(organisation=council("e3", "e6", "e9"))
    claimed.when("claim", {"task": claimed.open().id}, by="e9")
    assert claimed.open().claimed_by == "e9"
    assert claimed.open().people == ("e3", "e6", "e9"), "nobody is removed"


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize("change", ["return", "change", "escalate"])
def test_a_reassignment_is_not_lost_at_the_next_state_change(change: str) -> None:
    case = submitted(LINE)
    case.when("reassign", {"task": case.open().id, "to": "e6", "reason": "away"}, by="e3")
    if change == "return":
        say(case, "e6", "return").when("resubmit", Resubmit(content=content(count=9)), by="e4")
    elif change == "change":
        case.when("change", Change(content=content(count=9)), by="e4")
    else:
        fire(fire(fire(case)))
    assert case.open().assignees == ("e6",)


@pytest.mark.rule("KRN-23")
@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-06")
def test_reassigning_is_no_way_around_who_may_decide() -> None:
    case = submitted(LINE, asked=content(excluded=("e6",)))
    for person, code in {"e4": "own-case", "e6": "own-case", "e7": "subordinate"}.items():
        for by in ("e3", "e2", "e20"):
            hand = {"task": case.open().id, "to": person, "reason": "x", "instead_of": "e3"}
            assert case.refused("reassign", hand, by=by) == code


@pytest.mark.rule("KRN-16")
@pytest.mark.parametrize("how", ["reject", "return", "withdraw"])
def test_closing_a_request_leaves_nothing_open(how: str) -> None:
    left, right = (step.model_copy(update={"beside": "x"}) for step in (LINE, HR))
    case = submitted(left, right)
    first, second = case.case.tasks
    case.when("ask-information", {"task": second, "question": "?"}, by="e7")
    case.when("add-approver", {"task": second, "person": "e8", "reason": "x"}, by="e7")
    if how == "withdraw":
        case.when("withdraw", {"reason": "no"}, by="e4")
    else:
        case.when("decide", ballot_of(first, how), by="e3")
    assert not case.case.tasks
    assert not case.case.deadlines
    assert case.refused("decide", ballot_of(second, "approve"), by="e7") in ("task-done", "withdrawn")


def ballot_of(task: str, outcome: str) -> dict[str, Any]:
    return {"task": task, "outcome": outcome, "comment": "because", "fields": ["thing"]}


@pytest.mark.rule("KRN-31")
def test_escalation_keeps_the_original_approver() -> None:
    case = fire(fire(fire(submitted(LINE))))
    assert case.open().people == ("e3", "e2")
    assert status(approve(case, "e3")) is Status.APPROVED


@pytest.mark.rule("KRN-31")
def test_after_downtime_one_reminder_instead_of_a_storm() -> None:
    case = submitted(LINE)
    deadline = next_deadline(case.case)
    assert deadline
    case.at(deadline.at + timedelta(days=30)).when("deadline", deadline, by=SYSTEM, channel="timer")
    assert sum(isinstance(event, TaskReminded) for event in case.last) == 1
    assert all(note.digest for note in case.told())


@pytest.mark.rule("KRN-19")
def test_two_approvals_at_once_give_one_outcome() -> None:
    case = submitted(POOL, organisation=council("e3", "e6"))
    both = [ballot(case), ballot(case, "reject")]
    case.when("decide", both[0], by="e3")
    assert case.refused("decide", both[1], by="e6") == "task-done"
    assert sum(isinstance(event, ReviewApproved) for event in case.history) == 1


@pytest.mark.rule("KRN-33")
def test_no_approval_by_silence() -> None:
    """No rung of a ladder can approve, and time alone never does, not with a veto or an added approver either."""
    assert {"approve"}.isdisjoint(Rung.model_fields["do"].annotation.__args__)  # type: ignore[union-attr]
    case = submitted(
        POOL.model_copy(update={"quorum": 2, "veto": Approver(person="e8")}), organisation=council("e3", "e6", "e9")
    )
    say(say(case, "e3"), "e6")
    for _ in range(20):
        if next_deadline(case.case):
            fire(case)
    assert status(case) is Status.IN_REVIEW


@pytest.mark.rule("KRN-33")
def test_a_ladder_that_ends_ends_without_approval_whatever_was_voted() -> None:
    ladder = Ladder(rungs=(Rung(after_days=1, do="deny"),))
    case = submitted(POOL.model_copy(update={"quorum": 2}), organisation=council("e3", "e6"), ladder=ladder)
    say(case, "e3")
    fire(fire(case))
    assert status(case) is Status.REJECTED


@pytest.mark.rule("KRN-24")
def test_a_reused_account_name_sees_nothing_of_the_predecessors_tasks() -> None:
    """People are ids that are never used twice; a task names ids, so a namesake was never asked."""
    case = submitted(LINE)
    assert case.refused("decide", ballot(case), by="e33") == "not-your-task"
    assert case.refused("claim", {"task": case.open().id}, by="e33") == "not-your-task"


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("name", sorted(set(KERNEL_COMMANDS) - {"decide", "override"}))
def test_no_other_command_makes_a_decision(name: str) -> None:
    """One choke point: besides deciding and overriding, no command of the kernel appends a decision."""
    case = submitted(LINE, organisation=_with("override", "e3"))
    task = case.open().id
    fields: dict[str, Any] = {
        "task": task, "text": "t", "reason": "r", "to": "e6", "person": "e6", "question": "?", "note": "n",
        "finding": "justified", "comment": "c", "kind": "task", "key": task, "at": MONDAY + timedelta(days=30),
        "name": "a.pdf", "size": 1, "media_type": "text/plain", "sha256": "0a" * 32,
    }  # fmt: skip
    model = KERNEL_COMMANDS[name]
    payload = model.model_validate({key: value for key, value in fields.items() if key in model.model_fields})
    for by in ("e3", "e4", "e2", "e20", SYSTEM):
        command = case.command(name, payload, by=by).model_copy(update={"command_id": uuid4()})
        facts = case.facts.model_copy(update={"now": MONDAY + timedelta(days=30)})
        ctx: DecisionContext[Purchase] = DecisionContext(
            case.state, command, facts, evolve=PURCHASE.evolve, case=PURCHASE.case
        )
        _quietly(lambda ctx=ctx: handle(ctx, payload))  # type: ignore[misc]
        assert not [event for event in ctx.events if isinstance(event, Decided | ReviewApproved)]


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except Refused:
        return


@pytest.mark.rule("KRN-22")
def test_a_delegation_that_began_after_the_decision_changes_nothing_of_it() -> None:
    case = approve(submitted(LINE, HR), "e3")
    with_delegations(case, stands_in("e3", "e9"))
    assert case.case.reviews["purchase"].decisions[0].on_behalf_of is None
    assert date(2026, 4, 6) == MONDAY.date()


def _with(role: str, person: str) -> Organisation:
    return company(roles=(*company().roles, RoleHolding(role=role, person=person)))
