"""What every response carries and every request must keep to: security headers, and forms of a sane size."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.settings import LOOPBACK, Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",  # the address of the page is the candidate's key to it
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}

SAFE = ("GET", "HEAD", "OPTIONS")

LARGEST_FORM = 8_192
"""Bytes."""
MOST_FIELDS = 20
FORM_SECONDS = 10


class KnownHosts:
    """The application under the names of this machine and of its own address; anything else gets 421.

    A page elsewhere can let its own name lead to this machine (DNS rebinding) and would then be of our origin.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._known = {*LOOPBACK, settings.web_host, urlsplit(settings.base_url).hostname or ""} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._strange(Request(scope).headers.get("host", "")):
            await Response(status_code=421)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _strange(self, host: str) -> bool:
        try:
            return urlsplit(f"//{host}").hostname not in self._known
        except ValueError:
            return True


class Guarded:
    """The application with the headers on each of its responses, those of errors included."""

    def __init__(self, app: ASGIApp, *, over_tls: bool) -> None:
        self._app = app
        self._headers: Mapping[str, str] = HEADERS | OVER_TLS if over_tls else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, guarded)


async def from_our_pages(request: Request) -> None:
    """Refuses what a page of another site sends; the browser says which it is. Raises HTTPException 403.

    Older browsers name only the origin, and `null` where our own policy hides it: there the secret in the form decides.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    known = (request.headers.get("host"), urlsplit(request.app.state.services.settings.base_url).netloc)
    ours = site in {"same-origin", "none"} if site else origin == "null" or _host(origin) in known
    if request.method not in SAFE and not ours:
        raise HTTPException(403)


async def storable(request: Request) -> None:
    """Refuses an address that holds the character zero, which no id and no name has. Raises HTTPException 404."""
    if "\x00" in request.url.path or any("\x00" in value for value in request.query_params.values()):
        raise HTTPException(404)


def _host(origin: str) -> str:
    """Empty for what is no origin."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


async def form_of(request: Request, *, largest: int = LARGEST_FORM, fields: int = MOST_FIELDS) -> FormData:
    """The fields of a posted form, at most `largest` bytes.

    Raises HTTPException 413 (too large), 415 (not a form), 408 (too slow), 400 (not readable, too many fields).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await body_of(request, largest=largest)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=fields)
    except ValueError:
        raise HTTPException(400) from None
    return FormData([*pairs])


async def body_of(request: Request, *, largest: int, seconds: float = FORM_SECONDS) -> bytes:
    """The bytes of a body. Raises HTTPException 413 (too large) or 408 (too slow)."""
    try:
        async with asyncio.timeout(seconds):
            return await _limited(request, largest)
    except TimeoutError:
        raise HTTPException(408) from None


async def _limited(request: Request, largest: int) -> bytes:
    stated = request.headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > largest:
        raise HTTPException(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(413)
    return bytes(body)
