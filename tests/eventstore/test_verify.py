"""Whatever is changed in the log behind its back is found and named."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.errors import Refused
from eventstore import checkpoint, log
from eventstore.chain import GENESIS, Report, digest, verify
from eventstore.database import connection
from tests.eventstore.helpers import event, stamp, write

EDITS = {
    "position": "position + 1000",
    "stream": "'hiring-9'",
    "version": "version + 1000",
    "type": "'OfferDeclined'",
    "schema_version": "2",
    "payload": "(payload::text || ' ')::json",
    "actor": "'e9999'",
    "on_behalf_of": "null",
    "command_id": "gen_random_uuid()",
    "correlation": "gen_random_uuid()",
    "causation": "coalesce(causation, 0) + 1",
    "channel": "'web'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "hash": "sha256(hash)",
}


@pytest.fixture
async def owner(database_url):
    """A superuser's connection to a log of two streams, in which nothing protects the events any more."""
    async with connection(database_url, role=None) as conn:
        for version in range(4):
            command = stamp(causation=version or None)
            await log.append(conn, command, expected_version=version, events=[event(on_behalf_of="e1002")])
        await write(conn, "hiring-2", events=3)
        await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute("alter table signoff.commands disable trigger all")
        yield conn


async def problems(conn, **options):
    return [(p.stream, p.version) for p in (await verify(conn, **options)).problems]


async def test_an_untouched_log_has_no_problems(owner):
    assert await verify(owner) == Report(7, 2, [])
    assert await verify(owner, "hiring-2") == Report(3, 1, [])


async def test_the_database_and_the_standard_library_compute_the_same_hash(owner):
    rows = await owner.fetch(
        "select *, payload::text as text from signoff.events where stream = 'hiring-1' order by version"
    )
    previous = GENESIS
    for row in rows:
        assert row["hash"] == digest(previous, {**row, "payload": row["text"]})
        previous = row["hash"]


async def test_every_column_of_an_event_has_its_edit_here(owner):
    names = await owner.fetch("select column_name from information_schema.columns where table_name = 'events'")
    assert {name["column_name"] for name in names} == set(EDITS)


@pytest.mark.rule("KRN-51")
@pytest.mark.parametrize("column", EDITS)
@pytest.mark.parametrize("version", [1, 2, 4])
async def test_an_edit_of_any_column_is_found_at_its_event(owner, column, version):
    await owner.execute(
        f"update signoff.events set {column} = {EDITS[column]} where stream = 'hiring-1' and version = $1", version
    )
    assert ("hiring-1", version) in await problems(owner)


@pytest.mark.rule("KRN-51")
@pytest.mark.parametrize("version", [1, 2, 4])
async def test_a_removed_event_is_found(owner, version):
    await owner.execute("delete from signoff.events where stream = 'hiring-1' and version = $1", version)
    [problem] = (await verify(owner)).problems
    assert (problem.stream, problem.version) == ("hiring-1", version)
    assert "missing" in problem.what


@pytest.mark.rule("KRN-51")
async def test_two_events_that_change_places_are_found(owner):
    await owner.execute("update signoff.events set version = -version where stream = 'hiring-1' and version in (2, 3)")
    await owner.execute("update signoff.events set version = 5 + version where stream = 'hiring-1' and version < 0")
    assert await problems(owner) == [("hiring-1", 2)]


async def test_an_inserted_event_without_a_command_is_found(owner):
    await owner.execute("delete from signoff.commands where stream = 'hiring-2'")
    assert await problems(owner) == [("hiring-2", 1)]


async def test_a_registered_stream_without_events_is_found(owner):
    await owner.execute("insert into signoff.streams values ('hiring-3', 'hiring')")
    assert await problems(owner) == [("hiring-3", 0)]


async def cut_off(conn, stream, after):
    """The thorough thief: events, commands and stream are all cut."""
    await conn.execute("delete from signoff.events where stream = $1 and version > $2", stream, after)
    await conn.execute("delete from signoff.commands where stream = $1 and version > $2", stream, after)
    if after == 0:
        await conn.execute("delete from signoff.streams where stream = $1", stream)


@pytest.mark.rule("KRN-51")
async def test_a_cut_of_the_newest_events_is_found_by_the_checkpoint(owner, tmp_path):
    key = Ed25519PrivateKey.generate()
    assert await checkpoint.write(owner, tmp_path / "heads.json", key) == 2
    seen = checkpoint.read(tmp_path / "heads.json", key.public_key())
    await write(owner, at=4)
    assert await problems(owner, checkpoint=seen) == []
    await cut_off(owner, "hiring-1", 2)
    assert await problems(owner) == []
    assert await problems(owner, checkpoint=seen) == [("hiring-1", 3)]
    await cut_off(owner, "hiring-2", 0)
    assert await problems(owner, checkpoint=seen) == [("hiring-1", 3), ("hiring-2", 1)]
    assert await problems(owner, checkpoint=seen, stream="hiring-2") == [("hiring-2", 1)]


async def test_a_stream_written_anew_is_found_by_the_checkpoint(owner, tmp_path):
    seen = await checkpoint.take(owner)
    await cut_off(owner, "hiring-2", 0)
    await write(owner, "hiring-2", events=3)
    assert await problems(owner) == []
    assert await problems(owner, checkpoint=seen) == [("hiring-2", 3)]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text[: len(text) // 2], "checkpoint-corrupt"),
        (lambda _: "\x00\xff", "checkpoint-corrupt"),
        (lambda _: "[]", "checkpoint-corrupt"),
        (lambda _: '{"signature": 5}', "checkpoint-corrupt"),
        (lambda text: text.replace("hiring-1", "hiring-7"), "checkpoint-signature"),
        (lambda text: json.dumps({**json.loads(text), "heads": {}}), "checkpoint-signature"),
    ],
)
async def test_a_spoiled_checkpoint_is_refused(owner, tmp_path, spoil, code):
    file, key = tmp_path / "heads.json", Ed25519PrivateKey.generate()
    await checkpoint.write(owner, file, key)
    file.write_text(spoil(file.read_text()), encoding="latin-1")
    for signer in (key.public_key(), None):
        with pytest.raises(Refused) as refused:
            checkpoint.read(file, signer)
        assert refused.value.code == code


async def test_a_checkpoint_signed_by_someone_else_is_refused(owner, tmp_path):
    await checkpoint.write(owner, tmp_path / "heads.json", Ed25519PrivateKey.generate())
    with pytest.raises(Refused, match="another key"):
        checkpoint.read(tmp_path / "heads.json", Ed25519PrivateKey.generate().public_key())
    with pytest.raises(Refused, match="cannot be used"):
        checkpoint.read(tmp_path / "none.json")
