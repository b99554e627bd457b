"""Postgres hangs: nothing is lost, and what the workflow did then is what its replay does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from temporalio.worker import Replayer

from application.commands import compose
from eventstore import log
from tests.support.hiring import opened
from tests.support.office import PAYLOAD_KEYS, Office
from workflows.plugin import signoff_plugin


@asynccontextmanager
async def hanging(office: Office) -> AsyncIterator[None]:
    """While the block runs, each reading of a case in the log waits."""
    conn = await asyncpg.connect(office.services.settings.migrate_url)
    try:
        async with conn.transaction():
            await conn.execute("lock table signoff.events in access exclusive mode")
            yield
    finally:
        await conn.close()


async def until_it_waits(office: Office, case: str) -> None:
    """Until the activity with unlimited retries has taken over from the local one."""
    async with asyncio.timeout(30):
        while True:
            shown = await office.handle(case).describe()
            if shown.raw_description.pending_activities:
                return
            await asyncio.sleep(0.05)


async def test_a_case_that_met_a_hang_replays(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-hang")
    made = await compose.command(office.services, player.case, "comment", {"text": "late"}, office.actor("e1005"))
    async with hanging(office):
        waiting = asyncio.create_task(office.services.send.send(made, start=False))
        await until_it_waits(office, player.case)
    ack = await waiting

    history = await office.handle(player.case).fetch_history()
    await Replayer(workflows=[], plugins=[signoff_plugin(PAYLOAD_KEYS, sandbox=True)]).replay_workflow(history)

    async with office.services.pool.acquire() as conn:
        assert await log.stream_version(conn, player.case) == ack.version
