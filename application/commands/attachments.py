"""Attaching a file to a case and reading it back: the bytes go to the content store first, then the case is told.

A file whose command is refused stays in the store without an event; nobody is shown it, and sending it again is safe.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from application.commands import compose, filetypes
from application.commands.compose import Actor
from application.people import unknown_person
from application.services import Services
from application.visibility import look
from application.wording.reader import mentioned
from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from eventstore import chain, content
from eventstore.content import Kept

CONTEXT = "attachment"
"""What a sealed file is bound to."""


Condition = Literal["kept", "missing", "altered", "erased"]


@dataclass(frozen=True)
class File:
    """A file to attach. `name` is kept by the log for good; `sealed_for` is the person it is about, if it is."""

    name: str
    data: bytes
    sealed_for: str = ""


def read(path: Path, *, name: str | None = None, sealed_for: str = "") -> File:
    """The file at a path. One that is sealed keeps its own name out of the log: names of files name people.

    Raises Refused `file-size`, `file-unreadable`.
    """
    try:
        with path.open("rb") as source:
            data = source.read(LARGEST + 1)
    except OSError as error:
        raise Refused(
            "file-unreadable", "The file {path} cannot be read: {why}.", path=path, why=error.strerror or error
        ) from error
    return named(path.name, data, name=name, sealed_for=sealed_for)


def named(own: str, data: bytes, *, name: str | None = None, sealed_for: str = "") -> File:
    """A file with its content, called `name`, else by its `own` name. Errors and sealing as `read`."""
    _refuse_size(data)
    end = f".{filetypes.ending(own)}" if own else ""
    chosen = name or (content.name_of(data)[:12] if sealed_for else own)
    return File(chosen if chosen.lower().endswith(end) else chosen + end, data, sealed_for)


async def attach(
    services: Services, case: str, file: File, actor: Actor, *, about: str | None = None, command_id: UUID | None = None
) -> dict[str, Any]:
    """Keeps the bytes, then sends `attach`; the acknowledgement with the file's hash (KRN-54).

    Raises Refused `file-size`, `file-type`, `file-content`, `no-such-case`, `unknown-person`, and what the case
    refuses.
    """
    _refuse_size(file.data)
    hash_ = content.name_of(file.data)
    kind = filetypes.media_type(file.name, file.data)
    payload = {"name": file.name, "size": len(file.data), "media_type": kind, "sha256": hash_}
    if about is not None:
        payload["about"] = about
    made = await compose.command(services, case, "attach", payload, actor, command_id=command_id)
    subject = await _subject(services, case, file.sealed_for, actor.person) if file.sealed_for else ""
    data = await services.keys.seal_bytes(subject, CONTEXT, file.data) if subject else file.data
    async with services.pool.acquire() as conn:
        await content.put(conn, Kept(hash_, subject, len(file.data), kind, data), actor.person)
    return await compose.sent(services, made, start=False) | {"sha256": hash_}


async def _subject(services: Services, case: str, said: str, actor: str) -> str:
    """Whom a file is about: by id, or by the address of an employee or of a person whom the case shows to the actor.

    Raises Refused `unknown-person` for all other addresses alike, whether anybody has them or not. An id is no secret
    to who types it: nobody can guess one.
    """
    person = await services.people.resolve(said)
    if "@" not in said:
        return person
    if person not in (await services.organisation()).people and person not in await _shown_to(services, case, actor):
        raise unknown_person()
    return person


async def _shown_to(services: Services, case: str, actor: str) -> set[str]:
    return mentioned((await look(services, case, actor)).described())


async def about(services: Services, hashes: Collection[str], people: Collection[str]) -> frozenset[str]:
    """Those of these files that are about one of these people: sealed for them, whatever they are called."""
    async with services.pool.acquire() as conn:
        return await content.about(conn, hashes, people)


async def fetch(services: Services, hash_: str, *, reader: str | None) -> bytes:
    """A file that was attached to a case of which `reader` may see that event; None is the operator (KRN-43).

    Raises Refused `no-such-file`, `file-missing`, `file-erased`, `file-altered`, `sealed-altered`.
    """
    async with services.pool.acquire() as conn:
        places = await content.attached(conn, hash_) if _is_hash(hash_) else []
    if not any([await _may_see(services, stream, version, reader) for stream, version in places]):
        raise Refused("no-such-file", "No file {hash} is attached to a case that you may see.", hash=hash_[:64])
    async with services.pool.acquire() as conn:
        kept = await content.get(conn, hash_)
    if not kept:
        raise Refused("file-missing", "The file {hash} is missing; restore it from a backup.", hash=hash_)
    data = await content.opened(kept, opener(services))
    if data is None:
        raise Refused("file-erased", "The file {hash} was erased with the person it was about.", hash=hash_)
    return data


async def condition(services: Services, hash_: str) -> Condition:
    """How a file that was attached is by now (KRN-52, KRN-54)."""
    async with services.pool.acquire() as conn:
        kept = await content.get(conn, hash_)
    try:
        data = await content.opened(kept, opener(services))
    except Refused:
        return "altered"
    return "missing" if not kept else "erased" if data is None else "kept"


async def verify(services: Services, case: str | None) -> list[chain.Problem]:
    """The attached files of a case (None: of all) that are missing or altered."""
    async with services.pool.acquire() as conn:
        return (await content.verify(conn, case, opener(services)))[1]


def opener(services: Services) -> content.Opener:
    """Opens sealed files with the keys of persons."""

    async def unseal(person: str, data: bytes) -> bytes | None:
        return await services.keys.unseal_bytes(person, CONTEXT, data)

    return unseal


async def _may_see(services: Services, stream: str, version: int, reader: str | None) -> bool:
    try:
        seen = await look(services, stream, reader)
    except Refused:
        return False
    hidden = seen.redactor.visibility.hidden
    return seen.sees_case and "attachment" not in hidden and seen.may_see(seen.events[version - 1])


def _refuse_size(data: bytes) -> None:
    if not 0 < len(data) <= LARGEST:
        raise content.wrong_size(len(data))


def _is_hash(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
