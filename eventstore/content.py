"""The bytes of attached files, kept by the SHA-256 of what they say; a missing or altered file is found (KRN-54).

A file about a person can be sealed with that person's key: an erasure then reaches it, and its hash stays in the log.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from domain.kernel.commands import LARGEST, Attach
from domain.kernel.errors import Refused
from eventstore.chain import Problem
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("content")
Opener = Callable[[str, bytes], Awaitable[bytes | None]]
"""Opens bytes that were sealed for a person; None if the person was erased. Raises Refused `sealed-altered`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as the database holds it: `data` is sealed unless `sealed_for` is empty. `hash` is hex."""

    hash: str
    sealed_for: str
    size: int
    media_type: str
    data: bytes


def name_of(data: bytes) -> str:
    """The hex SHA-256 by which a file is known."""
    return sha256(data).hexdigest()


async def put(conn: "Connection", kept: Kept, by: str) -> None:
    """Keeps a file that `by` brought; safe to repeat. Raises Refused `file-size`."""
    if not 0 < kept.size <= LARGEST:
        raise wrong_size(kept.size)
    described = (bytes.fromhex(kept.hash), kept.sealed_for, kept.size, kept.media_type)
    await conn.execute(_SQL["put"], *described, kept.data, by)


async def get(conn: "Connection", hash_: str) -> list[Kept]:
    """What is kept under a hash: the file as it is first, then sealed ones; nothing where none is."""
    rows = await conn.fetch(_SQL["get"], bytes.fromhex(hash_))
    return [Kept(hash_, row["sealed_for"], row["size"], row["media_type"], row["bytes"]) for row in rows]


async def require(conn: "Connection", file: Attach, by: str) -> None:
    """Refuses to attach what `by` did not bring: an event names only bytes that are there, as they are.

    For whoever knows a hash and has not the file, it is not there: by a case of their own they could read it (KRN-43).

    Raises Refused `file-missing`, and `file-differs` where the size or the type is not that of the bytes.
    """
    kept = await conn.fetch(_SQL["described"], bytes.fromhex(file.sha256), by)
    if not kept:
        raise Refused(
            "file-missing",
            "The file {hash} was not stored here by you; attach the file itself.",
            hash=file.sha256,
        )
    if all((row["size"], row["media_type"]) != (file.size, file.media_type) for row in kept):
        raise Refused(
            "file-differs",
            "The file {hash} is stored as {size} bytes of {type}; say exactly that, or attach the file itself.",
            hash=file.sha256,
            size=kept[0]["size"],
            type=kept[0]["media_type"],
        )


async def about(conn: "Connection", hashes: Iterable[str], people: Iterable[str]) -> frozenset[str]:
    """Those of these files that are kept sealed for one of these people."""
    rows = await conn.fetch(_SQL["about"], [bytes.fromhex(each) for each in hashes], list(people))
    return frozenset(row["hash"] for row in rows)


async def attached(conn: "Connection", hash_: str) -> list[tuple[str, int]]:
    """(stream, version) of the events that attach a file."""
    return [(row["stream"], row["version"]) for row in await conn.fetch(_SQL["attached"], hash_)]


async def opened(kept: list[Kept], unseal: Opener) -> bytes | None:
    """The file itself, or None if it was erased with the person it is about. Raises Refused `file-altered`."""
    for one in kept:
        data = await unseal(one.sealed_for, one.data) if one.sealed_for else one.data
        if data is None:
            continue
        if name_of(data) != one.hash:
            raise _altered(one.hash)
        return data
    return None


async def verify(conn: "Connection", stream: str | None, unseal: Opener) -> tuple[int, list[Problem]]:
    """How many files the events of a stream (None: of all) attach, and those that are missing or altered.

    One file is in memory at a time. A file that was erased with its person is no problem.
    """
    problems: list[Problem] = []
    seen: dict[str, str | None] = {}
    for row in await conn.fetch(_SQL["referenced"], stream):
        key = f"{row['hash']}/{row['size']}"
        if key not in seen:
            seen[key] = await _wrong(conn, row["hash"], row["size"], unseal)
        if what := seen[key]:
            problems.append(Problem(row["stream"], row["version"], what))
    return len(seen), problems


async def _wrong(conn: "Connection", hash_: str | None, size: str | None, unseal: Opener) -> str | None:
    kept = await get(conn, hash_) if hash_ else []
    if not kept:
        return f"the attached file {hash_} is missing"
    try:
        data = await opened(kept, unseal)
    except Refused:
        return f"the attached file {hash_} was altered: its bytes do not give its hash"
    if data is not None and str(len(data)) != size:
        return f"the attached file {hash_} has {len(data)} bytes, its event says {size}"
    return None


def wrong_size(size: int) -> Refused:
    """The refusal of a file that is empty or too large."""
    if not size:
        return Refused("file-size", "The file is empty; attach one that holds something.")
    return Refused(
        "file-size", "A file may have at most {most} MB; split it or make it smaller.", most=LARGEST // 1024**2
    )


def _altered(hash_: str) -> Refused:
    return Refused(
        "file-altered", "The file {hash} was altered since it was attached; restore it from a backup.", hash=hash_
    )
