"""What people were told, once per effect (KRN-31: late reminders gather in one digest per person and day)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("notifications")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell one person. `about` is a message as JSON; `digest` the day of the digest to gather it in."""

    effect: UUID
    person: str
    case: str
    task: str | None
    about: dict[str, Any]
    digest: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a person was told at `at` (UTC). What has the same `digest` is sent as one message."""

    effect: UUID
    digest: date | None
    case: str
    task: str | None
    about: dict[str, Any]
    at: datetime


async def tell(conn: "Connection", notes: Sequence[Note]) -> None:
    """Records what people are told, in the caller's transaction; a second time for the same effect changes nothing."""
    if notes:
        columns = zip(*((n.effect, n.person, n.case, n.task, n.about, n.digest) for n in notes), strict=True)
        await conn.execute(_SQL["tell"], *map(list, columns))


async def told(conn: "Connection", person: str, *, as_of: datetime | None = None) -> list[Told]:
    """What a person was told until now or `as_of` (aware), oldest first."""
    return [Told(*row) for row in await conn.fetch(_SQL["told"], person, as_of)]
