"""Secret addresses of calendars in Postgres, under their hash: who reads the table can not use what is in it."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("calendar_addresses")


async def make(conn: "Connection", person: str) -> str:
    """A new secret of 256 random bits for a person; the one before opens nothing any more."""
    made = secrets.token_urlsafe(32)
    await conn.execute(_SQL["make"], person, _hash(made))
    return made


async def revoke(conn: "Connection", person: str) -> bool:
    """Whether there was an address to take back."""
    return bool(await conn.fetchval(_SQL["revoke"], person))


async def made_at(conn: "Connection", person: str) -> datetime | None:
    found: datetime | None = await conn.fetchval(_SQL["made_at"], person)
    return found


async def person_of(conn: "Connection", secret: str) -> str | None:
    found: str | None = await conn.fetchval(_SQL["person"], _hash(secret))
    return found


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
