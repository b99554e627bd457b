"""What a task shows of its case to those who hold it: what the work needs, by the word of the process (KRN-43)."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.kernel.cases.case import Case, Task
from domain.kernel.deciding.tasks import ANSWER, DECIDE

CONDITION = "condition"
REVIEWER = "override-review"

WHOLE = ("*",)
"""Whoever holds such a task sees the case, as everybody who is asked to decide does."""

Paths = tuple[str, ...]
"""Places in the state of a process (`requisition.position`); `{subject}` stands for what the task is about."""

KERNEL_TASKS: Mapping[str, Paths] = {DECIDE: WHOLE, REVIEWER: WHOLE, ANSWER: (), CONDITION: ()}
"""What the kernel's own tasks show. A process says more of an answer or a condition by naming it itself."""


def paths_of(kinds: Mapping[str, Paths], kind: str) -> Paths:
    """What a task shows. A kind that the process says nothing of shows its own words and the title of the case."""
    return kinds.get(kind, KERNEL_TASKS.get(kind, ()))


def is_whole(kinds: Mapping[str, Paths], kind: str) -> bool:
    """Whether holding such a task is a part in the case."""
    return paths_of(kinds, kind) == WHOLE


def held_by(case: Case, people: Iterable[str]) -> tuple[Task, ...]:
    """The open tasks of which any of these people is asked."""
    wanted = set(people)
    return tuple(task for task in case.tasks.values() if wanted.intersection(task.people))


def task_view(shown: Mapping[str, Any], tasks: Iterable[Task], kinds: Mapping[str, Paths]) -> dict[str, Any]:
    """As much of `shown` (a state as JSON) as these tasks need; of the case its id, its title and these tasks."""
    tasks = tuple(tasks)
    inside = shown["case"]
    found: dict[str, Any] = {}
    for task in tasks:
        for path in paths_of(kinds, task.kind):
            _copy(shown, found, [part.format(subject=task.subject) for part in path.split(".")])
    kept = {name: inside[name] for name in ("id", "process", "title")}
    return {**found, "case": {**kept, "tasks": {task.id: inside["tasks"][task.id] for task in tasks}}}


def concerns(data: Mapping[str, Any], tasks: Iterable[Task]) -> bool:
    """Whether an event (as JSON) is of one of these tasks, or is the question that one of them answers."""
    held = {task.id for task in tasks}
    offered, condition = data.get("task"), data.get("condition")
    named = {_id_of(offered), _id_of(condition)} - {None}
    asked = any(task.kind == ANSWER and offered == task.subject and data.get("of") in task.people for task in tasks)
    return bool(named & held) or asked


def _id_of(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


def _copy(source: Any, target: dict[str, Any], path: list[str]) -> None:
    """Copies the value at a path, with the objects that lead to it; nothing where there is none."""
    *parents, name = path
    for parent in parents:
        source = source.get(parent) if isinstance(source, Mapping) else None
        if not isinstance(source, Mapping):
            return
    if not isinstance(source, Mapping) or name not in source:
        return
    for parent in parents:
        target = target.setdefault(parent, {})
    target[name] = source[name]
