"""A follower sees every event once, in order, however writers overlap."""

import asyncio

import asyncpg
import pytest

from eventstore import log
from tests.eventstore.helpers import write


async def test_two_writers_that_commit_out_of_order_lose_nothing(pool):
    async with pool.acquire() as slow, pool.acquire() as quick, pool.acquire() as follower:
        first = slow.transaction()
        await first.start()
        [low] = await write(slow, "hiring-1")
        [high] = await write(quick, "hiring-2")
        assert low.position < high.position
        assert await log.head(follower) == high.position
        assert await log.read_all(follower, after=0) == []  # high is committed, low may still be
        await first.commit()
        assert await log.read_all(follower, after=0) == [low, high]


async def test_a_position_drawn_in_vain_is_passed(pool):
    async with pool.acquire() as conn:
        lost = conn.transaction()
        await lost.start()
        await write(conn)
        await lost.rollback()
        [kept] = await write(conn)
        assert kept.position == 2
        assert await log.read_all(conn, after=0) == [kept]


async def test_a_follower_pages_through_in_order(pool):
    async with pool.acquire() as conn:
        events = await write(conn, events=7)
        assert await log.read_all(conn, after=0, limit=3) == events[:3]
        assert await log.read_all(conn, after=events[2].position, limit=3) == events[3:6]
        assert await log.read_all(conn, after=events[6].position) == []


async def test_a_waiting_follower_holds_writers_up_only_for_an_instant(pool):
    async with pool.acquire() as slow, pool.acquire() as quick, pool.acquire() as follower:
        first = slow.transaction()
        await first.start()
        await write(slow, "hiring-1")
        reading = asyncio.create_task(log.read_all(follower, after=0))
        await asyncio.wait_for(write(quick, "hiring-2"), 5)
        assert await reading == []
        await first.rollback()


async def test_a_follower_inside_a_transaction_does_not_keep_the_lock(pool):
    async with pool.acquire() as conn, pool.acquire() as writer, conn.transaction():
        await log.read_all(conn, after=0)
        await asyncio.wait_for(write(writer), 5)
        assert len(await log.read_all(conn, after=0)) == 1


async def test_reading_everything_waits_for_a_writer_rather_than_end_early(pool):
    async with pool.acquire() as slow, pool.acquire() as reader:
        before = await write(reader, "hiring-1", events=3)
        busy = slow.transaction()
        await busy.start()
        [late] = await write(slow, "hiring-2")
        reading = asyncio.create_task(everything(reader, batch=2))
        with pytest.raises(TimeoutError):  # longer than a follower waits before it answers with nothing
            await asyncio.wait_for(asyncio.shield(reading), 0.2)
        await busy.commit()
        assert await reading == [*before, late]


async def everything(conn, *, batch):
    return [event async for part in log.read_everything(conn, batch=batch) for event in part]


async def test_following_in_an_old_snapshot_is_refused(pool):
    async with pool.acquire() as conn:
        with pytest.raises(asyncpg.PostgresError, match="READ COMMITTED"):
            async with conn.transaction(isolation="repeatable_read"):
                await log.read_all(conn, after=0)


async def test_many_writers_and_a_follower_agree_on_every_event(pool):
    seen, done = [], asyncio.Event()

    async def follow():
        async with pool.acquire() as conn:
            while True:
                last = done.is_set()
                batch = await log.read_all(conn, after=seen[-1] if seen else 0, limit=50)
                seen.extend(event.position for event in batch)
                if last and not batch:
                    return

    async def writer(number):
        async with pool.acquire() as conn:
            for version in range(25):
                async with conn.transaction():
                    await write(conn, f"hiring-{number}", at=version)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(writer(number) for number in range(8)))
    done.set()
    await asyncio.wait_for(following, 30)
    assert len(seen) == 200
    assert seen == sorted(set(seen))
