"""A state in the words of the contract: the same answer from the `state` query, `signoff show`, and pages."""

from typing import Any, TypeVar

from domain.kernel.process import Process
from domain.kernel.value import Value

S = TypeVar("S", bound=Value)


def describe(process: Process[S], state: S, version: int, *, reader: str | None = None) -> dict[str, Any]:
    """Case, process, stage, version, closed, tasks, deadlines and the state as `reader` may see it (None: all).

    Tasks and deadlines are those of the case that the reader sees: whoever sees no tasks there sees none here.
    """
    case, shown = process.case(state), process.visible(state, reader)
    inside = shown.get("case") or {}
    return {
        "case": case.id,
        "process": process.name,
        "stage": process.stage(state),
        "version": version,
        "closed": process.is_terminal(state),
        "on_hold": case.hold is not None,
        "tasks": list(inside.get("tasks", {}).values()),
        "deadlines": list(inside.get("deadlines", [])),
        "state": shown,
    }
