"""Appending to record streams (a person, the organisation, the policies): things with events but without a workflow."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID, uuid4

from domain.kernel.errors import Refused
from domain.kernel.events import Event, encode
from domain.processes import PROCESSES
from eventstore import log
from eventstore.database import Pool

ATTEMPTS = 5
"""How often a change is planned anew when someone else changed the record in between."""


def again(refused: Refused, attempt: int) -> None:
    """Raises what is not worth another attempt."""
    if refused.code != "changed-meanwhile" or attempt == ATTEMPTS - 1:
        raise refused


async def append_record(
    pool: Pool,
    *,
    stream: str,
    process: str,
    expected_version: int,
    events: Sequence[Event],
    actor: str,
    command_id: UUID,
    channel: str = "cli",
    causation: int | None = None,
) -> int:
    """Appends in one transaction and returns the last position. Raises Refused `changed-meanwhile` on a conflict."""
    encoded = [encode(event) for event in events]
    wish = json.dumps([stream, encoded], sort_keys=True, default=str)
    stamp = log.Stamp(
        stream=stream,
        process=process,
        command_id=command_id,
        fingerprint=hashlib.sha256(wish.encode()).hexdigest(),
        actor=actor,
        channel=channel,
        correlation=uuid4(),
        causation=causation,
    )
    new = [log.NewEvent(type=name, schema_version=version, payload=payload) for name, version, payload in encoded]
    async with pool.acquire() as conn:
        if process in PROCESSES or await log.process_of(conn, stream) in PROCESSES:
            raise ValueError(f"{stream} is a case: its events come from decisions only (KRN-01)")
        outcome = await log.append(conn, stamp, expected_version=expected_version, events=new)
    if not isinstance(outcome, log.Appended):
        raise Refused("changed-meanwhile", "{stream} changed at the same time; look again and repeat.", stream=stream)
    return outcome.events[-1].position
