"""Workers die, Postgres goes away, Temporal is lost: nothing acknowledged is lost, nothing is done twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.worker import Worker

from activities.decide import Decider
from activities.deliver import Deliverer
from activities.registrations import registrations
from application.commands import compose
from application.commands.beginning import Beginner
from application.commands.recover import recover
from domain.processes import PROCESSES
from eventstore import log
from eventstore.notifications import told
from readmodels import timeline
from tests.support.hiring import opened, played, whole_story
from tests.support.office import Office
from tests.support.postgres import Server
from workflows.messages import Perform, Performed, Start

HALF = 20


async def story_of(office: Office, case: str) -> list[tuple[Any, ...]]:
    """The stream of a case without what the clock and the database gave it."""
    async with office.services.pool.acquire() as conn:
        return [
            (event.version, event.type, event.actor, _timeless(event.payload, case))
            for event in await log.read_stream(conn, case)
        ]


def _timeless(value: Any, case: str) -> Any:
    if isinstance(value, dict):
        return {k: _timeless(v, case) for k, v in value.items() if k not in TIMES}
    if isinstance(value, list):
        return [_timeless(v, case) for v in value]
    return value.replace(case, "CASE") if isinstance(value, str) else value


TIMES = {"at", "offered_at", "due_at", "after_seconds", "until", "rungs", "sealed"}
"""What the clock gave, and ciphertext: each office has keys of its own."""


@pytest.mark.rule("KRN-53")
async def test_a_case_recovered_from_the_log_equals_an_uninterrupted_one(office_at_work: Office, second_office: Office):
    """Two offices, so that neither request counts against the other's limits (KRN-05)."""
    office = office_at_work
    async with second_office.working():
        await played(second_office, "hiring-straight")
    player = await played(office, "hiring-broken", HALF)
    before = await player.state()

    await office.handle(player.case).terminate("the cluster is lost")
    done = await recover(office.services)
    again = await recover(office.services)
    shown = await office.state(player.case)
    await player.play(whole_story()[HALF:])

    assert (done.started, done.running) == (1, 0)
    assert (again.started, again.running) == (0, 1)
    assert shown["deadlines"] == [d.model_dump(mode="json") for d in before.case.deadlines]
    assert [t["timing"] for t in shown["tasks"]] == [
        t.timing.model_dump(mode="json") for t in before.case.tasks.values()
    ]
    assert await story_of(office, "hiring-broken") == await story_of(second_office, "hiring-straight")


@pytest.mark.rule("KRN-53")
async def test_a_command_waits_for_no_turn_of_recovery(office_at_work: Office):
    """Cases are loaded one after the other, so that workers have time; whoever asks for one is first."""
    office = office_at_work
    player = await opened(office, "hiring-in-turn")
    await office.handle(player.case).terminate("the cluster is lost")
    begin = Beginner(office.client, PROCESSES, office.queue)
    assert await begin.missing(player.case, "hiring", timedelta(hours=1))

    await office.do(player.case, "comment", {"text": "at once"}, by="e1005")

    assert len((await player.state()).case.comments) == 1
    assert not await begin.missing(player.case, "hiring", timedelta(0))


@pytest.mark.rule("KRN-53")
async def test_recovery_tells_nobody_twice(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-told-once")
    [task] = (await player.state()).case.tasks.values()
    await office.do(player.case, "comment", {"text": "x"}, by="e1005")
    await office.handle(player.case).terminate("the cluster is lost")
    await recover(office.services)
    await office.do(player.case, "withdraw", {"reason": "enough"}, by="e1005")
    await office.handle(player.case).result()

    async with office.services.pool.acquire() as conn:
        heard = await told(conn, task.assignees[0])

    assert len([item for item in heard if item.task == task.id]) == 1


async def test_a_decision_sent_while_no_worker_lives_waits_and_is_kept(office_without_worker: Office):
    office = office_without_worker
    async with office.working():
        player = await opened(office, "hiring-no-worker")
    [task] = (await player.state()).case.tasks.values()

    waiting = asyncio.create_task(
        office.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])
    )
    async with office.working():
        ack = await waiting

    async with office.services.pool.acquire() as conn:
        assert ack.version <= await log.stream_version(conn, player.case)
    assert task.id not in (await player.state()).case.tasks


async def test_a_worker_that_remembers_nothing_plays_the_same_story(office_without_worker: Office):
    office = office_without_worker
    at_work = registrations(
        office.services.pool,
        Decider(office.services.pool, PROCESSES),
        Deliverer(office.services.pool, office.services.send),
    )
    async with Worker(office.client, task_queue=office.queue, activities=at_work, max_cached_workflows=0):
        player = await played(office, "hiring-forgetful", HALF)
        shown = await office.state(player.case)

    assert shown["version"] == (await story_of(office, player.case))[-1][0]


class Crashing(Decider):
    """Commits, and dies before it can say so: once per command."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.died: set[Any] = set()

    async def perform(self, request: Perform) -> Performed:
        done = await super().perform(request)
        if request.command.command_id not in self.died:
            self.died.add(request.command.command_id)
            raise ConnectionResetError("the worker died after the commit")
        return done


async def test_a_crash_between_append_and_acknowledgement_records_the_decision_once(office_without_worker: Office):
    office = office_without_worker
    crashing = registrations(
        office.services.pool,
        Crashing(office.services.pool, PROCESSES),
        Deliverer(office.services.pool, office.services.send),
    )
    async with Worker(office.client, task_queue=office.queue, activities=crashing):
        player = await opened(office, "hiring-crash")
        [task] = (await player.state()).case.tasks.values()
        ack = await office.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])

    async with office.services.pool.acquire() as conn:
        types = [row.type for row in await timeline(conn, player.case)]
    assert ack.repeated
    assert types.count("RequisitionRaised") == 1
    assert types.count("Decided") == 1


async def test_while_postgres_is_away_a_decision_waits_and_is_not_acknowledged(
    office_without_worker: Office, postgres: Server
):
    office = office_without_worker
    name = office.services.settings.database_url.split("/")[3].split("?")[0]
    async with office.working():
        player = await opened(office, "hiring-postgres-away")
        [task] = (await player.state()).case.tasks.values()
        payload = {"task": task.id, "outcome": "approve"}
        made = await _composed(office, player.case, payload, by=task.assignees[0])
        await postgres.execute(
            f"alter database {name} with allow_connections false",
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
        )
        waiting = asyncio.create_task(office.services.send.send(made, start=False))
        await _until_pending_activity(office, player.case)
        acknowledged_too_early = waiting.done()
        await postgres.execute(f"alter database {name} with allow_connections true")
        ack = await waiting

    assert not acknowledged_too_early
    async with office.services.pool.acquire() as conn:
        assert await log.stream_version(conn, player.case) >= ack.version
    assert task.id not in (await player.state()).case.tasks


async def _composed(office: Office, case: str, payload: dict[str, Any], *, by: str) -> Any:
    return await compose.command(office.services, case, "decide", payload, office.actor(by))


async def _until_pending_activity(office: Office, case: str) -> None:
    """Until the regular activity stands in the UI with its last failure: the patient one has taken over."""
    async with asyncio.timeout(30):
        while True:
            pending = (await office.handle(case).describe()).raw_description.pending_activities
            if any(activity.HasField("last_failure") for activity in pending):
                return
            await asyncio.sleep(0.05)


@pytest.mark.rule("KRN-31")
async def test_after_downtime_each_person_gets_one_digest(office_at_work: Office):
    """Three cases wait for one person; the cluster comes back after all rungs of their ladders have passed."""
    office = office_at_work
    cases = [(await opened(office, f"hiring-storm-{n}")).case for n in range(3)]
    [task] = (await office.state(cases[0]))["tasks"]
    for case in cases:
        await office.handle(case).terminate("the cluster is lost")

    for case in cases:
        start = Start(case=case, process="hiring")
        away = timedelta(days=20)
        handle = await office.client.start_workflow("Hiring", start, id=case, task_queue=office.queue, start_delay=away)
        await office.temporal.fast_forward(handle, away)
        await office.until(case, lambda shown: shown["tasks"][0]["reminded"])
        await office.do(case, "withdraw", {"reason": "enough"}, by="e1005")
        await office.outcome(case)

    async with office.services.pool.acquire() as conn:
        heard = await told(conn, task["assignees"][0])
        reminded = [row.data for case in cases for row in await timeline(conn, case) if row.type == "TaskReminded"]
    assert [row["missed"] for row in reminded] == [2, 2, 2]
    late = [item for item in heard if item.digest]
    assert {item.case for item in late} == set(cases)
    assert len({item.digest for item in late}) == 1
