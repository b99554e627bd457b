"""Sessions of browsers: a signed cookie says which person signed in, how, and with which secret forms are marked."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.door import Door
from edge.keyring import session_key
from web.identity.visitor import Visitor

LIFETIME = timedelta(hours=12)
PURPOSE = "session"


class Identified:
    """The application with `signoff.visitor` in the scope of each request of somebody who is signed in."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["signoff.visitor"] = _visitor(Request(scope), self._door)
        await self._app(scope, receive, send)


def begin(response: Response, door: Door, person: str, authenticated: str) -> None:
    """Marks the browser that gets `response` as `person`."""
    value = _signer(door).dumps([person, authenticated, secrets.token_urlsafe(16)])
    response.set_cookie(
        _cookie(door), str(value), max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=_over_tls(door),
    )  # fmt: skip


def end(response: Response, door: Door) -> None:
    response.delete_cookie(_cookie(door), httponly=True, samesite="lax", secure=_over_tls(door))


def _visitor(request: Request, door: Door) -> Visitor | None:
    try:
        parts: Any = _signer(door).loads(request.cookies.get(_cookie(door), ""), max_age=int(LIFETIME.total_seconds()))
        person, authenticated, session = parts
    except (BadData, ValueError, TypeError):
        return None
    csrf = hmac.new(session_key(door.settings).encode(), f"csrf {session}".encode(), hashlib.sha256).hexdigest()
    return Visitor(person, "web", authenticated, csrf)


def _signer(door: Door) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        session_key(door.settings), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _cookie(door: Door) -> str:
    return "__Host-signoff" if _over_tls(door) else "signoff"


def _over_tls(door: Door) -> bool:
    return door.settings.base_url.startswith("https:")
