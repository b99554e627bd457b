"""Signed heads are written by themselves, in several places, as a chain, and found without being told (KRN-51)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.administration import checkpoints
from application.administration.checkpoints import Checkpoints, kept
from application.keyring import signing_key
from domain.organisation.persons import Details
from eventstore import chain, checkpoint_log
from eventstore.database import connection
from runtime import metrics
from tests.adversary.hidden import limit
from tests.support.office import Office

pytestmark = pytest.mark.rule("KRN-51")
KEY = Ed25519PrivateKey.generate()
MONDAY = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


def heads(version: int, stream: str = "s-1") -> dict[str, tuple[int, str]]:
    return {stream: (version, f"{version:064x}"), "s-2": (1, "ab" * 32)}


def written(place: Path, *versions: int, day: datetime = MONDAY) -> list[bytes]:
    for version in versions:
        assert checkpoint_log.append(place, heads(version), KEY, now=day)
    [*_, file] = sorted(place.iterdir())
    return file.read_bytes().splitlines()


def test_each_line_follows_the_one_before_across_days(tmp_path: Path):
    written(tmp_path, 1, 2)
    lines = written(tmp_path, 3, day=MONDAY + timedelta(days=1))
    found = checkpoint_log.read(tmp_path, KEY.public_key())
    assert len(lines) == 1, "a new day begins with all heads"
    assert (found.problems, found.number, found.heads["s-1"][0], found.heads["s-2"][0]) == ([], 3, 3, 1)


def test_nothing_new_is_not_written(tmp_path: Path):
    written(tmp_path, 1)
    assert not checkpoint_log.append(tmp_path, heads(1), KEY, now=MONDAY)


@pytest.mark.parametrize("spoil", ["remove", "swap", "change", "forge"])
def test_a_line_changed_or_taken_out_is_found(tmp_path: Path, spoil: str):
    lines = written(tmp_path, 1, 2, 3, 4)
    other = tmp_path / "other"
    match spoil:
        case "remove":
            del lines[1]
        case "swap":
            lines[1], lines[2] = lines[2], lines[1]
        case "change":
            lines[1] = lines[1].replace(b'"s-1":[2', b'"s-1":[7')
        case "forge":
            checkpoint_log.append(other, heads(9), Ed25519PrivateKey.generate(), now=MONDAY)
            lines[1] = next(other.iterdir()).read_bytes().strip()
    [file] = [each for each in tmp_path.iterdir() if each.is_file()]
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert checkpoint_log.read(tmp_path, KEY.public_key()).problems


def test_a_line_cut_by_a_crash_is_passed_over(tmp_path: Path):
    lines = written(tmp_path, 1, 2)
    [file] = tmp_path.iterdir()
    file.write_bytes(b"\n".join([*lines, lines[-1][:40]]))
    written(tmp_path, 3)
    found = checkpoint_log.read(tmp_path, KEY.public_key())
    assert (found.problems, found.heads["s-1"][0]) == ([], 3)


async def forged(office: Office, case: str) -> None:
    """The newest event with its command is replaced by another, hash and all: the log itself shows nothing."""
    async with connection(office.services.settings.database_url, role=None) as conn:
        for table in ("events", "commands"):
            await conn.execute(f"alter table signoff.{table} disable trigger all")
        row = await conn.fetchrow(
            "select *, payload::text as payload from signoff.events where stream = $1 order by version desc limit 1",
            case,
        )
        before = await conn.fetchval(
            "select hash from signoff.events where stream = $1 and version = $2", case, row["version"] - 1
        )
        new = {**row, "actor": "e1003"}
        await conn.execute(
            "update signoff.events set actor = $3, hash = $4 where stream = $1 and version = $2",
            case,
            row["version"],
            new["actor"],
            chain.digest(before, new),
        )


async def test_a_forged_event_is_found_by_kept_heads(office_at_work: Office):
    office = office_at_work
    made = await office.start("authority", limit("e1011"), by="e1005", name="request-limit")
    services = office.services
    signer = Checkpoints(services.settings.checkpoint_places, signing_key(services.settings))
    async with asyncio.timeout(10):
        while not await signer.step(services.pool):
            pass
    await forged(office, made.case)

    async with services.pool.acquire() as conn:
        assert (await chain.verify(conn, made.case)).problems == [], "the log alone cannot tell"
        newest, wrong = kept(services.settings)
        [problem] = (await chain.verify(conn, made.case, newest)).problems
    assert wrong == []
    assert "was replaced" in problem.what


async def test_several_places_and_one_that_is_full(office_without_worker: Office, tmp_path: Path):
    services = office_without_worker.services
    (tmp_path / "file").write_text("no folder")
    places = (tmp_path / "one", tmp_path / "file" / "two", tmp_path / "three")
    before = metrics.CHECKPOINTS.labels("failed")._value.get()

    assert await Checkpoints(places, KEY).step(services.pool) == 2

    assert metrics.CHECKPOINTS.labels("failed")._value.get() == before + 1
    assert (
        checkpoint_log.read(places[0], KEY.public_key()).heads == checkpoint_log.read(places[2], KEY.public_key()).heads
    )


async def test_the_newest_are_signed_at_stop(office_without_worker: Office):
    services, stop = office_without_worker.services, asyncio.Event()
    following = asyncio.create_task(checkpoints.follow(services.settings, services.pool, stop))
    async with asyncio.timeout(20):
        while kept(services.settings)[0] is None:  # noqa: ASYNC110 - the files are the other's
            await asyncio.sleep(0.02)
        name = {"en": "Prasert Wong", "th": "ประเสริฐ วงศ์สกุล"}
        details = Details(name=name, email=await services.people.address("e1003"))
        await services.people.write("e1003", details, actor="os:test", command_id=uuid4())
        stop.set()
        await following
    newest, wrong = kept(services.settings)
    assert newest
    assert (newest.heads["person-e1003"][0], wrong) == (2, [])
