"""What is kept beside the events, which no hash covers, compared with what the events say (KRN-51).

Decisions of other cases rest on claims, and the process of a stream says how its events are read.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from application.services import Services
from domain.kernel.effects import Claim, Release
from domain.kernel.events import EventRow
from domain.kernel.fold import Fold
from domain.kernel.process import Process
from domain.organisation import persons
from domain.organisation.streams import RECORDS
from eventstore import log
from eventstore.chain import Problem
from eventstore.claims import Held, held_by, rebuild_claims

_AT_ONCE = 200
"""Streams in memory at a time."""


async def verify(services: Services, case: str | None) -> list[Problem]:
    """The streams (or that of a case) whose claims or process are not what their events say, as of one instant."""
    found: list[Problem] = []
    async with services.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        listed = [(name, process) for name, process, _ in await log.streams(conn) if case in (None, name)]
        held = await held_by(conn, case)
        for start in range(0, len(listed), _AT_ONCE):
            some = dict(listed[start : start + _AT_ONCE])
            events = await log.read_streams(conn, dict.fromkeys(some, 0))
            for name, process in some.items():
                found += _wrong(services, name, process, events.get(name, ()), held.pop(name, {}))
    return [*found, *(Problem(name, 1, "claims are kept for it, but it has no events") for name in held)]


def _wrong(services: Services, name: str, process: str, events: Sequence[EventRow], held: Held) -> list[Problem]:
    if name in RECORDS or name == persons.stream_of(persons.person_of(name)):
        return []
    known = services.processes.get(process)
    if known is None:
        return [Problem(name, 1, f"no process is called {process}, as signoff.streams has it")]
    claims, unread = _claims(known, name, events)
    if unread:
        why = "a newer version wrote it, or signoff.streams was altered"
        return [Problem(name, unread, f"event {unread} cannot be read as one of {process}: {why}")]
    if claims != held:
        last = events[-1].version if events else 1
        return [
            Problem(name, last, "its claims are not those of its events; make them anew with signoff rebuild claims")
        ]
    return []


def _claims(process: Process[Any], name: str, events: Sequence[EventRow]) -> tuple[Held, int]:
    """What a case holds by its events, and the first event that this process cannot read, or 0."""
    fold = Fold(process, name)
    held: Held = {}
    for stored in events:
        try:
            steps = _steps(fold, stored)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not what this process wrote
            return held, stored.version
        for step in steps:
            item = (step.kind, step.key, step.item)
            if isinstance(step, Claim):
                amount = step.amount
                held[item] = (step.exclusive, amount.amount if amount else None, amount.currency if amount else None)
            else:
                held.pop(item, None)
    return held, 0


def _steps(fold: Fold[Any], stored: EventRow) -> Sequence[Claim | Release]:
    """What the next event of a case claims and gives back."""
    steps = fold.process.claims(fold.state, fold.process.events.decode(stored))
    fold.apply([stored])
    return steps


async def rebuild(services: Services) -> int:
    """Makes all claims anew from the log; how many are held. Raises Refused `claims-collide`."""

    def claims_of(process: str, events: Sequence[EventRow]) -> Iterator[tuple[datetime, Claim | Release]]:
        if process in services.processes and events:
            fold = Fold(services.processes[process], events[0].stream)
            for stored in events:
                yield from ((stored.recorded_at, step) for step in _steps(fold, stored))

    async with services.pool.acquire() as conn:
        return await rebuild_claims(conn, claims_of)
