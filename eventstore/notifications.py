"""What people were told, once per effect (KRN-31: late reminders gather in one digest per person and day)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("notifications")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a person was told. Items of one digest share `notification`; `about` is a message as JSON."""

    notification: int
    digest: date | None
    case: str
    task: str | None
    about: dict[str, Any]
    at: datetime


async def tell(
    conn: "Connection",
    effect: UUID,
    person: str,
    *,
    case: str,
    task: str | None,
    about: dict[str, Any],
    day: date | None,
) -> None:
    """Tells one person; a second time for the same effect changes nothing. `day` gathers it into that day's digest."""
    await conn.execute(_SQL["tell"], effect, person, case, task, about, day)


async def told(conn: "Connection", person: str) -> list[Told]:
    """What a person was told, oldest first."""
    return [Told(*row) for row in await conn.fetch(_SQL["told"], person)]
