"""Several streams in one query: each from where its reader stands, and never by reading the whole log."""

from eventstore import log
from eventstore.database import connection
from eventstore.log import _SQL
from tests.eventstore.helpers import write


async def test_each_stream_comes_from_its_own_version_in_order(pool):
    async with pool.acquire() as conn:
        await write(conn, "organisation", events=3)
        policy = await write(conn, "policy", events=2)
        await write(conn, "hiring-1", events=2)
        later = await write(conn, "organisation", at=3, events=2)
        found = await log.read_streams(conn, {"organisation": 3, "policy": 0, "delegations": 0, "hiring-2": 0})
        assert found == {"organisation": later, "policy": policy}


async def test_nothing_new_is_nothing(pool):
    async with pool.acquire() as conn:
        await write(conn, "policy", events=2)
        assert await log.read_streams(conn, {"policy": 2, "organisation": 0}) == {}


async def test_the_processes_of_some_streams_come_with_the_news_of_others(pool):
    async with pool.acquire() as conn:
        await write(conn, "hiring-1", events=2)
        policy = await write(conn, "policy", events=2)
        processes, news = await log.processes_and_streams(conn, ["hiring-1", "hiring-2"], {"policy": 1, "hiring-3": 0})
        assert processes == await log.processes_of(conn, ["hiring-1"])
        assert set(processes) == {"hiring-1"}
        assert news == {"policy": policy[1:]}
        assert await log.processes_and_streams(conn, [], {"policy": 2}) == ({}, {})


async def test_a_plan_for_any_values_looks_each_stream_up_by_its_index(pool):
    async with pool.acquire() as conn:
        await write(conn, "policy", events=2)
        await conn.execute("set plan_cache_mode = force_generic_plan")
        await conn.execute(f"prepare several as {_SQL['processes_and_streams']}")
        rows = await conn.fetch("explain execute several (array['policy'], array[0], array['hiring-1'])")
        plan = "\n".join(row[0] for row in rows)
        await conn.execute("deallocate several; reset plan_cache_mode")
    assert "Seq Scan on events" not in plan
    assert "events_stream_version_key" in plan


async def test_nothing_is_asked_about_types_before_a_first_question_or_command(database_url):
    """asyncpg would ask about arrays that it does not know, which costs more than the question itself."""
    asked = []
    async with connection(database_url) as conn:
        with conn.query_logger(lambda query: asked.append(query.query)):
            await write(conn, "policy")
            await log.read_streams(conn, {"policy": 0})
    assert [query for query in asked if "pg_type" in query] == []
    assert len(asked) == 2
