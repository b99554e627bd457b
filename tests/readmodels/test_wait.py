"""Pages and the command line show what their user just did."""

import asyncio

import pytest

import readmodels
from eventstore.database import Connection, Pool
from readmodels.projector import Projector, position_shown
from tests.readmodels.toy_process import EPOCH, ERRANDS, asked, put


async def test_wait_for_returns_only_when_the_position_is_shown(pool: Pool, conn: Connection) -> None:
    position = await put(conn, "errand-a", asked(1, "e1"))
    waiting = asyncio.create_task(readmodels.wait_for(pool, position))
    with pytest.raises(readmodels.ViewsBehind):
        await readmodels.wait_for(pool, position, within=0.1)
    assert not waiting.done()
    await readmodels.project(pool, ERRANDS)
    await waiting
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 1


async def test_wait_for_waits_for_the_slowest_view(pool: Pool, conn: Connection) -> None:
    position = await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    await readmodels.wait_for(pool, position, within=0.1)
    await conn.execute("UPDATE signoff.views SET position = 0 WHERE name = 'inbox'")
    with pytest.raises(readmodels.ViewsBehind):
        await readmodels.wait_for(pool, position, within=0.1)


async def test_a_view_that_is_behind_meets_the_others_and_goes_on_with_them(pool: Pool, conn: Connection) -> None:
    for number in range(5):
        await put(conn, f"errand-{number}", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    await conn.execute("UPDATE signoff.views SET position = 2 WHERE name = 'inbox'")
    await conn.execute("DELETE FROM signoff.inbox WHERE case_id NOT IN ('errand-0', 'errand-1')")
    for number in (5, 6):
        await put(conn, f"errand-{number}", asked(1, "e1"))
    assert await Projector(pool, ERRANDS, batch=2).catch_up() == 3 + 2
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 7
    assert len(await readmodels.cases(conn, now=EPOCH)) == 7


async def test_fresh_projects_itself_when_nobody_does(pool: Pool, conn: Connection) -> None:
    position = await put(conn, "errand-a", asked(1, "e1"))
    assert await readmodels.fresh(pool, ERRANDS) == position
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 1


async def test_fresh_of_an_empty_log_has_nothing_to_wait_for(pool: Pool) -> None:
    assert await readmodels.fresh(pool, ERRANDS, within=1) == 0


async def test_fresh_waits_for_the_projector_that_is_at_work(pool: Pool, conn: Connection) -> None:
    position = await put(conn, "errand-a", asked(1, "e1"))
    async with conn.transaction():
        await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", 0x5160FF)
        waiting = asyncio.create_task(readmodels.fresh(pool, ERRANDS))
        with pytest.raises(readmodels.ViewsBehind, match=f"position {position}"):
            await readmodels.fresh(pool, ERRANDS, within=0.2)
        assert not waiting.done()
    assert await waiting == position


async def test_many_pages_at_once_are_all_fresh(pool: Pool, conn: Connection) -> None:
    positions = [await put(conn, f"errand-{number}", asked(1, "e1")) for number in range(20)]
    assert await asyncio.gather(*(readmodels.fresh(pool, ERRANDS) for _ in range(8))) == [positions[-1]] * 8
    assert await position_shown(pool) == positions[-1]
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 20
