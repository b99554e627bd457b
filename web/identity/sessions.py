"""Sessions of browsers: a cookie with a random id opens a row in Postgres, as long as its person works here."""

import hashlib
import hmac
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activities.record_cache import Records
from application.keyring import session_key
from application.services import Services
from eventstore import sessions as store
from eventstore.database import AWAY
from eventstore.sessions import There
from runtime.settings import Settings
from web.identity.masking import masked
from web.identity.person import employed
from web.identity.visitor import Visitor
from web.languages import reader_language
from web.problems import away

CHOSEN = "chosen"
WITHOUT = ("/static/", "/healthz", "/readyz", "/metrics")
"""Addresses at which nobody is anybody: no session is looked up for them."""


class Identified:
    """The application with `signoff.visitor` in the scope of each request of somebody who is signed in."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._door = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(WITHOUT):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            renewed = await _identify(request, self._door)
        except AWAY as error:
            await (await away(request, error))(scope, receive, send)
            return
        await self._app(scope, receive, _with_cookie(send, self._door, renewed) if renewed else send)


async def begin(
    request: Request, response: Response, services: Services, person: str, authenticated: str, there: There
) -> None:
    """Marks the browser that gets `response` as `person`, under an id nobody knew before; its old session ends."""
    await _end_present(request, services)
    async with services.pool.acquire() as conn:
        made = await store.begin(conn, person, authenticated, there)
    response.headers.append("set-cookie", _cookie(services, made))


async def end(request: Request, response: Response, services: Services, *, everywhere: bool = False) -> None:
    """Ends the session of this browser, or all of its person."""
    visitor = request.scope.get("signoff.visitor")
    await _end_present(request, services)
    if everywhere and visitor is not None:
        async with services.pool.acquire() as conn:
            await store.end_all(conn, visitor.person)
    response.delete_cookie(name_of(services), httponly=True, samesite="lax", secure=_over_tls(services))


def way_in(settings: Settings) -> str:
    """How people sign in under these settings; sessions that began in another way are over."""
    if settings.oidc_issuer:
        return f"oidc:{settings.oidc_issuer}"
    return CHOSEN if settings.may_choose else ""


def name_of(services: Services) -> str:
    """The cookie's name; browsers take `__Host-` only over TLS, for this host alone."""
    return "__Host-signoff" if _over_tls(services) else "signoff"


def records_of(request: Request) -> Records:
    """In which the session's person was looked up when the request came; without what it has changed since."""
    found: Records = request.scope["signoff.records"]
    return found


async def _identify(request: Request, services: Services) -> str | None:
    """Puts the visitor into the scope. Returns the id that the browser is to use from now on, if it is a new one."""
    request.scope["signoff.visitor"] = None
    session = request.cookies.get(name_of(services))
    if not session:
        return None
    async with services.pool.acquire() as conn:
        found = await store.find(conn, session)
        if found is None or found.authenticated != way_in(services.settings):
            return None
        records = await services.record_cache.records(conn)
        if not employed(records.organisation, found.person):
            await store.end_all(conn, found.person)
            return None
    csrf, name = masked(_csrf(services, found.sign_in)), await _called(request, services, found.person)
    request.scope["signoff.visitor"] = Visitor(found.person, "web", found.authenticated, csrf, name)
    request.scope["signoff.sign_in"] = found.sign_in
    request.scope["signoff.records"] = records
    return await _renewed(services, session) if found.due else None


async def _called(request: Request, services: Services, person: str) -> str:
    """Their name in the language of the page; their id while names cannot be read, which must keep nobody out."""
    language = reader_language(request)
    try:
        return (await services.people.names([person], language))[person]
    except AWAY:
        return person


async def _renewed(services: Services, session: str) -> str | None:
    async with services.pool.acquire() as conn:
        return await store.replace(conn, session)


async def _end_present(request: Request, services: Services) -> None:
    sign_in = request.scope.get("signoff.sign_in")
    if sign_in is not None:
        async with services.pool.acquire() as conn:
            await store.end(conn, sign_in)


def _csrf(services: Services, sign_in: UUID) -> str:
    """What forms of this sign-in carry: the same for all its ids, so that a page that lay open can still be sent."""
    return hmac.new(session_key(services.settings).encode(), f"csrf {sign_in}".encode(), hashlib.sha256).hexdigest()


def _with_cookie(send: Send, services: Services, session: str) -> Send:
    """Adds the new id, unless the application itself set a session's cookie: signing out must stay signed out."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if not any(each.startswith(f"{name_of(services)}=") for each in headers.getlist("set-cookie")):
                headers.append("set-cookie", _cookie(services, session))
        await send(message)

    return sending


def _cookie(services: Services, session: str) -> str:
    carrier = Response()
    carrier.set_cookie(
        name_of(services), session, max_age=int(store.LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=_over_tls(services),
    )  # fmt: skip
    return carrier.headers["set-cookie"]


def _over_tls(services: Services) -> bool:
    return services.settings.base_url.startswith("https:")
