"""The address of the server: on to the inbox, or to the login."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from web.identity.visitor import visitor_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    return RedirectResponse("/inbox" if visitor_of(request) else "/login", 303)
