"""Secret keys: from the environment, or in files under `<home>/keys` that only their owner can read."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.errors import Refused

MASTER_VARIABLE = "SIGNOFF_MASTER_KEY"
SIGNING_VARIABLE = "SIGNOFF_SIGNING_KEY"
NEW_MASTER_VARIABLE = "SIGNOFF_NEW_MASTER_KEY"
PREVIOUS_MASTER_VARIABLE = "SIGNOFF_PREVIOUS_MASTER_KEY"
MASTER_BYTES = 64  # AES-256-SIV: one half authenticates, one half encrypts


def master_key(home: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The key that wraps the keys of persons: SIGNOFF_MASTER_KEY (128 hex digits) or `<home>/keys/master.key`.

    Made on first use if neither is there. Raises Refused `bad-key`, `key-file`.
    """
    return _secret(home / "keys" / "master.key", env.get(MASTER_VARIABLE), MASTER_VARIABLE, MASTER_BYTES)


def new_master_key(home: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The master key that comes next: SIGNOFF_NEW_MASTER_KEY, else `<home>/keys/master.key.new`, made on first use."""
    return _secret(home / "keys" / "master.key.new", env.get(NEW_MASTER_VARIABLE), NEW_MASTER_VARIABLE, MASTER_BYTES)


def replace_master_key(home: Path) -> Path:
    """Puts `master.key.new` in the place of `master.key`, in one step; where the old one is kept."""
    current, old = (
        home / "keys" / "master.key",
        home / "keys" / f"master.key.until-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}",
    )
    os.link(current, old)
    (home / "keys" / "master.key.new").replace(current)
    return old


def replaced_master_keys(home: Path) -> list[bytes]:
    """The master keys that were in use before and are still kept in the home, newest first. Errors as `master_key`."""
    files = sorted((home / "keys").glob("master.key.until-*"), reverse=True)
    return [_secret(file, None, str(file), MASTER_BYTES) for file in files]


def parse_master_keys(text: str) -> list[bytes]:
    """Keys in SIGNOFF_PREVIOUS_MASTER_KEY, newest first, with spaces between. Raises Refused `bad-key`."""
    return [_parse(word, PREVIOUS_MASTER_VARIABLE, MASTER_BYTES) for word in text.split()]


def signing_key(home: Path, env: Mapping[str, str] = os.environ) -> Ed25519PrivateKey:
    """The key that signs checkpoints: SIGNOFF_SIGNING_KEY (64 hex digits), else `<home>/keys/checkpoint.key`."""
    return Ed25519PrivateKey.from_private_bytes(
        _secret(home / "keys" / "checkpoint.key", env.get(SIGNING_VARIABLE), SIGNING_VARIABLE, 32)
    )


def _secret(path: Path, given: str | None, variable: str, size: int) -> bytes:
    if given is not None:
        return _parse(given, variable, size)
    try:
        if not path.exists():
            _create(path, lambda: secrets.token_bytes(size).hex())
        return _parse(path.read_text(encoding="ascii"), str(path), size)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            "key-file", "The key file {path} cannot be used ({why}); check its owner and rights.", path=path, why=error
        ) from error


def _parse(text: str, where: str, size: int) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != size:
        raise Refused(
            "bad-key",
            "The key in {where} must be {digits} hex digits; restore it.",
            where=where,
            digits=2 * size,
        )
    return key


def _create(path: Path, make: Callable[[], str]) -> None:
    """Writes the file whole or not at all; of processes that begin together one writes and all read the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
