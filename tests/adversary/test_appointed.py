"""A party of a case appoints who decides it: by stand-ins, by handing on, by who answers for it (KRN-02, 20 to 23)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from application.queries import reading
from domain.kernel.delegation import Scope
from tests.adversary.hidden import limit
from tests.adversary.office import WAYS, by_way, code, decided, raised, task_of, types
from tests.adversary.test_quorum import word
from tests.application.test_delegation import allow
from tests.support.office import Office, granted

REQUESTER, LINE, HR, CONTROLLER = "e1005", "e1003", "e1033", "e1041"
FRIEND, OPERATOR, MANAGER = "e1006", "e1009", "e1004"
"""Two colleagues and somebody of operations who has no part in the case."""


async def arranged(office: Office, principal: str, by: str, *, delegate: str = FRIEND, **scope: Any) -> str:
    """`by` arranges that `delegate` stands in for `principal` for a week. Returns the delegation's id."""
    now = datetime.now(UTC)
    end = now + timedelta(days=7)
    row = await delegations.grant(
        office.services, Asked(principal, delegate, now.isoformat(), end.isoformat(), Scope(**scope)), office.actor(by)
    )
    return str(row["delegation"])


async def operating(office: Office, person: str) -> None:
    await granted(office, person, "operations", "company")


async def outvoted(office: Office, case: str, task: str, by: str = FRIEND) -> set[str | None]:
    return {await by_way(office, way, case, "decide", word(task), by=by) for way in WAYS}


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_a_requester_in_operations_gives_their_approver_no_stand_in(office_at_work: Office):
    await operating(office_at_work, REQUESTER)
    await raised(office_at_work)
    assert await code(arranged(office_at_work, LINE, REQUESTER)) == "party-to-case"
    assert await code(arranged(office_at_work, LINE, REQUESTER, processes=("hiring",))) == "party-to-case"
    assert await code(arranged(office_at_work, LINE, REQUESTER, units=("it",))) == "party-to-case"
    assert await code(arranged(office_at_work, LINE, REQUESTER, up_to="900,000,000 THB")) == "party-to-case"


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_what_does_not_bear_on_their_case_they_may_arrange(office_at_work: Office):
    await operating(office_at_work, REQUESTER)
    await raised(office_at_work)
    assert await arranged(office_at_work, LINE, REQUESTER, processes=("authority",))
    assert await arranged(office_at_work, "e1032", REQUESTER)


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_a_stand_in_arranged_before_the_case_does_not_count_in_it(office_at_work: Office):
    office = office_at_work
    await operating(office, REQUESTER)
    for principal in (LINE, HR, CONTROLLER):
        await arranged(office, principal, REQUESTER)
    player = await raised(office)
    for _ in range(3):
        task = (await task_of(player)).id
        assert await outvoted(office, player.case, task) == {"arranged-by-party"}
        assert await by_way(office, "cli", player.case, "claim", {"task": task}, by=FRIEND) == "arranged-by-party"
        assert await reading.inbox(office.services, FRIEND) == []
        assert await reading.inbox(office.services, FRIEND, as_of=datetime.now(UTC)) == []
        await decided(office, player)


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_nor_one_for_an_approver_whose_step_is_still_to_come(office_at_work: Office):
    office = office_at_work
    await operating(office, REQUESTER)
    player = await raised(office)
    await arranged(office, CONTROLLER, REQUESTER)
    await decided(office, player)
    await decided(office, player)
    assert await outvoted(office, player.case, (await task_of(player)).id) == {"arranged-by-party"}


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_the_hr_partner_of_a_case_arranges_nobody_for_its_approvers(office_at_work: Office):
    """Before and after it was raised: they run the case with the requester."""
    await arranged(office_at_work, LINE, HR)
    player = await raised(office_at_work)
    assert await outvoted(office_at_work, player.case, (await task_of(player)).id) == {"arranged-by-party"}
    assert await code(arranged(office_at_work, LINE, HR, delegate=MANAGER)) == "party-to-case"


@pytest.mark.rule("KRN-02", "KRN-20")
async def test_the_hiring_manager_arranges_nobody_where_another_asked(office_at_work: Office):
    await operating(office_at_work, MANAGER)
    player = await raised(office_at_work, by=FRIEND, hiring_manager=MANAGER)
    asked = (await task_of(player)).assignees[0]
    assert await code(arranged(office_at_work, asked, MANAGER, delegate="e1007")) == "party-to-case"


@pytest.mark.rule("KRN-02", "KRN-20")
@pytest.mark.parametrize("by", [REQUESTER, "e1011"])
async def test_who_asks_for_a_limit_and_who_gets_it_arrange_nobody(office_at_work: Office, by: str):
    office = office_at_work
    await operating(office, by)
    ack = await office.start("authority", limit("e1011"), by=REQUESTER, name="request-limit")
    shown = await reading.show(office.services, ack.case, as_of=None, reader=None)
    [task] = shown["tasks"]
    assert await code(arranged(office, task["assignees"][0], by)) == "party-to-case"


@pytest.mark.rule("KRN-21", "KRN-20")
async def test_no_second_hop_carries_what_a_party_arranged(office_at_work: Office):
    office = office_at_work
    await allow(office, 2)
    await operating(office, REQUESTER)
    await arranged(office, LINE, REQUESTER, delegate=MANAGER)
    await arranged(office, MANAGER, MANAGER)
    player = await raised(office)
    assert await outvoted(office, player.case, (await task_of(player)).id) <= {"not-your-task", "arranged-by-party"}
    assert await reading.inbox(office.services, FRIEND) == []


@pytest.mark.rule("KRN-21", "KRN-23")
async def test_operations_do_not_come_round_to_a_task_through_a_second_hop(office_at_work: Office):
    office = office_at_work
    await allow(office, 2)
    await arranged(office, FRIEND, FRIEND, delegate=OPERATOR)
    await arranged(office, LINE, OPERATOR)
    player = await raised(office)
    task = (await task_of(player)).id
    assert await by_way(office, "cli", player.case, "decide", word(task), by=OPERATOR) == "not-your-task"
    assert await by_way(office, "cli", player.case, "decide", word(task), by=FRIEND) is None, "as they were meant to"


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize("way", WAYS)
async def test_operations_never_take_a_step_themselves(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    task = (await task_of(player)).id
    taken = {"task": task, "to": OPERATOR, "instead_of": LINE, "reason": "quicker"}
    assert await by_way(office_at_work, way, player.case, "reassign", taken, by=OPERATOR) == "not-to-yourself"
    assert (await task_of(player)).people == (LINE,)


@pytest.mark.rule("KRN-23", "KRN-20")
async def test_nor_through_somebody_for_whom_they_stand_in(office_at_work: Office):
    office = office_at_work
    await arranged(office, MANAGER, MANAGER, delegate=OPERATOR)
    player = await raised(office)
    task = (await task_of(player)).id
    await office.do(player.case, "reassign", {"task": task, "to": MANAGER, "reason": "away"}, by=OPERATOR)
    assert await outvoted(office, player.case, task, by=OPERATOR) == {"appointed-decider"}
    await office.do(player.case, "decide", word(task), by=MANAGER)


@pytest.mark.rule("KRN-23")
async def test_nor_handed_back_by_the_one_they_chose(office_at_work: Office):
    player = await raised(office_at_work)
    task = (await task_of(player)).id
    await office_at_work.do(player.case, "reassign", {"task": task, "to": MANAGER, "reason": "away"}, by=OPERATOR)
    for name, payload in (
        ("reassign", {"to": OPERATOR, "reason": "yours"}),
        ("add-approver", {"person": OPERATOR, "reason": "as well"}),
    ):
        sent = by_way(office_at_work, "cli", player.case, name, {"task": task, **payload}, by=MANAGER)
        assert await sent == "appointed-decider"


@pytest.mark.rule("KRN-23", "KRN-02")
@pytest.mark.parametrize("way", WAYS)
async def test_a_team_member_in_operations_hands_on_no_approver(office_at_work: Office, way: str):
    """The HR partner and the recruiter of the case; their own place they may give away."""
    for member in (HR, "e1037"):
        await operating(office_at_work, member)
    player = await raised(office_at_work)
    task = (await task_of(player)).id
    for member in (HR, "e1037", REQUESTER):
        moved = {"task": task, "to": FRIEND, "instead_of": LINE, "reason": "quicker"}
        assert await by_way(office_at_work, way, player.case, "reassign", moved, by=member)
    assert (await task_of(player)).people == (LINE,)


@pytest.mark.rule("KRN-24", "KRN-02")
async def test_a_party_in_operations_makes_no_approver_answer_for_the_case(office_at_work: Office):
    """Who answers for it never decides it: so the controller would be got rid of before they are asked."""
    player = await raised(office_at_work)
    for party in (REQUESTER, HR):
        await operating(office_at_work, party)
        moved = {"to": CONTROLLER, "instead_of": REQUESTER, "reason": "theirs"}
        assert await by_way(office_at_work, "cli", player.case, "hand-over", moved, by=party) == "own-case"
    assert "ResponsibilityMoved" not in await types(office_at_work, player.case)


@pytest.mark.rule("KRN-20")
async def test_a_principal_is_told_who_arranged_and_who_ended_a_stand_in(office_at_work: Office):
    office = office_at_work
    name = await arranged(office, LINE, OPERATOR)
    await delegations.revoke(office.services, name, office.actor(OPERATOR))
    await arranged(office, MANAGER, MANAGER)
    said = [row["text"] for row in await reading.notifications(office.services, LINE)]
    assert said == [
        f"{OPERATOR} arranged that {FRIEND} stands in for you.",
        f"{OPERATOR} ended that {FRIEND} stands in for you.",
    ]
    assert await reading.notifications(office.services, MANAGER) == [], "of their own they know"


@pytest.mark.rule("KRN-20")
async def test_what_operations_without_a_part_arrange_still_counts(office_at_work: Office):
    await arranged(office_at_work, LINE, OPERATOR)
    player = await raised(office_at_work)
    task = (await task_of(player)).id
    assert [row["task"] for row in await reading.inbox(office_at_work.services, FRIEND)] == [task]
    assert await by_way(office_at_work, "cli", player.case, "decide", word(task), by=FRIEND) is None
