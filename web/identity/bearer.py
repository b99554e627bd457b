"""Who asks the API: the person named by a bearer token, whose rights come from the organisation alone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from joserfc import jwt
from joserfc.jwk import OctKey

from application.keyring import token_key
from application.services import Services
from domain.kernel.errors import Refused
from web.identity import tokens
from web.identity.guesses import guesses_of
from web.identity.limits import limits_of
from web.identity.person import here, person_behind
from web.identity.provider import Provider
from web.identity.visitor import LoginNeeded, Visitor, visitor_of
from web.services import door_of

EMBEDDED = "signoff:embedded"
"""Issuer and audience of the tokens that `signoff token` makes."""
LIFETIME = timedelta(minutes=15)
SAFE = ("GET", "HEAD")


async def bearer(request: Request) -> Visitor:
    """The person of `Authorization: Bearer <token>`.

    A session's cookie is enough only to read, and only from our own pages: what changes anything needs a token, so
    that no page elsewhere can do it. Raises LoginNeeded with a challenge (401), Refused `too-many` (429), OSError if
    the provider or Postgres is away (503).
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        found = await _of_token(request, token.strip())
    else:
        found = _of_session(request)
    limits_of(request).api(found.person)
    if request.method not in SAFE:
        limits_of(request).decision(found.person)
    return found


Bearer = Annotated[Visitor, Depends(bearer)]


def _of_session(request: Request) -> Visitor:
    found = visitor_of(request)
    ours = request.method in SAFE and request.headers.get("sec-fetch-site") == "same-origin"
    if found is None or not ours:
        raise LoginNeeded
    return Visitor(found.person, "api", found.authenticated)


async def _of_token(request: Request, token: str) -> Visitor:
    services = door_of(request)
    try:
        with guesses_of(request).counted(request):
            person, issuer = await _person(services, request.app.state.provider, token)
    except tokens.BadToken as error:
        raise _challenged(error.reason) from None
    except Refused as error:
        if error.code == "too-many":
            raise
        raise _challenged(error.code) from None
    return Visitor(person, "api", f"bearer:{issuer}")


async def _person(services: Services, provider: Provider, token: str) -> tuple[str, str]:
    """Which kind of token counts is a matter of the settings, never of what a token says of itself."""
    settings = services.settings
    if settings.may_choose:
        claims = tokens.of_ours(token, token_key(settings), EMBEDDED, EMBEDDED)
        return await here(services, str(claims.get("sub", ""))), EMBEDDED
    if not settings.oidc_issuer or not settings.oidc_audience:
        raise tokens.BadToken("bearer tokens are not configured here")
    claims = await tokens.of_provider(token, provider, settings.oidc_audience)
    return await person_behind(services, claims), settings.oidc_issuer


async def embedded_token(services: Services, person: str) -> str:
    """A token for the API of the embedded stack. Raises Refused `not-embedded`, `not-here`."""
    if not services.settings.may_choose:
        raise Refused(
            "not-embedded",
            "Tokens are made here for the embedded stack only; for this one, ask the OpenID provider for one.",
        )
    now = datetime.now(UTC)
    claims = {"iss": EMBEDDED, "aud": EMBEDDED, "sub": await here(services, person), "iat": now, "exp": now + LIFETIME}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(token_key(services.settings)))


def _challenged(reason: str) -> LoginNeeded:
    return LoginNeeded(f'Bearer realm="signoff", error="invalid_token", error_description="{reason}"')
