"""A program or a server that stops does not stop the others for long."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psutil
import pytest

from eventstore import database, log
from eventstore.database import FROZEN, is_away
from eventstore.database import pool as open_pool
from tests.eventstore.helpers import write
from tests.support.postgres import Server, start

WRITERS = 6


async def followed(conn: Any, *, count: int) -> list[Any]:
    """All events, as a follower gets them that asks until it has them."""
    turn, found = log.Turn(), []
    while len(found) < count:
        found += await log.read_all(conn, after=found[-1].position if found else 0, turn=turn)
        await asyncio.sleep(0.02)
    return found


async def test_a_program_frozen_while_it_appends_is_passed(database_url: str):
    async with await open_pool(database_url, awaited=True) as awaited, awaited.acquire() as follower:
        frozen = await awaited.acquire()
        await frozen.transaction().start()
        await write(frozen, "hiring-frozen")
        began = time.monotonic()
        await write(follower, "hiring-1")

        [seen] = await asyncio.wait_for(followed(follower, count=1), 10)

        assert seen.stream == "hiring-1"
        assert time.monotonic() - began < FROZEN.total_seconds() + 2
        with pytest.raises(database.AWAY):
            await frozen.execute("commit")


async def test_writers_that_never_pause_starve_no_follower(database_url: str):
    """Each holds the order of the log for longer than a follower waits at first, and they overlap."""
    async with await open_pool(database_url, max_size=WRITERS + 1) as pool:
        done = asyncio.Event()

        async def busy(stream: str, seconds: float) -> None:
            async with pool.acquire() as conn:
                while not done.is_set():
                    async with conn.transaction():
                        await write(conn, stream, at=await log.stream_version(conn, stream))
                        await conn.execute("select pg_sleep($1)", seconds)

        async with asyncio.TaskGroup() as tasks:
            for number in range(WRITERS):
                tasks.create_task(busy(f"hiring-{number}", 0.3 + number / 7))
            async with pool.acquire() as follower:
                try:
                    found = await asyncio.wait_for(followed(follower, count=WRITERS), 10)
                finally:
                    done.set()

    assert [each.position for each in found] == sorted(each.position for each in found)


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """While the block runs, no process of this Postgres goes on."""
    first = psutil.Process(int((server.folder / "pg" / "postmaster.pid").read_text().split()[0]))
    processes = [first, *first.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


async def test_a_postgres_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "ANSWERED", timedelta(seconds=1))
    server = await start()
    try:
        async with await open_pool(await server.log(), awaited=True) as pool:
            assert await pool.fetchval("select 1") == 1
            with stopped(server), pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(20) as patience, pool.acquire() as conn, conn.transaction():
                    await conn.fetchval("select 1")
            assert is_away(caught.value)
            assert not patience.expired()
            assert await pool.fetchval("select 1") == 1
    finally:
        await server.stop()
