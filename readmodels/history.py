"""What was known at a time: states and rows folded from the log itself, not from the views (KRN-50)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from domain.kernel.delegation import Chain
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.kernel.process import Process
from domain.kernel.showing.milestones import Milestones
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from eventstore import log
from eventstore.database import Connection
from readmodels.advance import processes_of, read_up_to
from readmodels.delegated_tasks import with_delegated
from readmodels.fold import Change, Memory, Processes, fold, fold_batch
from readmodels.joined import asked_since, joined
from readmodels.milestones import milestone_columns, milestones_of
from readmodels.rows import CaseRow, Columns, InboxRow, case_columns, inbox_columns

_ALL = 1 << 40


class TimelineEntry(Value):
    """One event of a case as people read it. `data` is the payload as recorded; `recorded_at` is UTC."""

    version: int
    type: str
    actor: str
    on_behalf_of: str | None
    channel: str
    recorded_at: datetime
    data: dict[str, Any]


class Picture(Value):
    """Tasks and milestones as the views would have shown them at a time."""

    inbox: tuple[InboxRow, ...]
    milestones: tuple[Milestones, ...]


async def case_at(
    conn: Connection, processes: Processes, case: str, *, as_of: datetime | None = None
) -> tuple[Any, list[EventRow]]:
    """The state of a case and the events it was folded from: all, or those recorded up to and with `as_of` (aware).

    Raises Refused `no-such-case`, `not-yet`; an event that cannot be read raises what its process raises.
    """
    events = await _events(conn, case, as_of)
    process = processes.get(await log.process_of(conn, case) or "")
    if process is None:
        raise no_such_case(case)
    state = process.initial(case)
    for event in events:
        state = process.evolve(state, process.events.decode(event))
    return state, events


async def timeline(conn: Connection, case: str, as_of: datetime | None = None) -> list[TimelineEntry]:
    """The events of a case in order. Raises Refused as `case_at` does."""
    return [
        TimelineEntry(data=event.payload, **event.model_dump(include=_TOLD))
        for event in await _events(conn, case, as_of)
    ]


async def cases_at(
    conn: Connection, processes: Processes, cases: Mapping[str, str], as_of: datetime
) -> dict[str, CaseRow]:
    """The rows of some cases (given with their process) as they were at `as_of`; what had not begun is left out."""
    streams = await log.read_streams(conn, dict.fromkeys(cases, 0))
    changes = (_change(processes[cases[case]], _known(events, as_of)) for case, events in streams.items())
    rows = (CaseRow.of(row, as_of) for change in changes if change is not None for row in case_columns(change))
    return {row.case: row for row in rows}


def _known(events: Iterable[EventRow], as_of: datetime) -> list[EventRow]:
    return [event for event in events if event.recorded_at <= as_of]


def _change(process: Process[Any], events: Sequence[EventRow]) -> Change | None:
    """All that happened to a case, up to the first event that cannot be read."""
    folded, steps, _bad = fold(process, events) if events else (None, (), None)
    if folded is None:
        return None
    good = tuple(events[: len(steps)])
    return Change(good[0].stream, process, folded.state, folded.first, good, steps, folded.marks)


async def picture(conn: Connection, processes: Processes, as_of: datetime, *, batch: int = 2000) -> Picture:
    """What the views showed at `as_of`, by the same rows. Reads the whole log: for a question now and then."""
    return _picture(await _changes(conn, processes, as_of, batch=batch), as_of)


async def inbox_at(
    conn: Connection,
    processes: Processes,
    person: str,
    as_of: datetime,
    *,
    standing: Sequence[Chain],
    organisation: Organisation,
) -> list[InboxRow]:
    """What `inbox_with_delegated` showed at `as_of`, with the delegations and the organisation of then (KRN-50)."""
    changes = await _changes(conn, processes, as_of)
    rows = [row for change in changes for row in inbox_columns(change)]
    own = [InboxRow.of(row, as_of) for row in rows if row["person"] == person]
    asked, before = asked_since(organisation, person, as_of)
    theirs = {row.task for row in own}
    lacking = (
        row
        for row in rows
        if (row["role"], row["role_unit"]) in asked and row["offered_at"] < before and row["task"] not in theirs
    )
    cases = {change.stream: change.case for change in changes}
    own += [InboxRow.of(row, as_of) for row in joined(lacking, person, cases)]
    principals = {each[-1].principal for each in standing}
    others = sorted((row for row in rows if row["person"] in principals), key=_urgency)
    return with_delegated(
        own,
        others,
        person,
        standing=standing,
        organisation=organisation,
        now=as_of,
        parties={case: found.parties for case, found in cases.items()},
    )


async def states_at(conn: Connection, processes: Processes, as_of: datetime) -> dict[str, dict[str, Any]]:
    """The states of all cases of some processes as they were known at a time, by process and case. Reads the log."""
    found: dict[str, dict[str, Any]] = {name: {} for name in processes}
    for change in await _changes(conn, processes, as_of) if processes else ():
        found[change.process.name][change.stream] = change.state
    return found


def _urgency(columns: Columns) -> tuple[Any, ...]:
    return columns["due_at"], columns["task"], columns["person"]


async def _changes(conn: Connection, processes: Processes, as_of: datetime, *, batch: int = 2000) -> list[Change]:
    """Every case as it was known then."""
    memory, newest = Memory(_ALL), dict[str, Change]()
    async for events in log.read_everything(conn, batch=batch):
        known = _known(events, as_of)
        of = await processes_of(conn, known, processes, memory)
        folded = await fold_batch(known, of, memory, partial(read_up_to, conn))
        memory.keep(folded)
        newest |= {change.stream: change for change in folded.changes}
    return list(newest.values())


_TOLD = {"version", "type", "actor", "on_behalf_of", "channel", "recorded_at"}


async def _events(conn: Connection, case: str, as_of: datetime | None) -> list[EventRow]:
    events = await log.read_stream(conn, case, as_of=as_of)
    if events:
        return events
    if as_of is not None and await log.stream_version(conn, case):
        raise Refused(
            "not-yet", "The case {case} did not exist yet at {time}; ask for a later time.", case=case, time=str(as_of)
        )
    raise no_such_case(case)


def no_such_case(case: str) -> Refused:
    """The answer for a case that does not exist, and for one that the reader must not know of (KRN-43)."""
    return Refused("no-such-case", "There is no case {case}; look in the list of cases.", case=case[:120])


def _picture(changes: Sequence[Change], at: datetime) -> Picture:
    tasks = [InboxRow.of(row, at) for change in changes for row in inbox_columns(change)]
    reached = [milestones_of(row) for change in changes for row in milestone_columns(change)]
    return Picture(
        inbox=tuple(sorted(tasks, key=lambda row: (row.person, row.due_at, row.task))),
        milestones=tuple(sorted(reached, key=lambda row: (row.raised_at, row.case))),
    )
