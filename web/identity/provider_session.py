"""What a session here keeps of the one at the provider: enough to end the other, whichever ends first."""

import hashlib
import hmac

from application.keyring import session_key
from application.services import Services
from domain.kernel.errors import Refused
from eventstore.sessions import There
from web.identity.flow import Answer

CONTEXT = "id-token"
"""What an ID token is sealed as."""


async def kept(services: Services, person: str, answer: Answer) -> There:
    """What the row of a session keeps of the answer it began with."""
    session, subject = (mark(services, name, answer.claims.get(name)) for name in ("sid", "sub"))
    return There(session, subject, await _sealed(services, person, answer.id_token))


async def id_token(services: Services, person: str, sealed: bytes | None) -> str:
    """The ID token again; empty where there is none, or none any more."""
    found = await services.keys.unseal_bytes(person, CONTEXT, sealed) if sealed else None
    return found.decode() if found else ""


def mark(services: Services, name: str, value: object) -> bytes | None:
    """A keyed hash of what the provider calls a session (`sid`) or a person (`sub`); None for what is no name."""
    if not isinstance(value, str) or not value:
        return None
    told = f"{name}\n{services.settings.oidc_issuer}\n{value}".encode(errors="surrogatepass")
    return hmac.digest(session_key(services.settings).encode(), told, hashlib.sha256)


async def _sealed(services: Services, person: str, text: str) -> bytes | None:
    """None for whoever has no key (they were imported without name and address): they sign out there without a hint."""
    try:
        return await services.keys.seal_bytes(person, CONTEXT, text.encode())
    except Refused:
        return None
