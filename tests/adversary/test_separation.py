"""Ways around steps that must be separate (KRN-03) and around a bulk that hides something, on a running office."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from application.commands.bulk import Result, decide_many
from application.records import append_record
from cli.demo.player import Player
from domain.kernel.cases.case import Status
from domain.kernel.policy import Approver
from domain.organisation.persons import Details
from domain.organisation.policies import publish
from tests.adversary.office import by_way, code, decided, raised, stands_in, task_of, types
from tests.adversary.test_quorum import word
from tests.support.office import Office

REQUESTER, LINE, OTHER, THIRD = "e1011", "e1005", "e1004", "e1006"
"""The requester's manager is one of three on the board that decides next."""


@pytest.fixture
async def apart(office_at_work: Office) -> Office:
    """Line and board must be separate, and whoever is the line sits on the board.

    Published unchecked: were it the chief who asks, nobody but the chair could decide.
    """
    office = office_at_work
    async with office.services.pool.acquire() as conn:
        book = (await office.services.record_cache.records(conn)).policies
    hiring = book.in_force.processes["hiring"]
    steps = tuple(
        step.model_copy(update={"who": Approver(group="architecture-board")}) if step.name == "hr" else step
        for step in hiring.routes["requisition"].steps
    )
    route = hiring.routes["requisition"].model_copy(update={"steps": steps, "separate": ("line", "hr")})
    changed = hiring.model_copy(update={"routes": hiring.routes | {"requisition": route}})
    policy = book.in_force.model_copy(update={"processes": book.in_force.processes | {"hiring": changed}})
    await append_record(
        office.services.pool, stream="policy", process="policy", expected_version=book.version,
        events=publish(book, policy, "os:test"), actor="os:test", command_id=uuid4(),
    )  # fmt: skip
    return office


async def at_the_board(office: Office, *, line: str = LINE) -> tuple[Player, str]:
    player = await raised(office, by=REQUESTER, hiring_manager=REQUESTER)
    task = await task_of(player)
    assert task.assignees == (LINE,)
    await office.do(player.case, "decide", word(task.id), by=line)
    return player, (await task_of(player)).id


async def in_bulk(office: Office, by: str, *tasks: str) -> list[Result]:
    return await decide_many(office.services, tasks, "approve", office.actor(by), comment="because", command_id=uuid4())


def codes(results: list[Result]) -> dict[str, str | None]:
    return {one.task: one.refused.code if one.refused else None for one in results}


async def steps_decided(office: Office, player: Player) -> list[tuple[str, str]]:
    review = (await player.state()).case.reviews["requisition"]
    return [(decision.step, decision.actor) for decision in review.decisions]


@pytest.mark.rule("KRN-03")
@pytest.mark.parametrize("way", ["cli", "web", "mail", "typed", "signal"])
async def test_whoever_acted_in_one_step_does_not_act_in_the_other_by_any_way_in(apart: Office, way: str):
    player, task = await at_the_board(apart)
    assert LINE not in (await task_of(player)).people
    for who in (LINE, "E1005", "e1005 "):
        assert await by_way(apart, way, player.case, "decide", word(task), by=who) == "not-your-task", who
    await stands_in(apart, LINE, OTHER)
    for payload in (word(task), word(task, on_behalf_of=OTHER)):
        assert await by_way(apart, way, player.case, "decide", payload, by=LINE) == "acted-already"
    assert await steps_decided(apart, player) == [("line", LINE)]


@pytest.mark.rule("KRN-03", "KRN-23")
async def test_no_claim_no_reassignment_and_no_bulk_brings_them_back(apart: Office):
    player, task = await at_the_board(apart)
    await stands_in(apart, LINE, OTHER)
    for name, more, by, refusal in (
        ("claim", {}, LINE, "acted-already"),
        ("reassign", {"to": LINE, "reason": "knows it"}, OTHER, "acted-already"),
        ("reassign", {"to": LINE, "instead_of": THIRD, "reason": "knows it"}, THIRD, "acted-already"),
        ("add-approver", {"person": LINE, "reason": "knows it"}, OTHER, "acted-already"),
        ("add-approver", {"person": OTHER, "reason": "me"}, LINE, "acted-already"),
        ("ask-information", {"question": "may I?"}, LINE, "acted-already"),
    ):
        found = await by_way(apart, "cli", player.case, name, {"task": task, **more}, by=by)
        assert found == refusal, (name, by)
    await apart.do(player.case, "claim", {"task": task}, by=OTHER)
    assert codes(await in_bulk(apart, LINE, task)) == {task: "acted-already"}, "not as the claimer's stand-in either"
    assert await steps_decided(apart, player) == [("line", LINE)]
    assert codes(await in_bulk(apart, OTHER, task)) == {task: None}


@pytest.mark.rule("KRN-03", "KRN-02")
async def test_another_name_and_another_address_are_the_same_person(apart: Office):
    player, task = await at_the_board(apart)
    await stands_in(apart, LINE, OTHER)
    for name in ({"en": "Somchai Rattanakul", "th": "สมชาย รัตนกุล"}, {"en": "Somebody Else"}):
        renamed = Details(name=name, email="else@siam-orchard.example")
        await apart.services.people.write(LINE, renamed, actor="os:test", command_id=uuid4())
    assert await apart.services.people.resolve("else@siam-orchard.example") == LINE
    for way in ("cli", "web", "mail"):
        assert await by_way(apart, way, player.case, "decide", word(task), by=LINE) == "acted-already"
    assert await code(apart.do(player.case, "reassign", {"task": task, "to": LINE, "reason": "new here"}, by=OTHER))
    assert await steps_decided(apart, player) == [("line", LINE)]


@pytest.mark.rule("KRN-03", "KRN-21")
async def test_neither_a_stand_in_nor_whom_they_stood_in_for_acts_in_the_other_step(apart: Office):
    await stands_in(apart, OTHER, LINE)
    player, task = await at_the_board(apart, line=OTHER)
    assert (await task_of(player)).people == (THIRD,), "the two of them have acted"
    await stands_in(apart, OTHER, THIRD)
    await stands_in(apart, LINE, THIRD)
    for who in (LINE, OTHER):
        assert await by_way(apart, "cli", player.case, "decide", word(task), by=who) == "acted-already"
        assert codes(await in_bulk(apart, who, task)) == {task: "acted-already"}
    await apart.do(player.case, "decide", word(task), by=THIRD)
    assert await steps_decided(apart, player) == [("line", OTHER), ("hr", THIRD)]


@pytest.mark.rule("KRN-03", "KRN-15")
async def test_a_return_and_a_new_round_do_not_wash_it_off(apart: Office):
    """Whoever decided a step in an earlier round has acted in it, also where that decision was voided."""
    player, task = await at_the_board(apart)
    back = word(task, "return", fields=["grade"])
    await apart.do(player.case, "decide", back, by=OTHER)
    await apart.do(player.case, "resubmit-requisition", {"grade": 6}, by=REQUESTER)
    line = await task_of(player)
    assert line.step == "line"
    await stands_in(apart, OTHER, LINE)
    assert await by_way(apart, "cli", player.case, "decide", word(line.id), by=OTHER) == "acted-already"
    await apart.do(player.case, "decide", word(line.id), by=LINE)
    again = await task_of(player)
    assert set(again.people) == {OTHER, THIRD}
    assert await by_way(apart, "cli", player.case, "decide", word(again.id), by=LINE) == "not-your-task"


@pytest.mark.rule("KRN-01", "KRN-02", "KRN-19")
async def test_in_a_bulk_of_500_exactly_what_failed_is_named_and_nothing_else_is_touched(office_at_work: Office):
    """One's own request among them, one decided before, one of another's, one twice, and names of nothing."""
    office = office_at_work
    mine = [await raised(office) for _ in range(3)]  # e1003 is asked
    own = await raised(office, by="e1003", hiring_manager="e1003")
    before = await raised(office)
    await decided(office, before)
    others = await raised(office, by=REQUESTER, hiring_manager=REQUESTER)  # e1005 is asked
    real = [f"{player.case}.1" for player in (*mine, own, before, others)]
    made_up = [f"hiring-{uuid4().hex[:10]}.1" for _ in range(500 - len(real) - 2)] + [f"{mine[0].case}.7", "x"]
    tasks = [*made_up[:200], *real, *made_up[200:], real[0]]

    results = await in_bulk(office, "e1003", *tasks)

    assert [one.task for one in results] == list(dict.fromkeys(tasks)), "an answer for each, in the order asked"
    found = codes(results)
    assert [found[task] for task in real] == [None, None, None, "not-your-task", "task-done", "not-your-task"]
    assert {found[task] for task in made_up} == {"no-such-case", "no-such-task"}
    assert all(one.refused is None or one.refused.message for one in results)
    for player in mine:
        assert (await types(office, player.case)).count("Decided") == 1
    for player, count in ((own, 0), (before, 1), (others, 0)):
        assert (await types(office, player.case)).count("Decided") == count


@pytest.mark.rule("KRN-02", "KRN-20", "KRN-06")
async def test_a_bulk_as_a_stand_in_decides_what_is_covered_and_names_what_is_not(office_at_work: Office):
    office = office_at_work
    covered, own = await raised(office), await raised(office, by=OTHER, hiring_manager=OTHER)
    dear = await raised(office, seats=9)
    await stands_in(office, OTHER, "e1003", up_to="3000000 THB")
    tasks = [f"{player.case}.1" for player in (covered, own, dear)]
    found = codes(await in_bulk(office, OTHER, *tasks))
    assert found == dict(zip(tasks, [None, "not-your-task", "delegation-scope"], strict=True))


@pytest.mark.rule("KRN-19", "KRN-11")
async def test_the_same_bulk_sent_twice_at_once_and_under_another_outcome_decides_once(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    task, same = f"{player.case}.1", uuid4()

    async def bulk(outcome: str, command_id: Any) -> Result:
        [one] = await decide_many(
            office.services, [task, task], outcome, office.actor("e1003"), comment="x", command_id=command_id
        )
        return one

    answers = await asyncio.gather(bulk("approve", same), bulk("approve", same), bulk("approve", uuid4()))
    assert {one.refused.code for one in answers if one.refused} <= {"task-done"}
    late = await bulk("reject", same)
    assert late.refused
    assert late.refused.code in ("command-id-reused", "task-done")
    assert (await types(office, player.case)).count("Decided") == 1
    assert (await player.state()).case.reviews["requisition"].status is Status.IN_REVIEW
