"""The exception report as a reader may see it: what people wrote is for those who may see its event (KRN-43)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import views
from edge.door import Door
from edge.sight import Look, look, sights
from views.exceptions import ExceptionRow

_WORDS = frozenset({"reason", "comment", "message"})


async def report(
    door: Door, *, since: datetime, until: datetime, process: str | None, reader: str | None, part: slice | None = None
) -> list[dict[str, Any]]:
    """What was recorded from `since` to `until`; reader None is the operator. Raises Refused `unknown-process`.

    With `part` only so many of them, the newest first; those that the reader may not see are left out of it.
    """
    if process is not None:
        door.process(process)
    await door.fresh()
    async with door.pool.acquire() as conn:
        rows = await views.exceptions(conn, door.processes, since=since, until=until, process=process)
    if part is not None:
        rows = rows[::-1][part]
    if reader is None:
        return [_told(row) for row in rows]
    looks = await _looks(door, {row.case for row in rows}, reader)
    return [_told(row, looks[row.case]) for row in rows if row.case in looks]


async def _looks(door: Door, cases: Iterable[str], reader: str) -> dict[str, Look]:
    """The cases that `reader` sees; of a case of which they only know, nothing is reported."""
    seen = await sights(door, cases, reader)
    return {case: await look(door, case, reader) for case, sight in seen.items() if sight.row == "case"}


def _told(row: ExceptionRow, seen: Look | None = None) -> dict[str, Any]:
    told = row.model_dump(mode="json")
    if seen is None:
        return told | {"hidden": False}
    [stored] = [event for event in seen.events if event.position == row.position]
    if not seen.may_see(stored) or not _WORDS.isdisjoint(seen.lens.sight.hidden):
        return told | {"reason": None, "hidden": True}
    return {**seen.lens.of(told), "hidden": False}
