"""From notifications to mails: each is told in one mail to each reader, late ones in one digest a day (KRN-31)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from application.services import Services
from domain.kernel.showing.notifications import ESCALATED, OUTCOMES
from domain.organisation.delegations import ARRANGED
from eventstore import mails
from eventstore.database import Connection
from eventstore.mails import Mail, MimePart, Untold
from mail.delegates import for_others
from mail.readers import Reader, next_morning, readers

MAILS = UUID("6d1b7c52-7d0c-5a43-9a57-0f1f6f2f5d10")
"""Namespace of the ids of mails: the same notification, or the same person and day, is the same mail."""

URGENT = OUTCOMES | {ESCALATED, ARRANGED}
"""What everybody who wants any mail gets at once: escalations, how an own request came out, who was put in their place.
"""

STALE = timedelta(hours=24)
"""What was told longer ago is told by no mail: whoever switches mail on gets no storm of old news."""

SETTLING = timedelta(minutes=10)
"""How long a digest waits for what else is late: after downtime cases come back one after the other."""


async def gather(services: Services, now: datetime) -> int:
    """Puts what was told until `now` into mails; returns how many notifications. Safe beside other processes."""
    async with services.pool.acquire() as conn, conn.transaction():
        if not await mails.gathering(conn):
            return 0
        found = await mails.untold(conn, since=now - STALE, until=now)
        if not found:
            return 0
        parts = [
            *(MimePart(each, each.person) for each in found),
            *for_others(await services.record_cache.records(conn), found, now),
        ]
        known = await readers(services, {part.reader for part in parts}, now)
        await put_into(conn, [(part, _mail(part, known[part.reader], now)) for part in parts], known, now)
    return len(found)


async def put_into(
    conn: Connection, chosen: Sequence[tuple[MimePart, Mail]], known: dict[str, Reader], now: datetime
) -> None:
    """Puts each part into its mail, or into the next morning's if somebody sends that one already."""
    await mails.open_mails(conn, _once(mail for _, mail in chosen), now)
    closed = await mails.closed(conn, {mail.id for _, mail in chosen if mail.kind != "single"})
    moved = [(part, daily(known[part.reader], now) if mail.id in closed else mail) for part, mail in chosen]
    await mails.open_mails(conn, _once(mail for _, mail in moved), now)
    await mails.put(conn, [(part, mail.id) for part, mail in moved])


def _mail(part: MimePart, reader: Reader, now: datetime) -> Mail:
    """The mail that tells this: at once, with the others of a digest or a day, or never."""
    told = part.told
    single = Mail(uuid5(MAILS, f"{told.effect}/{reader.person}"), reader.person, "single", now)
    match reader.preference.sending:
        case "never":
            return replace(single, answer="not-wanted")
        case "escalations" if not _urgent(told):
            return replace(single, answer="not-wanted")
        case "daily" if not _urgent(told):
            return daily(reader, now)
        case _ if told.digest:
            digest = uuid5(MAILS, f"digest/{told.digest}/{reader.person}")
            return Mail(digest, reader.person, "digest", now + SETTLING)
        case _:
            return single


def _urgent(told: Untold) -> bool:
    return told.about["id"] in URGENT


def daily(reader: Reader, now: datetime) -> Mail:
    """The mail of the coming morning: for whoever wants one a day, and for what came after a digest had gone."""
    day, at = next_morning(now, reader.zone or "UTC")
    return Mail(uuid5(MAILS, f"daily/{day}/{reader.person}"), reader.person, "daily", at)


def _once(found: Iterable[Mail]) -> list[Mail]:
    return list({mail.id: mail for mail in found}.values())
