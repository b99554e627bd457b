"""The ledger as pages show it: figures of many lines at once, what a number is made of, what cases hold."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.kernel.ledger import Account, Balance, PostedTransfer
from eventstore.ledger import balance
from eventstore.ledger_books import mark_for, posted
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("ledger")
By = Literal["line", "unit", "project", "all"]


class Clocks(NamedTuple):
    """`recorded` (aware): what was known by then; `effective`: what counts from that day or before. None is now."""

    recorded: datetime | None = None
    effective: date | None = None


class Scope(NamedTuple):
    """The lines that count, in a year, below a unit and of a project by the shape of the day (None: of any)."""

    lines: Sequence[str]
    year: str
    unit: str | None = None
    project: str | None = None
    clocks: Clocks = Clocks()


class HeldByCase(NamedTuple):
    """What a case holds on a line; `moved_on` is the last day that moved its money."""

    case: str
    line: str
    currency: str
    moved_on: date
    reserved: Decimal
    committed: Decimal
    actual: Decimal


async def grid(conn: "Connection", scope: Scope, by: By, places: Sequence[str] = ()) -> list[Balance]:
    """Balances of places by period and currency; a unit or project stands in the place of `line`, '' for all."""
    recorded, effective = scope.clocks
    mark = await mark_for(conn, recorded) if recorded is not None and effective is None else None
    lines = places if by == "line" else scope.lines
    rows = await conn.fetch(
        _SQL["grid"],
        None,
        scope.year,
        scope.unit,
        scope.project,
        recorded,
        effective,
        mark,
        list(lines),
        by,
        list(places),
    )
    return [balance(row) for row in rows]


async def lines_under(conn: "Connection", year: str, unit: str) -> set[str]:
    return {row["line"] for row in await conn.fetch(_SQL["lines_under"], year, unit)}


async def spent_by_month(conn: "Connection", scope: Scope) -> list[tuple[str, str, Decimal]]:
    """(month, currency, amount) by the month that it counts from."""
    given = (list(scope.lines), scope.year, scope.unit, scope.project, *scope.clocks)
    return [tuple(row) for row in await conn.fetch(_SQL["spent_by_month"], *given)]


async def cases_on_lines(conn: "Connection", lines: Sequence[str], year: str) -> list[tuple[str, str, str]]:
    """(line, case, process) of the cases that held or spent money there."""
    return [tuple(row) for row in await conn.fetch(_SQL["cases_on_lines"], list(lines), year)]


async def movements(
    conn: "Connection", line: str, period: str, accounts: Sequence[Account], clocks: Clocks, *, limit: int
) -> list[tuple[PostedTransfer, str]]:
    """Transfers on any of the accounts, newest first, each with the type of its event."""
    given = (line, period, [account.value for account in accounts], *clocks, limit)
    return [(posted(row), row["type"]) for row in await conn.fetch(_SQL["movements"], *given)]


async def held(conn: "Connection", cases: Sequence[str]) -> list[HeldByCase]:
    rows = await conn.fetch(_SQL["held"], list(cases))
    return [HeldByCase(row["stream"], *(row[name] for name in HeldByCase._fields[1:])) for row in rows]
