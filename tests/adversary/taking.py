"""A client that takes ids before Signoff needs them: it derives what was ever derived, with no code of the product.

Each formula stands here as it is, or once was; a comment under each id that it gives is all an attacker needs to send.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx

from domain.kernel.events import EventRow
from eventstore import log
from tests.adversary.office import raised
from tests.support.office import Office
from web.app import application

DEADLINES = UUID("5f0d4a52-7a0e-5c53-9d53-0a4c1a1f7d10")
EFFECTS = UUID("0f4f1c6e-5d0a-5b0e-9a55-7b0d6f2c1e90")
MAILS = UUID("6d1b7c52-7d0c-5a43-9a57-0f1f6f2f5d10")
ANSWERS = UUID("a4f0f3c0-6a3e-5d0f-8f37-2b6f3a0e7c55")
THIEF = "e1005"
"""A manager: raises requisitions, and comments in them."""


def of_deadline(case: str, kind: str, key: str, at: str) -> UUID:
    return uuid5(DEADLINES, f"{case}|{kind}|{key}|{at}")


def of_effects(case: str, versions: Iterable[int], commands: Iterable[UUID]) -> Iterator[UUID]:
    """Ids of effects: by the place and the command of their event, and as they once were, by the command alone."""
    for command in commands:
        yield from (uuid5(EFFECTS, f"{case}/{version}/{n}/{command}") for version in versions for n in range(2))
        yield from (uuid5(command, f"effect {index}.{n}") for index in range(7) for n in range(2))


def told_by(effects: Iterable[UUID]) -> Iterator[UUID]:
    """What is sent to a case, and written into a record, for an effect."""
    for effect in effects:
        yield from (effect, uuid5(effect, "command"), uuid5(effect, "record"))


def of_mails(effects: Iterable[UUID], person: str) -> list[UUID]:
    return [uuid5(MAILS, f"{effect}/{person}") for effect in effects]


def of_answer(case: str, offer: str, candidate: str, chosen: str, until: object) -> UUID:
    return uuid5(ANSWERS, f"{case}/{offer}/{candidate}/{chosen}/{until}")


def update_of(command_id: UUID, case: str, name: str, actor: str, payload: dict[str, Any]) -> str:
    """The id under which Temporal once knew a command."""
    wish = json.dumps([case, "hiring", name, actor, payload], sort_keys=True, separators=(",", ":"))
    return f"{command_id}.{hashlib.sha256(wish.encode()).hexdigest()[:16]}"


async def taken(office: Office, ids: Iterable[UUID], *, case: str | None = None, by: str = THIEF) -> set[UUID]:
    """Comments under each id, in a case that has nothing to do with it if none is given. Returns what was taken."""
    case, took = case or (await raised(office)).case, set()
    for each in ids:
        await office.do(case, "comment", {"text": "mine"}, by=by, command_id=each)
        took.add(each)
    return took


async def typed(office: Office, case: str, update: str) -> None:
    """Something of the thief's own under an update id, as whoever reaches Temporal can send it."""
    said = {"name": "comment", "actor": THIEF, "payload": {"text": "mine"}, "command_id": str(uuid4())}
    await office.handle(case).execute_update("command", said, id=update)


async def rows(office: Office, stream: str) -> list[EventRow]:
    async with office.services.pool.acquire() as conn:
        return await log.read_stream(conn, stream)


@asynccontextmanager
async def pages(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    served = application(office.services, patience=timedelta(seconds=20))
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield http
