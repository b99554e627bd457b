"""After Temporal was lost or terminated: every case that is open in the log gets its workflow back (KRN-53)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from application.commands.beginning import Beginner
from application.commands.healing import Healer
from application.services import Services
from domain.kernel.events import EventRow
from domain.kernel.fold import Fold
from domain.kernel.process import Process
from eventstore import effects as outbox
from eventstore import log, wakes
from eventstore.database import Connection

logger = structlog.get_logger(__name__)

AT_ONCE = 8
"""Workflows that are being started at the same time."""

PER_SECOND = 20
"""How many of the started load their case in the same second, so that workers have time for what people decide.

A command does not wait for its case's turn: Temporal begins a delayed workflow at once for an update.
"""

PAGE = 200
"""Cases that are read from the log in one question."""


@dataclass
class Recovered:
    """How many workflows were started, how many open cases had one, and which cases this version cannot read."""

    started: int = 0
    running: int = 0
    unreadable: list[str] = field(default_factory=list)


async def recover(services: Services) -> Recovered:
    """Starts a workflow for each open case, and for each finished one whose effects were not all delivered.

    A workflow whose tasks fail is ended and begun anew. What waited for such a workflow (docs/adr/0021) is tried again
    at once. A case that this version cannot read gets its workflow too, which waits for a version that can.
    """
    assert services.client is not None, "recover needs Temporal"
    done, gate = Recovered(), asyncio.Semaphore(AT_ONCE)
    begin = Beginner(services.client, services.processes, services.settings.task_queue)
    healed = await Healer(services.pool, begin).step(at_once=True)
    done.started = len(healed)

    async def one(case: str, process: str) -> None:
        async with gate:
            begun = await begin.missing(case, process, timedelta(seconds=done.started // PER_SECOND))
        done.started += begun
        done.running += not begun and case not in healed

    async with asyncio.TaskGroup() as starting, services.pool.acquire() as conn:
        async for case, process in _to_run(conn, services.processes, done.unreadable):
            starting.create_task(one(case, process))
    async with services.pool.acquire() as conn:
        await wakes.hurry(conn)
    return done


async def _to_run(
    conn: Connection, processes: Mapping[str, Process[Any]], unreadable: list[str]
) -> AsyncIterator[tuple[str, str]]:
    """Read from the log itself, not from a view: a view may be what was lost. Adds to `unreadable`."""
    owing = {effect.stream for effect in await outbox.undelivered(conn)}
    cases = [(stream, name) for stream, name, _version in await log.streams(conn) if name in processes]
    for page in (cases[n : n + PAGE] for n in range(0, len(cases), PAGE)):
        events = await log.read_streams(conn, dict.fromkeys((stream for stream, _name in page), 0))
        for stream, name in page:
            over = _is_over(processes[name], stream, events.get(stream, ()))
            if over is None:
                unreadable.append(stream)
            if not over or stream in owing:
                yield stream, name
            await asyncio.sleep(0)  # folding takes the processor; what is being started goes on meanwhile


def _is_over(process: Process[Any], case: str, events: Sequence[EventRow]) -> bool | None:
    """Whether the case ended; None if this version cannot read it."""
    fold = Fold(process, case)
    try:
        fold.apply(events)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one case, the others come back
        logger.error("case not readable", case=case, cause=type(error).__name__)  # noqa: TRY400
        return None
    return fold.process.is_terminal(fold.state)
