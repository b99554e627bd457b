"""Mail as people and operators ask about it: how somebody wants theirs, and what did not arrive."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from application.commands.compose import Actor
from application.records import already, append_record
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.organisation import mailing
from domain.organisation.mailing import Preference
from eventstore import log, mails
from runtime.translations import LANGUAGES

LISTED = 500
LATE = timedelta(minutes=5)
"""A mail that has been due for longer tells that its server is away, or that nobody sends."""
PROCESS = "mail-preferences"
"""What the log calls these streams; no process of cases has the name."""


async def preferences(services: Services, people: Iterable[str]) -> dict[str, Preference]:
    """How each of these people wants their mail; what holds for everybody for those who said nothing."""
    streams = {mailing.stream_of(person): person for person in people}
    async with services.pool.acquire() as conn:
        stored = await log.read_streams(conn, dict.fromkeys(streams, 0))
    return {person: _folded(stored.get(stream, ())) for stream, person in streams.items()}


async def preference(services: Services, person: str) -> Preference:
    """The same of one person."""
    return (await preferences(services, [person]))[person]


async def prefer(
    services: Services,
    actor: Actor,
    *,
    sending: str | None = None,
    language: str | None = None,
    command_id: UUID | None = None,
) -> Preference:
    """Changes what is given of how `actor` wants their mail, and returns what holds now.

    An empty `language` is the organisation's. The same command id again changes nothing. Raises Refused
    `bad-preference`, `unknown-person`, `changed-meanwhile`, `command-id-reused`.
    """
    await _require_here(services, actor.person)
    before, command_id = await preference(services, actor.person), command_id or uuid4()
    stream, sent = mailing.stream_of(actor.person), [actor.person, sending, language]
    async with services.pool.acquire() as conn:
        if await already(conn, command_id, stream, sent):
            return before
    wanted = before.language if language is None else language or None
    now = datetime.now(UTC)
    events = mailing.prefer(before, sending=sending or before.sending, language=wanted, languages=LANGUAGES, at=now)
    if events:
        await append_record(
            services.pool, stream=stream, process=PROCESS, expected_version=before.version,
            events=events, actor=actor.person, command_id=command_id, channel=actor.channel, wish=sent,
        )  # fmt: skip
    return mailing.fold(before, events)


async def undelivered(services: Services, *, limit: int = LISTED, now: datetime | None = None) -> list[dict[str, Any]]:
    """Mails that bounced or failed, those that wait for another try, and those that nobody took although they are due.

    Newest first: ids and codes, no addresses. `answer` is the server's code (550, 451), or away, error, no-utf8; None
    where no server was reached. No case waits for any of them.
    """
    async with services.pool.acquire() as conn:
        found = await mails.undelivered(conn, limit, due_until=(now or datetime.now(UTC)) - LATE)
    return [
        {
            "mail": str(each.id),
            "person": each.person,
            "kind": each.kind,
            "state": each.state,
            "attempts": each.attempts,
            "next_try": each.next_try.isoformat() if each.state in ("waiting", "claimed") else None,
            "answer": each.answer,
            "made_at": each.made_at.isoformat(),
        }
        for each in found
    ]


async def _require_here(services: Services, person: str) -> None:
    if person not in (await services.organisation()).people:
        raise Refused("unknown-person", "There is no person {person} in the organisation.", person=person)


def _folded(stored: Iterable[EventRow]) -> Preference:
    return mailing.fold(Preference(), [mailing.REGISTRY.decode(row) for row in stored])
