"""The schema comes from numbered files, applied once, in order, and says plainly when it does not fit."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from domain.kernel.errors import Refused
from eventstore.database import check_schema, connect, connection, is_away, migrate, migrate_keys, pool
from eventstore.errors import DatabaseOutdated, DatabaseUnavailable
from eventstore.schema import Migration, migrations
from runtime.settings import keys_database
from tests.eventstore.helpers import write

NEWEST = migrations()[-1].number

CATALOGUE = """
select 'column', format('%s.%s %s %s notnull:%s default:%s collation:%s acl:%s', attrelid::regclass, attname, attnum,
    format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attcollation::regcollation, attacl)
from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on (adrelid, adnum) = (attrelid, attnum)
where c.relnamespace = 'signoff'::regnamespace and attnum > 0 and not attisdropped
union all
select 'relation', format('%s %s %s %s', relname, relkind, reloptions, relacl::text)
from pg_class where relnamespace = 'signoff'::regnamespace
union all
select 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint where connamespace = 'signoff'::regnamespace
union all
select 'index', indexdef from pg_indexes where schemaname = 'signoff'
union all
select 'function', format('%s %s', pg_get_functiondef(oid), proacl)
from pg_proc where pronamespace = 'signoff'::regnamespace
union all
select 'trigger', pg_get_triggerdef(t.oid) || tgenabled::text
from pg_trigger t join pg_class c on c.oid = tgrelid
where c.relnamespace = 'signoff'::regnamespace and not tgisinternal
union all
select 'sequence', sequencename || data_type::text || increment_by from pg_sequences where schemaname = 'signoff'
order by 1, 2
"""


async def catalogue(url):
    async with connection(url, role=None) as conn:
        return [tuple(row) for row in await conn.fetch(CATALOGUE)]


@pytest.fixture
async def empty(postgres):
    url = await postgres.fresh()
    yield url
    await postgres.drop(url)


async def test_a_migrated_database_is_current_and_connections_work_in_the_applications_role(database_url):
    async with connection(database_url) as conn:
        await check_schema(conn)
        assert await conn.fetchval("select current_user") == "signoff_app"
    opened = await pool(database_url)
    for _ in range(2):  # the role outlives the reset between two users of a connection
        async with opened.acquire() as conn:
            assert await conn.fetchval("select current_user") == "signoff_app"
    await opened.close()


async def test_a_fresh_schema_and_one_migrated_step_by_step_with_data_do_not_differ(empty, database_url):
    for count in range(1, len(migrations()) + 1):
        assert len(await migrate(empty, migrations()[:count])) == 1
        async with connection(empty) as conn:
            await write(conn, f"hiring-{count}", events=2)
    assert await catalogue(empty) == await catalogue(database_url)
    async with connection(empty) as conn:
        assert await conn.fetchval("select count(*) from signoff.events") == 2 * len(migrations())


async def test_migrations_are_applied_once_even_by_several_at_the_same_time(empty):
    applied = await asyncio.gather(*(migrate(empty) for _ in range(5)))
    names = [f"{step.number:04}_{step.name}" for step in migrations()]
    assert sorted(applied) == [[], [], [], [], names]


async def test_a_migration_that_fails_leaves_nothing_of_itself(empty):
    broken = Migration(NEWEST + 1, "broken", "create table signoff.half (a int); select 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty, [*migrations(), broken])
    async with connection(empty) as conn:
        await check_schema(conn)
        assert await conn.fetchval("select to_regclass('signoff.half')") is None


async def test_a_migration_that_was_edited_after_it_was_applied_is_refused(database_url):
    first, *rest = migrations()
    with pytest.raises(Refused) as refused:
        await migrate(database_url, [replace(first, sql=first.sql + "\n"), *rest])
    assert refused.value.code == "migration-changed"


async def test_an_old_a_new_and_an_empty_database_are_told_apart(empty):
    async def code():
        async with connection(empty) as conn:
            with pytest.raises(DatabaseOutdated) as refused:
                await check_schema(conn)
            return refused.value.code, refused.value.details["number"]

    assert await code() == ("database-outdated", 0)
    await migrate(empty, [*migrations(), Migration(NEWEST + 1, "next", "select 1")])
    assert await code() == ("database-newer", NEWEST + 1)
    with pytest.raises(DatabaseOutdated, match="newer version of Signoff"):
        await migrate(empty)


async def test_a_database_in_another_encoding_is_refused(postgres):
    await postgres.execute("create database latin encoding 'LATIN1' locale 'C' template template0")
    with pytest.raises(Refused, match="create it with UTF8"):
        await migrate(postgres.url("latin"))
    await postgres.execute("drop database latin")


async def test_the_key_database_is_made_if_it_is_not_there(postgres):
    url = keys_database(postgres.url("office"))
    assert "/office_keys?" in url
    first, second = await asyncio.gather(migrate_keys(url), migrate_keys(url))
    assert sorted([first, second]) == [[], ["0001_keys", "0002_erasures"]]
    await postgres.execute("drop database office_keys")


async def test_a_missing_database_role_or_server_is_a_sentence(postgres, tmp_path):
    with pytest.raises(Refused, match="There is no database nowhere; create it"):
        await connect(postgres.url("nowhere"))
    with pytest.raises(DatabaseOutdated, match="run `signoff migrate`"):
        await connect(postgres.url(), role="signoff_unknown")
    with pytest.raises(Refused, match="refused the login"):
        await connect(postgres.url().replace("postgres:@", "stranger:@"))
    for nonsense in ("postgresql://x:notaport/log", "mysql://x/log", "log"):
        with pytest.raises(Refused, match="check SIGNOFF_DATABASE_URL"):
            await connect(nonsense)
    with pytest.raises(DatabaseUnavailable, match="Postgres does not answer for database log"):
        await pool(f"postgresql://a:secret@/log?host={tmp_path}")


async def test_a_lost_connection_is_worth_another_try_and_a_wrong_argument_is_not(database_url, postgres):
    async with connection(database_url) as conn:
        with pytest.raises(asyncpg.DataError) as mistake:
            await conn.fetchval("select $1::int", "no number")
        assert not is_away(mistake.value)
        pid = await conn.fetchval("select pg_backend_pid()")
        await postgres.execute(f"select pg_terminate_backend({pid})")
        gone = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
        with pytest.raises(gone) as lost:
            await conn.fetchval("select 1")
        assert is_away(lost.value)
        with pytest.raises(gone) as closed:
            await conn.fetchval("select 1")
        assert is_away(closed.value)
