"""The exception report: what was out of the ordinary, read from the log itself (KRN-13, KRN-31, KRN-44, KRN-45).

Nothing is kept beside the log, so there is nothing to rebuild; two small indexes find the few events it is about.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from domain.kernel.case import Task
from domain.kernel.value import Value
from eventstore import log
from eventstore.database import Connection
from views.fold import Processes, fold
from views.view import sql

Kind = Literal["override", "override-reviewed", "refused", "escalated", "stuck", "held", "late"]

KINDS: Mapping[str, Kind] = {
    "OverrideUsed": "override",
    "OverrideReviewed": "override-reviewed",
    "CommandRefused": "refused",
    "TaskEscalated": "escalated",
    "StepStuck": "stuck",
    "CaseHeld": "held",
    "Decided": "late",
}


class ExceptionRow(Value):
    """One exception at `at` (UTC): who did it, whom it added or alarmed, and why, in their own words.

    `what` is the refused command, the finding, or the outcome; `code` that of a refusal. A step that is stuck is tried
    again every day and shown once, with how many `times` it found nobody. `late_by` are seconds after the due time.
    """

    kind: Kind
    at: datetime
    case: str
    process: str
    version: int
    position: int
    by: str
    task: str | None = None
    step: str | None = None
    what: str | None = None
    code: str | None = None
    reason: str | None = None
    people: tuple[str, ...] = ()
    times: int = 1
    late_by: float | None = None


async def exceptions(
    conn: Connection, processes: Processes, *, since: datetime, until: datetime, process: str | None = None
) -> list[ExceptionRow]:
    """What was recorded from `since` to `until`, oldest first, as it was known then (KRN-50)."""
    found = [row for row in await conn.fetch(sql("exceptions"), since, until) if row["process"] in processes]
    rows = [
        await _late(conn, processes, row) if row["type"] == "Decided" else _row(row)
        for row in found
        if process in (None, row["process"])
    ]
    return _once_stuck(row for row in rows if row is not None)


def _row(columns: Mapping[str, Any], **more: Any) -> ExceptionRow:
    said = columns["payload"]
    return ExceptionRow(
        kind=KINDS[columns["type"]],
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


async def _late(conn: Connection, processes: Processes, columns: Mapping[str, Any]) -> ExceptionRow | None:
    """A decision after its task was due, by the due time it had then; None if a hold had moved that."""
    process = processes[columns["process"]]
    before = [e for e in await log.read_stream(conn, columns["stream"]) if e.version < columns["version"]]
    folded, unreadable = fold(process, before)
    if folded is None or unreadable is not None:
        return None
    task = process.case(folded.state).tasks.get(columns["payload"]["task"])
    at = datetime.fromisoformat(columns["payload"]["at"])
    return _row(columns, late_by=(at - task.timing.due_at).total_seconds()) if task and _was_late(task, at) else None


def _was_late(task: Task, at: datetime) -> bool:
    return task.paused_at is None and at > task.timing.due_at


def _once_stuck(rows: Iterable[ExceptionRow]) -> list[ExceptionRow]:
    """A step that found nobody again is the same trouble, not a new one."""
    shown: dict[object, ExceptionRow] = {}
    for row in rows:
        key = (row.case, row.step, row.reason) if row.kind == "stuck" else row.position
        first = shown.get(key)
        shown[key] = row if first is None else first.model_copy(update={"times": first.times + 1})
    return list(shown.values())
