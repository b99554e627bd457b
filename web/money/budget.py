"""The budget as a grid of lines, units or projects: all measures of a year, or one by months or quarters (BUD-01)."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.files.sheet import Cell, write_table
from application.queries.budget_grid import Amounts, Grid, GridRow, grid, periods_of, plan_of, spent_by_month
from application.queries.lines import SeenLines
from application.wording.reader import unit_names
from domain.kernel.values.message import N_
from domain.organisation.model import Organisation
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.money.asked import BY_TITLES, COLUMN_TITLES, FORECAST, MEASURE_TITLES, Asked, asked_of, surroundings
from web.money.budget_cases import BudgetFigures, budget_figures, forecast_of
from web.money.figures import year_chart
from web.money.words import figure, line_name, period
from web.rendering import in_words, page
from web.services import Opened
from web.staff.paging import Page
from web.staff.places import depths

router = APIRouter(include_in_schema=False)
ADDRESS = "/money"
AT_ONCE = 25
"""Rows of a page: a grid of months with its links stays below 60 kB."""
SHOWN = ("plan", "reserved", "committed", "actual", FORECAST, "free")
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class CellShown(NamedTuple):
    """`href` leads to what the number is made of; `below` is less than nothing."""

    text: str
    href: str | None
    below: bool


@dataclass(frozen=True)
class RowShown:
    """`note` says where a line belongs; a `masked` one has its plan only."""

    name: str
    href: str
    note: str
    currency: str
    masked: bool
    cells: Sequence[CellShown]


@router.get(ADDRESS)
async def budget(request: Request, services: Opened, visitor: SignedIn) -> Response:
    organisation, seen = await surroundings(services, visitor)
    asked, language = asked_of(request, visitor, organisation, seen), reader_language(request)
    number = _number(request)
    shown = await grid(services, seen, asked.query, first=(number - 1) * AT_ONCE, most=AT_ONCE)
    figures = await budget_figures(services, asked.query.year, recorded=asked.query.recorded)
    spent = await spent_by_month(services, shown)
    without = [line for line in shown.lines if line not in figures.forecasts]
    otherwise = await plan_of(services, shown, without) if figures.forecasts else {}
    rows = Rows(asked, seen, organisation, figures, language)
    told = {
        "asked": asked, "grid": shown, "zone": asked.zone, "rows": [rows.of(row) for row in shown.rows],
        "totals": [rows.total(row, shown) for row in shown.totals],
        "heads": rows.heads, "masked": len(shown.masked),
        "measures": MEASURE_TITLES, "bys": BY_TITLES, "columns": COLUMN_TITLES,
        "choices": depths(organisation, seen.units), "units": unit_names(organisation, language),
        "years": [str(int(asked.query.year) + by) for by in (-1, 0, 1)],
        "chart": year_chart(shown, figures.forecasts, otherwise, spent, language, datetime.now(UTC).date()),
        "paging": _paging(asked, number, len(shown.places)),
        "any": bool(seen.lines),
    }  # fmt: skip
    return page(request, "money/budget.html", told)


@router.get(ADDRESS + "/grid.{ending}")
async def download(request: Request, services: Opened, visitor: SignedIn, ending: str) -> Response:
    """The grid with all its rows as CSV or XLSX: every measure by place and period."""
    organisation, seen = await surroundings(services, visitor)
    asked, language = asked_of(request, visitor, organisation, seen), reader_language(request)
    shown = await grid(services, seen, asked.query)
    figures = await budget_figures(services, asked.query.year, recorded=asked.query.recorded)
    rows = Rows(asked, seen, organisation, figures, language)
    heads = [N_("Id"), N_("Name"), N_("Currency"), N_("Period"), *(MEASURE_TITLES[name] for name in SHOWN)]
    data = await asyncio.to_thread(_file, ending, [in_words(head, language) for head in heads], rows.table(shown))
    name = f"budget-{asked.query.year}.{ending}"
    return Response(data, media_type=TYPES[ending], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _file(ending: str, heads: list[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Raises Refused `bad-ending`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"budget.{ending[:10]}"
        write_table(path, heads, rows)
        return path.read_bytes()


@dataclass(frozen=True)
class Rows:
    """Rows of the grid in the reader's words, each number with the address of its movements."""

    asked: Asked
    seen: SeenLines
    organisation: Organisation
    figures: BudgetFigures
    language: str

    @property
    def by_measure(self) -> bool:
        return self.asked.query.columns == "year"

    @property
    def heads(self) -> list[str]:
        if self.by_measure:
            return [in_words(MEASURE_TITLES[name], self.language) for name in SHOWN]
        return [*(period(name, self.language) for name in _periods(self.asked)), self.asked.query.year]

    def of(self, row: GridRow) -> RowShown:
        line = self.seen.lines.get(row.place) if self.asked.query.by == "line" else None
        forecast = self._forecast(row)
        href = self._line_href(row.place) if line else self._place_href(row.place)
        note = unit_names(self.organisation, self.language).get(line.unit, line.unit) if line else ""
        cells = [] if row.masked else [self._cell(row, forecast, *each, href=href) for each in self._asked_cells()]
        if row.masked:
            cells = [CellShown(figure(row.year(self.asked.query.year).plan, self.language), None, below=False)]
        return RowShown(self.name(row.place), href, note, row.currency, row.masked, cells)

    def total(self, row: GridRow, shown: Grid) -> RowShown:
        lines = [line for line in shown.lines if self.seen.lines[line].currency == row.currency]
        forecast = forecast_of(lines, self.figures.forecasts)
        cells = [self._cell(row, forecast, *each, href=None) for each in self._asked_cells()]
        return RowShown("", "", "", row.currency, masked=False, cells=cells)

    def table(self, shown: Grid) -> Iterator[Sequence[Cell]]:
        """One row for each place and period; a line that would tell a salary has its plan only."""
        query = self.asked.query
        for row in shown.rows:
            for name in (*(_periods(self.asked) if row.monthly else ()), query.year):
                cell = row.cells.get(name)
                if cell is None and name != query.year:
                    continue
                amounts = cell or row.year(query.year)
                forecast = self._forecast(row) if name == query.year else None
                values = [None if row.masked and each != "plan" else _amount(amounts, forecast, each) for each in SHOWN]
                yield (row.place, self.name(row.place), row.currency, name, *values)

    def name(self, place: str) -> str:
        match self.asked.query.by:
            case "line":
                return line_name(self.seen.lines[place], self.language)
            case "unit":
                return unit_names(self.organisation, self.language).get(place, place)
        return place

    def _asked_cells(self) -> list[tuple[str, str]]:
        """(period, measure) of each column."""
        year = self.asked.query.year
        if self.by_measure:
            return [(year, measure) for measure in SHOWN]
        return [(name, self.asked.measure) for name in (*_periods(self.asked), year)]

    def _cell(self, row: GridRow, forecast: Decimal | None, name: str, measure: str, *, href: str | None) -> CellShown:
        year = self.asked.query.year
        amounts = row.cells.get(name) or (row.year(year) if name == year else None)
        if amounts is None:
            return CellShown("", None, below=False)
        amount = _amount(amounts, forecast if name == year else None, measure)
        leads = href is not None and self.asked.query.by == "line" and measure != FORECAST and amount
        to = f"{href}&period={name}&of={measure}".replace("?&", "?") if leads else None
        return CellShown(figure(amount, self.language), to, below=amount is not None and amount < 0)

    def _forecast(self, row: GridRow) -> Decimal | None:
        lines = self.seen.lines.values()
        match self.asked.query.by:
            case "line":
                ids = [row.place]
            case "unit":
                ids = [each.id for each in lines if row.place in self.organisation.units_above(each.unit)]
            case _:
                ids = [each.id for each in lines if each.project == row.place]
        return forecast_of(
            [id_ for id_ in ids if self.seen.lines[id_].currency == row.currency], self.figures.forecasts
        )

    def _line_href(self, line: str) -> str:
        """Relative, so that a grid of months stays small; the period is added to it."""
        clocks = {"as_of": self.asked.as_of.local if self.asked.as_of else "",
                  "until": str(self.asked.query.effective or "")}  # fmt: skip
        kept = urlencode({name: value for name, value in clocks.items() if value})
        return f"money/lines/{quote(line, safe='')}?{kept}"

    def _place_href(self, place: str) -> str:
        return self.asked.address(**{self.asked.query.by: place, "by": "line"})


def _amount(amounts: Amounts, forecast: Decimal | None, measure: str) -> Decimal | None:
    if measure == FORECAST:
        return forecast
    found: Decimal | None = getattr(amounts, measure)
    return found


def _periods(asked: Asked) -> list[str]:
    return periods_of(asked.query)


def _number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) < 6 else 1


def _paging(asked: Asked, number: int, total: int) -> Page[None]:
    pages = max(-(-total // AT_ONCE), 1)
    return Page(
        rows=(), total=total, number=number, pages=pages,
        before=asked.address(page=str(number - 1)) if number > 1 else None,
        after=asked.address(page=str(number + 1)) if number < pages else None,
    )  # fmt: skip
