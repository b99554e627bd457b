"""A command id is known among the commands of its origin, and the database says which that is."""

from uuid import uuid4

import pytest

from eventstore import log
from eventstore.chain import verify
from eventstore.database import connection, migrate
from eventstore.schema import migrations
from tests.eventstore.helpers import event, stamp

pytestmark = pytest.mark.rule("KRN-19")

ORIGINS = {
    "timer hiring-1": {"channel": "timer", "actor": "system"},
    "effect hiring-1": {"channel": "effect", "actor": "system"},
    "mail hiring-1 e1001": {"channel": "mail"},
    "link hiring-1 c-1": {"channel": "link", "actor": "c-1"},
    "mail hiring-1 e1002": {"channel": "mail", "actor": "e1002"},
    "person e1001": {"process": "person"},
    "client": {"channel": "api"},
}
BEFORE = 18


async def test_one_id_is_good_for_one_command_of_each_origin(pool):
    command = uuid4()
    async with pool.acquire() as conn:
        for version, changes in enumerate(ORIGINS.values()):
            made = stamp(command=command, **changes)
            done = await log.append(conn, made, expected_version=version, events=[event(n=version)])
            assert done == log.Appended(done.events, repeated=False)
            again = await log.append(conn, made, expected_version=version + 1, events=[])
            assert again == log.Appended(done.events, repeated=True), "and is told its own first answer"
            seen = await log.find_command(conn, command, made.origin)
            assert seen is not None
            assert seen.version == version + 1
        rows = await conn.fetch("select origin from signoff.commands where command_id = $1", command)
        assert {row["origin"] for row in rows} == set(ORIGINS)


@pytest.mark.parametrize("channel", ["cli", "web", "api", "signal"])
async def test_all_clients_share_one_origin(pool, channel):
    command = uuid4()
    async with pool.acquire() as conn:
        await log.append(conn, stamp(command=command), expected_version=0, events=[event()])
        other = stamp("hiring-2", command=command, channel=channel, actor="e1002")
        assert await log.append(conn, other, expected_version=0, events=[event()]) == log.Conflict(0, "command")


@pytest.mark.parametrize("channel", ["timer", "effect", "mail", "link"])
async def test_what_is_derived_is_known_in_its_own_case_only(pool, channel):
    command = uuid4()
    async with pool.acquire() as conn:
        for stream in ("hiring-1", "hiring-2"):
            made = stamp(stream, command=command, channel=channel)
            assert (await log.append(conn, made, expected_version=0, events=[event()])).repeated is False


@pytest.mark.rule("KRN-51")
async def test_a_command_of_which_the_origin_was_altered_is_found(database_url):
    async with connection(database_url, role=None) as owner:
        await log.append(owner, stamp(channel="timer"), expected_version=0, events=[event()])
        assert (await verify(owner)).problems == []
        await owner.execute("alter table signoff.commands disable trigger all")
        await owner.execute("update signoff.commands set origin = 'client'")

        [problem] = (await verify(owner)).problems

    assert (problem.stream, problem.version) == ("hiring-1", 1)


async def test_commands_from_before_get_the_origins_of_their_events(postgres):
    url = await postgres.fresh()
    await migrate(url, migrations()[:BEFORE])
    made = [stamp(f"hiring-{n}", **changes) for n, changes in enumerate(ORIGINS.values())]
    silent = stamp("hiring-silent")
    async with connection(url) as conn:
        for one in made:
            await log.append(conn, one, expected_version=0, events=[event(), event()])
        await log.append(conn, silent, expected_version=0, events=[])
    await migrate(url)

    async with connection(url) as conn:
        for one in made:
            found = await log.find_command(conn, one.command_id, one.origin)
            assert found is not None
            assert found.version == 2
        assert await log.find_command(conn, silent.command_id) is not None
        assert (await verify(conn)).problems == []
    await postgres.drop(url)
