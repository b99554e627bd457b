"""Where direction stands: plans with their objectives, the newest status of each unit, reviews, other departments."""

from dataclasses import replace
from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import listing, process_reports
from application.services import Services
from application.wording.reader import Reader, unit_names
from domain.direction.status_report.content import Colour, Kind
from domain.direction.status_report.report import StatusList
from domain.direction.strategy.report import StrategyReport
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from readmodels import Wanted
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.missing import missing
from web.staff.surroundings import named, organisation_of, reader_of, today_of

router = APIRouter(include_in_schema=False)
LISTED = {
    "business_review": N_("Business reviews"),
    "coordination": N_("Requests between departments"),
    "strategy": N_("Plans"),
    "status_report": N_("Reports on units"),
}
"""The open cases that are listed, newest first; whoever oversees no unit sees these alone."""
NEWEST = 8
COLOURS = {
    Colour.GREEN: (N_("green"), "good"),
    Colour.AMBER: (N_("amber"), "warn"),
    Colour.RED: (N_("red"), "late"),
    Colour.NONE: (N_("no report"), ""),
}
"""What a colour is called, and the kind of its badge."""
KINDS = {
    Kind.PROGRESS: N_("Progress"),
    Kind.PROBLEM: N_("Problems"),
    Kind.STEP: N_("Steps taken"),
    Kind.NEXT: N_("Next steps"),
    Kind.ASK: N_("Decisions asked"),
}


@router.get("/direction")
async def direction(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Numbers are those of the reports `strategy` and `status`, for who oversees units."""
    organisation = await organisation_of(services)
    today = today_of(organisation, visitor)
    oversees = bool(overseen(organisation, visitor.person, today))
    plans = (await _report(services, visitor.person, "strategy")).plans if oversees else ()
    rows = (await _report(services, visitor.person, "status")).rows if oversees else ()
    found = {
        kind: (
            await listing.case_page(services, Wanted(process=kind, open_only=True), reader=visitor.person, limit=NEWEST)
        ).rows
        for kind in LISTED
    }
    people = [(row.author, row.unread) for row in rows] + [one.owner for plan in plans for one in plan.objectives]
    reader = await _reader(request, services, visitor, organisation, [list(found.values()), people])
    told = {
        "plans": plans, "rows": sorted(rows, key=lambda row: (_worst(row.colour), row.unit)), "found": found,
        "listed": LISTED, "colours": COLOURS, "reader": reader, "zone": str(reader.zone),
        "units": unit_names(organisation, reader_language(request)), "today": today.isoformat(),
    }  # fmt: skip
    return page(request, "direction/direction.html", told)


@router.get("/direction/status/{case}")
async def status_page(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """The newest report of a case, as it was sent: on one page, or with `?depth=whole` all of it with its events."""
    depth = "whole" if request.query_params.get("depth") == "whole" else "page"
    organisation = await organisation_of(services)
    try:
        rows = (await _report(services, visitor.person, "status", depth=depth)).rows
    except Refused:
        return missing(request)
    found = next((row for row in rows if row.case == case), None)
    if found is None or not await _sees(services, case, visitor.person):
        return missing(request)
    reader = await _reader(request, services, visitor, organisation, found.model_dump(mode="json"))
    told = {
        "row": found, "depth": depth, "colours": COLOURS, "kinds": KINDS, "reader": reader, "zone": str(reader.zone),
        "facts": {kind: [one for one in found.facts if one.kind is kind] for kind in Kind},
        "statements": {kind: [one for one in found.statements if one.kind is kind] for kind in Kind},
        "units": unit_names(organisation, reader_language(request)),
    }  # fmt: skip
    return page(request, "direction/status.html", told)


async def _reader(
    request: Request, services: Services, visitor: Visitor, organisation: Organisation, told: object
) -> Reader:
    """Who reads it, by whom units have their names."""
    reader = await reader_of(request, services, visitor, organisation, told)
    return replace(reader, names=named(organisation, reader))


async def _report(services: Services, reader: str, name: str, **asked: Any) -> Any:
    """Raises Refused `not-your-report`."""
    body, _ = await process_reports.report(services, name, asked, reader=reader)
    return cast(StrategyReport | StatusList, body)


async def _sees(services: Services, case: str, person: str) -> bool:
    """Words of a report are for who sees its case (STS-02)."""
    wanted = Wanted(process="status_report", id_part=case)
    rows = await listing.cases(services, wanted, reader=person)
    return any(row["case"] == case and isinstance(row["stage"], str) for row in rows)


def _worst(colour: Colour) -> int:
    return (Colour.RED, Colour.AMBER, Colour.NONE, Colour.GREEN).index(colour)
