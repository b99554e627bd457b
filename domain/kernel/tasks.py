"""Tasks and their times: offer, finish, cancel, remind, escalate (KRN-30 to KRN-33)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.kernel.case import Task
from domain.kernel.message import Message
from domain.kernel.tape import Tape


def offer(
    tape: Tape[Any],
    *,
    kind: str,
    title: Message,
    subject: str,
    assignees: Sequence[str],
    basis: str,
    command: str,
    step: str = "",
    due_days: Decimal | None = None,
    due_at: datetime | None = None,
    ladder: str = "standard",
) -> str:
    """Offers a task and returns its id. Due after `due_days` of the first assignee's calendar, or at `due_at`."""
    raise NotImplementedError


def finish(tape: Tape[Any], task: str) -> None:
    """TaskDone by the command's actor. Raises Refused as `require` does."""
    raise NotImplementedError


def cancel(tape: Tape[Any], *, reason: str, subject: str | None = None, kind: str | None = None) -> None:
    """Cancels open tasks, all of them or those of a subject or kind."""
    raise NotImplementedError


def require(tape: Tape[Any], task: str) -> Task:
    """The open task, if the command's actor may do it. Raises Refused `no-such-task`, `task-done`, `not-your-task`."""
    raise NotImplementedError
