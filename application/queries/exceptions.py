"""The exception report as a reader may see it: what people wrote is for those who may see its event (KRN-43)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import readmodels
from application.services import Services
from application.visibility import VisibleCase, look, visibilities
from readmodels.exceptions import ExceptionRow

_WORDS = frozenset({"reason", "comment", "message"})


async def report(
    services: Services,
    *,
    since: datetime,
    until: datetime,
    process: str | None,
    reader: str | None,
    part: slice | None = None,
) -> list[dict[str, Any]]:
    """What was recorded from `since` to `until`; reader None is the operator. Raises Refused `unknown-process`.

    With `part` only so many of them, the newest first; those that the reader may not see are left out of it.
    """
    if process is not None:
        services.process(process)
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.exceptions(conn, services.processes, since=since, until=until, process=process)
    if part is not None:
        rows = rows[::-1][part]
    if reader is None:
        return [_told(row) for row in rows]
    looks = await _looks(services, {row.case for row in rows}, reader)
    return [_told(row, looks[row.case]) for row in rows if row.case in looks]


async def _looks(services: Services, cases: Iterable[str], reader: str) -> dict[str, VisibleCase]:
    """The cases that `reader` sees; of a case of which they only know, nothing is reported."""
    seen = await visibilities(services, cases, reader)
    return {case: await look(services, case, reader) for case, visibility in seen.items() if visibility.row == "case"}


def _told(row: ExceptionRow, seen: VisibleCase | None = None) -> dict[str, Any]:
    told = row.model_dump(mode="json")
    if seen is None:
        return told | {"hidden": False}
    [stored] = [event for event in seen.events if event.position == row.position]
    if not seen.may_see(stored) or not _WORDS.isdisjoint(seen.redactor.visibility.hidden):
        return told | {"reason": None, "hidden": True}
    return {**seen.redactor.of(told), "hidden": False}
