"""Sessions of browsers in Postgres, under the hash of their id: who reads the table can not use what is in it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("sessions")

LIFETIME = timedelta(hours=12)
"""From signing in; whoever works longer signs in again."""
IDLE = timedelta(hours=2)
ROTATED = timedelta(minutes=15)
"""How long one id is used before another takes its place."""
UNDER_WAY = timedelta(minutes=1)
"""How long a replaced id still works: for requests that were sent with it."""


@dataclass(frozen=True)
class Session:
    """`sign_in` stays the same while ids change. `due`: the id is to be replaced."""

    sign_in: UUID
    person: str
    authenticated: str
    due: bool


@dataclass(frozen=True)
class There:
    """The session at the provider that one here began with: keyed hashes of its id and its subject, and its ID token,
    sealed. None for what the provider did not say.
    """

    session: bytes | None = None
    subject: bytes | None = None
    id_token: bytes | None = None


async def begin(conn: "Connection", person: str, authenticated: str, there: There) -> str:
    """Makes a session and returns its id, 256 random bits. Sessions that are over are forgotten on the way."""
    await conn.execute(_SQL["forget"], LIFETIME)
    made = secrets.token_urlsafe(32)
    kept = (there.session, there.subject, there.id_token)
    await conn.execute(_SQL["begin"], _hash(made), uuid4(), person, authenticated, *kept)
    return made


async def find(conn: "Connection", session: str) -> Session | None:
    """The session that `session` opens now. An id that was replaced long ago is a stolen copy: it ends the session."""
    row = await conn.fetchrow(_SQL["find"], _hash(session), LIFETIME, IDLE, UNDER_WAY, ROTATED)
    if row is None:
        return None
    if row["stale"]:
        await end(conn, row["sign_in"])
        return None
    if row["unseen"]:
        await conn.execute(_SQL["seen"], _hash(session))
    return Session(row["sign_in"], row["person"], row["authenticated"], row["due"])


async def replace(conn: "Connection", session: str) -> str | None:
    """A new id for this session; None if another request was first."""
    made = secrets.token_urlsafe(32)
    return made if await conn.fetchval(_SQL["replace"], _hash(session), _hash(made)) else None


async def end(conn: "Connection", sign_in: UUID) -> None:
    """Ends one sign-in, under whichever id."""
    await conn.execute(_SQL["end_sign_in"], sign_in)


async def end_all(conn: "Connection", person: str) -> None:
    """Ends every session of a person, in whichever browser."""
    await conn.execute(_SQL["end_person"], person)


async def id_token(conn: "Connection", sign_in: UUID) -> bytes | None:
    """The sealed ID token of a sign-in."""
    found: bytes | None = await conn.fetchval(_SQL["id_token"], sign_in)
    return found


async def end_there(
    conn: "Connection",
    authenticated: str,
    *,
    session: bytes | None,
    subject: bytes | None,
    logout: str,
    until: datetime,
) -> bool:
    """Ends what a logout token is about: one session at the provider, or all of a subject. False if it was used before.

    `logout` is the token's own id, `until` (UTC) when it is worth nothing any more. In the caller's transaction.
    """
    await conn.execute(_SQL["forget_logouts"])
    first: bool | None = await conn.fetchval(_SQL["use_logout"], _hash(logout), until)
    if first:
        await conn.execute(_SQL["end_there"], authenticated, session, subject)
    return bool(first)


def _hash(session: str) -> bytes:
    return hashlib.sha256(session.encode(errors="surrogatepass")).digest()
