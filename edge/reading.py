"""What people and machines may see: inbox, cases, one case, its timeline. Words of the contract, rows of the views."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import views
from domain.kernel.describe import describe
from domain.kernel.message import Message
from edge import standing
from edge.door import Door
from eventstore import log
from eventstore import notifications as told_people
from views.rows import CaseRow

EVERYTHING = 1_000_000

Trouble = Literal["stuck", "overdue"]


async def inbox(door: Door, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The open tasks of a person, the most urgent first, as the log has them now or had them at `as_of` (KRN-50).

    `for` is the person it is done for, None for one's own (KRN-22).
    """
    if as_of is None:
        await views.fresh(door.pool, door.processes)
        rows = await standing.inbox(door, person, now=datetime.now(UTC))
    else:
        rows = await standing.inbox_at(door, person, as_of)
    return [
        row.model_dump(mode="json", exclude={"person", "title"})
        | {"title": str(row.title), "message": row.title, "for": row.person if row.delegation else None}
        for row in rows
    ]


async def notifications(door: Door, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """What a person was told until now or `as_of` (KRN-50), oldest first; items of one digest share its day."""
    async with door.pool.acquire() as conn:
        found = await told_people.told(conn, person, as_of=as_of)
    return [
        {
            "digest": told.digest.isoformat() if told.digest else None,
            "case": told.case,
            "task": told.task,
            "text": str(about := Message.model_validate(told.about)),
            "message": about,
            "at": told.at.isoformat(),
        }
        for told in found
    ]


async def cases(
    door: Door,
    *,
    process: str | None,
    open_only: bool,
    as_of: datetime | None = None,
    trouble: frozenset[Trouble] = frozenset(),
) -> list[dict[str, Any]]:
    """The cases, newest first, now or as they were known at `as_of` (KRN-50); with `trouble` those that have all of it.

    Raises Refused `unknown-process`.
    """
    if process is not None:
        door.process(process)
    if trouble and as_of is None:
        rows = await _troubled(door, process, trouble)
    else:
        rows = await (
            _cases_now(door, process, open_only) if as_of is None else _cases_at(door, process, open_only, as_of)
        )
    rows = [row for row in rows if all(_has(row, each) for each in trouble)]
    return [row.model_dump(mode="json") | {"title": str(row.title) if row.title else None} for row in rows]


async def _troubled(door: Door, process: str | None, trouble: frozenset[Trouble]) -> Sequence[CaseRow]:
    """By the small indexes of what is stuck and what is overdue, and not by reading every case."""
    await views.fresh(door.pool, door.processes)
    ask = views.stuck if "stuck" in trouble else views.overdue
    async with door.pool.acquire() as conn:
        rows = await ask(conn, now=datetime.now(UTC), limit=EVERYTHING)
    return sorted((row for row in rows if process in (None, row.process)), key=lambda row: -row.opened)


def _has(row: CaseRow, trouble: Trouble) -> bool:
    return not row.closed and (bool(row.stuck) if trouble == "stuck" else row.overdue)


async def _cases_now(door: Door, process: str | None, open_only: bool) -> Sequence[CaseRow]:
    await views.fresh(door.pool, door.processes)
    async with door.pool.acquire() as conn:
        return await views.cases(conn, now=datetime.now(UTC), process=process, open_only=open_only, limit=EVERYTHING)


async def _cases_at(door: Door, process: str | None, open_only: bool, as_of: datetime) -> Sequence[CaseRow]:
    async with door.pool.acquire() as conn:
        rows = (await views.picture(conn, door.processes, as_of)).cases
    return [row for row in rows if process in (None, row.process) and not (open_only and row.closed)]


async def show(door: Door, case: str, *, as_of: datetime | None, reader: str | None) -> dict[str, Any]:
    """One case as `reader` may see it (None: the operator), now or as it was known at `as_of` (KRN-50)."""
    async with door.pool.acquire() as conn:
        state, events = await views.case_at(conn, door.processes, case, as_of=as_of)
        process = door.processes[str(await log.process_of(conn, case))]
    return describe(process, state, events[-1].version, reader=reader)


async def timeline(door: Door, case: str, *, as_of: datetime | None, reader: str | None) -> list[dict[str, Any]]:
    """The events of a case in order; what `reader` may not see yet keeps its place without its content (HIR-04)."""
    async with door.pool.acquire() as conn:
        state, events = await views.case_at(conn, door.processes, case, as_of=as_of)
        process = door.processes[str(await log.process_of(conn, case))]
    rows = []
    for stored in events:
        row = stored.model_dump(
            mode="json", include={"version", "type", "actor", "on_behalf_of", "recorded_at", "channel", "command_id"}
        )
        seen = process.may_see(state, reader, process.events.decode(stored))
        rows.append(row | {"data": stored.payload if seen else {"hidden": True}})
    return rows


async def answered_by(door: Door, task: str) -> list[str]:
    """The fields that the step of an open task answers for; none for a task that is not an open decision."""
    async with door.pool.acquire() as conn:
        name = task.rpartition(".")[0]
        process = door.processes.get(str(await log.process_of(conn, name)))
        if process is None:
            return []
        state, _ = await views.case_at(conn, door.processes, name)
    case = process.case(state)
    found = case.tasks.get(task)
    return sorted(case.reviews[found.subject].fields) if found and found.subject in case.reviews else []
