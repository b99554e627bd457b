"""One change of the organisation carried into many cases: each through its own workflow, once, with a result each."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from edge.door import Door
from edge.send import NotRunning, Unconfirmed

AT_ONCE = 8
"""Commands on their way at the same time."""


@dataclass(frozen=True)
class ToCase:
    """A command that Signoff itself sends to a case, one that the case refuses where it was carried out already."""

    case: str
    process: str
    name: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of it: None if it was done, else the refusal's or the failure's words."""

    command: ToCase
    code: str | None = None
    message: str | None = None


async def sweep(door: Door, commands: Iterable[ToCase], *, causation: int | None) -> Sequence[Result]:
    """Sends all and returns a result for each, in their order. `causation` is the position of what they follow from.

    Each time under new ids: Temporal would answer a known one with its first refusal, whatever has changed since.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wish: ToCase) -> Result:
        async with gate:
            return await _send(door, wish, causation)

    return await asyncio.gather(*(one(wish) for wish in commands))


async def _send(door: Door, wish: ToCase, causation: int | None) -> Result:
    command = Command(
        case=wish.case,
        process=wish.process,
        name=wish.name,
        command_id=uuid4(),
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
