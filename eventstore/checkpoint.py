"""The heads of all streams at one instant, signed and kept outside the database, so that cut-off events are noticed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Refused
from eventstore.canonical import canonical
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("chain")
FORMAT = "signoff-checkpoint-1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`heads` maps a stream to its version and the hex hash of that event; `made_at` is UTC."""

    made_at: datetime
    heads: Mapping[str, tuple[int, str]]


async def take(conn: "Connection") -> Checkpoint:
    """The heads as they are now, in one snapshot."""
    rows = await conn.fetch(_SQL["heads"])
    return Checkpoint(datetime.now(UTC), {row["stream"]: (row["version"], row["hash"].hex()) for row in rows})


async def write(conn: "Connection", path: Path, key: Ed25519PrivateKey) -> int:
    """Takes a checkpoint and writes it to `path`, signed; the number of streams. Raises Refused `checkpoint-file`."""
    checkpoint = await take(conn)
    save(path, checkpoint, key)
    return len(checkpoint.heads)


def save(path: Path, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> None:
    """Writes a checkpoint as signed JSON. Raises Refused `checkpoint-file`."""
    try:
        path.write_text(json.dumps(signed(checkpoint, key), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unusable(path, error) from error


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey, **more: Any) -> dict[str, Any]:
    """The document of a checkpoint: what `signed_text` gives of it is what the signature covers, `more` too."""
    body = {**_body(checkpoint), **more, "key": key.public_key().public_bytes_raw().hex()}
    return {**body, "signature": key.sign(canonical(body).encode()).hex()}


def signed_text(document: Mapping[str, Any]) -> str:
    """The canonical text of everything but the signature."""
    return canonical({name: value for name, value in document.items() if name != "signature"})


def signer(text: str) -> Ed25519PublicKey:
    """A public key from its 64 hex digits, as `signoff checkpoint` prints it. Raises Refused `bad-public-key`."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip()))
    except ValueError as error:
        raise Refused("bad-public-key", "A public key has 64 hex digits; check the one you gave.") from error


def read(path: Path, key: Ed25519PublicKey | None = None) -> Checkpoint:
    """A checkpoint whose signature holds. Pass the `key` it must be signed with.

    Without it the key that the file names is believed: damage is found, a forgery by someone with a key of their own is
    not. Raises Refused `checkpoint-file`, `checkpoint-corrupt` or `checkpoint-signature`.
    """
    return checked(_loaded(path), path, key)


def document(path: Path, key: Ed25519PublicKey | None = None) -> dict[str, Any]:
    """The document of a checkpoint whose signature holds, to be handed on. As `read`."""
    found = _loaded(path)
    checked(found, path, key)
    return dict(found)


def _loaded(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise _unusable(path, error) from error
    except ValueError as error:
        raise _corrupt(path) from error


def checked(document: Any, path: Path, key: Ed25519PublicKey | None) -> Checkpoint:
    """The checkpoint of a document whose signature holds. Errors as `read`; `path` is where it came from."""
    try:
        signature = bytes.fromhex(document["signature"])
        signer = key or Ed25519PublicKey.from_public_bytes(bytes.fromhex(document["key"]))
        signer.verify(signature, signed_text(document).encode())
        if document["format"] != FORMAT:
            raise _corrupt(path)
        heads = {stream: (int(version), str(digest)) for stream, (version, digest) in document["heads"].items()}
        return Checkpoint(datetime.fromisoformat(document["made_at"]), heads)
    except InvalidSignature as error:
        raise Refused(
            "checkpoint-signature",
            "The checkpoint {path} was changed, or another key signed it; use an untouched copy, and --public-key for"
            " the key that signed it.",
            path=path,
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _corrupt(path) from error


def _body(checkpoint: Checkpoint) -> dict[str, Any]:
    heads = {stream: [version, digest] for stream, (version, digest) in checkpoint.heads.items()}
    return {"format": FORMAT, "made_at": checkpoint.made_at.isoformat(), "heads": heads}


def _corrupt(path: Path) -> Refused:
    return Refused("checkpoint-corrupt", "The file {path} is not a whole checkpoint; use another copy.", path=path)


def _unusable(path: Path, error: OSError) -> Refused:
    return Refused(
        "checkpoint-file", "The checkpoint {path} cannot be used: {why}.", path=path, why=error.strerror or error
    )
