"""A worker that is killed with -9 holds its cases up for seconds, and what its successor does is what replays."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.worker import Replayer

from application.commands import compose
from cli.demo.player import Player
from tests.support.hiring import opened
from tests.support.office import PAYLOAD_KEYS, Office
from tests.web.server import environment, free_port
from tests.workflows.test_hangs import hanging, until_it_waits
from workflows.plugin import signoff_plugin

FIRST_DECISION = 5.0
"""Seconds in which a decision is made after a successor of the killed worker is there."""


@asynccontextmanager
async def a_worker(office: Office, log: Path) -> AsyncIterator[Process]:
    """`signoff worker` as a process of its own, ready."""
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "worker", env=environment(office, free_port()), stderr=said, stdout=said
        )
    try:
        async with asyncio.timeout(60):
            while "worker ready" not in log.read_text():  # noqa: ASYNC110, ASYNC240 - it is another program
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def killed(office: Office, case: str, folder: Path) -> tuple[Player, float]:
    """A case whose worker was killed while Postgres hung; the seconds that another's first decision took after."""
    async with a_worker(office, folder / "first.log") as first:
        player, other = await opened(office, case), await opened(office, f"{case}-other")
        made = await compose.command(office.services, case, "comment", {"text": "one"}, office.actor("e1005"))
        async with hanging(office):
            waiting = asyncio.create_task(office.services.send.send(made, start=False))
            await until_it_waits(office, case)
            first.send_signal(signal.SIGKILL)
            await first.wait()
    async with a_worker(office, folder / "second.log"):
        began = time.monotonic()
        await office.do(other.case, "comment", {"text": "first decision"}, by="e1005")
        took = time.monotonic() - began
        await waiting
        await office.do(case, "withdraw", {"reason": "enough"}, by="e1005")
        await office.handle(case).result()
    return player, took


async def test_a_killed_worker_holds_cases_up_for_seconds(office_without_worker: Office, tmp_path: Path):
    office = office_without_worker

    player, took = await killed(office, "hiring-killed", tmp_path)

    history = await office.handle(player.case).fetch_history()
    await Replayer(workflows=[], plugins=[signoff_plugin(PAYLOAD_KEYS, sandbox=True)]).replay_workflow(history)
    assert [each.text for each in (await player.state()).case.comments] == ["one"]
    assert took < FIRST_DECISION
