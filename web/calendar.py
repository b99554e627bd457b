"""What is due for a person as a calendar under a secret address, and the page that makes it and takes it back."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.commands.offers import bad_link
from application.queries import due_calendar
from application.services import Services
from web.identity.csrf import checked_form
from web.identity.guesses import guesses_of
from web.identity.limits import limits_of
from web.identity.tokens import BadToken
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import zone_of

router = APIRouter(include_in_schema=False)


@router.api_route("/calendar/{secret}.ics", methods=["GET", "HEAD"])
async def calendar(request: Request, services: Opened, secret: str) -> Response:
    """Raises Refused `bad-link`, also once its person has left, and `too-many` where an address tries many."""
    try:
        with guesses_of(request).counted(request):
            person, text = await _opened(services, secret)
    except BadToken:
        raise bad_link() from None
    limits_of(request).api(person)
    headers = {"Content-Disposition": 'inline; filename="signoff.ics"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


async def _opened(services: Services, secret: str) -> tuple[str, bytes]:
    found = await due_calendar.calendar(services, secret)
    if found is None:
        raise BadToken("unknown")
    return found


@router.get("/calendar")
async def shown(request: Request, services: Opened, visitor: SignedIn) -> Response:
    return await _page(request, services, visitor)


@router.post("/calendar")
async def changed(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Makes an address, which is shown this once, or takes it back."""
    form = await checked_form(request)
    if "revoke" in form:
        await due_calendar.revoke_address(services, visitor.person)
        return await _page(request, services, visitor, revoked=True)
    return await _page(request, services, visitor, address=await due_calendar.new_address(services, visitor.person))


async def _page(
    request: Request, services: Opened, visitor: SignedIn, *, address: str = "", revoked: bool = False
) -> Response:
    since = await due_calendar.address_since(services, visitor.person)
    zone = await zone_of(services, visitor.person)
    return page(request, "staff/calendar.html", {"address": address, "revoked": revoked, "since": since, "zone": zone})
