"""The hash chain of each stream: what a hash covers, byte for byte, and the check that nothing in the log was changed.

The database computes the hashes; this module computes them again from the stored columns with the standard library
alone. docs/adr/0003 describes the bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Any

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.checkpoint import Checkpoint
    from eventstore.database import Connection

GENESIS = bytes(32)
"""What stands for the previous hash of the first event of a stream."""

_SQL = queries("chain")
_CHUNK = 2000  # events in memory at a time
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_head = Struct(">III").pack  # the number of columns, and the start of the first
_field = Struct(">II").pack  # type (its number in Postgres) and length, then the bytes
_int4 = Struct(">IIi").pack
_int8 = Struct(">IIq").pack
_BYTES, _INT8, _INT4, _TEXT, _UUID, _TIME = 17, 20, 23, 25, 2950, 1184
_NULL = 0xFFFFFFFF


def digest(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The hash of an event: SHA-256 over `previous` and its columns, `payload` as the stored text, times in UTC."""
    causation = row["causation"]
    return sha256(
        b"".join(
            (
                _head(14, _BYTES, len(previous)),
                previous,
                _int8(_INT8, 8, row["position"]),
                _text(row["stream"]),
                _int8(_INT8, 8, row["version"]),
                _text(row["type"]),
                _int4(_INT4, 4, row["schema_version"]),
                _text(row["payload"]),
                _text(row["actor"]),
                _text(row["on_behalf_of"]),
                _field(_UUID, 16),
                row["command_id"].bytes,
                _field(_UUID, 16),
                row["correlation"].bytes,
                _field(_INT8, _NULL) if causation is None else _int8(_INT8, 8, causation),
                _text(row["channel"]),
                _int8(_TIME, 8, (row["recorded_at"] - _EPOCH) // _MICROSECOND),
            )
        )
    ).digest()


def _text(value: str | None) -> bytes:
    if value is None:
        return _field(_TEXT, _NULL)
    data = value.encode()
    return _field(_TEXT, len(data)) + data


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing wrong with a stream, at an event's version; `what` is a sentence for an operator."""

    stream: str
    version: int
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    events: int
    streams: int
    problems: list[Problem]


async def verify(conn: "Connection", stream: str | None = None, checkpoint: "Checkpoint | None" = None) -> Report:
    """Checks one stream or all of them, as of one instant, against their hashes, commands and a checkpoint.

    Names the first altered, removed, reordered or missing event of each stream. Reads in chunks: memory does not grow
    with the log. `conn` must not be in a transaction.
    """
    walk = _Walk(checkpoint.heads if checkpoint else {}, stream)
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        cursor = await conn.cursor(_SQL["events"], stream)
        while rows := await cursor.fetch(_CHUNK):
            for row in rows:
                walk.see(row)
        walk.end()
        for query, what in _BESIDE.items():
            for row in await conn.fetch(_SQL[query], stream):
                walk.blame(row["stream"], row["version"], what)
    problems = sorted(walk.problems.values(), key=lambda problem: (problem.stream, problem.version))
    return Report(walk.events, walk.streams, problems)


_BESIDE = {
    "without_command": "event {version} belongs to no recorded command: signoff.commands was altered",
    "without_event": "event {version} is missing: its command is recorded, the event is not",
    "without_stream": "the stream's entry in signoff.streams does not fit its {version} events",
}


@dataclass
class _Walk:
    """One pass over the events, ordered by stream and version."""

    heads: Mapping[str, tuple[int, str]]
    only: str | None
    problems: dict[str, Problem] = field(default_factory=dict)
    events: int = 0
    streams: int = 0
    seen: set[str] = field(default_factory=set)  # streams of the checkpoint that were met
    stream: str | None = None
    version: int = 0
    position: int = 0
    previous: bytes = GENESIS

    def see(self, row: Mapping[str, Any]) -> None:
        if row["stream"] != self.stream:
            self._leave()
            self.stream, self.version, self.position, self.previous = row["stream"], 0, 0, GENESIS
            self.streams += 1
        self.events += 1
        if self.stream not in self.problems:
            self._check(row)
        self.version, self.position, self.previous = row["version"], row["position"], row["hash"]

    def end(self) -> None:
        self._leave()
        for stream, (version, _digest) in self.heads.items():
            if stream not in self.seen and self.only in (None, stream):
                self.blame(stream, 1, f"the whole stream is missing: the checkpoint saw it at version {version}")

    def blame(self, stream: str, version: int, what: str) -> None:
        """Keeps the problem with the lowest version; of two at one version the first that was found."""
        known = self.problems.get(stream)
        if known is None or version < known.version:
            self.problems[stream] = Problem(stream, version, what.format(version=version))

    def _check(self, row: Mapping[str, Any]) -> None:
        stream, version, due = row["stream"], row["version"], self.version + 1
        if version > due:
            self.blame(stream, due, f"event {due} is missing: the next one in the log is {version}")
        elif version < due:
            self.blame(stream, version, f"event {version} is out of place: versions begin at 1")
        elif row["position"] <= self.position:
            self.blame(stream, version, f"event {version} is reordered: its position is not after the one before")
        elif row["hash"] != digest(self.previous, row):
            self.blame(stream, version, f"event {version} was altered: its columns do not give its hash")
        elif (head := self.heads.get(stream)) and head[0] == version and head[1] != row["hash"].hex():
            self.blame(stream, version, f"event {version} was replaced: the checkpoint saw another hash")

    def _leave(self) -> None:
        if self.stream is None or self.stream not in self.heads:
            return
        self.seen.add(self.stream)
        version = self.heads[self.stream][0]
        if self.version < version:
            due = self.version + 1
            self.blame(self.stream, due, f"event {due} is missing: the checkpoint saw the stream at version {version}")
