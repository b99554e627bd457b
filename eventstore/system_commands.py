"""What Signoff itself sends to cases is written down here first: nobody else speaks as the system (docs/adr/0014)."""

from typing import TYPE_CHECKING
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("system_commands")


async def entrust(conn: "Connection", command_id: UUID, fingerprint: str) -> None:
    """Before the command is sent. Safe to repeat."""
    await conn.execute(_SQL["entrust"], command_id, fingerprint)


async def entrusted(conn: "Connection", command_id: UUID, fingerprint: str) -> bool:
    """Whether a command of this id and content was entrusted."""
    found: bool = await conn.fetchval(_SQL["entrusted"], command_id, fingerprint)
    return found
