"""What operations count in the views."""

from collections.abc import Collection
from datetime import datetime

from domain.kernel.value import Value
from eventstore.database import Connection
from readmodels.statements import sql


class Counts(Value):
    """How many cases of a process are open, and how many of those are in some trouble."""

    process: str
    open: int
    on_hold: int
    stuck: int
    overdue: int


async def case_counts(conn: Connection, *, now: datetime) -> list[Counts]:
    """By process; a process without open cases is missing."""
    return [Counts(**row) for row in await conn.fetch(sql("case_counts"), now)]


async def duty_counts(
    conn: Connection, units: Collection[str], processes: Collection[str], *, now: datetime
) -> list[Counts]:
    """The open cases of these units, by process; how many are stuck or on hold is not counted."""
    return [Counts(**row) for row in await conn.fetch(sql("duty_counts"), now, list(units), list(processes))]


async def dead_letter_counts(conn: Connection) -> dict[str, int]:
    """By view: how many events it could not take."""
    return dict(await conn.fetch(sql("dead_letter_counts")))


async def open_cases(conn: Connection, *, limit: int) -> dict[str, str]:
    """The process of each open case, at most `limit`, the oldest first."""
    return dict(await conn.fetch(sql("open_cases"), limit))
