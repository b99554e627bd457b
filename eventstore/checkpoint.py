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


def write(path: Path, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> None:
    """Writes the signed checkpoint as JSON. Raises Refused `checkpoint-file`."""
    body = _body(checkpoint)
    document = {**body, "signature": key.sign(canonical(body).encode()).hex()}
    try:
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(
            "checkpoint-file", "The checkpoint cannot be written to {path}: {why}.", path=path, why=error.strerror
        ) from error


def read(path: Path, key: Ed25519PublicKey) -> Checkpoint:
    """Raises Refused `checkpoint-file`, `checkpoint-corrupt` or `checkpoint-signature`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(
            "checkpoint-file", "The checkpoint {path} cannot be read: {why}.", path=path, why=error.strerror
        ) from error
    except ValueError as error:
        raise _corrupt(path) from error
    return _checked(document, path, key)


def _checked(document: Any, path: Path, key: Ed25519PublicKey) -> Checkpoint:
    try:
        signature = bytes.fromhex(document.pop("signature"))
        key.verify(signature, canonical(document).encode())
        if document["format"] != FORMAT:
            raise _corrupt(path)
        heads = {stream: (int(version), str(digest)) for stream, (version, digest) in document["heads"].items()}
        return Checkpoint(datetime.fromisoformat(document["made_at"]), heads)
    except InvalidSignature as error:
        raise Refused(
            "checkpoint-signature",
            "The checkpoint {path} was changed, or another key signed it; use an untouched copy and its key.",
            path=path,
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _corrupt(path) from error


def _body(checkpoint: Checkpoint) -> dict[str, Any]:
    heads = {stream: [version, digest] for stream, (version, digest) in checkpoint.heads.items()}
    return {"format": FORMAT, "made_at": checkpoint.made_at.isoformat(), "heads": heads}


def _corrupt(path: Path) -> Refused:
    return Refused("checkpoint-corrupt", "The file {path} is not a whole checkpoint; use another copy.", path=path)
