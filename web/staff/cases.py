"""The cases that someone may see, newest first, with what they are filtered by in the address."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.queries import listing, reading
from application.wording.reader import unit_names
from domain.kernel.errors import Refused
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from readmodels import Wanted
from web.identity.visitor import SignedIn
from web.languages import reader_language
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
    shown = {
        "rows": found.rows,
        "next": urlencode({**kept, "after": found.after}) if found.after is not None else "",
        "first": "?" + urlencode(kept) if after else "",
        "asked": kept,
        "processes": sorted(services.processes),
        "choices": depths(organisation),
        "units": unit_names(organisation, reader_language(request)),
        "reader": reader,
        "zone": str(reader.zone),
    }
    return page(request, "staff/cases.html", shown)


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
