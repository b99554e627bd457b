"""What people and machines may see: inbox, cases, one case, its timeline. Words of the contract, rows of the views."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import views
from domain.kernel.confidential import ASKED, EVERYTHING, Sight
from domain.kernel.describe import describe
from domain.kernel.errors import Refused
from domain.kernel.message import Message
from domain.kernel.redaction import HIDDEN, Redaction
from edge import standing
from edge.door import Door
from edge.sight import Lens, lenses, look, skeleton, watcher
from eventstore import log
from eventstore import notifications as told_people
from views.rows import CaseRow, InboxRow

ALL = 1_000_000
LARGEST_PART = 2_000
"""Rows of a list that are looked at together for one page of it."""

Trouble = Literal["stuck", "overdue"]


async def inbox(door: Door, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The open tasks of a person, the most urgent first, as the log has them now or had them at `as_of` (KRN-50).

    `for` is the person it is done for, None for one's own (KRN-22).
    """
    if as_of is None:
        await door.fresh()
        rows = await standing.inbox(door, person, now=datetime.now(UTC))
    else:
        rows = await standing.inbox_at(door, person, as_of)
    seen = await lenses(door, {row.case: row.process for row in rows}, person, also=ASKED)
    return [_inbox_row(row, seen[row.case]) for row in rows]


def _inbox_row(row: InboxRow, seen: Lens) -> dict[str, Any]:
    title = seen.message(row.title)
    return row.model_dump(mode="json", exclude={"person", "title"}) | {
        "case_title": seen.message(row.case_title).model_dump() if row.case_title else None,
        "title": str(title),
        "message": title,
        "for": row.person if row.delegation else None,
    }


async def notifications(door: Door, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """What a person was told until now or `as_of` (KRN-50), oldest first; items of one digest share its day."""
    async with door.pool.acquire() as conn:
        found = await told_people.told(conn, person, as_of=as_of)
    seen = await lenses(door, {told.case: "" for told in found}, person)
    return [_told(told, seen[told.case]) for told in found if seen[told.case].sight.row != "nothing"]


def _told(told: told_people.Told, seen: Lens) -> dict[str, Any]:
    about = seen.message(Message.model_validate(told.about))
    return {
        "digest": told.digest.isoformat() if told.digest else None,
        "case": told.case,
        "task": told.task,
        "text": str(about),
        "message": about,
        "at": told.at.isoformat(),
    }


async def cases(
    door: Door,
    *,
    process: str | None,
    open_only: bool,
    reader: str | None,
    as_of: datetime | None = None,
    trouble: frozenset[Trouble] = frozenset(),
) -> list[dict[str, Any]]:
    """The cases, newest first, now or as they were known at `as_of` (KRN-50); with `trouble` those that have all of it.

    `reader` gets those that they see, and of those that they only know of the skeleton (KRN-43); None is the operator.
    Who sees a row is decided by the row: no case is read for a list. Raises Refused `unknown-process`.
    """
    rows = await _case_rows(door, process, open_only, as_of, trouble)
    sees = await _seeing(door, reader, as_of=as_of, whole=bool(trouble))
    return [told for _, told in sees(rows)]


@dataclass(frozen=True)
class Page:
    """Some cases, newest first; `after` is where the next page goes on, None on the last."""

    rows: list[dict[str, Any]]
    after: int | None


async def case_page(
    door: Door,
    *,
    process: str | None,
    open_only: bool,
    reader: str | None,
    as_of: datetime | None,
    trouble: frozenset[Trouble],
    after: int | None,
    limit: int,
    wanted: Callable[[Mapping[str, Any]], bool] = lambda _row: True,
) -> Page:
    """As `cases`, at most `limit` (from 1) of those that began before the position `after` and are `wanted`.

    What begins while somebody turns the pages stands before the first of them: nothing is shown twice or left out.
    """
    if process is not None:
        door.process(process)
    sees = await _seeing(door, reader, as_of=as_of, whole=bool(trouble))
    found: list[tuple[int, dict[str, Any]]] = []
    if as_of is None and not trouble:
        await door.fresh()
        parts = _parts(door, process, open_only=open_only, after=after, size=limit + 1)
    else:
        parts = _whole(door, process, open_only, as_of, trouble, after)
    async for rows in parts:
        found += [(row.opened, told) for row, told in sees(rows) if wanted(told)]
        if len(found) > limit:
            return Page([told for _, told in found[:limit]], found[limit - 1][0])
    return Page([told for _, told in found], None)


async def _parts(
    door: Door, process: str | None, *, open_only: bool, after: int | None, size: int
) -> AsyncIterator[Sequence[CaseRow]]:
    """The cases, newest first, in parts that grow: a reader who sees few of many is not asked for a thousand times."""
    while True:
        async with door.pool.acquire() as conn:
            rows = await views.cases(
                conn, now=datetime.now(UTC), process=process, open_only=open_only, limit=size, after=after
            )
        yield rows
        if len(rows) < size:
            return
        after, size = rows[-1].opened, min(size * 4, LARGEST_PART)


async def _whole(
    door: Door, process: str | None, open_only: bool, as_of: datetime | None, trouble: frozenset[Trouble],
    after: int | None,
) -> AsyncIterator[Sequence[CaseRow]]:  # fmt: skip
    """What has no order in an index comes in one part."""
    rows = await _case_rows(door, process, open_only, as_of, trouble)
    yield [row for row in rows if after is None or row.opened < after]


async def _case_rows(
    door: Door, process: str | None, open_only: bool, as_of: datetime | None, trouble: frozenset[Trouble]
) -> list[CaseRow]:
    if process is not None:
        door.process(process)
    if trouble and as_of is None:
        rows = await _troubled(door, process, trouble)
    else:
        rows = await (
            _cases_now(door, process, open_only=open_only)
            if as_of is None
            else _cases_at(door, process, open_only, as_of)
        )
    return [row for row in rows if all(_has(row, each) for each in trouble) and not (open_only and row.closed)]


Seeing = Callable[[Sequence[CaseRow]], list[tuple[CaseRow, dict[str, Any]]]]


async def _seeing(door: Door, reader: str | None, *, as_of: datetime | None, whole: bool) -> Seeing:
    """Rows to those that the reader may know of, with what they see of each.

    `whole` leaves out those of which they see only that they exist.
    """
    if reader is None:
        return lambda rows: [(row, _case_row(row, EVERYTHING)) for row in rows]
    today = {} if as_of is None else {row.case: row.outline for row in await _cases_now(door, None, open_only=False)}
    seen_by = await watcher(door, reader)
    wanted = ("case",) if whole else ("case", "exists")

    def seen(rows: Sequence[CaseRow]) -> list[tuple[CaseRow, dict[str, Any]]]:
        outlines = ((row, today.get(row.case) if as_of else row.outline) for row in rows)
        sights = ((row, seen_by.sight(outline)) for row, outline in outlines if outline is not None)
        return [(row, _case_row(row, sight)) for row, sight in sights if sight.row in wanted]

    return seen


def _case_row(row: CaseRow, sight: Sight) -> dict[str, Any]:
    if sight.row == "exists":
        return skeleton({name: getattr(row, name) for name in _COLUMNS})
    title = Redaction(sight.hidden).of(row.title)
    told = row.model_dump(mode="json") | {
        "title": str(title) if title else None,
        "message": title and title.model_dump(),
    }
    return told | {name: dict(HIDDEN) for name in _COLUMNS & sight.hidden}


_COLUMNS = CaseRow.model_fields.keys() - {"parts", "amounts"}


async def _troubled(door: Door, process: str | None, trouble: frozenset[Trouble]) -> Sequence[CaseRow]:
    """By the small indexes of what is stuck and what is overdue, and not by reading every case."""
    await door.fresh()
    ask = views.stuck if "stuck" in trouble else views.overdue
    async with door.pool.acquire() as conn:
        rows = await ask(conn, now=datetime.now(UTC), limit=ALL)
    return sorted((row for row in rows if process in (None, row.process)), key=lambda row: -row.opened)


def _has(row: CaseRow, trouble: Trouble) -> bool:
    return not row.closed and (bool(row.stuck) if trouble == "stuck" else row.overdue)


async def _cases_now(door: Door, process: str | None, *, open_only: bool) -> Sequence[CaseRow]:
    await door.fresh()
    async with door.pool.acquire() as conn:
        return await views.cases(conn, now=datetime.now(UTC), process=process, open_only=open_only, limit=ALL)


async def _cases_at(door: Door, process: str | None, open_only: bool, as_of: datetime) -> Sequence[CaseRow]:
    async with door.pool.acquire() as conn:
        rows = (await views.picture(conn, door.processes, as_of)).cases
    return [row for row in rows if process in (None, row.process) and not (open_only and row.closed)]


async def show(door: Door, case: str, *, as_of: datetime | None, reader: str | None) -> dict[str, Any]:
    """One case as `reader` may see it (None: the operator), now or as it was known at `as_of` (KRN-43, KRN-50).

    Raises Refused `no-such-case`, `not-yet`.
    """
    seen = await look(door, case, reader, as_of=as_of)
    shown = describe(seen.process, seen.state, seen.events[-1].version, reader=seen.eyes)
    if not seen.sees_case:
        return skeleton(shown) | {"tasks": [], "deadlines": [], "state": dict(HIDDEN)}
    told: dict[str, Any] = seen.lens.of(shown)
    return told


async def timeline(door: Door, case: str, *, as_of: datetime | None, reader: str | None) -> list[dict[str, Any]]:
    """The events of a case in order; what `reader` may not see yet keeps its place without its content (HIR-04).

    Nothing of a case of which they only know that it exists. Raises Refused as `show` does.
    """
    seen = await look(door, case, reader, as_of=as_of)
    if not seen.sees_case:
        return []
    return [
        stored.model_dump(
            mode="json", include={"version", "type", "actor", "on_behalf_of", "recorded_at", "channel", "command_id"}
        )
        | {"data": seen.lens.of(stored.payload) if seen.may_see(stored) else dict(HIDDEN)}
        for stored in seen.events
    ]


async def recorded(door: Door, command_id: UUID, *, reader: str) -> dict[str, Any] | None:
    """The first event of a command that `reader` gave, as the timeline has it, with its case; None for any other."""
    async with door.pool.acquire() as conn:
        events = await log.events_of_command(conn, command_id)
        process = await log.process_of(conn, events[0].stream) if events else None
    if process not in door.processes or events[0].actor != reader:
        return None
    first = events[0]
    rows = await timeline(door, first.stream, as_of=None, reader=reader)
    return next(({**row, "case": first.stream} for row in rows if row["version"] == first.version), None)


async def answered_by(door: Door, task: str, *, reader: str | None) -> list[str]:
    """The fields that the step of an open task answers for; none for a task that is not an open decision."""
    try:
        seen = await look(door, task.rpartition(".")[0], reader)
    except Refused:
        return []
    case = seen.process.case(seen.state)
    found = case.tasks.get(task) if seen.sees_case else None
    return sorted(case.reviews[found.subject].fields) if found and found.subject in case.reviews else []
