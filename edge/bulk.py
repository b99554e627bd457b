"""Many decisions in one go: each is a decision of its own, with its own command id, answer and reason if refused.

Nothing is decided "as a bulk": every task passes the same rules as alone (KRN-01), and one refusal stops no other.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.kernel.errors import Refused
from edge import compose
from edge.compose import Actor
from edge.door import Door
from edge.send import NotRunning, Unconfirmed
from workflows.messages import Ack

AT_ONCE = 32
"""Decisions under way at the same time: more only wait for each other in the workflow server."""


@dataclass(frozen=True)
class Result:
    """What became of one task: `ack` if it was decided, else the reason. An unconfirmed one may still be decided."""

    task: str
    ack: Ack | None = None
    refused: Refused | None = None
    unconfirmed: str | None = None


async def decide_many(
    door: Door, tasks: Sequence[str], outcome: str, actor: Actor, *, comment: str | None, command_id: UUID
) -> list[Result]:
    """Decides each task once, in the order given as far as the answers go. Repeating it with its id repeats nothing."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(task: str) -> Result:
        payload = {"task": task, "outcome": outcome} | ({"comment": comment} if comment else {})
        case = task.rpartition(".")[0] or task
        async with gate:
            try:
                made = await compose.command(door, case, "decide", payload, actor, command_id=uuid5(command_id, task))
                return Result(task, ack=await door.send.send(made, start=False))
            except Refused as refused:
                return Result(task, refused=refused)
            except (Unconfirmed, NotRunning) as unknown:
                return Result(task, unconfirmed=str(unknown))

    return list(await asyncio.gather(*(one(task) for task in dict.fromkeys(tasks))))
