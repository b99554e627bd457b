"""A workflow whose tasks fail is begun anew from the log; nothing is decided or told twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio.exceptions import ActivityError, ApplicationError

from application.commands import compose
from application.commands.beginning import Beginner
from application.commands.healing import PROBLEMS, Healer
from application.commands.recover import recover
from cli.demo.player import Player
from eventstore.notifications import told
from runtime import metrics
from tests.support.hiring import opened
from tests.support.office import Office
from tests.workflows.test_disasters import story_of
from tests.workflows.test_hangs import hanging, until_it_waits
from workflows import loop


def healer_of(office: Office) -> Healer:
    return Healer(office.services.pool, Beginner(office.client, office.services.processes, office.queue))


@asynccontextmanager
async def dead(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Player]:
    """A case that met a hang under the code of before: its replay is not what was done, so its tasks fail for ever."""
    monkeypatch.setattr(loop, "LOCAL_FAILED", (ActivityError, ApplicationError))
    async with office.working():
        player = await opened(office, f"hiring-dead-{uuid4().hex[:6]}")
        made = await compose.command(office.services, player.case, "comment", {"text": "one"}, office.actor("e1005"))
        async with hanging(office):
            waiting = asyncio.create_task(office.services.send.send(made, start=False))
            await until_it_waits(office, player.case)
        await waiting
    async with office.working():
        yield player


async def until_reported(office: Office, case: str) -> None:
    async with asyncio.timeout(60):
        while True:
            listed = [each.id async for each in office.client.list_workflows(f"{PROBLEMS} IS NOT NULL")]
            if case in listed:
                return
            await asyncio.sleep(0.1)


async def texts(office: Office, case: str) -> list[str]:
    return [payload["text"] for _, kind, _, payload in await story_of(office, case) if kind == "Commented"]


@pytest.mark.rule("KRN-53")
async def test_a_dead_case_goes_on(office_without_worker: Office, monkeypatch: pytest.MonkeyPatch):
    office, counted = office_without_worker, metrics.HEALED._value.get()
    async with dead(office, monkeypatch) as player:
        [task] = (await player.state()).case.tasks.values()
        waiting = asyncio.create_task(office.do(player.case, "comment", {"text": "two"}, by="e1005"))
        await until_reported(office, player.case)

        healed = await healer_of(office).step()
        ack = await waiting
        again = await healer_of(office).step()

        assert (healed, again) == ([player.case], [])
        assert not ack.repeated
        assert await texts(office, player.case) == ["one", "two"]
        assert (await office.state(player.case))["version"] == ack.version
    async with office.services.pool.acquire() as conn:
        heard = await told(conn, task.assignees[0])
    assert len([item for item in heard if item.task == task.id]) == 1
    assert metrics.HEALED._value.get() == counted + 1


@pytest.mark.rule("KRN-53")
async def test_recover_begins_a_dead_case_anew(office_without_worker: Office, monkeypatch: pytest.MonkeyPatch):
    office = office_without_worker
    async with dead(office, monkeypatch) as player:
        waiting = asyncio.create_task(office.do(player.case, "comment", {"text": "two"}, by="e1005"))
        await until_reported(office, player.case)

        done = await recover(office.services)
        await waiting

        assert (done.started, done.running) == (1, 0)
        assert await texts(office, player.case) == ["one", "two"]


async def test_what_fails_again_is_left_alone_for_a_while(
    office_without_worker: Office, monkeypatch: pytest.MonkeyPatch
):
    office = office_without_worker

    def broken(*_: object) -> None:
        raise RuntimeError("a mistake in the code")

    async with office.working():
        player = await opened(office, "hiring-broken-code")
    monkeypatch.setattr(loop, "current_details", broken)
    async with office.working():
        await office.handle(player.case).signal("look")
        await until_reported(office, player.case)
        first = await healer_of(office).step()
        await office.handle(player.case).signal("look")
        await until_problems(office, player.case)
        second = await healer_of(office).step()
        forced = await healer_of(office).step(at_once=True)

    assert (first, second, forced) == ([player.case], [], [player.case])


async def until_problems(office: Office, case: str) -> None:
    """Until the run of now is reported and listed."""
    async with asyncio.timeout(60):
        while PROBLEMS not in (await office.handle(case).describe()).search_attributes:  # noqa: ASYNC110 - Temporal is another program
            await asyncio.sleep(0.1)
    await until_reported(office, case)
