"""The log only grows: the application has no right to change it, and a trigger stops the owner too."""

import asyncpg
import pytest

from eventstore.database import connection
from tests.eventstore.helpers import write

CHANGES = [
    "update signoff.{table} set stream = 'x'",
    "delete from signoff.{table}",
    "truncate signoff.{table}",
    "delete from signoff.{table} where false",
]


@pytest.mark.parametrize("table", ["events", "commands"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["signoff_app", None])
async def test_neither_application_nor_owner_can_change_it(database_url, role, change, table):
    async with connection(database_url, role=role) as conn:
        await write(conn)
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
            await conn.execute(change.format(table=table))
        assert ("append-only" in str(refused.value)) is (role is None)


async def test_the_trigger_fires_even_where_triggers_are_replicated_away(database_url):
    async with connection(database_url, role=None) as conn:
        await write(conn)
        await conn.execute("set session_replication_role = replica")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await conn.execute("delete from signoff.events")


@pytest.mark.parametrize(
    "change",
    [
        "alter table signoff.events disable trigger all",
        "drop table signoff.events",
        "update signoff.streams set process = 'x'",
        "update signoff.effects set payload = '{}'",
        "update signoff.migrations set checksum = ''",
        "select setval('signoff.positions', 1)",
    ],
)
async def test_the_application_cannot_do_what_it_has_no_need_of(pool, change):
    async with pool.acquire() as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(change)
