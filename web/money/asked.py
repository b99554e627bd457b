"""What the pages of money are asked: year, unit, columns, measure, clocks, as they stand in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request

from application.queries.budget_grid import MEASURES, By, Columns, GridQuery
from application.queries.lines import SeenLines, seen_lines
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.ledger import is_period
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from web.identity.visitor import Visitor
from web.staff import as_of
from web.staff.surroundings import organisation_of, today_of, zone_in

FORECAST = "forecast"
FIRST_YEAR, LAST_YEAR = "1900", "9000"
MEASURE_TITLES: dict[str, Message] = {
    "plan": N_("Plan"), "reserved": N_("Reserved"), "committed": N_("Committed"), "actual": N_("Actual"),
    FORECAST: N_("Forecast"), "free": N_("Free"),
}  # fmt: skip
BY_TITLES: dict[str, Message] = {"line": N_("Budget lines"), "unit": N_("Units"), "project": N_("Projects")}
COLUMN_TITLES: dict[str, Message] = {"year": N_("Whole year"), "quarter": N_("Quarters"), "month": N_("Months")}


@dataclass(frozen=True)
class Asked:
    """`query` is what the grid is asked; `measure` is what its months or quarters show."""

    query: GridQuery
    measure: str
    as_of: as_of.AsOf | None
    zone: str

    def address(self, **changes: str | None) -> str:
        """The same question with other choices, from `?` on; what is empty is left out."""
        query = self.query
        asked = {
            "year": query.year, "unit": query.unit, "project": query.project, "by": query.by, "columns": query.columns,
            "measure": self.measure, "as_of": self.as_of.local if self.as_of else None,
            "until": str(query.effective) if query.effective else None,
        } | changes  # fmt: skip
        usual = {"by": "line", "columns": "year", "measure": "actual"}
        return "?" + urlencode({k: v for k, v in asked.items() if v and usual.get(k) != v})


async def surroundings(services: Services, visitor: Visitor) -> tuple[Organisation, SeenLines]:
    """The organisation of now, and the lines that the visitor may see."""
    organisation = await organisation_of(services)
    seen = await seen_lines(services, organisation, visitor.person, datetime.now(UTC))
    return organisation, seen


def asked_of(request: Request, visitor: Visitor, organisation: Organisation, seen: SeenLines) -> Asked:
    """Raises Refused `bad-year`, `bad-choice`, `bad-day`, `bad-time`, `not-your-unit`."""
    given, zone = request.query_params, zone_in(organisation, visitor.person)
    year = given.get("year") or str(today_of(organisation, visitor).year)
    if not is_period(year, "year") or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("bad-year", "{year} is not a year; write one like 2027.", year=year[:20])
    unit = given.get("unit") or None
    if unit is not None and unit not in seen.units:
        raise Refused(
            "not-your-unit", "You do not see the money of unit {unit}; choose one of the list.", unit=unit[:80]
        )
    when = as_of.asked(request, zone)
    query = GridQuery(
        year=year, unit=unit, project=given.get("project") or None,
        by=cast(By, _choice(given.get("by") or "line", tuple(BY_TITLES))),
        columns=cast(Columns, _choice(given.get("columns") or "year", tuple(COLUMN_TITLES))),
        recorded=when.at if when else None, effective=day(given.get("until")),
    )  # fmt: skip
    return Asked(query, _choice(given.get("measure") or "actual", (*MEASURES, FORECAST)), when, zone)


def day(text: str | None) -> date | None:
    """Raises Refused `bad-day`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("bad-day", "{day} is not a day; write one like 2026-11-23.", day=str(text)[:40]) from None


def _choice(text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise Refused(
            "bad-choice", "{text} cannot be chosen; there are: {known}.", text=text[:40], known=", ".join(known)
        )
    return text
