"""Questions about a decision with their answers' tasks, from the events of a case: pure (KRN-32)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.kernel.deciding.tasks import ANSWER

TYPES = ("InformationAsked", "InformationGiven", "TaskAssigned")
"""The types of events that `questions` reads; it passes over others."""


@dataclass(frozen=True)
class Question:
    """`task` answers it, `about` is the task that waits for the answer; `text` is as the events have it."""

    task: str
    about: str
    text: Any
    by: str
    of: str


def questions(events: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Question]:
    """By the task that answers it, each question that waits for one; `events` are types with data, oldest first."""
    found: dict[str, Question] = {}
    asked: Mapping[str, Any] | None = None
    for kind, data in events:
        if kind == "InformationAsked":
            asked = data
        elif kind == "TaskAssigned" and asked is not None and data["task"]["kind"] == ANSWER:
            task = data["task"]["id"]  # it follows the question in the same decision
            found[task] = Question(task, asked["task"], asked["question"], asked["by"], asked["of"])
            asked = None
        elif kind == "InformationGiven" and data["task"] in found:
            found.pop(data["task"])
    return found
