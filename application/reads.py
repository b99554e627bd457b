"""Recording that a case was read, where its process wants that (DIS-09)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from application.records import append_record
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.showing.reads import CaseRead, stream_of
from eventstore import log

OPERATOR = "operator"
"""Who reads with the tools of the operator or the auditor, for whom no person is named."""
SPAN = timedelta(seconds=10)
"""One page asks for a case several times: within this time it is one read."""
_IDS = UUID("3c9b7a52-52a4-5c0e-8a0b-6a9f4d1c7e10")
_TRIES = 20


async def record_read(services: Services, case: str, version: int, reader: str | None) -> None:
    """Appends `CaseRead`. Raises what the log raises: what cannot be recorded is not shown."""
    person, now = reader or OPERATOR, datetime.now(UTC)
    span = int(now.timestamp() // SPAN.total_seconds())
    command_id = uuid5(_IDS, f"{case}|{version}|{person}|{span}")
    stream = stream_of(case)
    origin = log.Origin(stream=stream, process="reads", actor=person, channel="effect")
    for tried in range(_TRIES):
        async with services.pool.acquire() as conn:
            if await log.find_command(conn, command_id, origin):
                return
            expected = await log.stream_version(conn, stream)
        event = CaseRead(reader=person, version=version, at=now)
        try:
            await append_record(
                services.pool, stream=stream, process="reads", expected_version=expected, events=[event],
                actor=person, command_id=command_id, channel="effect", wish=[case, version, person, span],
            )  # fmt: skip
        except Refused as refused:
            if refused.code != "changed-meanwhile" or tried == _TRIES - 1:
                raise
        else:
            return
