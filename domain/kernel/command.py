"""A wish of one actor about one case, on its way to becoming facts."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from domain.kernel.value import Value

Channel = Literal["cli", "web", "api", "mail", "link", "signal", "timer", "effect"]

SYSTEM = "system"
"""The actor of timers and effects: never a person, holds no authority, decides nothing."""


class Command(Value):
    """What an edge sends: who wants what done to which case. `payload` is validated against the process's schema.

    `command_id` makes once mean once; `actor` is a person id or `SYSTEM`; `authenticated` says how the edge knew them.
    `at` is the instant the workflow took the command up (UTC); edges leave it empty.
    """

    case: str
    process: str
    name: str
    command_id: UUID
    actor: str
    channel: Channel
    authenticated: str
    payload: dict[str, Any] = {}
    correlation: UUID | None = None
    causation: int | None = None
    at: datetime | None = None


def fingerprint(command: Command) -> str:
    """Hex SHA-256 over what makes two commands the same wish: not when or through which door it came."""
    wish = [command.case, command.process, command.name, command.actor, command.payload]
    return hashlib.sha256(json.dumps(wish, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()
