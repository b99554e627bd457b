"""The secrets of this installation, from the settings or the key files of its home."""

import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from domain.kernel.key_ring import KeyRing
from eventstore import keyfiles
from runtime.settings import Settings


def master_key(settings: Settings) -> bytes:
    """What wraps the keys of persons. Made on first use. Raises Refused `bad-key`, `key-file`."""
    return _master(settings.home, settings.master_key)


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """What signs checkpoints. Errors as `master_key`."""
    given = settings.signing_key
    return keyfiles.signing_key(settings.home, {keyfiles.SIGNING_VARIABLE: given.get_secret_value()} if given else {})


def link_key(settings: Settings) -> str:
    """What signs links that people get: derived, so that there is no third secret to keep."""
    return _derived(settings, b"signoff candidate links")


def mail_key(settings: Settings) -> str:
    """What signs the links in mails to people who work here."""
    return _derived(settings, b"signoff mail links")


def session_key(settings: Settings) -> str:
    """What marks the forms of sessions, and signs the cookie of an attempt to sign in."""
    return _derived(settings, b"signoff sessions")


def token_key(settings: Settings) -> str:
    """What signs the API tokens of the embedded stack."""
    return _derived(settings, b"signoff embedded tokens")


def case_key(settings: Settings) -> str:
    """What the ids of new cases are made with, so that nobody can aim at the id of a case."""
    return _derived(settings, b"signoff case ids")


def update_key(settings: Settings) -> str:
    """What Temporal's update ids are made with, so that nobody can take one before its command is sent."""
    return _derived(settings, b"signoff update ids")


def part_key(settings: Settings) -> str:
    """What the ids of the parts of one request are made with, so that nobody can send another command under one."""
    return _derived(settings, b"signoff parts of requests")


def command_keys(settings: Settings) -> KeyRing:
    """What doors sign commands with. After a rotation those of the previous master key count until they are too old."""
    masters = _masters(settings.home, settings.master_key, settings.previous_master_key)
    return KeyRing.derived(masters[:2], b"signoff commands")


def payload_keys(settings: Settings) -> KeyRing:
    """What encrypts all that goes through Temporal. Histories made under each earlier master key that is kept open."""
    masters = _masters(settings.home, settings.master_key, settings.previous_master_key)
    return KeyRing.derived(masters, b"signoff payloads")


def _derived(settings: Settings, purpose: bytes) -> str:
    return _from_master(settings.home, settings.master_key, purpose)


@lru_cache(maxsize=64)
def _from_master(home: Path, given: SecretStr | None, purpose: bytes) -> str:
    """Kept, as the keys of persons keep theirs: each request asks for one, and the file need not be read for it."""
    return hmac.new(_master(home, given), purpose, hashlib.sha256).hexdigest()


@lru_cache(maxsize=64)
def _masters(home: Path, given: SecretStr | None, previous: SecretStr | None) -> tuple[bytes, ...]:
    """The master key and those before it, newest first; those in the home only where the present one is there too."""
    if previous is not None:
        older = keyfiles.parse_master_keys(previous.get_secret_value())
    else:
        older = keyfiles.replaced_master_keys(home) if given is None else []
    return (_master(home, given), *older)


def _master(home: Path, given: SecretStr | None) -> bytes:
    return keyfiles.master_key(home, {keyfiles.MASTER_VARIABLE: given.get_secret_value()} if given else {})
