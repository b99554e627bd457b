"""Summaries of the cases of one process, as far as a reader sees each: nothing is folded (docs/adr/0019)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import readmodels
from application.services import Services
from application.visibility import PolicyViewer


@dataclass(frozen=True)
class SeenSummary:
    """`hidden` are the JSON keys of what the reader must not see of it."""

    case: str
    value: Any
    hidden: frozenset[str]


async def seen_summaries(services: Services, process: str, seen_by: PolicyViewer) -> Sequence[SeenSummary]:
    """Of the cases that the reader sees as a whole; others have no row. Raises Refused `unknown-process`."""
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.summaries(conn, services.process(process))
    outlines = {id(row.outline): row.outline for row in rows}  # cases of the same people share one
    sights = {key: seen_by.visibility(outline) for key, outline in outlines.items()}
    seen = ((row, sights[id(row.outline)]) for row in rows)
    return [SeenSummary(row.case, row.value, sight.hidden) for row, sight in seen if sight.row == "case"]
