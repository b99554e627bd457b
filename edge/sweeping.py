"""One change of the organisation carried into many cases: each through its own workflow, once, with a result each."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from edge.door import Door
from edge.send import NotRunning, Unconfirmed

AT_ONCE = 8
"""Commands on their way at the same time."""


@dataclass(frozen=True)
class ToCase:
    """A command that Signoff itself sends to a case. `why` makes its id: the same `why` again is the same command."""

    case: str
    process: str
    name: str
    payload: dict[str, Any]
    why: str


@dataclass(frozen=True)
class Result:
    """What became of it: None if it was done, else the refusal's or the failure's words."""

    command: ToCase
    code: str | None = None
    message: str | None = None


async def sweep(door: Door, commands: Iterable[ToCase], *, change: UUID, causation: int | None) -> Sequence[Result]:
    """Sends all and returns a result for each, in their order. `change` is the id of what they follow from."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wish: ToCase) -> Result:
        async with gate:
            return await _send(door, wish, uuid5(change, f"{wish.case} {wish.name} {wish.why}"), causation)

    return await asyncio.gather(*(one(wish) for wish in commands))


async def _send(door: Door, wish: ToCase, command_id: UUID, causation: int | None) -> Result:
    command = Command(
        case=wish.case,
        process=wish.process,
        name=wish.name,
        command_id=command_id,
        actor=SYSTEM,
        channel="effect",
        authenticated="log",
        payload=wish.payload,
        causation=causation,
    )
    try:
        await door.send.send(command, start=False)
    except Refused as refused:
        return Result(wish, refused.code, refused.message)
    except (NotRunning, Unconfirmed) as failed:
        return Result(wish, type(failed).__name__, str(failed))
    return Result(wish)
