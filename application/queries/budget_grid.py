"""What budget lines hold as a grid of places and periods, as a reader may see it (BUD-01, BUD-04, BUD-15)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from application.queries.lines import SeenLines, telling_lines
from application.services import Services
from domain.kernel.ledger import Balance, granularity_of
from eventstore import ledger_figures
from eventstore.ledger_figures import Clocks, Scope

Measure = Literal["plan", "reserved", "committed", "actual", "free"]
Columns = Literal["year", "quarter", "month"]
By = Literal["line", "unit", "project"]
MEASURES: tuple[Measure, ...] = ("plan", "reserved", "committed", "actual", "free")
ZERO = Decimal(0)


@dataclass(frozen=True)
class GridQuery:
    """`unit` None is all that the reader may see. `recorded` and `effective` are the clocks of the ledger."""

    year: str
    unit: str | None = None
    project: str | None = None
    by: By = "line"
    columns: Columns = "year"
    recorded: datetime | None = None
    effective: date | None = None

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.recorded, self.effective)


class Amounts(NamedTuple):
    """Sums of one cell. `plan` is what was signed off, with transfers and what was carried; None: no plan (BUD-14)."""

    plan: Decimal | None
    reserved: Decimal
    committed: Decimal
    actual: Decimal
    free: Decimal | None


@dataclass
class GridRow:
    """A place in one currency. `cells` are by period of the columns; what is planned by year has the year's only.

    `masked`: its plan only is shown, for the rest would tell a salary.
    """

    place: str
    currency: str
    cells: dict[str, Amounts] = field(default_factory=dict)
    masked: bool = False
    monthly: bool = False

    def year(self, year: str) -> Amounts:
        return self.cells.get(year, Amounts(None, ZERO, ZERO, ZERO, None))


@dataclass(frozen=True)
class Grid:
    """`rows` of one page; `totals` by currency, of all places that are not masked. `lines` are those in the totals."""

    query: GridQuery
    rows: Sequence[GridRow]
    totals: Sequence[GridRow]
    places: Sequence[str]
    lines: Sequence[str]
    masked: frozenset[str]

    @property
    def periods(self) -> list[str]:
        return periods_of(self.query)


def periods_of(query: GridQuery) -> list[str]:
    match query.columns:
        case "month":
            return [f"{query.year}-{month:02}" for month in range(1, 13)]
        case "quarter":
            return [f"{query.year}-Q{quarter}" for quarter in range(1, 5)]
    return []


async def grid(
    services: Services, seen: SeenLines, query: GridQuery, *, first: int = 0, most: int | None = None
) -> Grid:
    """The places from `first`, at most `most` (None: all). Lines that would tell a salary are in no total."""
    lines = await _lines(services, seen, query)
    past = query.recorded is not None or query.effective is not None
    everywhere = _rolled_up(seen, lines) if query.by == "unit" else lines
    masked = await telling_lines(services, seen, everywhere, query.year, past=past)
    counted = [line for line in lines if line not in masked]
    places = _places(seen, query, lines)
    shown = places[first : None if most is None else first + most]
    scope = Scope(counted, query.year, query.unit, query.project, query.clocks)
    async with services.pool.acquire() as conn:
        wider = scope._replace(lines=[line for line in everywhere if line not in masked])
        found = await ledger_figures.grid(conn, wider, query.by, shown)
        whole = await ledger_figures.grid(conn, scope, "all")
    rows = _rows(query, found)
    present = {row.place for row in rows}
    if query.by == "line":
        for line in shown:
            if line not in present:
                rows.append(GridRow(line, seen.lines[line].currency or ""))
        for row in rows:
            row.masked, row.monthly = row.place in masked, seen.lines[row.place].periods == "month"
            if row.masked:
                row.cells = {period: Amounts(each.plan, ZERO, ZERO, ZERO, None) for period, each in row.cells.items()}
    order = {place: number for number, place in enumerate(shown)}
    rows.sort(key=lambda row: (order[row.place], row.currency))
    return Grid(query, rows, _rows(query, whole), places, counted, masked.intersection(lines))


async def spent_by_month(services: Services, shown: Grid) -> Mapping[tuple[str, str], Decimal]:
    """What was spent of the lines in the totals, by currency and the month that it counts from."""
    query = shown.query
    scope = Scope(shown.lines, query.year, query.unit, query.project, query.clocks)
    async with services.pool.acquire() as conn:
        found = await ledger_figures.spent_by_month(conn, scope)
    return {(currency, month): spent for month, currency, spent in found}


async def plan_of(services: Services, shown: Grid, lines: Sequence[str]) -> Mapping[str, Decimal]:
    """What is planned on some lines of the totals together in their year, by currency."""
    query = shown.query
    scope = Scope(lines, query.year, query.unit, query.project, query.clocks)
    async with services.pool.acquire() as conn:
        whole = await ledger_figures.grid(conn, scope, "all") if lines else []
    return {row.currency: row.year(query.year).plan or ZERO for row in _rows(query, whole)}


async def _lines(services: Services, seen: SeenLines, query: GridQuery) -> list[str]:
    """Lines in the order of their ids: those of the unit today, and those that had money in it in that year."""
    lines = sorted(id_ for id_, line in seen.lines.items() if query.project in (None, line.project))
    if query.unit is None:
        return lines
    above = seen.organisation.units_above
    async with services.pool.acquire() as conn:
        then = await ledger_figures.lines_under(conn, query.year, query.unit)
    return [id_ for id_ in lines if id_ in then or query.unit in above(seen.lines[id_].unit)]


def _rolled_up(seen: SeenLines, lines: Sequence[str]) -> list[str]:
    """A unit holds what was spent in it, also on lines that belong to another one today (BUD-15)."""
    others = (line.id for line in seen.organisation.budget_lines.values() if line.currency is not None)
    return list(dict.fromkeys((*lines, *others)))


def _places(seen: SeenLines, query: GridQuery, lines: Sequence[str]) -> list[str]:
    match query.by:
        case "unit":
            above = seen.organisation.units_above
            return [unit for unit in seen.organisation.units
                    if unit in seen.units and (query.unit is None or query.unit in above(unit))]  # fmt: skip
        case "project":
            return sorted({project for line in lines if (project := seen.lines[line].project)})
    return list(lines)


def _rows(query: GridQuery, balances: Iterable[Balance]) -> list[GridRow]:
    rows: dict[tuple[str, str], GridRow] = {}
    parts: dict[tuple[str, str], dict[str, list[Balance]]] = defaultdict(lambda: defaultdict(list))
    for each in balances:
        key = (each.line, each.currency)
        parts[key][query.year].append(each)
        if query.columns != "year" and granularity_of(each.period) == "month":
            parts[key][_column(query, each.period)].append(each)
    for (place, currency), cells in parts.items():
        rows[place, currency] = GridRow(
            place, currency, {name: _sum(some) for name, some in cells.items()}, monthly=len(cells) > 1
        )
    return list(rows.values())


def _column(query: GridQuery, month: str) -> str:
    return month if query.columns == "month" else f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def _sum(some: Sequence[Balance]) -> Amounts:
    planned = any(each.planned for each in some)
    plan = sum((each.plan + each.transferred + each.carried for each in some), ZERO)
    return Amounts(
        plan if planned else None,
        sum((each.reserved for each in some), ZERO),
        sum((each.committed for each in some), ZERO),
        sum((each.actual for each in some), ZERO),
        sum((each.available for each in some), ZERO) if planned else None,
    )
