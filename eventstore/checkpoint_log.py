"""Signed heads that are written by themselves: in each place a file a day, to which lines are only ever added.

Each line is a signed checkpoint. The first of a file holds the heads of all streams, each further one those that
changed since; `number` counts them and `previous` is the SHA-256 of the line before, across files: a line that was
changed, taken out or put in breaks the chain. docs/signed-heads.md says how a second party keeps them.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.kernel.errors import Refused
from eventstore.canonical import canonical
from eventstore.checkpoint import Checkpoint, checked, signed

Heads = Mapping[str, tuple[int, str]]


@dataclass
class Chain:
    """A place as it was read: the newest heads, the last line's number and hash, and what is wrong with it."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    number: int = 0
    previous: str = ""
    made_at: datetime | None = None
    problems: list[str] = field(default_factory=list)


def append(place: Path, heads: Heads, key: Ed25519PrivateKey, *, now: datetime | None = None) -> bool:
    """Adds the heads that changed to the file of today; False if none did. Raises OSError.

    Only one writer at a time: the caller holds a lock.
    """
    now = now or datetime.now(UTC)
    public = key.public_key()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    chain, file = read(place, public), place / f"heads-{_short(public)}-{now:%Y-%m-%d}.jsonl"
    changed = {stream: head for stream, head in heads.items() if chain.heads.get(stream) != head}
    if not changed:
        return False
    news = changed if file.exists() else heads
    more = {"number": chain.number + 1, "previous": chain.previous}
    line = canonical(signed(Checkpoint(now, news), key, **more))
    with file.open("a+b") as out:
        broken = out.tell() and not _ends_whole(file)
        out.write(b"\n" * bool(broken) + line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return True


def read(place: Path, key: Ed25519PublicKey) -> Chain:
    """What a place holds that this key signed: the newest file whole, and how it follows the one before it."""
    chain = Chain()
    files = sorted(place.glob(f"heads-{_short(key)}-*.jsonl"))
    for line in _last_lines(files):
        chain.number, chain.previous = line.number, line.hash
    for text in _lines(files[-1]) if files else ():
        _follow(chain, files[-1], text, key)
    return chain


def newest(places: Mapping[str, Chain]) -> Checkpoint | None:
    """The newest head of each stream in any of the places; None if there is none."""
    heads: dict[str, tuple[int, str]] = {}
    for chain in places.values():
        heads |= {s: head for s, head in chain.heads.items() if s not in heads or heads[s][0] < head[0]}
    made = [chain.made_at for chain in places.values() if chain.made_at]
    return Checkpoint(max(made), heads) if made else None


@dataclass(frozen=True)
class _Line:
    number: int
    hash: str


def _follow(chain: Chain, file: Path, text: bytes, key: Ed25519PublicKey) -> None:
    """Takes up one line. A line that was cut by a crash is passed over: the next one follows the one before it."""
    document = _document(text)
    if document is None:
        return
    name = f"{file.name}, line {document.get('number')}"
    try:
        found = checked(document, file, key)
    except Refused as refused:
        chain.problems.append(f"{name}: {refused}")
        return
    if (document.get("number"), document.get("previous")) != (chain.number + 1, chain.previous):
        chain.problems.append(f"{name}: does not follow the line before it: lines were taken out or put in")
    chain.number, chain.previous = int(document.get("number") or 0), sha256(text).hexdigest()
    chain.heads |= found.heads
    chain.made_at = found.made_at


def _last_lines(files: list[Path]) -> Iterator[_Line]:
    """The last whole line of the file before the newest, if there is one."""
    for file in files[-2:-1]:
        whole = [(text, found) for text in _lines(file) if (found := _document(text))]
        for text, found in whole[-1:]:
            yield _Line(int(found.get("number") or 0), sha256(text).hexdigest())


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().split(b"\n")


def _document(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _ends_whole(file: Path) -> bool:
    return file.read_bytes()[-1:] == b"\n"


def _short(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()[:8]
