"""Secret keys: from the environment, or in files under `<home>/keys` that only their owner can read."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Refused

MASTER_VARIABLE = "SIGNOFF_MASTER_KEY"
SIGNING_VARIABLE = "SIGNOFF_SIGNING_KEY"
MASTER_BYTES = 64  # AES-256-SIV: one half authenticates, one half encrypts


def master_key(home: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The key that wraps the keys of persons: SIGNOFF_MASTER_KEY (128 hex digits) or `<home>/keys/master.key`.

    Made on first use if neither is there. Raises Refused `bad-key`, `key-file`.
    """
    return _secret(home / "keys" / "master.key", env.get(MASTER_VARIABLE), MASTER_VARIABLE, MASTER_BYTES)


def signing_key(home: Path, env: Mapping[str, str] = os.environ) -> Ed25519PrivateKey:
    """The key that signs checkpoints: SIGNOFF_SIGNING_KEY (64 hex digits), else `<home>/keys/checkpoint.key`."""
    return Ed25519PrivateKey.from_private_bytes(
        _secret(home / "keys" / "checkpoint.key", env.get(SIGNING_VARIABLE), SIGNING_VARIABLE, 32)
    )


def public_key(home: Path, env: Mapping[str, str] = os.environ) -> Ed25519PublicKey:
    """What checks a checkpoint's signature."""
    return signing_key(home, env).public_key()


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
