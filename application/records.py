"""Appending to record streams (a person, the organisation, the policies): things with events but without a workflow."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from domain.kernel import register
from domain.kernel.command import reused
from domain.kernel.errors import Refused
from domain.kernel.events import Event, encode
from domain.organisation import delegations, policies, record
from domain.processes import PROCESSES
from eventstore import log
from eventstore.database import Connection, Pool

RESTED_ON = frozenset({record.STREAM, delegations.STREAM, policies.STREAM, register.STREAM})
"""The records that decisions rest on. Each change of one is recorded after what was decided without it (KRN-20)."""


@asynccontextmanager
async def standing_still(pool: Pool) -> AsyncIterator[Connection]:
    """A transaction during which nothing is decided and no such record changes. Must be short."""
    async with pool.acquire() as conn, conn.transaction():
        await log.change_records(conn)
        yield conn


async def append_record(pool: Pool, *, stream: str, **what: Any) -> int:
    """As `append_on`, in a transaction of its own."""
    async with pool.acquire() as conn, conn.transaction():
        if stream in RESTED_ON:
            await log.change_records(conn)
        return await append_on(conn, stream=stream, **what)


async def append_on(
    conn: Connection,
    *,
    stream: str,
    process: str,
    expected_version: int,
    events: Sequence[Event],
    actor: str,
    command_id: UUID,
    channel: str = "cli",
    causation: int | None = None,
    wish: Any = None,
) -> int:
    """Appends in the caller's transaction and returns the last position.

    `wish` is what the client sent, if that says less than the events (their times, say); it is JSON-shaped.
    Raises Refused `changed-meanwhile`, `command-id-reused`.
    """
    encoded = [encode(event) for event in events]
    stamp = log.Stamp(
        stream=stream,
        process=process,
        command_id=command_id,
        fingerprint=fingerprint(stream, encoded if wish is None else wish),
        actor=actor,
        channel=channel,
        correlation=uuid4(),
        causation=causation,
    )
    new = [log.NewEvent(type=name, schema_version=version, payload=payload) for name, version, payload in encoded]
    if process in PROCESSES or await log.process_of(conn, stream) in PROCESSES:
        raise ValueError(f"{stream} is a case: its events come from decisions only (KRN-01)")
    outcome = await log.append(conn, stamp, expected_version=expected_version, events=new)
    if isinstance(outcome, log.Conflict) and outcome.reason == "command":
        raise reused(command_id)
    if not isinstance(outcome, log.Appended):
        raise Refused("changed-meanwhile", "{stream} changed at the same time; look again and repeat.", stream=stream)
    return outcome.events[-1].position


async def append_each(
    conn: Connection, what: Sequence[tuple[str, int, Event, UUID]], *, process: str, actor: str, channel: str = "cli"
) -> None:
    """As `append_on`, one event for each of many: (stream, expected version, event, command id).

    Raises Refused `changed-meanwhile`.
    """
    if process in PROCESSES:
        raise ValueError(f"streams of {process} are cases: their events come from decisions only (KRN-01)")
    correlation, stamps, new = uuid4(), [], []
    for stream, _, event, command_id in what:
        name, version, payload = encoded = encode(event)
        new.append(log.NewEvent(type=name, schema_version=version, payload=payload))
        stamps.append(
            log.Stamp(
                stream=stream,
                process=process,
                command_id=command_id,
                fingerprint=fingerprint(stream, [encoded]),
                actor=actor,
                channel=channel,
                correlation=correlation,
            )
        )
    if stamps and not await log.append_each(conn, stamps, new, expected=[version for _, version, _, _ in what]):
        raise Refused("changed-meanwhile", "Some of these people changed at the same time; look again and repeat.")


async def already(conn: Connection, command_id: UUID, stream: str, wish: Any) -> bool:
    """Whether a client's command of this id and wish is recorded in this stream. Raises Refused `command-id-reused`."""
    seen = await log.find_command(conn, command_id)
    if seen and (seen.stream, seen.fingerprint) != (stream, fingerprint(stream, wish)):
        raise reused(command_id)
    return seen is not None


def fingerprint(stream: str, wish: Any) -> str:
    """Hex SHA-256 over what is wanted of a record."""
    return hashlib.sha256(json.dumps([stream, wish], sort_keys=True, default=str).encode()).hexdigest()
