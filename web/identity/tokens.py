"""Checking signed tokens: the signature by an allowed algorithm, who made them, for whom, and for which time."""

from collections.abc import Mapping
from typing import Any, NoReturn

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, OctKey

from web.identity.provider import Provider

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a private key of the provider. `none` and shared secrets are not among them, whatever a token says."""
LEEWAY = 60
"""Seconds by which the clocks of provider and server may differ."""
LONGEST = 16_384
TIMES = ("exp", "nbf", "iat")


class BadToken(Exception):
    """`reason` is for the one who sent it; `clock` tells whether its times are what is wrong."""

    def __init__(self, reason: str, *, clock: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.clock = clock


async def of_provider(text: str, provider: Provider, audience: str) -> Mapping[str, Any]:
    """The claims of a token of this provider for this audience. Raises BadToken, ProviderAway."""
    try:
        claims = _decoded(text, await provider.keys(), ALGORITHMS)
    except InvalidKeyIdError:
        claims = await _by_newer_key(text, provider)
    _check(claims, provider.issuer, audience)
    return claims


def of_ours(text: str, key: str, issuer: str, audience: str) -> Mapping[str, Any]:
    """The claims of a token that this installation signed with a derived key. Raises BadToken."""
    claims = _decoded(text, OctKey.import_key(key), ("HS256",))
    _check(claims, issuer, audience)
    return claims


async def _by_newer_key(text: str, provider: Provider) -> Mapping[str, Any]:
    try:
        return _decoded(text, await provider.keys(newer=True), ALGORITHMS)
    except InvalidKeyIdError:
        raise BadToken("the key is unknown") from None


def _decoded(text: str, key: KeySet | OctKey, algorithms: tuple[str, ...]) -> Mapping[str, Any]:
    if len(text) > LONGEST:
        raise BadToken("too long")
    try:
        return jwt.decode(text, key, algorithms=algorithms).claims
    except InvalidKeyIdError:
        raise
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadToken("the signature is not valid") from None


def _check(claims: Mapping[str, Any], issuer: str, audience: str) -> None:
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError:
        raise BadToken("expired", clock=True) from None
    except ClaimError as error:
        _refuse(error.claim)
    except JoseError:
        raise BadToken("a claim is missing") from None


def _refuse(claim: str) -> NoReturn:
    raise BadToken("not valid yet" if claim in TIMES else f"wrong {claim}", clock=claim in TIMES)
