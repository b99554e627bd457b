"""The cases that someone may see, newest first, with what they are filtered by in the address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.queries import listing, reading
from application.wording.reader import Reader, unit_names
from domain.kernel.errors import Refused
from domain.kernel.showing.redaction import HIDDEN
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from readmodels import Wanted
from runtime.translations import catalogue, worded
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.lists.sheets import MOST, Ending, sheet, shown
from web.rendering import page
from web.services import Opened
from web.staff.places import depths
from web.staff.surroundings import organisation_of, reader_of

router = APIRouter(include_in_schema=False)

PAGE = 25
KEPT = ("process", "unit", "below", "open", "mine", "stuck", "overdue", "id")
"""What the address filters by: links to other pages keep it."""


@router.get("/cases")
async def cases(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """By what `KEPT` names, switches with `=1`; `?after=` is where the page before ended."""
    asked = request.query_params
    wanted = asked.get("id", "").strip()
    if wanted and await _exists(services, wanted, visitor.person):
        return RedirectResponse(f"/cases/{wanted}", 303)
    organisation = await organisation_of(services)
    after = asked.get("after", "")
    found = await listing.case_page(
        services,
        _wanted(services, asked, organisation, visitor.person),
        reader=visitor.person,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
        limit=PAGE,
    )
    reader = await reader_of(request, services, visitor, organisation, found.rows)
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    told = {
        "rows": found.rows,
        "next": urlencode({**kept, "after": found.after}) if found.after is not None else "",
        "first": "?" + urlencode(kept) if after else "",
        "asked": kept,
        "query": urlencode(kept),
        "processes": sorted(services.processes),
        "choices": depths(organisation),
        "units": unit_names(organisation, reader_language(request)),
        "reader": reader,
        "zone": str(reader.zone),
    }
    return page(request, "staff/cases.html", told)


@router.get("/cases.{ending}")
async def sheet_of_cases(request: Request, services: Opened, visitor: SignedIn, ending: Ending) -> Response:
    """The newest of the whole list, filtered as the page is."""
    organisation = await organisation_of(services)
    wanted = _wanted(services, request.query_params, organisation, visitor.person)
    found = await listing.case_page(services, wanted, reader=visitor.person, limit=MOST)
    reader = await reader_of(request, services, visitor, organisation, found.rows)
    _ = catalogue(reader.code).gettext
    headers = [_("Case"), _("Process"), _("Title"), _("Stage"), _("Unit"), _("Asked for by"), _("Waits for"), _("Due")]
    units = unit_names(organisation, reader_language(request))
    return await sheet("cases", ending, headers, [_cells(row, reader, units) for row in found.rows])


def _cells(row: Mapping[str, Any], reader: Reader, units: Mapping[str, str]) -> list[str]:
    title, stage, unit, asker = row["case_title"], row["stage"], row["unit"], row["requester"]
    waits, due = row["waiting_on"], row["due_at"]
    return [
        row["case"],
        worded(row["process"], reader.code),
        shown(title) if title == HIDDEN else reader.said(title),
        shown(stage) if stage == HIDDEN else worded(stage, reader.code),
        shown(unit) if unit == HIDDEN else units.get(unit, unit or ""),
        shown(asker) if asker == HIDDEN or not asker else reader.person(asker),
        shown(waits) if waits == HIDDEN else reader.people(waits),
        shown(due) if due == HIDDEN or not due else _clock(due, reader),
    ]


def _clock(due: str, reader: Reader) -> str:
    """In the zone of the reader, as spreadsheets sort it."""
    return f"{datetime.fromisoformat(due).astimezone(reader.zone):%Y-%m-%d %H:%M}"


def _wanted(services: Opened, asked: Mapping[str, str], organisation: Organisation, person: str) -> Wanted:
    """What the address asks the view for; what it asks of a process or a unit that there is not is left out."""
    process, unit = asked.get("process"), asked.get("unit")
    return Wanted(
        process=process if process in services.processes else None,
        units=units_of(organisation, unit, below=bool(asked.get("below"))) if unit in organisation.units else None,
        open_only=bool(asked.get("open")),
        stuck=bool(asked.get("stuck")),
        overdue=bool(asked.get("overdue")),
        person=person if asked.get("mine") else None,
        id_part=asked.get("id", "").strip(),
    )


async def _exists(services: Opened, case: str, person: str) -> bool:
    try:
        await reading.show(services, case, as_of=None, reader=person)
    except Refused:
        return False
    return True
