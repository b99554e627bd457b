"""Sends the mails that are due, one after the other, and records how each ended. Any number of senders may run.

A mail is claimed, handed over, and settled. Only between the server's answer and the record can a crash lead to a
second copy; it has the same Message-ID. Whatever happens here, no case waits for it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from aiosmtplib import SMTP

from application.keyring import mail_key
from application.services import Services
from domain.processes import PROCESSES
from eventstore import mails
from eventstore.database import is_away
from eventstore.mails import Claimed
from mail.begun import list_open
from mail.bounces import return_address
from mail.gather import gather
from mail.items import Item, item_of
from mail.letters import letter
from mail.readers import Reader, address_of, readers
from mail.server import Answer, MailServer, ServerAway, connected, hand_over
from runtime import metrics
from runtime.settings import Settings

logger = structlog.get_logger(__name__)

CLAIM = timedelta(minutes=5)
"""For how long a sender has a mail for itself; after a crash another takes it then."""

HANDING_OVER = 120.0
"""Seconds for handing one mail over, all answers together: less than a claim."""

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
GIVE_UP = timedelta(days=3)
"""After this a mail that is still refused has failed."""

POLL, SLOWEST_POLL = 0.5, 5.0
AWAY_POLL = 60.0
"""Seconds between two rounds: growing while there is nothing to do, and while the server or Postgres is away."""


@dataclass(frozen=True)
class Skipped:
    """A mail that is not sent: `why` is a word for operators."""

    why: str


async def follow(settings: Settings, server: MailServer, stop: asyncio.Event) -> None:
    """Works until `stop` is set. Postgres or the mail server may be away meanwhile."""
    pause = POLL
    while not stop.is_set():
        try:
            async with Services.opened(settings, PROCESSES, temporal=False) as services:
                pause = POLL
                await _work(services, server, stop)
        except Exception as error:  # noqa: BLE001 - mail must never end the worker
            if not is_away(error):
                logger.error("mail is not sent", cause=type(error).__name__)  # noqa: TRY400 - texts may be personal
            pause = min(pause * 2, AWAY_POLL)
            await _pause(stop, pause)


async def _work(services: Services, server: MailServer, stop: asyncio.Event) -> None:
    pause = POLL
    while not stop.is_set():
        try:
            done = await once(services, server, now=datetime.now(UTC), stop=stop)
            pause = POLL if done else min(pause * 2, SLOWEST_POLL)
        except ServerAway as away:
            pause = min(pause * 2, AWAY_POLL)
            logger.warning("the mail server is away", cause=str(away))
        await _pause(stop, pause)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def once(services: Services, server: MailServer, *, now: datetime, stop: asyncio.Event | None = None) -> int:
    """Gathers and sends what is due at `now` (UTC); how much was done. Raises ServerAway, with nothing lost."""
    gathered = await gather(services, now) + await list_open(services, now)
    async with services.pool.acquire() as conn:
        await mails.give_up(conn, made_until=now - GIVE_UP, now=now)
        due = await mails.due(conn, now)
    if not due:
        return gathered
    sent = 0
    async with connected(server) as smtp:  # before anything is claimed: an outage is no mail's failed attempt
        while stop is None or not stop.is_set():
            async with services.pool.acquire() as conn:
                mail = await mails.claim(conn, now=now, until=now + CLAIM)
            if mail is None:
                break
            await _send(services, server, smtp, mail, now)
            sent += 1
    return gathered + sent


async def _send(services: Services, server: MailServer, smtp: SMTP, mail: Claimed, now: datetime) -> None:
    """One try of one mail. Raises ServerAway after recording it."""
    try:
        answer = await _tried(services, server, smtp, mail, now)
    except ServerAway:
        await _settle(services, mail, Answer("waiting", "away"), now)
        raise
    except Exception as error:
        if is_away(error):
            raise
        logger.error("a mail could not be made", mail=str(mail.id), cause=type(error).__name__)  # noqa: TRY400
        answer = Answer("waiting", "error")
    await _settle(services, mail, answer, now)


async def _tried(services: Services, server: MailServer, smtp: SMTP, mail: Claimed, now: datetime) -> Answer | Skipped:
    reader = (await readers(services, [mail.person], now))[mail.person]
    if reader.zone is not None and not reader.here:
        return Skipped("left")
    items = await _items(services, mail, reader)
    if not items:
        return Skipped("over")
    address = await address_of(services, mail.person, dead=reader.preference.dead)
    if address is None:
        return Skipped("dead-address" if reader.preference.dead else "no-address")
    made = letter(mail, reader, items, server, to=address, at=now, base_url=services.settings.base_url)
    try:
        async with asyncio.timeout(HANDING_OVER):
            return await hand_over(smtp, _comes_back_to(services, server, mail), made, address)
    except TimeoutError as error:
        raise ServerAway("slow") from error


def _comes_back_to(services: Services, server: MailServer, mail: Claimed) -> str:
    """The envelope sender: of this mail alone, where there is a mailbox for mail that comes back."""
    return return_address(server.returns, mail_key(services.settings), mail.id) if server.returns else server.address


async def _items(services: Services, mail: Claimed, reader: Reader) -> list[tuple[str, Item]]:
    """What is still worth telling, with its case; a task that was told twice is told once."""
    async with services.pool.acquire() as conn:
        found = await mails.parts(conn, mail.id)
    latest = {(told.case, told.task or told.effect): told for told in found}
    made = [(told.case, await item_of(services, told, reader, mail)) for told in latest.values()]
    return [(case, item) for case, item in made if item is not None]


async def _settle(services: Services, mail: Claimed, answer: Answer | Skipped, now: datetime) -> None:
    async with services.pool.acquire() as conn:
        match answer:
            case Skipped(why):
                await mails.settle(conn, mail, "skipped", why, now=now)
            case Answer("waiting", code):
                await mails.settle(conn, mail, "waiting", code, now=now, next_try=now + _delay(mail.attempts))
            case Answer(end, code):
                await mails.settle(conn, mail, end, code, now=now)
    metrics.MAILS.labels("skipped" if isinstance(answer, Skipped) else answer.end).inc()
    logger.info(
        "mail",
        mail=str(mail.id),
        attempt=mail.attempts,
        answer=answer.why if isinstance(answer, Skipped) else answer.code,
    )


def _delay(attempts: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(attempts - 1, 16)), LONGEST_RETRY)
