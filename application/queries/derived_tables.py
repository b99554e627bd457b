"""What is kept beside the events, which no hash covers, compared with what the events say (KRN-51).

Decisions of other cases rest on claims and on balances, and the process of a stream says how its events are read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from application.services import Services
from domain.kernel.effects import Claim, Release
from domain.kernel.events import EventRow
from domain.kernel.fold import Fold
from domain.kernel.ledger import PostedTransfer, Transfer
from domain.kernel.process import Process
from domain.kernel.values.content import contradicting
from domain.organisation import persons
from domain.organisation.streams import RECORDS
from eventstore import ledger_books, log
from eventstore.chain import Problem
from eventstore.claims import Entry, Held, held_by, rebuild_claims
from eventstore.database import Connection

_AT_ONCE = 200
"""Streams in memory at a time."""


class Kept(NamedTuple):
    """What is kept beside the events of a case."""

    held: Held
    transfers: list[PostedTransfer]


async def verify(services: Services, case: str | None) -> list[Problem]:
    """The streams (or that of a case) whose claims, transfers or process are not what their events say, at one instant.

    Balances are those of all cases: they are compared with the transfers when all are verified.
    """
    found: list[Problem] = []
    async with services.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        listed = [(name, process) for name, process, _ in await log.streams(conn) if case in (None, name)]
        held = await held_by(conn, case)
        for start in range(0, len(listed), _AT_ONCE):
            some = dict(listed[start : start + _AT_ONCE])
            events = await log.read_streams(conn, dict.fromkeys(some, 0))
            posted = await _posted(conn, some)
            for name, process in some.items():
                kept = Kept(held.pop(name, {}), posted.get(name, []))
                found += _wrong(services, name, process, events.get(name, ()), kept)
        found += await _ledger(conn) if case is None else []
    return [*found, *(Problem(name, 1, "claims are kept for it, but it has no events") for name in held)]


async def _posted(conn: Connection, streams: Iterable[str]) -> dict[str, list[PostedTransfer]]:
    found: dict[str, list[PostedTransfer]] = {}
    for each in await ledger_books.transfers(conn, streams=list(streams)):
        found.setdefault(each.stream, []).append(each)
    return found


async def _ledger(conn: Connection) -> list[Problem]:
    """What of the ledger belongs to no case, and balances that are not the sums of their transfers."""
    found = [
        Problem(name, 1, "transfers are kept for it, but it has no events")
        for name in await ledger_books.strangers(conn)
    ]
    what = "its balance is not the sum of its transfers; make it anew with signoff rebuild ledger"
    return [*found, *(Problem(f"{line} {period}", 1, what) for line, period in await ledger_books.unlike(conn))]


def _wrong(services: Services, name: str, process: str, events: Sequence[EventRow], kept: Kept) -> list[Problem]:
    if name in RECORDS or name == persons.stream_of(persons.person_of(name)):
        return []
    known = services.processes.get(process)
    if known is None:
        return [Problem(name, 1, f"no process is called {process}, as signoff.streams has it")]
    said, unread = _said(known, name, events)
    if unread:
        why = "a newer version wrote it, or signoff.streams was altered"
        return [Problem(name, unread, f"event {unread} cannot be read as one of {process}: {why}")]
    if contrary := _contrary(events):
        return [Problem(name, contrary, f"event {contrary}: its values do not give the hashes of its content")]
    last = events[-1].version if events else 1
    return [
        Problem(name, last, f"its {what} are not those of its events; make them anew with signoff rebuild {how}")
        for what, how, same in (
            ("claims", "claims", said.held == kept.held),
            ("transfers", "ledger", said.transfers == kept.transfers),
        )
        if not same
    ]


def _contrary(events: Sequence[EventRow]) -> int:
    """The first submission whose values are not those of its hashes, or 0."""
    submitted = (stored for stored in events if stored.type in ("ReviewOpened", "ReviewResubmitted"))
    found = (stored for stored in submitted if contradicting(stored.payload["fields"], stored.payload["data"]))
    return next((stored.version for stored in found), 0)


def _said(process: Process[Any], name: str, events: Sequence[EventRow]) -> tuple[Kept, int]:
    """What is to be kept for a case by its events, and the first event that this process cannot read, or 0."""
    fold = Fold(process, name)
    held: Held = {}
    transfers: list[PostedTransfer] = []
    for stored in events:
        try:
            steps, moved = _steps(fold, stored)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not what this process wrote
            return Kept(held, transfers), stored.version
        transfers += [
            PostedTransfer(stream=name, position=stored.position, recorded_at=stored.recorded_at, transfer=transfer)
            for transfer in moved
        ]
        for step in steps:
            item = (step.kind, step.key, step.item)
            if isinstance(step, Claim):
                held[item] = _taken(step, stored.recorded_at, held.get(item))
            else:
                held.pop(item, None)
    return Kept(held, transfers), 0


def _taken(claim: Claim, at: datetime, before: Entry | None) -> Entry:
    """A claim as it is kept: another amount leaves its day, but what becomes exclusive is taken anew."""
    since = before[3] if before and (before[0] or not claim.exclusive) else at
    amount = claim.amount
    return (claim.exclusive, amount.amount if amount else None, amount.currency if amount else None, since)


def _steps(fold: Fold[Any], stored: EventRow) -> tuple[Sequence[Claim | Release], Sequence[Transfer]]:
    """What the next event of a case claims and gives back, and the money that it moves."""
    before, event = fold.state, fold.process.events.decode(stored)
    fold.apply([stored])
    return fold.process.claims(before, event), fold.process.transfers(before, event, fold.state)


async def rebuild(services: Services) -> int:
    """Makes all claims anew from the log; how many are held. Raises Refused `claims-collide`."""

    def claims_of(process: str, events: Sequence[EventRow]) -> Iterator[tuple[datetime, Claim | Release]]:
        if process in services.processes and events:
            fold = Fold(services.processes[process], events[0].stream)
            for stored in events:
                yield from ((stored.recorded_at, step) for step in _steps(fold, stored)[0])

    async with services.pool.acquire() as conn:
        return await rebuild_claims(conn, claims_of)


async def rebuild_ledger(services: Services) -> int:
    """Makes all transfers and balances anew from the log; how many transfers there are."""

    def transfers_of(process: str, events: Sequence[EventRow]) -> Iterator[tuple[EventRow, Sequence[Transfer]]]:
        if process in services.processes and events:
            fold = Fold(services.processes[process], events[0].stream)
            steps = ((stored, _steps(fold, stored)[1]) for stored in events)
            yield from ((stored, moved) for stored, moved in steps if moved)

    async with services.pool.acquire() as conn:
        return await ledger_books.rebuild(conn, transfers_of)
