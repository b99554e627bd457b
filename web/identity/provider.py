"""The OpenID provider: what its discovery document says, and the keys it signs with."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from domain.kernel.errors import Refused
from runtime.settings import SafeUrl, Settings

logger = structlog.get_logger(__name__)

SECONDS = 5.0
"""How long one request to the provider may take."""
RESTED = 5.0
"""Seconds after a failure in which nobody waits for another: requests must not queue up for a provider that is away."""
KEPT = 3600.0
"""Seconds for which the document and the keys are used before they are asked for again."""
AGAIN = 30.0
"""Seconds between two requests for keys because of a key nobody knows: made-up key ids must not become requests."""


class ProviderAway(OSError):
    """The provider does not answer, or not as one: the request may be repeated."""


class Discovered(BaseModel):
    """Of `<issuer>/.well-known/openid-configuration`, what is used here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: SafeUrl
    token_endpoint: SafeUrl
    jwks_uri: SafeUrl
    userinfo_endpoint: SafeUrl = ""
    end_session_endpoint: SafeUrl = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """Discovery and keys of one issuer, kept in memory. `clock` gives seconds that only grow."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = settings.oidc_issuer
        self._clock = clock
        self._lock = asyncio.Lock()
        self._found: tuple[float, Discovered] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._away = float("-inf")

    async def discovered(self) -> Discovered:
        """Raises ProviderAway; Refused `login-failed` if the document is of another issuer."""
        async with self._lock:
            if self._found is None or self._clock() - self._found[0] > KEPT:
                self._found = self._clock(), await self._discover()
            return self._found[1]

    async def keys(self, *, newer: bool = False) -> KeySet:
        """The public keys; with `newer` asked for again, unless that happened a moment ago. Raises as `discovered`."""
        where = (await self.discovered()).jwks_uri
        async with self._lock:
            limit = AGAIN if newer else KEPT
            if self._keys is None or self._clock() - self._keys[0] > limit:
                self._keys = self._clock(), _key_set(await self._asked(where))
            return self._keys[1]

    async def _discover(self) -> Discovered:
        document = await self._asked(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        try:
            found = Discovered.model_validate(document)
        except ValidationError as error:
            raise ProviderAway("the discovery document is none") from error
        if found.issuer != self.issuer:
            logger.error("the discovery document is of another issuer", wanted=self.issuer)
            raise Refused("login-failed", "Signing in failed: the provider is not the one that is configured.")
        return found

    async def _asked(self, url: str) -> Mapping[str, Any]:
        if self._clock() - self._away < RESTED:
            raise ProviderAway("away a moment ago")
        try:
            return await asked(url)
        except ProviderAway:
            self._away = self._clock()
            raise


def provider_of(request: Request) -> Provider:
    found: Provider = request.app.state.provider
    return found


async def asked(url: str, *, token: str = "") -> Mapping[str, Any]:
    """The JSON object at an address of the provider. Raises ProviderAway."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as http:
            answer = await http.get(url, headers=headers)
            found = answer.raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderAway(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderAway("not an object")
    return found


def _key_set(document: Mapping[str, Any]) -> KeySet:
    """Keys of a kind that is not known here are left out: others may be used."""
    keys = []
    for each in document.get("keys", []):
        try:
            keys.append(JWKRegistry.import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(keys)
