"""The exception report: what was out of the ordinary, a row for each such event (KRN-13, KRN-31, KRN-44, KRN-45)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from domain.kernel.cases.case import Task
from domain.kernel.cases.case_events import Decided
from domain.kernel.process import Process
from domain.kernel.value import Value
from eventstore.database import Connection
from readmodels.fold import Change, Processes, Step
from readmodels.rows import Columns
from readmodels.statements import sql

Kind = Literal["override", "override-reviewed", "refused", "escalated", "stuck", "held", "late"]

KINDS: Mapping[str, Kind] = {
    "OverrideUsed": "override",
    "OverrideReviewed": "override-reviewed",
    "CommandRefused": "refused",
    "TaskEscalated": "escalated",
    "StepStuck": "stuck",
    "CaseHeld": "held",
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

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "ExceptionRow":
        own = dict(columns)
        return cls(at=own.pop("recorded_at"), case=own.pop("case_id"), by=own.pop("actor"), **own)


async def exceptions(
    conn: Connection, processes: Processes, *, since: datetime, until: datetime, process: str | None = None
) -> list[ExceptionRow]:
    """What was recorded from `since` to `until`, oldest first, as it was known then (KRN-50): rows never change."""
    named = [process] if process is not None else list(processes)
    return _once_stuck(ExceptionRow.of(row) for row in await conn.fetch(sql("exceptions"), since, until, named))


def exception_columns(change: Change) -> list[Columns]:
    """One row for each exceptional event among the steps."""
    found = ((step, _kind(change.process, step)) for step in change.steps)
    return [_columns(change, step, kind) for step, kind in found if kind is not None]


def _columns(change: Change, step: Step, kind: Kind) -> Columns:
    said, stored = step.stored.payload, step.stored
    return {
        "position": stored.position,
        "case_id": stored.stream,
        "process": change.process.name,
        "version": stored.version,
        "kind": kind,
        "recorded_at": stored.recorded_at,
        "actor": stored.actor,
        "task": said.get("task"),
        "step": said.get("step"),
        "what": said.get("command") or said.get("finding") or said.get("outcome"),
        "code": said.get("code"),
        "reason": said.get("reason") or said.get("message") or said.get("comment"),
        "people": said.get("added") or said.get("alarm") or [],
        "late_by": _late_by(change.process, step) if kind == "late" else None,
    }


def _kind(process: Process[Any], step: Step) -> Kind | None:
    return KINDS.get(step.stored.type) or ("late" if (_late_by(process, step) or 0) > 0 else None)


def _late_by(process: Process[Any], step: Step) -> float | None:
    """Seconds between the due time that a task had and its decision; None if it was none, or its clock stood then."""
    if not isinstance(step.event, Decided):
        return None
    task: Task | None = process.case(step.before).tasks.get(step.event.task)
    if task is None or task.paused_at is not None:
        return None
    return (step.event.at - task.timing.due_at).total_seconds()


def _once_stuck(rows: Iterable[ExceptionRow]) -> list[ExceptionRow]:
    """A step that found nobody again is the same trouble, not a new one."""
    shown: dict[object, ExceptionRow] = {}
    for row in rows:
        key = (row.case, row.step, row.reason) if row.kind == "stuck" else row.position
        first = shown.get(key)
        shown[key] = row if first is None else first.model_copy(update={"times": first.times + 1})
    return list(shown.values())
