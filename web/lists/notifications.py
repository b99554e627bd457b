"""What the reader was told, the newest first, a page at a time."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import reading
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff.home import since_of
from web.staff.surroundings import organisation_of, reader_of

router = APIRouter(include_in_schema=False)
PAGE = 50


@router.get("/notifications")
async def notifications(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """`?page=` from 1. What the reader may not see any more is left out, as everywhere."""
    found = (await reading.notifications(services, visitor.person))[::-1]
    pages = max(1, -(-len(found) // PAGE))
    asked = request.query_params.get("page", "1")
    number = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown = found[(number - 1) * PAGE : number * PAGE]
    reader = await reader_of(request, services, visitor, await organisation_of(services), shown)
    told = {
        "told": shown, "number": number, "pages": pages, "since": since_of(request), "reader": reader,
        "zone": str(reader.zone),
    }  # fmt: skip
    return page(request, "lists/notifications.html", told)
