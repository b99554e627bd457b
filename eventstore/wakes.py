"""Which workflows must still look at the log, because a decision was made beside them (docs/adr/0021)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("wakes")

GRACE = timedelta(seconds=5)
"""Whoever owes makes it due by `hurry` when all answers are given; after a crash it becomes due by itself."""

LEASE = timedelta(seconds=30)
"""How long what was taken is left to its taker; after a crash this is what the case waits."""


@dataclass(frozen=True, slots=True)
class Wake:
    """The workflow of `stream` must see the log up to `position`."""

    position: int
    stream: str
    process: str


async def owe(conn: "Connection", wakes: Sequence[Wake]) -> None:
    """Written down in the transaction of the decisions, so that no crash after it loses a wake. Due after `GRACE`."""
    if wakes:
        columns = zip(*((wake.position, wake.stream, wake.process) for wake in wakes), strict=True)
        await conn.execute(_SQL["owe"], *map(list, columns), GRACE)


async def take(conn: "Connection", limit: int) -> list[Wake]:
    """What is due, at most `limit`, for this caller alone until `LEASE` is over."""
    return [Wake(*row) for row in await conn.fetch(_SQL["take"], limit, LEASE)]


async def settle(conn: "Connection", positions: Sequence[int]) -> None:
    """Forgets what was done."""
    await conn.execute(_SQL["settle"], positions)


async def postpone(conn: "Connection", positions: Sequence[int]) -> None:
    """Keeps what could not be done, to be tried ever less often."""
    await conn.execute(_SQL["postpone"], positions)


async def hurry(conn: "Connection", positions: Sequence[int] | None = None) -> None:
    """Makes these, or everything, due now."""
    await conn.execute(_SQL["hurry"], positions)


async def owed(conn: "Connection") -> list[Wake]:
    """All that is still to be done, oldest first."""
    return [Wake(*row) for row in await conn.fetch(_SQL["owed"])]
