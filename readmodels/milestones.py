"""What cases reached and when, with the numbers of their process: what reports are computed from (HIR-15)."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic_core import from_json

from domain.kernel.showing.milestones import APPROVED, CLOSED, SUBMITTED, Milestones
from domain.kernel.value import Value
from eventstore.database import Connection
from readmodels.fold import Change
from readmodels.rows import Columns
from readmodels.statements import sql


async def milestones(conn: Connection, process: str) -> list[Milestones]:
    """Every case of a process, in the order in which they were raised."""
    return [milestones_of(row) for row in await conn.fetch(sql("milestones"), process)]


class Progress(Value):
    """So many children of a unit of a cycle are in this stage; `late` of them were late in a step."""

    unit: str
    stage: str
    closed: bool
    reviews: int
    late: int


async def cycle_progress(conn: Connection, process: str, cycle: str, units: Collection[str] | None) -> list[Progress]:
    """By unit and stage, of these units or (None) of all. `process` is that of the children."""
    rows = await conn.fetch(sql("cycle_progress"), process, cycle, None if units is None else sorted(units))
    return [Progress(**row) for row in rows]


async def cycle_children(conn: Connection, process: str, cycle: str, unit: str, *, limit: int) -> list[str]:
    """The cases of one unit, at most `limit`."""
    return [row["case_id"] for row in await conn.fetch(sql("cycle_children"), process, cycle, unit, limit)]


def milestones_of(columns: Mapping[str, Any]) -> Milestones:
    own = dict(columns)
    figures = own.pop("figures")
    return Milestones(
        case=own.pop("case_id"), figures=from_json(figures) if isinstance(figures, str) else figures, **own
    )


def milestone_columns(change: Change) -> list[Columns]:
    """The one row of a case. Raises LookupError where its process cannot tell what it has reached."""
    case, marks = change.case, change.marks
    if marks is None:
        raise LookupError("the process cannot tell what the case has reached")
    return [
        {
            "case_id": change.stream,
            "process": change.process.name,
            "unit": case.unit,
            "requester": case.requester,
            "stage": marks.stage,
            "stage_since": marks.since,
            "on_hold": case.hold is not None,
            "closed": change.closed,
            "raised_at": change.first.recorded_at,
            "submitted_at": marks.first.get(SUBMITTED),
            "approved_at": marks.first.get(APPROVED),
            "closed_at": marks.first.get(CLOSED),
            "figures": change.process.figures(change.state, marks.first),
        }
    ]
