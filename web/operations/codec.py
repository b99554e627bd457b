"""Opens what Temporal keeps encrypted, for its page and its command line (Temporal's remote codec protocol, ADR 33).

Payloads hold what confidentiality hides from operators too. So it answers the people whom the deployment names
(SIGNOFF_PAYLOAD_READERS) and who hold the role operations, and writes down who asked.
"""

import asyncio
from urllib.parse import urlsplit

import structlog
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from temporalio.api.common.v1 import Payloads

from application.keyring import payload_keys
from application.queries import operating
from application.services import Services
from domain.kernel.errors import Refused
from web.guard import body_of
from web.identity.bearer import bearer
from web.identity.limits import limits_of
from web.identity.visitor import LoginNeeded, Visitor, signed_in
from web.languages import reader_language
from web.refusals import headers_of, sentence, status_of
from web.services import door_of
from workflows.codec import EncryptionCodec, without_marks

ADDRESS = "/codec/decode"
LARGEST_BODY = 8_000_000
"""Bytes: a page of the history of a long case."""

logger = structlog.get_logger(__name__)


async def decode(request: Request) -> Response:
    """Payloads in, payloads out; those that no key opens come back as they are. 401, 403, 429 as elsewhere."""
    origin = _origin(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_cors(origin))
    try:
        reader = await _reader(request)
    except LoginNeeded as needed:
        return Response(status_code=401, headers={"WWW-Authenticate": needed.challenge, **_cors(origin)})
    except Refused as refused:
        said = sentence(refused, reader_language(request))
        return Response(said, status_of(refused), {**headers_of(refused), **_cors(origin)}, "text/plain")
    payloads = _parsed(await body_of(request, largest=LARGEST_BODY))
    codec = EncryptionCodec(await asyncio.to_thread(payload_keys, door_of(request).settings))
    opened = Payloads(payloads=without_marks(await codec.decode(payloads.payloads)))
    logger.info("payloads opened", person=reader.person, number=len(opened.payloads))
    return Response(MessageToJson(opened), media_type="application/json", headers=_cors(origin))


async def _reader(request: Request) -> Visitor:
    """Raises LoginNeeded, Refused `too-many`, `not-your-page`."""
    if "authorization" in request.headers:
        visitor = await bearer(request)
    else:
        visitor = signed_in(request)
        limits_of(request).api(visitor.person)
    await _require(door_of(request), visitor.person)
    return visitor


async def _require(services: Services, person: str) -> None:
    await operating.require(services, person)
    if person not in services.settings.payload_readers.split():
        raise Refused("not-your-page", "What Temporal keeps is opened for the people whom the deployment names.")


def _origin(request: Request) -> str:
    """The page that asks: Temporal's, ours, or none (a program). Raises HTTPException 403 for any other."""
    origin, settings = request.headers.get("origin", ""), door_of(request).settings
    known = {_origin_of(settings.temporal_ui_url), _origin_of(settings.base_url)} - {""}
    if origin and origin not in known:
        raise HTTPException(403)
    return origin


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _cors(origin: str) -> dict[str, str]:
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Headers": "authorization, content-type, x-namespace",
        "Vary": "Origin",
    }


def _parsed(body: bytes) -> Payloads:
    try:
        return Parse(body, Payloads())
    except (ParseError, UnicodeDecodeError, ValueError, RecursionError):
        raise HTTPException(400) from None
