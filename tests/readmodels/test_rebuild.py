"""A view is built anew beside the old one; readers change over at one instant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

import readmodels
from domain.kernel.errors import Refused
from eventstore.database import Connection, Pool, connection
from readmodels.fold import Change
from readmodels.projector import Projector, position_shown
from readmodels.rows import Columns
from readmodels.view import CASES, VIEWS, View
from tests.readmodels.toy_process import EPOCH, ERRANDS, asked, errand_process, everything, put, story, until

OTHERS = tuple(view for view in VIEWS if view is not CASES)
GATE = 4711
"""The number of a lock that only these tests take."""
SHOWN = {(view.name, True) for view in VIEWS}


async def _generations(conn: Connection) -> set[tuple[str, bool]]:
    return {tuple(row) for row in await conn.fetch("SELECT name, active FROM signoff.views")}


async def _rows_of_all_generations(conn: Connection, table: str = "signoff.cases") -> int:
    return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))


async def test_a_rebuild_leaves_one_generation_and_its_rows(pool: Pool, conn: Connection) -> None:
    for stream, events in story(9):
        await put(conn, stream, *events)
    await readmodels.project(pool, ERRANDS)
    old = await conn.fetch("SELECT generation FROM signoff.views")
    assert await readmodels.rebuild(pool, ERRANDS) == await conn.fetchval("SELECT count(*) FROM signoff.events")
    assert await _generations(conn) == SHOWN
    assert await _rows_of_all_generations(conn) == 9
    assert not {row[0] for row in old} & {row[0] for row in await conn.fetch("SELECT generation FROM signoff.inbox")}


async def test_one_view_can_be_rebuilt_alone(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    await conn.execute("UPDATE signoff.cases SET stage = 'wrong'")
    await conn.execute("UPDATE signoff.inbox SET kind = 'wrong'")
    await readmodels.rebuild(pool, ERRANDS, "cases")
    assert [row.stage for row in await readmodels.cases(conn, now=EPOCH)] == ["asking"]
    assert [row.kind for row in await readmodels.inbox(conn, "e1", now=EPOCH)] == ["wrong"]


async def test_readers_see_the_old_generation_until_the_switch_and_new_events_meanwhile(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    for number in range(6):
        await put(conn, f"errand-{number}", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    await conn.execute("UPDATE signoff.cases SET stage = 'old'")
    async with _held_at("errand-3", database_url) as cases:
        build = asyncio.create_task(readmodels.rebuild(pool, ERRANDS, views=(cases,), batch=1))
        await until(lambda: _is_held(conn))
        assert await _rows_of_all_generations(conn) > 6
        await put(conn, "errand-new", asked(1, "e1"))
        await readmodels.project(pool, ERRANDS)
        assert await _stages(conn) == (7, {"old"})
    seen = []
    while not build.done():
        seen.append(await _stages(conn))
    await build
    assert all(each in ((7, {"old"}), (7, {"asking"})) for each in seen)
    assert await _stages(conn) == (7, {"asking"})


async def _stages(conn: Connection) -> tuple[int, set[str]]:
    """How many cases are shown, and the stages of those that were there from the beginning."""
    found = await readmodels.cases(conn, now=EPOCH)
    return len(found), {row.stage for row in found if row.case != "errand-new"}


@asynccontextmanager
async def _held_at(stream: str, database_url: str) -> AsyncIterator[View]:
    """The view of cases, whose building waits at this case until the block ends."""
    gate = f"($2::text[] @> ARRAY['{stream}'] AND pg_advisory_xact_lock_shared({GATE})::text IS NULL)"
    async with connection(database_url, role=None) as keeper:
        await keeper.execute(f"SELECT pg_advisory_lock({GATE})")
        yield replace(
            CASES,
            write=CASES.write.replace("WHERE $2::text[] IS NOT NULL", f"WHERE NOT {gate} AND $2::text[] IS NOT NULL"),
        )


async def _is_held(conn: Connection) -> bool:
    return bool(await conn.fetchval(f"SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND objid = {GATE}"))


async def test_events_written_during_a_rebuild_are_all_shown_after_it(pool: Pool, conn: Connection) -> None:
    for number in range(20):
        await put(conn, f"errand-{number}", asked(1, "e1"))
    stop = asyncio.Event()
    follower = asyncio.create_task(readmodels.follow(pool, ERRANDS, stop))
    build = asyncio.create_task(readmodels.rebuild(pool, ERRANDS, batch=2))
    number, last = 20, 0
    while not build.done() and number < 50:
        last = await put(conn, f"errand-{number}", asked(1, "e1"))
        number += 1
    assert number > 20, "the rebuild was over before anything was written"
    await build
    assert await position_shown(pool) <= last
    await readmodels.wait_for(pool, last)
    stop.set()
    await follower
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == number
    assert await _generations(conn) == SHOWN


async def test_readers_never_go_back_when_the_new_generation_is_shown(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    async with connection(database_url, role=None) as owner:
        analysing = owner.transaction()  # the rebuild has read the log twice when it comes to this lock
        await analysing.start()
        await owner.execute("LOCK TABLE signoff.cases IN SHARE UPDATE EXCLUSIVE MODE")
        build = asyncio.create_task(readmodels.rebuild(pool, ERRANDS))
        await until(lambda: conn.fetchval("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))
        last = await put(conn, "errand-b", asked(1, "e1"))
        await readmodels.project(pool, ERRANDS)
        assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 2
        await analysing.commit()
        await build
    assert await position_shown(pool) == last
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 2


async def test_a_rebuild_cut_off_leaves_the_old_rows_and_is_swept_by_the_next(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    for stream, events in story(9):
        await put(conn, stream, *events)
    await readmodels.project(pool, ERRANDS)
    before = await everything(conn)
    async with _held_at("errand-005", database_url) as cases:
        build = asyncio.create_task(readmodels.rebuild(pool, ERRANDS, views=(cases, *OTHERS), batch=2))
        await until(lambda: _is_held(conn))
        assert await _rows_of_all_generations(conn) > 9
        build.cancel()
        with pytest.raises(asyncio.CancelledError):
            await build
    assert await everything(conn) == before
    assert ("cases", False) in await _generations(conn)
    await readmodels.rebuild(pool, ERRANDS)
    assert await _generations(conn) == SHOWN
    assert await _rows_of_all_generations(conn) == 9
    assert await everything(conn) == before


async def test_the_same_view_is_not_built_twice_at_once(pool: Pool, conn: Connection, database_url: str) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    async with _held_at("errand-a", database_url) as cases:
        build = asyncio.create_task(readmodels.rebuild(pool, ERRANDS, views=(cases,)))
        await until(lambda: _is_held(conn))
        with pytest.raises(Refused) as refused:
            await readmodels.rebuild(pool, ERRANDS, "cases")
    assert refused.value.code == "rebuild-running"
    await build
    await readmodels.rebuild(pool, ERRANDS, "cases")


async def test_an_unknown_view_is_refused_with_the_names_there_are(pool: Pool) -> None:
    with pytest.raises(Refused, match="cases, inbox, exceptions, stood_in, milestones"):
        await readmodels.rebuild(pool, ERRANDS, "casse")


async def test_a_new_version_of_a_view_is_built_without_being_asked_for(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)

    def louder(change: Change) -> list[Columns]:
        return [row | {"stage": row["stage"].upper()} for row in CASES.rows(change)]

    newer = (replace(CASES, version=CASES.version + 1, rows=louder), *OTHERS)
    await put(conn, "errand-b", asked(1, "e1"))
    await Projector(pool, ERRANDS, views=newer).catch_up()
    assert {row.stage for row in await readmodels.cases(conn, now=EPOCH)} == {"ASKING"}
    with pytest.raises(readmodels.ViewsAreNewer):
        await readmodels.project(pool, ERRANDS)
    await readmodels.rebuild(pool, ERRANDS)
    assert {row.stage for row in await readmodels.cases(conn, now=EPOCH)} == {"asking"}


async def test_a_process_that_is_new_brings_its_earlier_cases(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await put(conn, "chore-a", asked(1, "e1"), process="chore")
    await readmodels.project(pool, ERRANDS)
    assert [row.case for row in await readmodels.cases(conn, now=EPOCH)] == ["errand-a"]
    await readmodels.project(pool, {**ERRANDS, "chore": errand_process("chore")})
    assert [row.case for row in await readmodels.cases(conn, now=EPOCH)] == ["chore-a", "errand-a"]
    with pytest.raises(readmodels.ViewsAreNewer):
        await readmodels.project(pool, ERRANDS)


async def test_the_application_role_rebuilds_without_owning_the_tables(pool: Pool, conn: Connection) -> None:
    assert await conn.fetchval("SELECT current_user") == "signoff_app"
    await put(conn, "errand-a", asked(1, "e1"))
    assert await readmodels.rebuild(pool, ERRANDS, views=VIEWS) == 1
