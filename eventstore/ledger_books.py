"""The ledger as read and proved: balances at either clock, transfers, comparison with the events, a rebuild."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from domain.kernel.events import EventRow
from domain.kernel.ledger import Balance, LinePeriod, PostedTransfer, Transfer
from domain.kernel.values.money import Money
from eventstore.ledger import Posted, balance, columns
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("ledger")
_AT_ONCE = 200
"""Streams in memory at a time."""

MARK_EVERY = 20_000
"""Transfers after which a past instant gets a mark when all lines are asked for at that instant."""

TransfersOf = Callable[[str, Sequence[EventRow]], Iterable[tuple[EventRow, Sequence[Transfer]]]]
"""(process, a stream's events) → those that move money, in order, each with its transfers."""


async def balances(
    conn: "Connection",
    *,
    by: Literal["line", "unit", "project"] = "line",
    line: str | None = None,
    period: str | None = None,
    unit: str | None = None,
    project: str | None = None,
    recorded: datetime | None = None,
    effective: date | None = None,
) -> list[Balance]:
    """Balances by period and currency, of each line, or of each unit with all below it, or of each project (BUD-04).

    A unit or project stands in the place of `line`. `period` may be a year, which holds its months. `recorded` (aware)
    and `effective` are the two clocks: what was known by then, and what counted from that day or before.
    """
    query = {"line": "balances", "unit": "by_unit", "project": "by_project"}[by]
    mark = None
    if recorded is not None and effective is None:
        mark = await mark_for(conn, recorded, make=line is None)
    rows = await conn.fetch(_SQL[query], line, period, unit, project, recorded, effective, mark)
    return [balance(row) for row in rows]


async def mark_for(conn: "Connection", at: datetime, *, make: bool = True) -> datetime | None:
    """The newest mark up to an instant. One is made there if much came since, and no more can be recorded there.

    Appends hold the order lock from before they look at the clock: after `settled`, they are all later.
    """
    from eventstore.log import Turn  # noqa: PLC0415 - the log writes transfers

    mark: datetime | None = await conn.fetchval(_SQL["mark_before"], at)
    if not make or conn.is_in_transaction():
        return mark
    if not await conn.fetchval(_SQL["many_between"], mark, at, MARK_EVERY) or await Turn().settled(conn) is None:
        return mark
    await conn.execute(_SQL["mark"], at, mark)
    return at


async def transfers(
    conn: "Connection",
    *,
    line: str | None = None,
    period: str | None = None,
    streams: Sequence[str] | None = None,
    recorded: datetime | None = None,
) -> list[PostedTransfer]:
    """Transfers in the order of the log, as known at `recorded` (aware)."""
    found = await conn.fetch(_SQL["transfers"], line, period, None if streams is None else list(streams), recorded)
    return [posted(row) for row in found]


async def every_transfer(conn: "Connection") -> AsyncIterator[PostedTransfer]:
    """All of them in order, a few at a time in memory; must be called within a transaction."""
    async for row in conn.cursor(_SQL["transfers"], None, None, None, None, prefetch=1000):
        yield posted(row)


async def effective_days(conn: "Connection") -> tuple[date, date]:
    """The first and the last day that anything counts from; today for an empty ledger."""
    row = await conn.fetchrow(_SQL["effective_days"])
    assert row is not None
    return row[0], row[1]


async def unlike(conn: "Connection") -> list[LinePeriod]:
    """The balances, now or at a mark, that are not the sums of their transfers."""
    found = {LinePeriod(*row): None for row in await conn.fetch(_SQL["unlike"])}
    before = None
    for (at,) in await conn.fetch(_SQL["marks"]):
        found |= {LinePeriod(*row): None for row in await conn.fetch(_SQL["unlike_mark"], at, before)}
        before = at
    return list(found)


async def strangers(conn: "Connection") -> list[str]:
    """Streams that transfers are kept for but that have no events."""
    return [row["stream"] for row in await conn.fetch(_SQL["strangers"])]


async def rebuild(conn: "Connection", transfers_of: TransfersOf) -> int:
    """Makes transfers and balances anew from the log, in one transaction in which nobody appends. Returns how many."""
    from eventstore import log  # noqa: PLC0415 - the log writes transfers, their rebuild reads the log

    made = 0
    async with conn.transaction():
        await log.change_records(conn)  # decisions hold balances before they hold the log: none is under way from here
        await conn.execute(_SQL["stop_writers"])
        await conn.execute(_SQL["forget_marks"])
        await conn.execute(_SQL["forget_balances"])
        await conn.execute(_SQL["forget_transfers"])
        listed = await log.streams(conn)
        for start in range(0, len(listed), _AT_ONCE):
            some = {name: process for name, process, _ in listed[start : start + _AT_ONCE]}
            events = await log.read_streams(conn, dict.fromkeys(some, 0))
            for name, process in some.items():
                for event, moved in transfers_of(process, events.get(name, ())):
                    places = name, event.position, event.recorded_at
                    await conn.execute(_SQL["post"], *places, *columns([Posted(0, transfer) for transfer in moved]))
                    made += len(moved)
    return made


def posted(row: Any) -> PostedTransfer:
    original = row["original"]
    transfer = Transfer(
        **{
            name: row[name]
            for name in ("number", "line", "period", "amount", "currency", "effective", "replaces", "rate")
        },
        source=row["source"],
        target=row["target"],
        units=tuple(row["units"].strip("/").split("/")) if row["units"] else (),
        project=row["project"] or None,
        original=None if original is None else Money(amount=original, currency=row["original_currency"]),
    )
    return PostedTransfer(
        stream=row["stream"], position=row["position"], recorded_at=row["recorded_at"], transfer=transfer
    )
