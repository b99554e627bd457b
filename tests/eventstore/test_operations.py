"""What operations know of verifications: each case is as the newest look at it left it."""

from collections.abc import Iterable

from asyncpg import Connection

from eventstore import operations
from eventstore.chain import Problem, Report
from eventstore.database import Pool


async def looked(conn: Connection, *bad: str, alone: str | None = None) -> None:
    problems = [Problem(stream, 1, "event 1 was altered") for stream in bad]
    await operations.verified(conn, Report(9, 3, problems), problems, stream=alone, with_checkpoint=False)


async def known(conn: Connection) -> Iterable[str]:
    return [problem.stream for problem in await operations.known_problems(conn)]


async def test_a_case_verified_alone_changes_what_is_known_of_it_and_of_no_other(pool: Pool):
    async with pool.acquire() as conn:
        assert await known(conn) == []
        await looked(conn, "hiring-2", alone="hiring-2")
        assert await known(conn) == ["hiring-2"]
        await looked(conn, "hiring-1", "hiring-3")
        assert await known(conn) == ["hiring-1", "hiring-3"]
        await looked(conn, "hiring-2", alone="hiring-2")
        await looked(conn, alone="hiring-1")
        assert await known(conn) == ["hiring-2", "hiring-3"]
        await looked(conn, alone="hiring-2")
        assert await known(conn) == ["hiring-3"]
        await looked(conn)
        assert await known(conn) == []


async def test_the_age_of_the_last_look_is_that_of_the_whole_log(pool: Pool):
    async with pool.acquire() as conn:
        await looked(conn, alone="hiring-1")
        assert await operations.last_verification(conn) is None
        await looked(conn)
        await looked(conn, alone="hiring-1")
        last = await operations.last_verification(conn)
    assert last is not None
    assert (last.events, last.problems) == (9, 0)


async def test_work_that_failed_once_more_keeps_since_when_and_is_forgotten_when_it_succeeds(pool: Pool):
    async with pool.acquire() as conn:
        for attempts in (2, 3):
            await operations.failed(conn, "hiring-1", "perform", command="hold", error="KeyError", attempts=attempts)
        first = await conn.fetchval("select since = tried_at from signoff.failing")
        [work] = await operations.failing(conn, limit=9)
        before = (await operations.backlog(conn)).failing
        await operations.went_on(conn, "hiring-1", "perform")
        after = (await operations.backlog(conn)).failing
    assert (work.stream, work.command, work.error, work.attempts, first) == ("hiring-1", "hold", "KeyError", 3, False)
    assert (before, after) == (1, 0)


async def test_work_that_nobody_tries_any_more_is_not_shown(pool: Pool):
    async with pool.acquire() as conn:
        await operations.failed(conn, "hiring-1", "load", command=None, error="KeyError", attempts=2)
        await conn.execute("update signoff.failing set tried_at = tried_at - interval '3 minutes'")
        assert await operations.failing(conn, limit=9) == []
