"""Ways around who may decide, tried on a running office: each is refused, and the log holds no decision of it."""

from typing import Any
from uuid import uuid4

import pytest

from application.administration import delegations
from cli.demo import story
from domain.kernel.command import Command
from readmodels import timeline
from tests.adversary.office import WAYS, approved, by_way, code, decided, raised, stands_in, task_of, types
from tests.support.office import Office
from workflows.messages import Start

REQUESTER, LINE, HR, CONTROLLER, CHIEF, OTHER = "e1005", "e1003", "e1033", "e1042", "e1001", "e1006"


async def decisions(office: Office, case: str) -> list[dict[str, Any]]:
    async with office.services.pool.acquire() as conn:
        return [row.data for row in await timeline(conn, case) if row.type == "Decided"]


def word(task: str, outcome: str = "approve", **more: Any) -> dict[str, Any]:
    return {"task": task, "outcome": outcome, "comment": "because", **more}


@pytest.mark.rule("KRN-01", "KRN-02")
@pytest.mark.parametrize("way", WAYS)
async def test_the_requester_decides_by_no_way_in(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    task = await task_of(player)

    for who in (REQUESTER, "E1005", "e1005 ", " e1005", "\uff451005", "e1005\u200b", ""):
        found = await by_way(office_at_work, way, player.case, "decide", word(task.id), by=who)
        assert found == "not-your-task", (way, who)

    assert await decisions(office_at_work, player.case) == []


@pytest.mark.rule("KRN-02")
async def test_who_holds_a_role_and_asks_is_not_asked(office_at_work: Office):
    """The HR partner raises a requisition: the step of HR finds another one, and they cannot take it."""
    player = await raised(office_at_work, hiring_manager=HR)
    await decided(office_at_work, player)
    task = await task_of(player)

    assert (task.step, HR in task.people) == ("hr", False), "the beneficiary never decides"
    assert await by_way(office_at_work, "cli", player.case, "decide", word(task.id), by=HR) == "not-your-task"
    reassigned = {"task": task.id, "to": HR, "reason": "their job"}
    assert await by_way(office_at_work, "cli", player.case, "reassign", reassigned, by=task.assignees[0])
    added = {"task": task.id, "person": HR, "reason": "their job"}
    assert await by_way(office_at_work, "cli", player.case, "add-approver", added, by=task.assignees[0])
    assert [row["step"] for row in await decisions(office_at_work, player.case)] == ["line"]


@pytest.mark.rule("KRN-02", "KRN-21")
@pytest.mark.parametrize("way", WAYS)
async def test_the_requester_does_not_decide_as_somebodys_delegate(office_at_work: Office, way: str):
    await stands_in(office_at_work, REQUESTER, LINE)
    player = await raised(office_at_work)
    task = await task_of(player)
    assert task.assignees == (LINE,)

    for payload in (word(task.id), word(task.id, on_behalf_of=LINE)):
        assert await by_way(office_at_work, way, player.case, "decide", payload, by=REQUESTER)

    assert await decisions(office_at_work, player.case) == []


@pytest.mark.rule("KRN-20", "KRN-21")
async def test_delegations_neither_chain_nor_turn_back_nor_outlive_their_end(office_at_work: Office):
    first = await stands_in(office_at_work, OTHER, LINE)
    assert await code(stands_in(office_at_work, LINE, OTHER)), "A for B and B for A"
    chained = await code(stands_in(office_at_work, "e1004", OTHER))
    player = await raised(office_at_work)
    task = await task_of(player)

    assert await by_way(office_at_work, "cli", player.case, "decide", word(task.id), by="e1004") in (
        "not-your-task",
        "delegation-over",
        "delegation-scope",
    ), chained
    await delegations.revoke(office_at_work.services, first, office_at_work.actor(LINE))
    assert await by_way(office_at_work, "cli", player.case, "decide", word(task.id), by=OTHER) == "delegation-over"
    await stands_in(office_at_work, OTHER, LINE, processes=("authority",))
    assert await by_way(office_at_work, "cli", player.case, "decide", word(task.id), by=OTHER) == "delegation-scope"
    assert await decisions(office_at_work, player.case) == []


@pytest.mark.rule("KRN-22", "KRN-07")
async def test_who_stands_in_is_named_with_whom_and_under_what(office_at_work: Office):
    given = await stands_in(office_at_work, OTHER, LINE)
    player = await raised(office_at_work)
    task = await task_of(player)

    assert await by_way(office_at_work, "web", player.case, "decide", word(task.id), by=OTHER) is None

    [row] = await decisions(office_at_work, player.case)
    assert (row["actor"], row["on_behalf_of"], row["delegation"]) == (OTHER, LINE, given)


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("way", WAYS)
async def test_nobody_else_decides_and_no_task_but_the_open_one(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    elsewhere = await raised(office_at_work)
    task, other = await task_of(player), await task_of(elsewhere)
    wrong = (player.case.upper() + ".1", f" {task.id}", f"{player.case}.01", f"{player.case}.2", other.id, "1", "*")

    for who in (OTHER, HR, CHIEF, "root", "temporal", "operations", "role:executive"):
        assert await by_way(office_at_work, way, player.case, "decide", word(task.id), by=who) == "not-your-task", who
    for name in wrong:
        found = await by_way(office_at_work, way, player.case, "decide", word(name), by=LINE)
        assert found in ("no-such-task", "task-done"), name

    assert await decisions(office_at_work, player.case) == []
    assert await decisions(office_at_work, elsewhere.case) == []


@pytest.mark.rule("KRN-06")
async def test_a_subordinate_does_not_approve_for_the_one_they_report_to(office_at_work: Office):
    """Not when asked, not by reassignment, not as a delegate of somebody above."""
    await stands_in(office_at_work, REQUESTER, CHIEF)
    player = await raised(office_at_work, by=LINE, hiring_manager=LINE)
    case = player.case
    task = await task_of(player)
    assert task.assignees == (CHIEF,)

    assert await by_way(office_at_work, "cli", case, "decide", word(task.id), by=REQUESTER) == "subordinate"
    moved = {"task": task.id, "to": REQUESTER, "reason": "their unit"}
    assert await by_way(office_at_work, "cli", case, "reassign", moved, by=CHIEF) == "subordinate"
    added = {"task": task.id, "person": REQUESTER, "reason": "their unit"}
    assert await by_way(office_at_work, "cli", case, "add-approver", added, by=CHIEF) == "subordinate"
    assert await decisions(office_at_work, case) == []


@pytest.mark.rule("KRN-05")
async def test_splitting_a_request_does_not_evade_the_limit(office_at_work: Office):
    """Three requests of one requester on one budget line, each within the controller's limit."""
    asked = []
    for _ in range(3):
        player = await raised(office_at_work, salary_band={"min": "40000 THB", "max": "60000 THB"})
        await decided(office_at_work, player)
        await decided(office_at_work, player)
        asked.append((await task_of(player)).assignees)

    assert asked[0] != asked[2], "the third is added to the two before it"
    [small] = asked[0]
    last = await task_of(player)
    assert await by_way(office_at_work, "cli", player.case, "decide", word(last.id), by=small) == "not-your-task"
    await stands_in(office_at_work, REQUESTER, asked[2][0], processes=("hiring",))
    assert await by_way(office_at_work, "cli", player.case, "decide", word(last.id), by=REQUESTER)
    moved = {"task": last.id, "to": small, "reason": "smaller"}
    assert await by_way(office_at_work, "cli", player.case, "reassign", moved, by=asked[2][0]) == "limit-too-low"


@pytest.mark.rule("KRN-23")
async def test_claiming_and_reassigning_move_no_task_to_whom_it_must_not_go(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)

    async def tried(name: str, by: str, **payload: Any) -> str | None:
        return await by_way(office_at_work, "cli", player.case, name, {"task": task.id, **payload}, by=by)

    assert await tried("claim", REQUESTER)
    assert await tried("claim", OTHER) == "not-your-task"
    assert await tried("reassign", REQUESTER, to=OTHER, reason="quicker")
    assert await tried("reassign", OTHER, to=OTHER, reason="mine")
    assert await tried("reassign", LINE, to=REQUESTER, reason="theirs") == "own-case"
    assert await tried("reassign", LINE, to="E1006", reason="who?")
    assert await tried("release", OTHER, reason="let go")
    assert (await task_of(player)).people == (LINE,)


@pytest.mark.rule("KRN-02")
@pytest.mark.parametrize("who", ["E1005", "e1005 ", "\uff451005", "nobody", "", "system", "c-000000000000"])
async def test_nobody_asks_under_a_name_that_only_looks_like_theirs(office_at_work: Office, who: str):
    """Else one would ask as E1005 and approve as e1005."""
    case = f"hiring-{uuid4().hex[:10]}"
    client = office_at_work.client
    start = Start(case=case, process="hiring")
    await client.start_workflow("Hiring", start, id=case, task_queue=office_at_work.queue)
    office_at_work.started.append(case)
    command = Command(name="raise-requisition", actor=who, payload=story.requisition())

    found = await code(office_at_work.handle(case).execute_update("command", command))

    assert found in ("not-your-role", "unknown-person", "not-the-system")
    async with office_at_work.services.pool.acquire() as conn:
        assert not await conn.fetchval("select count(*) from signoff.events where stream = $1", case)


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("name", ["delegations", "person-e9999", "a b", "x" * 200])
async def test_no_case_is_begun_among_records_by_typing_its_id_into_temporal(office_at_work: Office, name: str):
    """A hiring in the stream `delegations` would leave nobody able to read who stands in for whom."""
    start = Start(case=name, process="hiring")
    await office_at_work.client.start_workflow("Hiring", start, id=name, task_queue=office_at_work.queue)
    office_at_work.started.append(name)
    command = Command(name="raise-requisition", actor=REQUESTER, payload=story.requisition())

    assert await code(office_at_work.handle(name).execute_update("command", command)) == "bad-id"

    await decided(office_at_work, await raised(office_at_work))


@pytest.mark.rule("KRN-07")
@pytest.mark.parametrize("way", WAYS)
async def test_a_decision_proves_itself_whatever_way_it_came(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    task = await task_of(player)
    review = (await player.state()).case.reviews["requisition"]

    assert await by_way(office_at_work, way, player.case, "decide", word(task.id), by=LINE) is None

    [row] = await decisions(office_at_work, player.case)
    assert row["channel"] == {"typed": "web"}.get(way, way)
    assert row["authenticated"] == {"typed": "password", "signal": "temporal-access"}.get(way, "test")
    assert (row["actor"], row["policy"], row["comment"]) == (LINE, 1, "because")
    assert row["content_hash"] == review.steps[0].content_hash
    assert row["basis"]
    assert float(row["after_seconds"]) >= 0


@pytest.mark.rule("KRN-03")
async def test_deciding_twice_under_another_hat_is_refused(office_at_work: Office):
    """The first word stands: not again, not as a delegate, not with another outcome."""
    player = await raised(office_at_work)
    task = await decided(office_at_work, player)

    for payload in (word(task.id), word(task.id, "reject"), word(task.id, on_behalf_of=LINE)):
        assert await by_way(office_at_work, "cli", player.case, "decide", payload, by=LINE) == "task-done"
    assert len(await decisions(office_at_work, player.case)) == 1
    await approved(office_at_work, player)
    assert (await types(office_at_work, player.case)).count("ReviewApproved") == 1
