"""What operations ask of the tables of the log: what is still to be done, since when, and when the log was verified."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("operations")


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is still to be done, and since when the oldest of it waits (UTC; None if nothing does)."""

    effects: int
    oldest_effect: datetime | None
    wakes: int
    oldest_wake: datetime | None
    oldest_mail: datetime | None
    schema: int


@dataclass(frozen=True, slots=True)
class Verification:
    """One check of the whole log. `with_checkpoint`: signed heads were compared too."""

    at: datetime
    events: int
    streams: int
    problems: int
    with_checkpoint: bool


@dataclass(frozen=True, slots=True)
class WaitingEffect:
    """An effect that is still to be delivered: `command` is what another case is to be told."""

    id: UUID
    stream: str
    version: int
    position: int
    kind: str
    command: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingWake:
    """A case whose workflow must still see `position`; the next try is at `due_at`."""

    position: int
    stream: str
    process: str
    since: datetime
    due_at: datetime


async def backlog(conn: "Connection") -> Backlog:
    row = await conn.fetchrow(_SQL["backlog"])
    assert row is not None
    return Backlog(*row)


async def mails_by_state(conn: "Connection") -> dict[str, int]:
    """How many mails did not arrive, or not yet."""
    return dict(await conn.fetch(_SQL["mails"]))


async def effects(conn: "Connection", *, limit: int, after: int = 0) -> list[WaitingEffect]:
    """A page of what is to be delivered, oldest first, after so many."""
    return [WaitingEffect(*row) for row in await conn.fetch(_SQL["effects"], limit, after)]


async def wakes(conn: "Connection", *, limit: int, after: int = 0) -> list[WaitingWake]:
    """A page of the wakes to be done, oldest first, after so many."""
    return [WaitingWake(*row) for row in await conn.fetch(_SQL["wakes"], limit, after)]


async def verified(conn: "Connection", *, events: int, streams: int, problems: int, with_checkpoint: bool) -> None:
    """Remembers that the whole log was verified just now."""
    await conn.execute(_SQL["verified"], events, streams, problems, with_checkpoint)


async def last_verification(conn: "Connection") -> Verification | None:
    row = await conn.fetchrow(_SQL["last_verification"])
    return Verification(*row) if row else None
