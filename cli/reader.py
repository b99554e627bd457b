"""Who reads what is printed: the person behind --as, their zone, and the names of everyone mentioned."""

from zoneinfo import ZoneInfo

from activities.books import organisation_book
from cli.context import Context
from edge.door import Door
from edge.saying.reader import Reader, mentioned
from edge.sending import compose
from i18n import language

__all__ = ["Reader", "acting", "reader"]


async def acting(obj: Context, door: Door) -> compose.Actor:
    """The person behind --as. Raises Refused `no-person`, `unknown-person`."""
    person = await door.people.resolve(obj.person_text())
    return compose.Actor(person=person, channel="cli", authenticated=obj.authenticated)


async def reader(obj: Context, door: Door, rows: object) -> Reader:
    """Who reads `rows`: the zone of the calendar of --as, the names of everyone mentioned. A machine needs neither."""
    if obj.as_json:
        return Reader()
    return Reader(await _zone(obj, door), await door.people.names(sorted(mentioned(rows)), language()))


async def _zone(obj: Context, door: Door) -> ZoneInfo | None:
    if not obj.who:
        return None
    person = await door.people.resolve(obj.who)
    async with door.pool.acquire() as conn:
        organisation = await organisation_book().read(conn)
    # A candidate has no calendar: they read times of the machine.
    return ZoneInfo(organisation.calendar_of(person).zone) if person in organisation.people else None
