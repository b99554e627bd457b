"""Somebody begins to stand in: what was open before is listed in the mail of their next morning, and nowhere else.

A delegation covers tasks that are open already (KRN-20). A mail for each of them would be a storm.
"""

from datetime import datetime

from application.administration import delegations
from application.services import Services
from application.visibility import viewer
from domain.kernel.showing.viewer import Viewer
from eventstore import mails
from eventstore.mails import MimePart
from mail.delegates import stand_ins
from mail.gather import daily, put_into
from mail.readers import readers
from readmodels import ViewsBehind

WANTED = ("at-once", "daily")
"""Which preferences let a list of what is open in."""


async def list_open(services: Services, now: datetime) -> int:
    """Lists what is open for those who stand in since the last look; returns for how many delegations."""
    async with services.pool.acquire() as conn, conn.transaction():
        records = await services.record_cache.records(conn)
        holding = {one.id: one for one in records.delegations.granted.values() if one.holds_at(now)}
        new = await mails.unlisted(conn, list(holding)) if holding else []
        if not new or not await mails.gathering(conn) or not await _fresh(services):
            return 0
        known = records.delegations
        delegates = {one.delegate for name, one in holding.items() if name in new}
        begun = delegates.union(*(stand_ins(known, each, now, hops=records.policies.hops - 1) for each in delegates))
        parts = [part for person in sorted(begun) for part in await _open(services, viewer(records, person, now))]
        people = await readers(services, begun, now)
        wanted = [part for part in parts if people[part.reader].preference.sending in WANTED]
        if wanted:
            await put_into(conn, [(part, daily(people[part.reader], now)) for part in wanted], people, now)
        await mails.listed(conn, new, now)
    return len(new)


async def _open(services: Services, reader: Viewer) -> list[MimePart]:
    """What somebody may do for others now, as those were told of it last."""
    rows = [row for row in await delegations.inbox(services, reader) if row.delegation is not None]
    asked = {row.task: row.person for row in rows}
    async with services.pool.acquire() as conn:
        told = await mails.newest(conn, asked.values(), asked, reader=reader.person) if asked else []
    return [MimePart(each, reader.person) for each in told if asked.get(each.task or "") == each.person]


async def _fresh(services: Services) -> bool:
    """Whether the views show what is in the log; if they are behind it is for the next round."""
    try:
        await services.fresh()
    except ViewsBehind:
        return False
    return True
