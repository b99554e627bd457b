"""Lists of cases, newest first and a page at a time: what the view has now, or folded from the log as of a time.

Pages go on after a position of the log, so what begins meanwhile shifts nothing. Who sees a row is decided by the row.
See docs/adr/0023.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import readmodels
from application.services import Services
from application.visibility import SKELETON, partly, policy_viewer
from domain.kernel.showing.confidential import EVERYTHING, Visibility
from domain.kernel.showing.redaction import HIDDEN, Redaction
from readmodels import Wanted
from readmodels.rows import CaseRow

LARGEST_PART = 2_000
"""Rows of the view that are looked at together."""
MOST_FOLDED = 500
"""Cases that are folded from the log for one page of what was known at a time; then the page ends, however short."""
FOLDED_TOGETHER = 100

Told = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some cases, newest first; `after` is where the next page goes on, None on the last."""

    rows: list[Told]
    after: int | None


async def cases(services: Services, wanted: Wanted, *, reader: str | None, as_of: datetime | None = None) -> list[Told]:
    """The cases that are wanted, newest first, now or as they were known at `as_of` (KRN-50).

    `reader` gets those that they see, and of those that they only know of the skeleton, unless the question is for more
    than that: no answer tells what they may not see (KRN-43). None is the operator. Raises Refused `unknown-process`.
    """
    parts = _parts(services, wanted, reader=reader, as_of=as_of, after=None, size=LARGEST_PART)
    return [told async for part in parts for _, told in part if told is not None]


async def case_page(
    services: Services,
    wanted: Wanted,
    *,
    reader: str | None,
    as_of: datetime | None = None,
    after: int | None = None,
    limit: int,
) -> Page:
    """As `cases`, at most `limit` (from 1) of those that began before the position `after`.

    As of a time, a page may be shorter than that, or empty, and not the last: see `MOST_FOLDED`.
    """
    found: list[tuple[int, Told]] = []
    folded = 0
    async for part in _parts(services, wanted, reader=reader, as_of=as_of, after=after, size=limit + 1):
        found += [(opened, told) for opened, told in part if told is not None]
        folded += len(part) if as_of else 0
        if len(found) > limit:
            return Page([told for _, told in found[:limit]], found[limit - 1][0])
        if folded >= MOST_FOLDED:
            return Page([told for _, told in found], part[-1][0])
    return Page([told for _, told in found], None)


async def _parts(
    services: Services, wanted: Wanted, *, reader: str | None, as_of: datetime | None, after: int | None, size: int
) -> AsyncIterator[list[tuple[int, Told | None]]]:
    """The cases in parts that grow: a reader who sees few of many is not asked for a thousand times.

    Each case that the reader may know of by the position of its first event; None where it was another then.
    """
    if wanted.process is not None:
        services.process(wanted.process)
    sees = await seeing(services, wanted, reader)
    await services.fresh()
    today = wanted if as_of is None else Wanted(process=wanted.process)
    while True:
        async with services.pool.acquire() as conn:
            rows = await readmodels.cases(conn, today, now=datetime.now(UTC), limit=size, after=after, known_at=as_of)
        seen = [(row, visibility) for row in rows if (visibility := sees(row)) is not None]
        if as_of is None:
            yield [(row.opened, told_row(row, visibility)) for row, visibility in seen]
        else:
            for start in range(0, len(seen), FOLDED_TOGETHER):
                yield await _at(services, wanted, seen[start : start + FOLDED_TOGETHER], as_of)
        if len(rows) < size:
            return
        after, size = rows[-1].opened, min(size * 4, LARGEST_PART)


async def _at(
    services: Services, wanted: Wanted, seen: Sequence[tuple[CaseRow, Visibility]], as_of: datetime
) -> list[tuple[int, Told | None]]:
    """The same cases as they were known then; who sees them is judged today."""
    async with services.pool.acquire() as conn:
        then = await readmodels.cases_at(conn, services.processes, {row.case: row.process for row, _ in seen}, as_of)
    return [
        (row.opened, told_row(then[row.case], visibility) if row.case in then and wanted.has(then[row.case]) else None)
        for row, visibility in seen
    ]


async def seeing(services: Services, wanted: Wanted, reader: str | None) -> Callable[[CaseRow], Visibility | None]:
    """What the reader sees of a row; None where they must not know of it, or must not learn what the question asks."""
    if reader is None:
        return lambda _row: EVERYTHING
    seen_by = await policy_viewer(services, reader)
    more = wanted.columns - SKELETON

    def seen(row: CaseRow) -> Visibility | None:
        visibility = seen_by.visibility(row.outline)
        told = visibility.row == "case" and not more & visibility.hidden
        return visibility if told or (visibility.row not in ("case", "nothing") and not more) else None

    return seen


def told_row(row: CaseRow, visibility: Visibility) -> Told:
    """`title` is English, `case_title` the same to be said in any language."""
    title = Redaction(visibility.hidden).of(row.title)
    told = row.model_dump(mode="json") | {"title": str(title) if title else None}
    told["case_title"] = title.model_dump(mode="json") if title else None
    if visibility.row != "case":
        return partly(told, visibility)
    return told | {name: dict(HIDDEN) for name in told.keys() & visibility.hidden}
