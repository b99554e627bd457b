"""The log: append what a command decided, read a stream, follow everything. All functions work on a given connection.

The connection must be in READ COMMITTED (Postgres' default). Whatever is called inside a caller's transaction commits
or vanishes with it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from asyncpg import UniqueViolationError

from domain.kernel.command import Command
from domain.kernel.effects import Claim, Release
from domain.kernel.events import EventRow
from eventstore import ledger
from eventstore.canonical import canonical
from eventstore.claims import claims, columns
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

__all__ = [
    "CLIENT",
    "Appended",
    "ClaimTaken",
    "Conflict",
    "NewEffect",
    "NewEvent",
    "Origin",
    "Recorded",
    "Stamp",
    "Turn",
    "append",
    "append_each",
    "change_records",
    "claims",
    "decision",
    "events_of_command",
    "find_command",
    "happened",
    "head",
    "origin_of",
    "position_at",
    "process_of",
    "processes_and_streams",
    "processes_of",
    "read_all",
    "read_everything",
    "read_stream",
    "read_streams",
    "stream_version",
    "streams",
]

_SQL = queries("log")
_APPEND = _SQL["append"]
_APPEND_WITH_TRANSFERS = queries("ledger")["append"]
_BUSY_DELAY = 0.02
"""Seconds between two questions whether writers are done."""
_BRIEFLY, _LONGEST = timedelta(milliseconds=50), timedelta(milliseconds=800)
"""How long a follower waits for writers, and holds up those that come after them: at first, and at most."""
_AT_ONCE = 5_000
"""So many streams one query appends to: its answer comes before anybody gives up waiting."""
_FIELDS = set(EventRow.model_fields)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event on its way into the log; `payload` is JSON-shaped."""

    type: str
    schema_version: int
    payload: dict[str, Any]
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class NewEffect:
    """What the event at `event_index` (of this append, from 0) asks for. The id is derived from the event."""

    id: UUID
    event_index: int
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command comes from. Its id is known once among those of one origin (`signoff.command_origin`)."""

    stream: str = ""
    process: str = ""
    actor: str = ""
    channel: str = ""


CLIENT = Origin()
"""All clients together: their ids are chosen by them, and one id is good for one command of one person."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who appends, where, and by which command. `fingerprint` stands for the command's content."""

    stream: str
    process: str
    command_id: UUID
    fingerprint: str
    actor: str
    channel: str
    correlation: UUID
    causation: int | None = None

    @property
    def origin(self) -> Origin:
        return Origin(self.stream, self.process, self.actor, self.channel)


@dataclass(frozen=True, slots=True)
class Appended:
    """The events are in the log. `repeated`: they were there already, by the same command with the same content."""

    events: list[EventRow]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was recorded. `reason` is `version` (the stream is at `version` now: load it and decide again) or
    `command` (this origin used the id for other content or another stream: a mistake of the sender).
    """

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimTaken:
    """Nothing was recorded: `holder`, a stream, has this exclusive claim."""

    kind: str
    key: str
    holder: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a command id did: `version` of its stream after it, its last `position` (0 if it recorded no event)."""

    stream: str
    fingerprint: str
    version: int
    position: int


def origin_of(command: Command) -> Origin:
    return Origin(command.case, command.process, command.actor, command.channel)


async def append(
    conn: "Connection",
    stamp: Stamp,
    *,
    expected_version: int,
    events: Sequence[NewEvent],
    effects: Sequence[NewEffect] = (),
    claims: Sequence[Claim | Release] = (),
    transfers: Sequence[ledger.Posted] = (),
) -> Appended | Conflict | ClaimTaken:
    """Records a command once: its events with their effects, claims and transfers, or nothing of it. One round trip.

    No events is allowed: the command id is then remembered as done. Raises Refused `not-storable`.
    """
    texts = [canonical(event.payload) for event in events]
    row = await conn.fetchrow(
        _APPEND_WITH_TRANSFERS if transfers else _APPEND,
        *_arguments(stamp, expected_version, events, texts),
        *_effects(effects),
        *columns(claims),
        *(ledger.columns(transfers) if transfers else ()),
    )
    assert row is not None
    match row["outcome"]:
        case "appended":
            return Appended(_stored(stamp, expected_version, events, row), repeated=False)
        case "repeated":
            return Appended(await events_of_command(conn, stamp.command_id, stamp.origin), repeated=True)
        case "taken":
            return ClaimTaken(*row["taken"])
        case reason:
            return Conflict(row["version"], reason)


async def append_each(
    conn: "Connection", stamps: Sequence[Stamp], events: Sequence[NewEvent], *, expected: Sequence[int]
) -> bool:
    """Records one event for each of many streams, with few round trips and locks, in the caller's transaction.

    All stamps are of one process, actor, channel and correlation. False if a stream is at another version or a command
    id was used: then the caller's transaction must end.
    """
    await conn.execute(_SQL["order"])
    for start in range(0, len(stamps), _AT_ONCE):
        some, new = stamps[start : start + _AT_ONCE], events[start : start + _AT_ONCE]
        try:
            done = await conn.fetchval(
                _SQL["append_each"],
                [stamp.stream for stamp in some],
                [stamp.command_id for stamp in some],
                [stamp.fingerprint for stamp in some],
                expected[start : start + _AT_ONCE],
                [event.type for event in new],
                [event.schema_version for event in new],
                [canonical(event.payload) for event in new],
                some[0].actor,
                some[0].correlation,
                some[0].channel,
                some[0].process,
            )
        except UniqueViolationError:
            return False
        if done != len(some):
            return False
    return True


@asynccontextmanager
async def decision(conn: "Connection") -> AsyncIterator[None]:
    """A transaction during which no record changes that decisions rest on, begun with one round trip."""
    try:
        await conn.execute(_SQL["begin_decision"])
        yield
    except BaseException:
        if not conn.is_closed():
            await conn.execute("rollback")
        raise
    await conn.execute("commit")


async def change_records(conn: "Connection") -> None:
    """From here to the end of the caller's transaction nothing is decided; what was on its way is recorded by now."""
    await conn.execute(_SQL["change_records"])


async def find_command(conn: "Connection", command_id: UUID, origin: Origin = CLIENT) -> Recorded | None:
    """What this command id recorded, if a command of this origin ever did."""
    row = await conn.fetchrow(_SQL["find_command"], command_id, *_columns(origin))
    return Recorded(*row) if row else None


async def events_of_command(conn: "Connection", command_id: UUID, origin: Origin = CLIENT) -> list[EventRow]:
    return [stored(row) for row in await conn.fetch(_SQL["events_of_command"], command_id, *_columns(origin))]


def _columns(origin: Origin) -> tuple[str, str, str, str]:
    return origin.stream, origin.process, origin.actor, origin.channel


async def read_stream(
    conn: "Connection", stream: str, *, after: int = 0, as_of: datetime | None = None
) -> list[EventRow]:
    """The events of a stream after version `after`, as known at `as_of` (aware). Empty for an unknown stream."""
    return [stored(row) for row in await conn.fetch(_SQL["read_stream"], stream, after, as_of)]


async def read_streams(conn: "Connection", after: Mapping[str, int]) -> dict[str, list[EventRow]]:
    """The events of several streams, each after a version, of one snapshot; a stream without news is left out."""
    _, found = await processes_and_streams(conn, (), after)
    return found


async def processes_and_streams(
    conn: "Connection", streams: Sequence[str], after: Mapping[str, int]
) -> tuple[dict[str, str], dict[str, list[EventRow]]]:
    """What `processes_of` answers for `streams`, and `read_streams` for `after`, of one snapshot in one round trip."""
    processes: dict[str, str] = {}
    found: dict[str, list[EventRow]] = {}
    for row in await conn.fetch(_SQL["processes_and_streams"], list(after), list(after.values()), list(streams)):
        if row["position"] is None:
            processes[row["stream"]] = row["type"]
        else:
            found.setdefault(row["stream"], []).append(stored(row))
    return processes, found


async def read_types(conn: "Connection", streams: Sequence[str], types: Sequence[str]) -> dict[str, list[EventRow]]:
    """The events of these types in several streams; a stream without any is left out."""
    found: dict[str, list[EventRow]] = {}
    for row in await conn.fetch(_SQL["read_types"], list(streams), list(types)):
        found.setdefault(row["stream"], []).append(stored(row))
    return found


async def stream_version(conn: "Connection", stream: str) -> int:
    """0 for an unknown stream."""
    return await conn.fetchval(_SQL["stream_version"], stream) or 0


async def head(conn: "Connection") -> int:
    """The highest committed position, 0 in an empty log. Lower ones may still appear: followers use `read_all`."""
    position: int = await conn.fetchval(_SQL["head"])
    return position


async def position_at(conn: "Connection", at: datetime) -> int:
    """The highest position that was recorded by then, 0 if there is none."""
    position: int = await conn.fetchval(_SQL["position_at"], at)
    return position


async def happened(conn: "Connection", processes: Sequence[str], position: int) -> list[tuple[str, int, str, datetime]]:
    """Stream, version, type and time of each event in the cases of some processes, up to a position."""
    return [tuple(row) for row in await conn.fetch(_SQL["happened"], list(processes), position)]


async def process_of(conn: "Connection", stream: str) -> str | None:
    """The process a stream belongs to; None for an unknown stream."""
    name: str | None = await conn.fetchval(_SQL["process_of"], stream)
    return name


async def processes_of(conn: "Connection", streams: Sequence[str]) -> dict[str, str]:
    """The process of each of these streams; an unknown one is left out."""
    return dict(await conn.fetch(_SQL["processes_of"], streams))


async def streams(conn: "Connection", *, process: str | None = None) -> list[tuple[str, str, int]]:
    """(stream, process, version) by name."""
    return [tuple(row) for row in await conn.fetch(_SQL["streams"], process)]


@dataclass(slots=True)
class Turn:
    """How long one follower waits for writers: ever longer while it finds them busy, so that none starves it."""

    wait: timedelta = _BRIEFLY

    async def settled(self, conn: "Connection") -> int | None:
        """The position below which nothing can appear any more; None while writers are busy: ask again."""
        position: int | None = await conn.fetchval(_SQL["settled"], self.wait)
        self.wait = _BRIEFLY if position is not None else min(2 * self.wait, _LONGEST)
        return position


async def read_all(conn: "Connection", *, after: int, limit: int = 500, turn: Turn | None = None) -> list[EventRow]:
    """The next events by position. Never passes an event that commits later; empty when there is nothing to pass on.

    If writers are busy for longer than the follower's `turn` it answers with nothing, to be asked again.
    """
    until = await (turn or Turn()).settled(conn)
    if until is None or until <= after:
        return []
    return [stored(row) for row in await conn.fetch(_SQL["read_all"], after, until, limit)]


async def read_everything(conn: "Connection", *, batch: int) -> AsyncIterator[list[EventRow]]:
    """All events that are in the log when it is first asked, by position, `batch` at a time.

    Where a follower would poll again, this waits for the writers: whoever folds the whole log must not take a part of
    it for all.
    """
    turn = Turn()
    while (until := await turn.settled(conn)) is None:  # noqa: ASYNC110 - the writers are other sessions
        await asyncio.sleep(_BUSY_DELAY)
    after = 0
    while rows := await conn.fetch(_SQL["read_all"], after, until, batch):
        events = [stored(row) for row in rows]
        yield events
        after = events[-1].position


def stored(row: Any) -> EventRow:
    """A row of the queries above. Not validated again: the columns have these types."""
    fields = dict(row)
    fields["hash"] = row["hash"].hex()
    return _unchecked(fields)


def _unchecked(fields: dict[str, Any]) -> EventRow:
    """`Stored.model_construct` with all fields given, at a fifth of its price: this runs once per event read."""
    made = EventRow.__new__(EventRow)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", _FIELDS)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _arguments(stamp: Stamp, expected: int, events: Sequence[NewEvent], texts: list[str]) -> tuple[Any, ...]:
    return (
        stamp.stream,
        stamp.process,
        stamp.command_id,
        stamp.fingerprint,
        stamp.actor,
        stamp.channel,
        stamp.correlation,
        stamp.causation,
        expected,
        [event.type for event in events],
        [event.schema_version for event in events],
        texts,
        [event.on_behalf_of for event in events] if any(event.on_behalf_of for event in events) else None,
    )


def _effects(effects: Sequence[NewEffect]) -> tuple[Any, ...]:
    if not effects:
        return None, None, None, None
    return (
        [effect.id for effect in effects],
        [effect.event_index for effect in effects],
        [effect.kind for effect in effects],
        [canonical(effect.payload) for effect in effects],
    )


def _stored(stamp: Stamp, expected: int, events: Sequence[NewEvent], row: Any) -> list[EventRow]:
    return [
        _unchecked(
            {
                "position": position,
                "stream": stamp.stream,
                "version": version,
                "type": event.type,
                "schema_version": event.schema_version,
                "payload": event.payload,
                "actor": stamp.actor,
                "on_behalf_of": event.on_behalf_of,
                "command_id": stamp.command_id,
                "correlation": stamp.correlation,
                "causation": stamp.causation,
                "channel": stamp.channel,
                "recorded_at": row["recorded_at"],
                "hash": digest.hex(),
            }
        )
        for version, (event, position, digest) in enumerate(
            zip(events, row["positions"] or (), row["hashes"] or (), strict=True), start=expected + 1
        )
    ]
