"""The exception report as a reader may see it: what people wrote is for those who may see its event (KRN-43)."""

from datetime import datetime
from typing import Any

import views
from edge.door import Door
from views.exceptions import ExceptionRow


async def report(
    door: Door, *, since: datetime, until: datetime, process: str | None, reader: str | None
) -> list[dict[str, Any]]:
    """What was recorded from `since` to `until`; reader None is the operator. Raises Refused `unknown-process`."""
    if process is not None:
        door.process(process)
    await views.fresh(door.pool, door.processes)
    async with door.pool.acquire() as conn:
        rows = await views.exceptions(conn, door.processes, since=since, until=until, process=process)
    unseen = set() if reader is None else await _unseen(door, rows, reader, until)
    return [
        row.model_dump(mode="json")
        | ({"reason": None, "hidden": True} if row.position in unseen else {"hidden": False})
        for row in rows
    ]


async def _unseen(door: Door, rows: list[ExceptionRow], reader: str, until: datetime) -> set[int]:
    """Positions of the events that `reader` may not see in their case."""
    hidden: set[int] = set()
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.case, set()).add(row.position)
    for case, positions in wanted.items():
        async with door.pool.acquire() as conn:
            state, events = await views.case_at(conn, door.processes, case, as_of=until)
        process = door.processes[next(row.process for row in rows if row.case == case)]
        hidden |= {
            stored.position
            for stored in events
            if stored.position in positions and not process.may_see(state, reader, process.events.decode(stored))
        }
    return hidden
