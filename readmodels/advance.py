"""One step of any generation: read the log outside, fold, write rows and position in one transaction."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from domain.kernel.events import EventRow
from domain.kernel.process import Process
from eventstore import log
from eventstore.database import Connection
from readmodels.fold import Batch, DeadEvent, Memory, Processes, fold_batch
from readmodels.generations import Generation, move
from readmodels.view import write


async def advance(
    conn: Connection,
    generations: Sequence[Generation],
    events: Sequence[EventRow],
    *,
    processes: Processes,
    memory: Memory,
) -> Batch:
    """Takes `events`, the next ones of the log after what all `generations` show, inside the caller's transaction.

    The caller hands the batch to `memory.keep` once it is committed.
    """
    of = await processes_of(conn, events, processes, memory)
    batch = await fold_batch(events, of, memory, partial(read_up_to, conn))
    dead = list(batch.dead)
    for generation in generations:
        unwritten = await write(conn, generation.view, generation.generation, batch)
        await _bury(conn, generation, batch, [*batch.dead, *unwritten])
        dead += unwritten
    await move(conn, generations, events[-1].position)
    return Batch(batch.changes, tuple(dead), batch.states, batch.refolded)


async def processes_of(
    conn: Connection, events: Sequence[EventRow], processes: Processes, memory: Memory
) -> dict[str, Process[Any]]:
    """The process of each stream among `events` that is a case; records and unknown processes are left out."""
    streams = {event.stream for event in events}
    found = {stream: process for stream in streams if (process := memory.process_of(stream)) is not None}
    if unknown := streams - found.keys():
        rows = await conn.fetch(
            "SELECT stream, process FROM signoff.streams WHERE stream = ANY ($1::text[])", list(unknown)
        )
        found |= {row["stream"]: processes[row["process"]] for row in rows if row["process"] in processes}
    return found


async def read_up_to(conn: Connection, stream: str, version: int) -> list[EventRow]:
    """The first `version` events of a stream."""
    return [event for event in await log.read_stream(conn, stream) if event.version <= version]


async def _bury(conn: Connection, generation: Generation, batch: Batch, dead: Sequence[DeadEvent]) -> None:
    """Keeps note of what could not be shown, and forgets it for cases that were read from the start without trouble."""
    if healed := batch.refolded - {each.event.stream for each in dead}:
        await conn.execute(
            "DELETE FROM signoff.dead_letters WHERE generation = $1 AND stream = ANY ($2::text[])",
            generation.generation,
            list(healed),
        )
    if dead:
        await conn.executemany(_BURY, [_letter(generation, each) for each in dead])


_BURY = """
INSERT INTO signoff.dead_letters (generation, position, stream, version, type, error, blocked_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (generation, stream, position) DO UPDATE SET error = excluded.error, blocked_by = excluded.blocked_by"""


def _letter(generation: Generation, dead: DeadEvent) -> tuple[Any, ...]:
    event = dead.event
    return (
        generation.generation, event.position, event.stream, event.version, event.type, dead.error, dead.blocked_by
    )  # fmt: skip
