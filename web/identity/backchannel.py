"""Signed out from elsewhere: the provider tells us that a session ended there (OpenID Connect Back-Channel Logout)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from application.services import Services
from eventstore import sessions as store
from web.guard import form_of
from web.identity import provider_session, sessions, tokens
from web.identity.guesses import guesses_of
from web.identity.provider import Provider, ProviderAway, provider_of
from web.identity.tokens import LEEWAY, LONGEST, BadToken
from web.services import Opened

logger = structlog.get_logger(__name__)

router = APIRouter(include_in_schema=False)

ADDRESS = "/logout/backchannel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_VALID = timedelta(hours=1)
"""How long a logout token may be good for: so long its id is kept."""


@router.post(ADDRESS)
async def told(request: Request, services: Opened) -> Response:
    """Ends the sessions that a logout token names. 400 for what is none, with the reason; 503 without the keys.

    Raises what `form_of` raises, Refused `too-many`.
    """
    form = await form_of(request, largest=LONGEST + 1_000)
    try:
        with guesses_of(request).counted(request):
            claims = await checked(
                str(form.get("logout_token", "")), provider_of(request), services.settings.oidc_client_id
            )
        await _end(services, claims)
    except BadToken as error:
        logger.warning("a logout token is refused", reason=error.reason)
        return JSONResponse({"error": "invalid_request", "error_description": error.reason}, 400)
    except ProviderAway:
        return JSONResponse({"error": "temporarily_unavailable"}, 503, headers={"Retry-After": "5"})
    return Response(status_code=200)


async def checked(text: str, provider: Provider, client: str) -> Mapping[str, Any]:
    """The claims of a logout token for this client (2.6 of the specification). Raises BadToken, ProviderAway."""
    claims = await tokens.of_provider(text, provider, client)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise BadToken("not a logout token")
    if "nonce" in claims:
        raise BadToken("a logout token has no nonce")
    if not isinstance(claims.get("iat"), int | float) or not _named(claims, "jti"):
        raise BadToken("a claim is missing")
    if not _named(claims, "sid") and not _named(claims, "sub"):
        raise BadToken("it names neither a session nor a subject")
    if _expires(claims) - datetime.now(UTC) > LONGEST_VALID:
        raise BadToken("it is valid for too long", clock=True)
    return claims


async def _end(services: Services, claims: Mapping[str, Any]) -> None:
    """Once for each token. Raises BadToken for one that was used."""
    session, subject = (provider_session.mark(services, name, claims.get(name)) for name in ("sid", "sub"))
    until = _expires(claims) + timedelta(seconds=LEEWAY)
    async with services.pool.acquire() as conn, conn.transaction():
        first = await store.end_there(
            conn,
            sessions.way_in(services.settings),
            session=session,
            subject=subject,
            logout=claims["jti"],
            until=until,
        )
    if not first:
        raise BadToken("it was used before")


def _expires(claims: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, OverflowError, OSError):
        raise BadToken("wrong exp", clock=True) from None


def _named(claims: Mapping[str, Any], name: str) -> bool:
    return isinstance(claims.get(name), str) and claims[name] != ""
