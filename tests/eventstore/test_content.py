"""Attached bytes are kept by their hash, once, and only grow (KRN-54)."""

import asyncpg
import pytest

from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from eventstore import content, log
from eventstore.content import Kept
from eventstore.database import connection
from tests.eventstore.helpers import stamp

PDF = b"%PDF-1.7 a contract"


def kept(data=PDF, **changed):
    fields = {"hash": content.name_of(data), "sealed_for": "", "size": len(data), "media_type": "application/pdf"}
    return Kept(**{**fields, "data": data, **changed})


async def open_never(_person, _data):
    raise AssertionError("nothing was sealed")


async def reference(conn, data=PDF, *, stream="hiring-1", size=None, at=0):
    attachment = {"sha256": content.name_of(data), "size": size or len(data)}
    await log.append(
        conn, stamp(stream), expected_version=at, events=[log.NewEvent("Attached", 1, {"attachment": attachment})]
    )


async def problems(conn, stream=None):
    return [(p.stream, p.version, p.what) for p in (await content.verify(conn, stream, open_never))[1]]


@pytest.fixture
async def app(database_url):
    async with connection(database_url) as conn:
        yield conn


@pytest.fixture
async def owner(database_url):
    async with connection(database_url, role=None) as conn:
        await conn.execute("alter table signoff.content disable trigger all")
        yield conn


async def test_the_same_file_is_kept_once(app):
    await content.put(app, kept(), "e1")
    await content.put(app, kept(), "e1")
    assert await content.get(app, content.name_of(PDF)) == [kept()]
    assert await content.get(app, "00" * 32) == []


@pytest.mark.rule("KRN-54")
async def test_the_database_takes_no_file_under_another_hash_or_size(app):
    for wrong in (kept(hash="00" * 32), kept(size=3)):
        with pytest.raises(asyncpg.CheckViolationError):
            await content.put(app, wrong, "e1")


@pytest.mark.rule("KRN-54")
async def test_a_file_that_is_empty_or_too_large_is_refused(app):
    for data in (b"", b"x" * (LARGEST + 1)):
        with pytest.raises(Refused) as refused:
            await content.put(app, kept(data), "e1")
        assert refused.value.code == "file-size"
    await content.put(app, kept(b"x" * LARGEST), "e1")


@pytest.mark.parametrize("role", ["signoff_app", None])
@pytest.mark.parametrize(
    "change",
    [
        "update signoff.content set size = 1",
        "delete from signoff.content",
        "truncate signoff.content",
        "update signoff.uploads set person = 'e2'",
        "delete from signoff.uploads",
    ],
)
async def test_neither_application_nor_owner_can_change_or_remove_it(database_url, role, change):
    async with connection(database_url, role=role) as conn:
        await content.put(conn, kept(), "e1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(change)


@pytest.mark.rule("KRN-54")
async def test_a_missing_file_is_named_with_each_event_that_attaches_it(app):
    await content.put(app, kept(), "e1")
    await reference(app)
    assert await problems(app) == []
    await reference(app, b"%PDF-never kept", stream="hiring-2")
    await reference(app, b"%PDF-never kept", stream="hiring-2", at=1)
    missing = f"the attached file {content.name_of(b'%PDF-never kept')} is missing"
    assert await problems(app) == [("hiring-2", 1, missing), ("hiring-2", 2, missing)]
    assert await problems(app, "hiring-1") == []


@pytest.mark.rule("KRN-54")
async def test_an_altered_file_is_named(app, owner):
    await content.put(app, kept(), "e1")
    await reference(app)
    await owner.execute("alter table signoff.content drop constraint content_check")
    await owner.execute("update signoff.content set bytes = '%PDF-1.7 a c0ntract'")
    [(stream, version, what)] = await problems(app)
    assert (stream, version) == ("hiring-1", 1)
    assert "was altered: its bytes do not give its hash" in what


async def test_an_event_that_gives_another_size_is_named(app):
    await content.put(app, kept(), "e1")
    await reference(app, size=3)
    [(_, _, what)] = await problems(app)
    assert "its event says 3" in what
