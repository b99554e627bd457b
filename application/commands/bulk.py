"""Many decisions in one go: each is a decision of its own, with its own command id, answer and reason if refused.

Nothing is decided "as a bulk": every task passes the same function as alone (KRN-01), and one refusal stops no other.
What differs is the way there: this process asks that function itself instead of each case's workflow, which is told
afterwards to look at the log (docs/adr/0021). So a bulk needs Postgres, and Temporal only later.
"""

import asyncio
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from activities.decide import Contended, Decider
from application.commands import compose
from application.commands.compose import Actor
from application.counting import counted
from application.keyring import part_key
from application.services import Services
from application.visibility import as_told, knowable
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from eventstore import wakes
from eventstore.database import is_away
from workflows.messages import Ack, Perform, Performed

TOGETHER = 10
"""Decisions with one commit. Other writers of the same cases wait for it, and so do followers of the log."""


@dataclass(frozen=True)
class Result:
    """What became of one task: `ack` if it was decided, else the reason. An unconfirmed one may still be decided."""

    task: str
    ack: Ack | None = None
    refused: Refused | None = None
    unconfirmed: Refused | None = None


async def decide_many(
    services: Services,
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
    bulk = _Bulk(services, command_id)
    said = {"outcome": outcome} | ({"comment": comment} if comment else {})
    wanted = list(dict.fromkeys(tasks))
    known = await knowable(services, [case_of(task) for task in wanted], actor.person)
    for task in wanted:
        shown = {"content_hash": looked_at[task]} if looked_at.get(task) else {}
        await bulk.take(task, said | shown, actor, known)
    await bulk.decide()
    return [bulk.results[task] for task in wanted]


def case_of(task: str) -> str:
    """The case that a task's id names."""
    return task.rpartition(".")[0] or task


class _Bulk:
    """The commands of one bulk on their way to their results."""

    def __init__(self, services: Services, id_: UUID) -> None:
        self.results: dict[str, Result] = {}
        self._door = services
        self._id = id_
        self._decider = Decider(services.pool, services.processes, services.record_cache)
        self._commands: dict[str, Command] = {}

    async def take(self, task: str, said: Mapping[str, str], actor: Actor, known: Mapping[str, str]) -> None:
        """Makes the task's command, or its result if it cannot be one."""
        payload, own_id = {"task": task, **said}, self._id_of(task, actor)
        try:
            self._commands[task] = await compose.command(
                self._door, case_of(task), "decide", payload, actor, command_id=own_id, known=known
            )
        except Refused as refused:
            self.results[task] = Result(task, refused=refused)

    def _id_of(self, task: str, actor: Actor) -> UUID:
        """The same for the same task of the same bulk of the same person; no other sender can make it."""
        said = f"{actor.person} {self._id} {task}".encode()
        return UUID(bytes=hmac.digest(part_key(self._door.settings).encode(), said, "sha256")[:16])

    async def decide(self) -> None:
        for tasks in self._rounds():
            parts = [tasks[n : n + TOGETHER] for n in range(0, len(tasks), TOGETHER)]
            await asyncio.gather(*map(self._together, parts))
        await self._hurry([result.ack.position for result in self.results.values() if result.ack])

    async def _hurry(self, positions: Sequence[int]) -> None:
        """What was decided is to be seen now. It becomes due by itself, so the answers are not lost for this."""
        try:
            async with self._door.pool.acquire() as conn:
                await wakes.hurry(conn, positions)
        except Exception as error:
            if not is_away(error):
                raise

    def _rounds(self) -> Iterator[list[str]]:
        """The first task of each case, then the second of each, in the order of the cases (`Decider.perform_all`)."""
        left = sorted(self._commands, key=case_of)
        while left:
            first = {case_of(task): task for task in reversed(left)}
            yield sorted(first.values(), key=case_of)
            left = [task for task in left if first[case_of(task)] != task]

    async def _together(self, tasks: Sequence[str]) -> None:
        requests = [Perform(command=self._commands[task], known=None) for task in tasks]
        try:
            async with self._door.bulks:
                done = await self._decider.perform_all(requests)
        except Exception as error:
            if not isinstance(error, Contended) and not is_away(error):
                raise
            self.results |= {task: Result(task, unconfirmed=_unknown(self._id)) for task in tasks}
        else:
            for task, made in zip(tasks, done, strict=True):
                self.results[task] = await self._told(task, made)

    async def _told(self, task: str, done: Performed) -> Result:
        """Its result, or that it is not known: what may be told of a case is in the log too."""
        try:
            return await self._result(task, done)
        except Exception as error:
            if not is_away(error):
                raise
            return Result(task, unconfirmed=_unknown(self._id))

    async def _result(self, task: str, done: Performed) -> Result:
        """With the version as its actor counts (KRN-43)."""
        if done.refusal:
            told = await as_told(self._door, done.refusal.raised(), case_of(task), self._commands[task].actor)
            return Result(task, refused=told)
        version = await counted(self._door, case_of(task), self._commands[task].actor, done.version)
        ack = Ack(case=case_of(task), version=version, position=done.position, repeated=done.repeated)
        return Result(task, ack=ack)


def _unknown(command_id: UUID) -> Refused:
    return Refused(
        "unconfirmed",
        "The log did not answer, so this task may be decided or not. Repeat all under the same command id,"
        " {command_id}: nothing is decided twice.",
        command_id=str(command_id),
    )
