"""A wish of one actor about one case, on its way to becoming facts."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from pydantic import AliasChoices, Field

from domain.kernel.errors import Refused
from domain.kernel.value import Value

Channel = Literal["cli", "web", "api", "mail", "link", "signal", "timer", "effect"]

TEMPORAL_ACCESS = "temporal-access"
"""How the sender of an unsigned signal is known: by having reached Temporal, and by nothing else."""

SYSTEM = "system"
"""The actor of timers and effects: never a person, holds no authority, decides nothing."""


class Command(Value):
    """What an edge sends: who wants what done to which case. `payload` is validated against the process's schema.

    `command_id` makes once mean once; `actor` is a person id or `SYSTEM`; `authenticated` says how the edge knew them.
    `filled` names what the edge put into the payload because the client left it out: no part of the wish either.
    `expected` is the version that the case must still have, None for any; it is no part of the wish itself.
    `at` is the instant the workflow took the command up (UTC); edges leave it empty. `signature` is the door's over all
    but this (docs/adr/0033). What an operator leaves out when typing by hand has a sensible default; the workflow fills
    in its own `case` and `process`.
    """

    case: str = ""
    process: str = ""
    name: str = Field(validation_alias=AliasChoices("name", "command"))
    command_id: UUID = Field(default_factory=uuid4)
    actor: str
    channel: Channel = "signal"
    authenticated: str = TEMPORAL_ACCESS
    payload: dict[str, Any] = {}
    filled: tuple[str, ...] = ()
    correlation: UUID | None = None
    causation: int | None = None
    expected: int | None = None
    at: datetime | None = None
    signature: str = ""


def fingerprint(command: Command) -> str:
    """Hex SHA-256 over what the client sent: not when or through which door it came, nor what was filled in."""
    wish: list[Any] = [command.case, command.process, command.name, command.actor, command.payload]
    if command.filled:  # named in the wish: what is whole is never the same as what leaves these out
        sent = {name: value for name, value in command.payload.items() if name not in command.filled}
        wish = [*wish[:-1], sent, sorted(command.filled)]
    return hashlib.sha256(json.dumps(wish, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def reused(command_id: UUID) -> Refused:
    """The refusal of an id that is known for another command, another actor, another case or other content."""
    return Refused(
        "command-id-reused",
        "Command id {command_id} was already used for something else; send a new decision with a new id.",
        command_id=str(command_id),
    )


def impostor(command: Command) -> Refused:
    """The refusal of somebody who claims to be Signoff itself: its actor, or a channel that only it uses."""
    return Refused(
        "not-the-system",
        "{actor} over {channel} is for Signoff itself; send it as the person you are.",
        actor=command.actor[:80],
        channel=command.channel,
    )
