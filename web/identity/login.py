"""Signing in and out: for now by choosing a person, on the embedded stack only."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.kernel.errors import Refused
from web.door import Opened
from web.guard import form_of
from web.identity import sessions
from web.identity.csrf import checked_form
from web.rendering import page

router = APIRouter(include_in_schema=False)
HOME = "/inbox"


@router.get("/login")
async def login(request: Request, door: Opened) -> Response:
    """The ways to sign in."""
    async with door.pool.acquire() as conn:
        people = sorted((await door.books.records(conn)).organisation.people)
    names = await door.people.names(people, "en")
    return page(request, "login.html", {"people": names, "next": inside(request.query_params.get("next", ""))})


@router.post("/login/choose")
async def choose(request: Request, door: Opened) -> Response:
    """Signs in as any person. Raises Refused `unknown-person`."""
    form = await form_of(request)
    person = await door.people.resolve(str(form.get("person", "")))
    async with door.pool.acquire() as conn:
        if person not in (await door.books.records(conn)).organisation.people:
            raise Refused("unknown-person", "Nobody is known by this id or address; check its spelling.")
    response = RedirectResponse(inside(str(form.get("next", ""))), 303)
    sessions.begin(response, door, person, "chosen")
    return response


@router.post("/logout")
async def logout(request: Request, door: Opened) -> Response:
    await checked_form(request)
    response = RedirectResponse("/login", 303)
    sessions.end(response, door)
    return response


def inside(address: str) -> str:
    """An address of ours to go on to; any other becomes the inbox, so that no link of ours leads elsewhere."""
    parts = urlsplit(address)
    here = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if here and "\n" not in address and "\r" not in address else HOME
