"""From notifications to mails: each is told in exactly one mail, late ones in one digest a day (KRN-31)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.kernel.tell import ESCALATED, OUTCOMES
from edge.door import Door
from eventstore import mails
from eventstore.mails import Mail, Untold
from mail.readers import Reader, next_morning, readers

MAILS = UUID("6d1b7c52-7d0c-5a43-9a57-0f1f6f2f5d10")
"""Namespace of the ids of mails: the same notification, or the same person and day, is the same mail."""

URGENT = OUTCOMES | {ESCALATED}

STALE = timedelta(hours=24)
"""What was told longer ago is told by no mail: whoever switches mail on gets no storm of old news."""

SETTLING = timedelta(minutes=10)
"""How long a digest waits for what else is late: after downtime cases come back one after the other."""


async def gather(door: Door, now: datetime) -> int:
    """Puts what was told until `now` into mails; returns how many notifications. Safe beside other processes."""
    async with door.pool.acquire() as conn, conn.transaction():
        if not await mails.gathering(conn):
            return 0
        found = await mails.untold(conn, since=now - STALE, until=now)
        if not found:
            return 0
        known = await readers(door, {each.person for each in found}, now)
        chosen = [(each, _mail(each, known[each.person], now)) for each in found]
        await mails.open_mails(conn, _once(mail for _, mail in chosen), now)
        closed = await mails.closed(conn, {mail.id for _, mail in chosen if mail.kind != "single"})
        late = [(each, daily(known[each.person], now)) for each, mail in chosen if mail.id in closed]
        if late:
            await mails.open_mails(conn, _once(mail for _, mail in late), now)
        moved = {(each.effect, each.person): mail.id for each, mail in late}
        await mails.put(conn, [(each, moved.get((each.effect, each.person), mail.id)) for each, mail in chosen])
    return len(found)


def _mail(told: Untold, reader: Reader, now: datetime) -> Mail:
    """The mail that tells this: at once, with the others of a digest or a day, or never."""
    single = Mail(uuid5(MAILS, f"{told.effect}/{told.person}"), told.person, "single", now)
    match reader.preference.sending:
        case "never":
            return _unwanted(single)
        case "escalations" if not urgent(told):
            return _unwanted(single)
        case "daily" if not urgent(told):
            return daily(reader, now)
        case _ if told.digest:
            return Mail(uuid5(MAILS, f"digest/{told.digest}/{told.person}"), told.person, "digest", now + SETTLING)
        case _:
            return single


def urgent(told: Untold) -> bool:
    """What nobody who wants any mail waits for: escalations, and how an own request came out."""
    return told.about["id"] in URGENT


def _unwanted(mail: Mail) -> Mail:
    return replace(mail, answer="not-wanted")


def daily(reader: Reader, now: datetime) -> Mail:
    """The mail of the coming morning: for whoever wants one a day, and for what came after a digest had gone."""
    day, at = next_morning(now, reader.zone or "UTC")
    return Mail(uuid5(MAILS, f"daily/{day}/{reader.person}"), reader.person, "daily", at)


def _once(found: Iterable[Mail]) -> list[Mail]:
    return list({mail.id: mail for mail in found}.values())
