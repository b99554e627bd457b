"""Carries out the effects that reach other cases and records: tell, start, record, report. Each is safe to run twice.

What people are told needs no delivery: it is recorded in the transaction of the decision (docs/adr/0010).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failures import INTERNAL_ERROR
from application.apart import open_apart
from application.frozen_reports import Processes, freeze
from application.records import append_record
from application.send import Sender
from domain.kernel import register
from domain.kernel.command import SYSTEM, Command
from domain.kernel.effects import MakeReport, OpenApart, Record, StartCase, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Registry
from domain.kernel.values.sealed import apart_key
from domain.organisation import record
from domain.processes import PROCESSES
from eventstore import effects as outbox
from eventstore import log
from eventstore.database import Pool
from eventstore.keys import KeyStore

Deliverable = TellCase | StartCase | Record | MakeReport | OpenApart
EFFECT: TypeAdapter[Deliverable] = TypeAdapter(Deliverable)

RECORDS: dict[str, Registry] = {record.STREAM: record.REGISTRY, register.STREAM: register.REGISTRY}
"""The streams that a case may have something recorded in. What cannot be read there is not written there."""

ATTEMPTS = 5
"""How often a record is appended to anew when someone else appended in between, before the activity is retried."""

HELD = timedelta(minutes=1)
"""After this a case on hold is asked again whether it takes what it is told."""


class Deliverer:
    """Delivers effects by id. `sender` reaches other cases through their workflows, like any edge.

    `keys` are needed for what was sealed apart; without them such an effect fails and is tried again.
    """

    def __init__(
        self, pool: Pool, sender: Sender, keys: KeyStore | None = None, processes: Processes = PROCESSES
    ) -> None:
        self._pool = pool
        self._sender = sender
        self._keys = keys
        self._processes = processes

    async def deliver(self, effect_id: UUID, attempt: int = 1) -> None:
        """Delivers once: a settled effect is left alone. Raises what infrastructure raises, to be retried.

        What a case on hold does not take waits for the hold's end: each attempt asks the case anew.
        """
        async with self._pool.acquire() as conn:
            stored = await outbox.find(conn, effect_id)
        if stored is None:
            return
        effect = EFFECT.validate_python(stored.payload)
        match effect:
            case Record():
                payload = {**effect.payload, "position": await self.record(stored, effect)}
            case MakeReport():
                payload = {**effect.payload, **await freeze(self._pool, self._processes, effect)}
            case OpenApart():
                await self._open(stored, effect, attempt)
                return
            case TellCase() | StartCase():
                payload = effect.payload
        outcome = await self._send(stored, effect, payload, attempt)
        async with self._pool.acquire() as conn:
            await outbox.settle(conn, effect_id, outcome)

    async def _open(self, stored: outbox.StoredEffect, effect: OpenApart, attempt: int) -> None:
        """The key goes only after the case has the texts; without the key they were delivered before (REV-12)."""
        if self._keys is None:
            raise RuntimeError("this worker has no keys to open what was sealed apart")
        texts = await open_apart(self._keys, effect)
        outcome: dict[str, Any] = {"case": effect.case}
        if texts is not None:
            outcome = await self._send(stored, effect, {"texts": texts}, attempt)
        await self._keys.erase(apart_key(effect.case))
        async with self._pool.acquire() as conn:
            await outbox.settle(conn, stored.id, outcome)

    async def record(self, stored: outbox.StoredEffect, effect: Record) -> int:
        """The position of the last event, which is the first delivery's if there was one.

        What a case has recorded are facts that hold whatever else the stream says, so a stream that grew meanwhile only
        needs another try. Raises Refused `changed-meanwhile` after `ATTEMPTS`, to be retried.
        """
        registry = RECORDS[effect.stream]
        events = [registry.lift(entry.type, entry.schema_version, entry.payload) for entry in effect.events]
        for attempt in range(ATTEMPTS):
            async with self._pool.acquire() as conn:
                version = await log.stream_version(conn, effect.stream)
            try:
                return await append_record(
                    self._pool,
                    stream=effect.stream,
                    process=effect.stream,
                    expected_version=version,
                    events=events,
                    actor=SYSTEM,
                    command_id=uuid5(stored.id, "record"),
                    channel="effect",
                    causation=stored.position,
                )
            except Refused:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("every attempt returns or raises")

    async def _send(
        self, stored: outbox.StoredEffect, effect: Deliverable, payload: dict[str, Any], attempt: int
    ) -> dict[str, Any]:
        command = Command(
            case=effect.case,
            process=effect.process,
            name=effect.command,
            command_id=uuid5(stored.id, "command"),
            actor=SYSTEM,
            channel="effect",
            authenticated="log",
            payload=payload,
            causation=stored.position,
        )
        try:
            ack = await self._sender.send(command, start=isinstance(effect, StartCase), attempt=attempt)
        except Refused as refused:
            if refused.code == "on-hold" and effect.command != "hold":
                raise _held(effect.case) from None
            if refused.code == INTERNAL_ERROR:
                raise
            return {"refused": refused.code}
        return {"case": ack.case, "version": ack.version}


def _held(case: str) -> ApplicationError:
    return ApplicationError(
        f"case {case} is on hold and is told later",
        type="OnHold",
        next_retry_delay=HELD,
        category=ApplicationErrorCategory.BENIGN,
    )
