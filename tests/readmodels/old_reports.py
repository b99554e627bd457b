"""Reports computed by reading the whole log, as before they had views: what the views must agree with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventstore import log
from eventstore.database import Connection
from readmodels.exceptions import KINDS, ExceptionRow
from readmodels.fold import Processes, fold


async def exceptions(conn: Connection, processes: Processes, *, since: datetime, until: datetime) -> list[ExceptionRow]:
    found = await conn.fetch(_EXCEPTIONS, since, until)
    rows: dict[object, ExceptionRow] = {}
    for columns in found:
        row = await _late(conn, processes, columns) if columns["type"] == "Decided" else _row(columns)
        if row is None:
            continue
        key = (row.case, row.step, row.reason) if row.kind == "stuck" else row.position
        first = rows.get(key)
        rows[key] = row if first is None else first.model_copy(update={"times": first.times + 1})
    return list(rows.values())


async def delegated_acts(conn: Connection, delegations: Sequence[str], as_of: datetime | None) -> list[dict[str, Any]]:
    return [dict(row) for row in await conn.fetch(_STOOD_IN, delegations, as_of)]


def _row(columns: Any, **more: Any) -> ExceptionRow:
    said = columns["payload"]
    return ExceptionRow(
        kind=KINDS.get(columns["type"], "late"),
        at=columns["recorded_at"],
        case=columns["stream"],
        process=columns["process"],
        version=columns["version"],
        position=columns["position"],
        by=columns["actor"],
        task=said.get("task"),
        step=said.get("step"),
        what=said.get("command") or said.get("finding") or said.get("outcome"),
        code=said.get("code"),
        reason=said.get("reason") or said.get("message") or said.get("comment"),
        people=tuple(said.get("added") or said.get("alarm") or ()),
        **more,
    )


async def _late(conn: Connection, processes: Processes, columns: Any) -> ExceptionRow | None:
    process = processes[columns["process"]]
    before = [e for e in await log.read_stream(conn, columns["stream"]) if e.version < columns["version"]]
    folded, _steps, _bad = fold(process, before)
    assert folded is not None
    task = process.case(folded.state).tasks[columns["payload"]["task"]]
    at = datetime.fromisoformat(columns["payload"]["at"])
    if task.paused_at is not None or at <= task.timing.due_at:
        return None
    return _row(columns, late_by=(at - task.timing.due_at).total_seconds())


_EXCEPTIONS = """
SELECT events.*, streams.process FROM signoff.events JOIN signoff.streams USING (stream)
WHERE type IN ('OverrideUsed', 'OverrideReviewed', 'CommandRefused', 'TaskEscalated', 'StepStuck', 'CaseHeld',
    'Decided')
  AND recorded_at >= $1 AND recorded_at <= $2
ORDER BY position"""

_STOOD_IN = """
SELECT events.position, events.stream AS case, events.version, streams.process,
    under.delegation,
    events.on_behalf_of AS principal, events.actor AS delegate, events.type, events.payload ->> 'task' AS task,
    events.payload ->> 'step' AS step, events.payload ->> 'outcome' AS outcome, events.recorded_at AS at
FROM signoff.events JOIN signoff.streams USING (stream)
CROSS JOIN LATERAL (
    SELECT events.payload ->> 'delegation' AS delegation
    UNION ALL
    SELECT passed ->> 'delegation' FROM json_array_elements(coalesce(events.payload -> 'via', '[]')) AS passed
) AS under
WHERE events.on_behalf_of IS NOT NULL AND under.delegation = ANY ($1::text[])
  AND ($2::timestamptz IS NULL OR events.recorded_at <= $2)
ORDER BY events.position"""
