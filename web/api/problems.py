"""What went wrong, for machines: problem details (RFC 9457) with the code and the facts of a refusal."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from application.send import NotRecorded, NotRunning
from domain.kernel.errors import Refused
from runtime.translations import catalogue
from web.identity.visitor import LoginNeeded
from web.languages import reader_language
from web.refusals import headers_of, sentence, status_of

logger = structlog.get_logger(__name__)

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:signoff:problem:"
COMMAND_ID = "Idempotency-Key"


def _(text: str) -> str:
    """Marks a sentence for the catalogue."""
    return text


HTTP = {
    400: ("bad-request", _("The request cannot be understood.")),
    403: ("other-site", _("A page of another site may not send this.")),
    404: ("no-such-address", _("There is nothing at this address; GET /api/openapi.json lists what there is.")),
    405: ("method-not-allowed", _("This address does not take this method; the header Allow says which it takes.")),
    408: ("too-slow", _("Sending the request took too long; send it again.")),
    413: ("too-large", _("What was sent is too large.")),
    415: ("media-type", _("This address does not take this Content-Type; GET /api/openapi.json says which it takes.")),
}
LOGIN = _("Say who you are: send a valid token in the header Authorization, as Bearer.")
AWAY = _("Postgres or Temporal does not answer. Nothing is known to have changed; try again in a minute.")
UNKNOWN = _(
    "Postgres or Temporal went away before the outcome was known. Send the same again with Idempotency-Key"
    " {command_id}; it is carried out once at most."
)
NOT_RECORDED = _(
    "Temporal says that command {command_id} was done, but the log does not hold it: the log is older than it was."
    " Operations must bring the cases back; then send the same again with this key."
)
LOST = _("Case {case} is open, but nothing works on it: operations must bring it back.")
BROKEN = _("Something went wrong on our side; its operators find it in their log.")


class ServerEnds(Exception):
    """The server was told to end while a request waited."""


class OutcomeUnknown(OSError):
    """The way to the workflows broke while a command was on it."""

    def __init__(self, command_id: str) -> None:
        super().__init__("the outcome is not known")
        self.command_id = command_id


def is_machine(request: Request) -> bool:
    """Whether whoever asks is answered in JSON."""
    return request.url.path.startswith(PREFIX)


async def answered(request: Request, error: Exception) -> Response:
    """Any error as problem details."""
    match error:
        case Refused():
            said = sentence(error, reader_language(request))
            return problem(request, status_of(error), error.code, said, error.details, headers_of(error))
        case LoginNeeded():
            return _told(request, 401, "login-needed", LOGIN, headers={"WWW-Authenticate": error.challenge})
        case RequestValidationError():
            return await answered(request, wrong(error.errors()))
        case HTTPException():
            code, said = HTTP.get(error.status_code, HTTP[400])
            return _told(request, error.status_code, code, said, headers=error.headers)
        case NotRunning():
            return _told(request, 503, "not-running", LOST, {"case": error.case})
        case NotRecorded():
            return _told(request, 503, "not-recorded", NOT_RECORDED, {"command_id": str(error.command_id)}, AGAIN)
        case OutcomeUnknown():
            return _told(request, 503, "outcome-unknown", UNKNOWN, {"command_id": error.command_id}, AGAIN)
        case ServerEnds() if command_id := getattr(request.state, "command_id", None):
            return _told(request, 503, "outcome-unknown", UNKNOWN, {"command_id": str(command_id)}, AGAIN)
        case _:
            logger.warning("unavailable", cause=type(error).__name__)
            return _told(request, 503, "unavailable", AWAY, headers=AGAIN)


AGAIN = {"Retry-After": "5"}


async def broken(request: Request, _error: Exception) -> Response:
    """A mistake of ours; the server logs it with its traceback."""
    return _told(request, 500, "broken", BROKEN)


def wrong(errors: Sequence[Mapping[str, Any]], *, code: str = "bad-request") -> Refused:
    """The refusal for what pydantic found wrong: names each field, never repeats the values."""
    problems = [{"field": ".".join(map(str, each["loc"])) or "(body)", "problem": each["msg"]} for each in errors]
    first = f"{problems[0]['field']}: {problems[0]['problem']}"
    return Refused(code, "What was sent is not right. {first}", first=first, problems=problems)


def problem(
    request: Request,
    status: int,
    code: str,
    message: str,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer; the id of the command it is about, if it is about one, stands in its header.

    While nobody knows what became of that command, `Location` is where to ask for it.
    """
    said = {
        "type": TYPE + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": message,
        "message": message,
        "facts": dict(facts or {}),
        "instance": request.url.path,
    }
    command_id = getattr(request.state, "command_id", None)
    echoed = {COMMAND_ID: str(command_id)} if command_id else {}
    if command_id and status == HTTPStatus.SERVICE_UNAVAILABLE:
        echoed["Location"] = getattr(request.state, "place", f"{PREFIX}v1/commands/{command_id}")
    language = {"Content-Language": reader_language(request)}
    content = json.dumps(said, ensure_ascii=False, default=str).encode(errors="replace")
    return Response(content, status, {**language, **echoed, **(headers or {})}, MEDIA_TYPE)


def _told(
    request: Request,
    status: int,
    code: str,
    text: str,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    said = catalogue(reader_language(request)).gettext(text).format(**(facts or {}))
    return problem(request, status, code, said, facts, headers)
