"""Carries out the effects that reach other cases: tell one, start one. Each is safe to run twice.

What people are told needs no delivery: it is recorded in the transaction of the decision (docs/adr/0010).
"""

from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from domain.kernel.command import SYSTEM, Command
from domain.kernel.effects import StartCase, TellCase
from domain.kernel.errors import Refused
from edge.send import Sender
from eventstore import effects as outbox
from eventstore.database import Pool

EFFECT: TypeAdapter[TellCase | StartCase] = TypeAdapter(TellCase | StartCase)


class Deliverer:
    """Delivers effects by id. `sender` reaches other cases through their workflows, like any edge."""

    def __init__(self, pool: Pool, sender: Sender) -> None:
        self._pool = pool
        self._sender = sender

    async def deliver(self, effect_id: UUID) -> None:
        """Delivers once: a settled effect is left alone. Raises what infrastructure raises, to be retried."""
        async with self._pool.acquire() as conn:
            stored = await outbox.find(conn, effect_id)
        if stored is None:
            return
        outcome = await self._send(stored, EFFECT.validate_python(stored.payload))
        async with self._pool.acquire() as conn:
            await outbox.settle(conn, effect_id, outcome)

    async def _send(self, stored: outbox.StoredEffect, effect: TellCase | StartCase) -> dict[str, Any]:
        command = Command(
            case=effect.case,
            process=effect.process,
            name=effect.command,
            command_id=uuid5(stored.id, "command"),
            actor=SYSTEM,
            channel="effect",
            authenticated="log",
            payload=effect.payload,
            causation=stored.position,
        )
        try:
            ack = await self._sender.send(command, start=isinstance(effect, StartCase))
        except Refused as refused:
            return {"refused": refused.code}
        return {"case": ack.case, "version": ack.version}
