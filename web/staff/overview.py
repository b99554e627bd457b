"""How things go, for those who answer for units: by stage with age, funnel, times, what is late and with whom (HIR-15).

Whoever oversees nothing sees what they asked for and where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import browsing, reports
from application.services import Services
from application.wording.reader import unit_names
from domain.kernel.errors import Refused
from domain.kernel.showing.reporting import ProcessReport
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import as_of, figures
from web.staff.places import depths
from web.staff.surroundings import organisation_of, today_of, zone_of

router = APIRouter(include_in_schema=False)
MINE = "mine"


@dataclass(frozen=True)
class Asked:
    """What the form of the page asks for, as it was written and as it is understood."""

    process: str
    unit: str | None
    since: date | None
    until: date | None
    as_of: as_of.AsOf | None

    @classmethod
    def by(cls, request: Request, services: Services, zone: str) -> "Asked":
        """Raises Refused `bad-day`, `bad-time`, `unknown-process`."""
        given = request.query_params
        process = given.get("process") or next(iter(services.processes), MINE)
        if process != MINE:
            services.process(process)
        return cls(process, given.get("unit") or None, _day(given.get("since")), _day(given.get("until")),
                   as_of.asked(request, zone))  # fmt: skip

    @property
    def options(self) -> dict[str, Any]:
        at = self.as_of.at if self.as_of else None
        return {"unit": self.unit, "since": self.since, "until": self.until, "as_of": at}


@router.get("/overview")
async def overview(request: Request, services: Opened, visitor: SignedIn) -> Response:
    zone, organisation = await zone_of(services, visitor.person), await organisation_of(services)
    asked = Asked.by(request, services, zone)
    seen = overseen(organisation, visitor.person, today_of(organisation, visitor))
    told = sorted(name for name, process in services.processes.items() if not process.reads_recorded)
    tabs = [*(told if seen else ()), MINE]
    first = next(iter(services.processes), MINE)
    shown = {"asked": asked, "tabs": sorted(tabs, key=lambda tab: (tab == MINE, tab != first)), "zone": zone}
    if not seen or asked.process == MINE:
        return await _mine(request, services, visitor.person, organisation, shown)
    report = await reports.process_report(services, asked.process, **asked.options, reader=visitor.person)
    return page(request, "staff/overview.html", shown | await _told(request, services, report, organisation, seen))


async def _mine(
    request: Request, services: Services, person: str, organisation: Organisation, shown: Mapping[str, Any]
) -> Response:
    """Whoever is not of the organisation, a candidate, is not named."""
    rows = await browsing.own_requests(services, person)
    waiting = {one for row in rows if isinstance(row["waiting_on"], list | tuple) for one in row["waiting_on"]}
    names = await services.people.names(sorted(waiting & organisation.people.keys()), reader_language(request))
    return page(request, "staff/own_requests.html", {**shown, "rows": rows, "names": names})


async def _told(
    request: Request, services: Services, report: ProcessReport, organisation: Organisation, seen: frozenset[str]
) -> dict[str, Any]:
    language = reader_language(request)
    names = await services.people.names(sorted({one for late in report.late for one in late.people}), language)
    units = unit_names(organisation, language)
    return {
        "report": report,
        "names": names,
        "units": units,
        "choices": depths(organisation, seen),
        "figures": figures.headlines(report, language),
        "charts": figures.charts(report, language),
        "late_chart": figures.late_by_person(report, language, names),
        "by_unit": report.by_unit,
        "by_unit_rows": figures.by_unit(report, organisation),
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("bad-day", "{day} is not a day; write one like 2026-11-23.", day=str(text)[:40]) from None
