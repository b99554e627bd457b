"""A command is recorded once, whole, at the version it was decided on, or not at all."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.kernel.errors import Refused
from eventstore import effects as outbox
from eventstore import log
from eventstore.chain import verify
from tests.eventstore.helpers import event, stamp, write


async def test_what_is_returned_is_what_is_read_back(pool):
    async with pool.acquire() as conn:
        new = [event(), event("OfferApproved", on_behalf_of="e1002", deep={"b": [1, None], "a": "x"})]
        done = await log.append(conn, stamp(causation=7), expected_version=0, events=new)
        assert done.repeated is False
        assert done.events == await log.read_stream(conn, "hiring-1")
        assert [e.version for e in done.events] == [1, 2]
        assert done.events[1].on_behalf_of == "e1002"
        assert done.events[0].recorded_at.tzinfo is not None
        assert await log.head(conn) == done.events[-1].position
        assert await log.stream_version(conn, "hiring-1") == 2
        assert await log.streams(conn, process="hiring") == [("hiring-1", "hiring", 2)]
        assert await log.streams(conn, process="budget") == []


async def test_the_stored_text_is_canonical(pool):
    async with pool.acquire() as conn:
        await log.append(conn, stamp(), expected_version=0, events=[event(b="é", a=1)])
        assert await conn.fetchval("select payload::text from signoff.events") == '{"a":1,"b":"é"}'


@pytest.mark.rule("KRN-19")
async def test_a_repeated_command_gets_the_first_result_and_changes_nothing(pool):
    async with pool.acquire() as conn:
        command = stamp()
        first = await log.append(conn, command, expected_version=0, events=[event(), event()])
        await write(conn, at=2)
        again = await log.append(conn, command, expected_version=3, events=[event("SomethingElse")])
        assert again == log.Appended(first.events, repeated=True)
        assert await log.stream_version(conn, "hiring-1") == 3


async def test_a_command_id_with_other_content_is_a_conflict(pool):
    async with pool.acquire() as conn:
        command = stamp()
        await log.append(conn, command, expected_version=0, events=[event()])
        other = stamp(command=command.command_id, fingerprint="other")
        assert await log.append(conn, other, expected_version=1, events=[event()]) == log.Conflict(1, "command")
        elsewhere = stamp("hiring-2", command=command.command_id)
        assert await log.append(conn, elsewhere, expected_version=0, events=[event()]) == log.Conflict(0, "command")


async def test_a_version_that_moved_on_is_a_conflict_and_draws_no_position(pool):
    async with pool.acquire() as conn:
        await write(conn)
        assert await log.append(conn, stamp(), expected_version=0, events=[event()]) == log.Conflict(1, "version")
        assert await log.append(conn, stamp(), expected_version=5, events=[event()]) == log.Conflict(1, "version")
        [after] = await write(conn, at=1)
        assert after.position == 2


async def test_ten_identical_commands_at_once_on_a_new_stream_record_one(pool):
    command = stamp()

    async def send():
        async with pool.acquire() as conn, conn.transaction():
            return await log.append(conn, command, expected_version=0, events=[event()])

    done = await asyncio.gather(*(send() for _ in range(10)))
    assert sorted(answer.repeated for answer in done) == [False] + [True] * 9
    assert len({tuple(e.position for e in answer.events) for answer in done}) == 1


async def test_ten_different_commands_at_once_on_one_version_let_one_through(pool):
    async def send():
        async with pool.acquire() as conn, conn.transaction():
            return await log.append(conn, stamp(), expected_version=0, events=[event()])

    done = await asyncio.gather(*(send() for _ in range(10)))
    assert [a for a in done if isinstance(a, log.Conflict)] == [log.Conflict(1, "version")] * 9


async def test_one_command_id_on_two_streams_at_once_is_recorded_on_one(pool):
    command = uuid4()

    async def send(stream):
        async with pool.acquire() as conn, conn.transaction():
            return await log.append(conn, stamp(stream, command=command), expected_version=0, events=[event()])

    done = await asyncio.gather(send("hiring-1"), send("hiring-2"))
    assert {type(answer) for answer in done} == {log.Appended, log.Conflict}


async def test_a_crash_before_commit_leaves_nothing_and_after_it_everything(pool):
    command = stamp()
    async with pool.acquire() as conn:
        attempt = conn.transaction()
        await attempt.start()
        await log.append(conn, command, expected_version=0, events=[event()])
        await attempt.rollback()
        assert await log.find_command(conn, command.command_id) is None
        done = await log.append(conn, command, expected_version=0, events=[event()])
    async with pool.acquire() as conn:
        [stored] = done.events
        recorded = await log.find_command(conn, command.command_id)
        assert recorded == log.Recorded("hiring-1", "same", 1, stored.position)
        again = await log.append(conn, command, expected_version=0, events=[event()])
        assert again == log.Appended(done.events, repeated=True)


async def test_a_command_without_events_is_remembered_as_done(pool):
    async with pool.acquire() as conn:
        command = stamp()
        assert await log.append(conn, command, expected_version=0, events=[]) == log.Appended([], repeated=False)
        assert await log.append(conn, command, expected_version=0, events=[]) == log.Appended([], repeated=True)
        assert await log.find_command(conn, command.command_id) == log.Recorded("hiring-1", "same", 0, 0)
        assert await log.streams(conn) == []
        await write(conn)


async def test_effects_are_recorded_with_their_events_and_delivered_once(pool):
    async with pool.acquire() as conn:
        effects = [log.NewEffect(uuid4(), 1, "notify", {"to": "e1"}), log.NewEffect(uuid4(), 0, "tell", {"case": "x"})]
        done = await log.append(conn, stamp(), expected_version=0, events=[event(), event()], effects=effects)
        waiting = await outbox.pending(conn, "hiring-1")
        assert [(e.kind, e.version, e.position, e.payload) for e in waiting] == [
            ("tell", 1, done.events[0].position, {"case": "x"}),
            ("notify", 2, done.events[1].position, {"to": "e1"}),
        ]
        assert await outbox.undelivered(conn) == waiting
        await outbox.settle(conn, waiting[0].id, {"sent": 1})
        await outbox.settle(conn, waiting[0].id, {"sent": 2})
        assert await outbox.pending(conn, "hiring-1") == waiting[1:]
        assert await conn.fetchval("select outcome from signoff.effects where id = $1", waiting[0].id) == {"sent": 1}


@pytest.mark.rule("KRN-50")
async def test_a_stream_is_read_as_it_was_known_at_a_time(pool):
    async with pool.acquire() as conn:
        [first] = await write(conn)
        between = await conn.fetchval("select clock_timestamp()")
        [second] = await write(conn, at=1)
        assert await log.read_stream(conn, "hiring-1", as_of=between) == [first]
        assert await log.read_stream(conn, "hiring-1", after=1) == [second]
        assert await log.read_stream(conn, "hiring-1", as_of=datetime(2020, 1, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("value", [float("nan"), "a\x00b", {1, 2}, {"deep": ["\\\x00"]}])
async def test_a_value_without_a_text_is_refused(pool, value):
    async with pool.acquire() as conn:
        with pytest.raises(Refused) as refused:
            await log.append(conn, stamp(), expected_version=0, events=[event(value=value)])
        assert refused.value.code == "not-storable"


async def test_the_words_backslash_u0000_are_text_like_any_other(pool):
    async with pool.acquire() as conn:
        done = await log.append(conn, stamp(), expected_version=0, events=[event(value="\\u0000")])
        assert (await log.read_stream(conn, "hiring-1"))[0].payload == done.events[0].payload == {"value": "\\u0000"}


def of_each(*streams):
    stamps = [stamp(stream, process="person") for stream in streams]
    return stamps, [event(n=n) for n in range(len(streams))]


async def test_one_event_for_each_of_many_is_chained_alike(pool):
    async with pool.acquire() as conn:
        await write(conn, "person-2", process="person")
        async with conn.transaction():
            assert await log.append_each(conn, *of_each("person-1", "person-2"), expected=[0, 1])
        assert (await verify(conn)).problems == []
        assert sorted(await log.streams(conn, process="person")) == [
            ("person-1", "person", 1),
            ("person-2", "person", 2),
        ]
        [first] = await log.read_stream(conn, "person-1")
        recorded = await log.find_command(conn, first.command_id, log.Origin("person-1", "person", "e1001", "cli"))
        assert recorded == log.Recorded("person-1", "same", 1, first.position)


async def test_two_appends_to_each_at_once_record_one(pool):
    async def send(*streams):
        async with pool.acquire() as conn:
            attempt = conn.transaction()
            await attempt.start()
            done = await log.append_each(conn, *of_each(*streams), expected=[0] * len(streams))
            await (attempt.commit() if done else attempt.rollback())
            return done

    assert sorted(await asyncio.gather(send("person-1", "person-2"), send("person-2", "person-1"))) == [False, True]
    async with pool.acquire() as conn:
        assert (await verify(conn)).problems == []
        assert [version for _, _, version in await log.streams(conn)] == [1, 1]
