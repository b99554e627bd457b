"""A bulk decides beside the workflows: it passes no rule by, nothing is lost, and every workflow learns of it."""

import asyncio
import contextlib
from collections.abc import Iterable
from itertools import cycle
from uuid import UUID, uuid4

import pytest
from asyncpg import DeadlockDetectedError

from activities.decide import Decider
from application.commands.bulk import Result, decide_many
from application.commands.compose import Actor
from application.commands.recover import recover
from application.commands.waking import Waker
from cli.demo import story
from domain.kernel.command import Command
from domain.processes import PROCESSES
from eventstore import log, wakes
from tests.adversary.office import raised, types
from tests.support.office import Office
from tests.workflows.test_authority import CONTROLLER, REQUEST, approved, limits_of
from workflows.messages import Perform

LINE = "e1003"
"""Who decides first on what story.MANAGER raises."""


async def bulk(
    office: Office, tasks: Iterable[str], *, by: str = LINE, outcome: str = "approve", command_id: UUID | None = None
) -> dict[str, Result]:
    done = await decide_many(
        office.services, list(tasks), outcome, office.actor(by), comment="seen", command_id=command_id or uuid4()
    )
    return {result.task: result for result in done}


async def started(office: Office, number: int, *, by: str = story.MANAGER) -> list[str]:
    """The ids of the first tasks of so many cases that no workflow runs for.

    They take turns on the budget lines: what somebody asks for on one line is added up each time (KRN-05).
    """
    decider, mark = Decider(office.services.pool, PROCESSES), uuid4().hex[:6]
    async with office.services.pool.acquire() as conn:
        lines = sorted((await office.services.record_cache.records(conn)).organisation.budget_lines)
    commands = [
        Command(
            case=f"hiring-{mark}-{n}",
            process="hiring",
            name="raise-requisition",
            actor=by,
            channel="cli",
            payload=story.requisition() | {"budget_line": line},
        )
        for n, line in zip(range(number), cycle(lines), strict=False)
    ]
    for n in range(0, number, 50):
        await decider.perform_all([Perform(command=command, known=0) for command in commands[n : n + 50]])
    return [f"{command.case}.1" for command in commands]


def waker(office: Office) -> Waker:
    return Waker(office.services.pool, office.client, PROCESSES)


async def owed(office: Office) -> set[str]:
    async with office.services.pool.acquire() as conn:
        return {wake.stream for wake in await wakes.owed(conn)}


async def hurried(office: Office) -> None:
    async with office.services.pool.acquire() as conn:
        await wakes.hurry(conn)


def codes(done: dict[str, Result]) -> dict[str, str]:
    return {task: result.refused.code for task, result in done.items() if result.refused}


@pytest.mark.rule("KRN-01", "KRN-19")
async def test_of_five_hundred_three_fail_and_the_answer_says_which_and_why(office_without_worker: Office):
    office = office_without_worker
    tasks = await started(office, 499)
    [elsewhere] = await started(office, 1, by=LINE)
    await bulk(office, [tasks[17]])
    unknown = tasks[400].replace(".1", ".99")

    wanted = [unknown if task == tasks[400] else task for task in tasks] + [elsewhere]
    done = await bulk(office, wanted)

    assert list(done) == wanted
    assert codes(done) == {tasks[17]: "task-done", unknown: "no-such-task", elsewhere: "not-your-task"}
    assert len([result for result in done.values() if result.ack]) == 497


@pytest.mark.rule("KRN-19")
async def test_the_same_bulk_again_gives_the_first_answers_and_wakes_nobody_twice(office_without_worker: Office):
    office, command_id = office_without_worker, uuid4()
    tasks = await started(office, 12)

    first = await bulk(office, tasks, command_id=command_id)
    async with office.services.pool.acquire() as conn:
        before = await wakes.owed(conn)
    twice = await asyncio.gather(*(bulk(office, tasks, command_id=command_id) for _ in range(2)))

    for again in twice:
        assert [r.ack.position for r in again.values() if r.ack] == [r.ack.position for r in first.values() if r.ack]
        assert all(result.ack and result.ack.repeated for result in again.values())
    async with office.services.pool.acquire() as conn:
        assert await wakes.owed(conn) == before


@pytest.mark.rule("KRN-01", "KRN-19")
async def test_two_bulks_at_once_decide_each_task_once(office_without_worker: Office):
    office = office_without_worker
    tasks = await started(office, 40)

    one, other = await asyncio.gather(bulk(office, tasks), bulk(office, reversed(tasks), outcome="reject"))

    for task in tasks:
        assert bool(one[task].ack) != bool(other[task].ack)
        assert (types_ := await types(office, task.rpartition(".")[0])).count("Decided") == 1, types_
    assert {*codes(one).values(), *codes(other).values()} <= {"task-done", "finished"}


@pytest.mark.rule("KRN-01", "KRN-19")
async def test_a_bulk_against_a_single_decision_has_one_winner(office_at_work: Office):
    office = office_at_work
    player = await raised(office)
    [task] = (await player.state()).case.tasks
    single = office.do(player.case, "decide", {"task": task, "outcome": "reject", "comment": "no"}, by=LINE)

    done, alone = await asyncio.gather(bulk(office, [task]), single, return_exceptions=True)

    assert isinstance(done, dict)
    assert bool(done[task].ack) == isinstance(alone, Exception)
    assert (await types(office, player.case)).count("Decided") == 1


LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 7446))"
WAITING = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"


async def test_who_meets_another_in_the_opposite_order_decides_one_after_another(office_without_worker: Office):
    """Somebody holds the second case and wants the first: Postgres ends the ten, and each is decided alone.

    It may end the somebody instead, if they came late: then they try again with other cases.
    """
    office = office_without_worker
    for _ in range(5):
        tasks = await started(office, 2)
        first, second = (task.rpartition(".")[0] for task in tasks)
        async with office.services.pool.acquire() as other:
            with contextlib.suppress(DeadlockDetectedError):
                async with other.transaction():
                    await other.execute(LOCK, second)
                    deciding = asyncio.create_task(bulk(office, tasks))
                    while not await office.services.pool.fetchval(WAITING):
                        pass
                    await other.execute(LOCK, first)
                break
        await deciding
    else:
        pytest.fail("Postgres never ended the bulk")

    assert all(result.ack and not result.ack.repeated for result in (await deciding).values())


@pytest.mark.rule("KRN-02", "KRN-07")
async def test_a_bulk_leaves_its_channel_and_nobody_claims_the_workflows_own(office_without_worker: Office):
    office = office_without_worker
    first, second = await started(office, 2)

    async def by_way(task: str, channel: str) -> Result:
        actor = Actor(person=LINE, channel=channel, authenticated="password")  # type: ignore[arg-type]
        [done] = await decide_many(office.services, [task], "approve", actor, comment=None, command_id=uuid4())
        return done

    assert [(await by_way(first, channel)).refused.code for channel in ("timer", "effect")] == 2 * ["not-the-system"]  # type: ignore[union-attr]
    assert (await by_way(second, "web")).ack
    async with office.services.pool.acquire() as conn:
        [decided] = [e for e in await log.read_stream(conn, second.rpartition(".")[0]) if e.type == "Decided"]
    assert (decided.channel, decided.payload["channel"], decided.payload["authenticated"]) == ("web", "web", "password")


async def test_a_workflow_that_was_woken_has_seen_the_decision(office_at_work: Office):
    office = office_at_work
    players = [await raised(office) for _ in range(3)]
    tasks = [next(iter((await player.state()).case.tasks)) for player in players]

    done = await bulk(office, tasks)
    assert await owed(office) == {player.case for player in players}
    assert await waker(office).step() == 3

    for player, task in zip(players, tasks, strict=True):
        ack = done[task].ack
        assert ack
        await office.until(player.case, lambda shown, version=ack.version: shown["version"] == version)
    assert not await owed(office)


async def test_what_a_bulk_offered_can_be_decided_before_the_workflow_looked(office_at_work: Office):
    """The workflow does not know the task yet: that is for the log to judge."""
    office = office_at_work
    player = await raised(office)
    [task] = (await player.state()).case.tasks
    await bulk(office, [task])

    [offered] = (await player.state()).case.tasks.values()
    assert [shown["id"] for shown in (await office.state(player.case))["tasks"]] == [task]
    ack = await office.do(player.case, "decide", {"task": offered.id, "outcome": "approve"}, by=offered.assignees[0])

    assert (await office.state(player.case))["version"] >= ack.version
    assert (
        await office.services.pool.fetchval("select count(*) from signoff.commands where stream = $1", player.case) == 3
    )


@pytest.mark.rule("KRN-53")
async def test_a_crash_after_the_commit_delays_the_wake_and_loses_nothing(office_without_worker: Office):
    """The edge died before it could make the wake due; the worker was dead too."""
    office = office_without_worker
    async with office.working():
        player = await raised(office)
        [task] = (await player.state()).case.tasks
    made = Command(
        case=player.case,
        process="hiring",
        name="decide",
        actor=LINE,
        channel="web",
        payload={"task": task, "outcome": "approve"},
    )
    done = await Decider(office.services.pool, PROCESSES).perform(Perform(command=made, known=None))

    assert await waker(office).step() == 0  # not due yet
    assert await owed(office) == {player.case}
    await hurried(office)  # the time passes
    async with office.working():
        assert await waker(office).step() == 1
        await office.until(player.case, lambda shown: shown["version"] == done.version)


@pytest.mark.rule("KRN-53")
async def test_a_case_without_a_workflow_is_decided_and_recover_brings_it_back(office_at_work: Office):
    office = office_at_work
    player = await raised(office)
    [task] = (await player.state()).case.tasks
    await office.handle(player.case).terminate("the cluster is lost")

    done = await bulk(office, [task])
    await waker(office).step()
    assert await owed(office) == {player.case}  # visible to operations until somebody recovers it

    assert (await recover(office.services)).started == 1
    ack = done[task].ack
    assert ack
    await office.until(player.case, lambda shown: shown["version"] == ack.version)
    assert [shown["id"] for shown in (await office.state(player.case))["tasks"]] == list(
        (await player.state()).case.tasks
    )
    assert await waker(office).step() == 1
    assert not await owed(office)


async def test_a_decision_that_ends_the_case_ends_its_workflow_after_it_looked(office_at_work: Office):
    office = office_at_work
    running, lost = await raised(office), await raised(office)
    tasks = [next(iter((await player.state()).case.tasks)) for player in (running, lost)]
    await office.handle(lost.case).terminate("lost")

    await bulk(office, tasks, outcome="reject")
    await waker(office).step()

    assert (await office.outcome(running.case)).stage == "rejected"
    assert not await owed(office)  # a case that is over in the log needs no workflow


async def test_what_a_decision_asks_of_others_is_delivered_when_the_workflow_looked(office_at_work: Office):
    office, case = office_at_work, f"authority-{uuid4().hex[:8]}"
    await office.start("authority", REQUEST, by=CONTROLLER, case=case, name="request-limit")
    steps = await approved(office, case, until="executive")
    [task] = (await office.state(case))["tasks"]

    await bulk(office, [task["id"]], by=task["assignees"][0])
    assert not await limits_of(office, CONTROLLER)
    await waker(office).step()
    await office.outcome(case)

    assert steps
    assert await limits_of(office, CONTROLLER)
