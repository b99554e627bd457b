"""Errors as pages: what went wrong and what the reader can do. Words of rules and programs stay inside."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from temporalio.service import RPCError

from application.send import NotRecorded, NotRunning, Unconfirmed
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from eventstore.database import AWAY
from readmodels import ViewsBehind
from runtime.translations import catalogue
from web.api import problems as machines
from web.api.problems import ServerEnds
from web.identity.visitor import LoginNeeded, visitor_of
from web.languages import reader_language
from web.refusals import headers_of, sentence, status_of
from web.rendering import page

logger = structlog.get_logger(__name__)

LINK_STATUS = {"bad-link": 404, "no-such-case": 404, "link-expired": 410, "bad-answer": 400}
"""What a candidate may be told of a refusal, by its code; its own sentence is written for them, save the case's."""

SENTENCES: Mapping[int, Message] = {
    400: N_("The page did not understand what was sent. Please go back and try again."),
    403: N_("This was sent by a page that is not ours, so it was not done. Please open our page and try there."),
    404: N_("There is nothing at this address. Please open the link again from the message."),
    405: N_("This address cannot be used in that way. Please open the link again from the message."),
    408: N_("Sending took too long. Please try again."),
    413: N_("What was sent is too large. Please go back and try again."),
    415: N_("The page did not understand what was sent. Please go back and try again."),
    500: N_("Something went wrong on our side. Please open this page again in a minute; it shows what is recorded."),
}
NOT_SHOWN = N_("We cannot show this page just now. Nothing was changed. Please try again in a minute.")
NOT_KNOWN = N_(
    "We cannot say yet whether your answer was recorded. Please open this page again in a minute; "
    "it shows what is recorded."
)


async def refused(request: Request, error: Exception) -> Response:
    """A link or a form that cannot be used. Any other refusal is a matter of the office, not of the reader."""
    assert isinstance(error, Refused)
    if visitor_of(request) or error.code == "too-many":
        said = sentence(error, reader_language(request))
        return page(request, "problem.html", {"message": said, "again": False}, status_of(error), headers_of(error))
    if error.code not in LINK_STATUS:
        logger.error("refused on a page", code=error.code)
        return _problem(request, 500, SENTENCES[500], again=True)
    if error.code == "no-such-case":
        return _problem(request, 404, SENTENCES[404])
    return _problem(request, LINK_STATUS[error.code], Message(id=error.template))


async def to_login(request: Request, error: Exception) -> Response:
    """Nobody is signed in: to the login, and back to what was wanted."""
    assert isinstance(error, LoginNeeded)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = urlencode({"next": wanted}) if request.method == "GET" else ""
    return RedirectResponse(f"/login?{query}" if query else "/login", 303)


async def http_error(request: Request, error: Exception) -> Response:
    """Starlette's own: unknown path, wrong method, and what the guard says."""
    assert isinstance(error, HTTPException)
    sentence = SENTENCES.get(error.status_code, SENTENCES[400])
    return _problem(request, error.status_code, sentence, headers=error.headers)


async def away(request: Request, error: Exception) -> Response:
    """Postgres, Temporal or every worker is away: the outcome is not known, and the page says so (never a success)."""
    logger.warning("unavailable", cause=type(error).__name__)
    sentence = NOT_KNOWN if request.method == "POST" else NOT_SHOWN
    return _problem(request, 503, sentence, again=True, headers={"Retry-After": "30"})


async def cut_short(request: Request) -> Response:
    """The server ends while the request waits; what it asked for may still be carried out."""
    return await _for_both(away)(request, ServerEnds())


async def not_understood(request: Request, _error: Exception) -> Response:
    """What an address or a form holds besides is not of the kind that it should be."""
    return _problem(request, 400, SENTENCES[400])


async def broken(request: Request, _error: Exception) -> Response:
    """Anything else; the server logs it with its traceback."""
    return _problem(request, 500, SENTENCES[500], again=True)


async def gone(_request: Request, _error: Exception) -> Response:
    """The reader hung up; nobody sees this."""
    return Response(status_code=400)


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _for_both(page_of: Handler, machine: Handler = machines.answered) -> Handler:
    """Machines get the same as problem details (RFC 9457)."""

    async def told(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            error.headers = {**(error.headers or {}), "Allow": ", ".join(_methods(request))}
        return await (machine if machines.is_machine(request) else page_of)(request, error)

    return told


HANDLERS: Mapping[Any, Handler] = {
    Refused: _for_both(refused),
    LoginNeeded: _for_both(to_login),
    HTTPException: _for_both(http_error),
    RequestValidationError: _for_both(not_understood),
    ClientDisconnect: gone,
    **dict.fromkeys((Unconfirmed, NotRunning, NotRecorded, ViewsBehind, RPCError, *AWAY), _for_both(away)),
    Exception: _for_both(broken, machines.broken),
}


def _methods(request: Request) -> list[str]:
    """The methods that an address takes: one path may be several routes, and the first that fits knows its own only."""
    routes = [route for route in _flat(request.app.router.routes) if isinstance(route, Route)]
    fitting = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in fitting for method in route.methods or ()})


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    """Routes with those of the routers that were included."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from _flat(inner.routes) if inner else (route,)


def _problem(
    request: Request,
    status: int,
    sentence: Message,
    *,
    again: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    said = catalogue(reader_language(request)).gettext(sentence.id)
    return page(request, "problem.html", {"message": said, "again": again}, status, headers)
