"""Texts of which nobody can tell who wrote them: sealed under a key of the case that is destroyed when they are opened.

Until then the log says who gave something and holds ciphertext of one length; afterwards no key opens it any more, and
the case has the texts without their order (REV-12, docs/adr/0036).
"""

import base64
import hashlib

from domain.kernel.effects import OpenApart
from domain.kernel.errors import Refused
from domain.kernel.values.sealed import APART, LONGEST_APART, Sealed, apart_key
from eventstore.keys import KeyStore

_SALT = hashlib.sha256().digest_size


async def seal_apart(keys: KeyStore, field: str, task: str, text: str, salt: str) -> dict[str, str]:
    """The text as its command carries it. `salt` keeps two equal texts apart. Raises Refused `bad-payload`, `over`."""
    holder = apart_key(_case_of(task))
    await keys.adopt(holder, None)
    try:
        data = await keys.seal_bytes(holder, APART, _padded(field, text, salt))
    except Refused as refused:
        if refused.code != "person-erased":
            raise
        raise Refused("over", "What was written here was opened already; nothing more can be added.") from None
    return {"subject": holder, "sealed": base64.urlsafe_b64encode(data).decode()}


def pretend_apart(field: str, task: str, text: str) -> Sealed:
    """As `seal_apart` without a key, to find every other mistake first."""
    _padded(field, text, "")
    return Sealed(subject=apart_key(_case_of(task)), sealed="")


async def open_apart(keys: KeyStore, effect: OpenApart) -> dict[str, list[str]] | None:
    """The texts by question in alphabetical order; None if the key is destroyed. One that does not open is left out."""
    holder = apart_key(effect.case)
    if not await keys.open_of([holder]):
        return None
    return {
        question: sorted([text for one in sealed if (text := await _opened(keys, holder, one)) is not None])
        for question, sealed in effect.texts.items()
    }


async def _opened(keys: KeyStore, holder: str, sealed: str) -> str | None:
    try:
        data = await keys.unseal_bytes(holder, APART, base64.urlsafe_b64decode(sealed))
        return None if data is None else data[_SALT:].rstrip(b"\0").decode()
    except (Refused, ValueError):  # it came past the edges, sealed by nobody
        return None


def _padded(field: str, text: str, salt: str) -> bytes:
    if not text.strip() or len(text.encode()) > LONGEST_APART:
        template = "{field}: write something of at most {most} bytes, about {letters} letters of Thai."
        raise Refused("bad-payload", template, field=field, most=LONGEST_APART, letters=LONGEST_APART // 3)
    return hashlib.sha256(salt.encode()).digest() + text.encode().ljust(LONGEST_APART, b"\0")


def _case_of(task: str) -> str:
    return task.rpartition(".")[0]
