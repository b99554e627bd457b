"""The first page: what needs its reader, whom they wait for, and their duties in a line each."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.administration import delegations
from application.queries.inbox_items import shared
from application.queries.office import office
from application.services import Services
from application.visibility import policy_viewer
from domain.kernel.values.message import N_
from web.identity.sessions import records_of
from web.identity.visitor import Visitor, visitor_of
from web.languages import KEPT
from web.rendering import page
from web.services import Opened
from web.staff.inbox import cards
from web.staff.surroundings import reader_of

router = APIRouter(include_in_schema=False)
SEEN = "seen"
"""The cookie that says when the reader was here last."""
DUTIES = {
    "people": (N_("My people"), "/team"),
    "projects": (N_("My projects"), "/projects"),
    "money": (N_("My money"), "/money"),
    "direction": (N_("My direction"), "/direction"),
}
"""By duty its title and where it leads."""
GREETINGS = ((12, N_("Good morning")), (17, N_("Good afternoon")), (24, N_("Good evening")))
"""By the hour until which each is said."""


@router.get("/")
async def home(request: Request, services: Opened) -> Response:
    """On to the login, for whoever is not signed in."""
    visitor = visitor_of(request)
    if visitor is None:
        return RedirectResponse("/login", 303)
    seen_by = await policy_viewer(services, visitor.person, records=records_of(request))
    found = await office(services, seen_by)
    part = await cards(services, found.rows, seen_by, await shared(services, found.rows))
    away = await _away(services, visitor)
    organisation = seen_by.viewer.organisation
    told = [
        away, found.told, found.requests, *(one.mentions for one in found.returned), *(card.mentions for card in part),
        *(row.case_title for row in found.week),
    ]  # fmt: skip
    reader = await reader_of(request, services, visitor, organisation, told)
    shown = {
        "office": found,
        "cards": part,
        "away": away,
        "duties": [(one, *DUTIES[one.name]) for one in found.duties],
        "greeting": _greeting(reader.zone),
        "since": since_of(request),
        "reader": reader,
        "zone": str(reader.zone),
    }
    response = page(request, "staff/home.html", shown, headers={"Cache-Control": "no-store"})
    response.set_cookie(SEEN, datetime.now(UTC).isoformat(), max_age=KEPT, samesite="lax", httponly=True)
    return response


def _greeting(zone: Any) -> Any:
    hour = datetime.now(zone).hour
    return next(said for until, said in GREETINGS if hour < until)


def since_of(request: Request) -> str:
    """When the reader was here last, as ISO text in UTC; empty at the first time."""
    try:
        return datetime.fromisoformat(request.cookies.get(SEEN, "")).astimezone(UTC).isoformat()
    except ValueError:
        return ""


async def _away(services: Services, visitor: Visitor) -> list[dict[str, Any]]:
    """Who acts for the reader just now."""
    listed = await delegations.delegations(services, visitor.person)
    return [one for one in listed if one["principal"] == visitor.person and one["state"] == "active"]
