"""A state in the words of the contract: the same answer from the `state` query, `signoff show`, and pages."""

from typing import Any, TypeVar

from domain.kernel.process import Process
from domain.kernel.value import Value

S = TypeVar("S", bound=Value)


def describe(process: Process[S], state: S, version: int, *, reader: str | None = None) -> dict[str, Any]:
    """Case, process, stage, version, closed, tasks, deadlines and the state as `reader` may see it (None: all)."""
    case = process.case(state)
    return {
        "case": case.id,
        "process": process.name,
        "stage": process.stage(state),
        "version": version,
        "closed": process.is_terminal(state),
        "on_hold": case.hold is not None,
        "tasks": [task.model_dump(mode="json") for task in case.tasks.values()],
        "deadlines": [deadline.model_dump(mode="json") for deadline in case.deadlines],
        "state": process.visible(state, reader),
    }
