"""Carries out the effects of events: tell people, tell another case, start a case. Each is safe to run twice."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from domain.kernel.command import SYSTEM, Command
from domain.kernel.effects import Effect, Notify, StartCase, TellCase
from domain.kernel.errors import Refused
from edge.send import Sender
from eventstore import effects as outbox
from eventstore.database import Pool
from eventstore.notifications import tell

EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)


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
        effect = EFFECT.validate_python(stored.payload)
        match effect:
            case Notify():
                await self._notify(stored, effect)
                return
            case TellCase() | StartCase():
                outcome = await self._send(stored, effect)
        async with self._pool.acquire() as conn:
            await outbox.settle(conn, effect_id, outcome)

    async def _notify(self, stored: outbox.StoredEffect, effect: Notify) -> None:
        """The message and the receipt in one transaction, so that nobody is told twice."""
        people = sorted(set(effect.to))
        about = effect.about.model_dump(mode="json")
        day = datetime.now(UTC).date() if effect.digest else None
        async with self._pool.acquire() as conn, conn.transaction():
            for person in people:
                await tell(conn, stored.id, person, case=stored.stream, task=effect.task, about=about, day=day)
            await outbox.settle(conn, stored.id, {"told": len(people)})

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
