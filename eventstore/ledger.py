"""The ledger on Postgres: balances that decisions lock, transfers written by the append of their events."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.kernel.ledger import Balance, LinePeriod, Transfer
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("ledger")


class LedgerKey(NamedTuple):
    """A balance to lock; `units` is where the line is now, as `path` writes it, if it has no balance yet."""

    line: str
    period: str
    currency: str
    units: str


class Posted(NamedTuple):
    """A transfer and the event of this append that it belongs to, from 0."""

    event_index: int
    transfer: Transfer


async def lock(conn: "Connection", keys: Sequence[LedgerKey]) -> Mapping[LinePeriod, Balance]:
    """These balances, which no other transaction can change until this one ends."""
    if not keys:
        return {}
    columns = zip(*sorted(set(keys)), strict=True)
    rows = await conn.fetch(_SQL["lock"], *map(list, columns))
    return {LinePeriod(row["line"], row["period"]): balance(row) for row in rows}


async def read(conn: "Connection", keys: Sequence[LedgerKey]) -> Mapping[LinePeriod, Balance]:
    """The same balances as they are, without waiting and without a hold on them."""
    wanted = sorted(set(keys))
    columns = list(map(list, zip(*((k.line, k.period, k.currency) for k in wanted), strict=True))) or [[], [], []]
    found = {LinePeriod(row["line"], row["period"]): balance(row) for row in await conn.fetch(_SQL["read"], *columns)}
    empty = {LinePeriod(k.line, k.period): Balance(line=k.line, period=k.period, currency=k.currency) for k in wanted}
    return {**empty, **found}


def balance(row: Any) -> Balance:
    """Not validated again: the columns have these types."""
    return Balance.model_construct(**dict(row))


def path(units: Sequence[str]) -> str:
    """Units as one text, so that `/it/` finds what lies in or below `it`; empty for none."""
    return f"/{'/'.join(units)}/" if units else ""


def columns(posted: Sequence[Posted]) -> tuple[Any, ...]:
    """Transfers as the arrays that the SQL functions take."""
    some = [each.transfer for each in posted]
    originals = [t.original for t in some]
    return (
        [each.event_index for each in posted],
        [t.number for t in some],
        [t.effective for t in some],
        [t.line for t in some],
        [t.period for t in some],
        [t.currency for t in some],
        [t.source.value for t in some],
        [t.target.value for t in some],
        [str(t.amount) for t in some],
        [path(t.units) for t in some],
        [t.project or "" for t in some],
        [t.replaces for t in some],
        [str(o.amount) if o else None for o in originals],
        [o.currency if o else None for o in originals],
        [str(t.rate) if t.rate is not None else None for t in some],
    )
