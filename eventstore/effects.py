"""What is still to be done in the world for events that are in the log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("effects")


@dataclass(frozen=True, slots=True)
class StoredEffect:
    """An effect of the event at `version` of `stream`. `payload` is the effect's model as JSON."""

    id: UUID
    stream: str
    version: int
    position: int
    kind: str
    payload: dict[str, Any]


async def pending(conn: "Connection", stream: str) -> list[StoredEffect]:
    """The undelivered effects of one case, in the order of its events."""
    return [StoredEffect(*row) for row in await conn.fetch(_SQL["pending"], stream)]


async def undelivered(conn: "Connection", *, limit: int = 10_000) -> list[StoredEffect]:
    """The same for all cases, oldest first, at most `limit`."""
    return [StoredEffect(*row) for row in await conn.fetch(_SQL["undelivered"], limit)]


async def find(conn: "Connection", effect_id: UUID) -> StoredEffect | None:
    """An effect that is still to be delivered; None if it was, or never was recorded."""
    row = await conn.fetchrow(_SQL["find"], effect_id)
    return StoredEffect(*row) if row else None


async def settle(conn: "Connection", effect_id: UUID, outcome: dict[str, Any]) -> None:
    """Marks an effect as delivered. A second time changes nothing: the first outcome stays."""
    await conn.execute(_SQL["settle"], effect_id, outcome)
