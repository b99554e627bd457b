"""The authorization code flow with PKCE: where a browser is sent to sign in, and what its return is worth."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import structlog
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from application.keyring import session_key
from domain.kernel.errors import Refused
from runtime.settings import Settings
from web.identity import tokens
from web.identity.provider import SECONDS, Discovered, Provider, ProviderAway, asked

logger = structlog.get_logger(__name__)

CALLBACK = "/login/callback"
SCOPE = "openid email profile"
MINUTES = 10
"""How long somebody may take to sign in at the provider."""
LONGEST_HINT = 4_000
"""Characters of an ID token that still go into an address: what providers and proxies take in one."""


class Attempt(NamedTuple):
    """One try to sign in: kept in a signed cookie of the browser that began it, so that no other can end it."""

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def to(cls, address: str) -> "Attempt":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), address)


class Answer(NamedTuple):
    """What the provider says of whoever came back: `claims`, and the ID token that says it, which names their session
    there when they sign out.
    """

    claims: Mapping[str, Any]
    id_token: str


async def address(provider: Provider, settings: Settings, attempt: Attempt) -> str:
    """Where the browser is sent. Raises ProviderAway, Refused `login-failed`."""
    found: str = prepare_grant_uri(
        (await provider.discovered()).authorization_endpoint,
        client_id=settings.oidc_client_id,
        response_type="code",
        redirect_uri=settings.base_url + CALLBACK,
        scope=SCOPE,
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return found


async def answer_of(request: Request, provider: Provider, settings: Settings, attempt: Attempt) -> Answer:
    """What the browser that came back is worth.

    Raises Refused `login-declined`, `login-failed`, `clock-skew`, `login-expired`; ProviderAway.
    """
    asked_back = request.query_params
    if asked_back.get("iss", provider.issuer) != provider.issuer:
        raise _failed("answer of another issuer")
    if "error" in asked_back:
        raise Refused("login-declined", "The provider did not sign you in, or you stopped there. Try again.")
    where = await provider.discovered()
    token = await _exchanged(where, settings, asked_back.get("code", ""), attempt)
    id_token = str(token.get("id_token", ""))
    claims = await _checked(id_token, provider, settings, attempt)
    if settings.oidc_claim in claims or not where.userinfo_endpoint:
        return Answer(claims, id_token)
    more = await asked(where.userinfo_endpoint, token=str(token.get("access_token", "")))
    return Answer({**more, **claims} if more.get("sub") == claims.get("sub") else claims, id_token)


def keep(response: Response, settings: Settings, attempt: Attempt) -> None:
    """Gives the browser what its return is checked against."""
    value = str(_signer(settings).dumps(list(attempt)))
    response.set_cookie(
        _cookie(settings, attempt.state), value, max_age=MINUTES * 60, httponly=True, samesite="lax",
        secure=settings.base_url.startswith("https:"),
    )  # fmt: skip


def kept(request: Request, settings: Settings) -> Attempt:
    """The attempt that this return ends. Raises Refused `login-expired`: another browser's, used, too old, made up."""
    state = request.query_params.get("state", "")
    try:
        found = Attempt(*_signer(settings).loads(request.cookies[_cookie(settings, state)], max_age=MINUTES * 60))
    except (BadData, KeyError, TypeError, ValueError):
        raise _expired() from None
    if not secrets.compare_digest(found.state.encode(), state.encode()):
        raise _expired()
    return found


def forget(request: Request, response: Response, settings: Settings) -> None:
    name = _cookie(settings, request.query_params.get("state", ""))
    response.delete_cookie(name, httponly=True, samesite="lax", secure=settings.base_url.startswith("https:"))


async def goodbye(provider: Provider, settings: Settings, id_token: str) -> str:
    """Where the browser signs out at the provider too; empty where it offers no such thing, or is away.

    `id_token` (empty if there is none) says of which session: without it providers ask the person once more.
    """
    try:
        where = (await provider.discovered()).end_session_endpoint
    except (ProviderAway, Refused):
        return ""
    back = {"client_id": settings.oidc_client_id, "post_logout_redirect_uri": settings.base_url + "/login"}
    if 0 < len(id_token) <= LONGEST_HINT:
        back["id_token_hint"] = id_token
    return f"{where}{'&' if '?' in where else '?'}{urlencode(back)}" if where else ""


async def _exchanged(where: Discovered, settings: Settings, code: str, attempt: Attempt) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.base_url + CALLBACK,
        "code_verifier": attempt.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    client = _client(where, settings)
    uri, headers, body = client.prepare("POST", where.token_endpoint, headers, urlencode(form))
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as http:
            answer = await http.post(uri, headers=headers, content=body)
            found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderAway(type(error).__name__) from error
    if answer.status_code >= 500:
        raise ProviderAway(str(answer.status_code))
    if answer.status_code != 200 or not isinstance(found, dict):
        raise _failed(f"token endpoint said {answer.status_code}")
    return found


def _client(where: Discovered, settings: Settings) -> ClientAuth:
    """How this client shows who it is: by its secret in a header, or else in the form; by PKCE alone without one."""
    if settings.oidc_client_secret is None:
        return ClientAuth(settings.oidc_client_id, None, "none")
    ways = where.token_endpoint_auth_methods_supported
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    return ClientAuth(settings.oidc_client_id, settings.oidc_client_secret.get_secret_value(), way)


async def _checked(text: str, provider: Provider, settings: Settings, attempt: Attempt) -> Mapping[str, Any]:
    client = settings.oidc_client_id
    try:
        claims = await tokens.of_provider(text, provider, client)
    except tokens.BadToken as error:
        if error.clock:
            raise Refused(
                "clock-skew",
                "The clocks of the provider and of this server are over a minute apart. Tell whoever runs Signoff.",
            ) from None
        raise _failed(error.reason) from None
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
        raise _failed("wrong nonce")
    if claims.get("azp", client) != client or (isinstance(claims["aud"], list) and claims["aud"] != [client]):
        raise _failed("a token that is also for others")
    return claims


def _failed(reason: str) -> Refused:
    """`reason` is for the log and says nothing of the person."""
    logger.warning("login failed", reason=reason)
    return Refused("login-failed", "Signing in failed: what came back from the provider is not valid. Try again.")


def _expired() -> Refused:
    return Refused("login-expired", "This attempt to sign in is over, or began in another browser. Sign in again.")


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(session_key(settings), salt="login", signer_kwargs={"digest_method": hashlib.sha256})


def _cookie(settings: Settings, state: str) -> str:
    """One for each attempt, so that two tabs may sign in side by side."""
    name = f"signoff-login-{hashlib.sha256(state.encode()).hexdigest()[:8]}"
    return f"__Host-{name}" if settings.base_url.startswith("https:") else name
