"""Many decisions in one go: each is a decision of its own, with its own command id, answer and reason if refused.

Nothing is decided "as a bulk": every task passes the same function as alone (KRN-01), in a transaction of its own, and
one refusal stops no other. What differs is the way there: this process asks that function itself instead of each case's
workflow, which is told afterwards to look at the log (docs/adr/0021). So it needs Postgres, and Temporal only later.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from uuid import UUID, uuid5

from activities.decide import Contended, Decider
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from edge import compose
from edge.compose import Actor
from edge.door import Door
from eventstore.database import is_away
from workflows.messages import Ack, Perform

AT_ONCE = 8
"""Cases decided at the same time: while one waits for its commit, others work. Bounded by the door's pool as well."""


@dataclass(frozen=True)
class Result:
    """What became of one task: `ack` if it was decided, else the reason. An unconfirmed one may still be decided."""

    task: str
    ack: Ack | None = None
    refused: Refused | None = None
    unconfirmed: str | None = None


async def decide_many(
    door: Door,
    tasks: Sequence[str],
    outcome: str,
    actor: Actor,
    *,
    comment: str | None,
    command_id: UUID,
    looked_at: Mapping[str, str] = MappingProxyType({}),
) -> list[Result]:
    """Decides each task once and answers in the order given. Repeating it with its id repeats nothing.

    Tasks of one case are decided one after the other, in their order. `looked_at` are the content hashes that were
    shown, by task: another content is refused (KRN-14).
    """
    decider = Decider(door.pool, door.processes, door.books)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(task: str) -> Result:
        given = {"comment": comment, "content_hash": looked_at.get(task)}
        payload = {"task": task, "outcome": outcome} | {name: text for name, text in given.items() if text}
        own_id = uuid5(command_id, task)
        try:
            made = await compose.command(door, case_of(task), "decide", payload, actor, command_id=own_id)
            return Result(task, ack=await _performed(decider, made))
        except Refused as refused:
            return Result(task, refused=refused)
        except Exception as error:
            if not isinstance(error, Contended) and not is_away(error):
                raise
            return Result(task, unconfirmed=_unknown(command_id).message)

    async def in_turn(of_one_case: list[str]) -> list[Result]:
        async with gate:
            return [await one(task) for task in of_one_case]

    wanted = list(dict.fromkeys(tasks))
    by_case = [list(group) for _, group in groupby(sorted(wanted, key=case_of), key=case_of)]
    done = {result.task: result for part in await asyncio.gather(*map(in_turn, by_case)) for result in part}
    return [done[task] for task in wanted]


def case_of(task: str) -> str:
    """The case that a task's id names."""
    return task.rpartition(".")[0] or task


async def _performed(decider: Decider, made: Command) -> Ack:
    done = await decider.perform(Perform(command=made, known=None))
    if done.refusal:
        raise done.refusal.raised()
    return Ack(case=made.case, version=done.version, position=done.position, repeated=done.repeated)


def _unknown(command_id: UUID) -> Refused:
    return Refused(
        "unconfirmed",
        "The log did not answer, so this task may be decided or not. Repeat all with --command-id {command_id}: nothing"
        " is decided twice.",
        command_id=str(command_id),
    )
