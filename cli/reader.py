"""Who reads what is printed: the person behind --as, their zone, and the names of everyone mentioned."""

from zoneinfo import ZoneInfo

from activities.record_cache import organisation_book
from application.commands import compose
from application.services import Services
from application.wording.reader import Reader, mentioned
from cli.context import Context
from runtime.translations import language

__all__ = ["Reader", "acting", "reader"]


async def acting(obj: Context, services: Services) -> compose.Actor:
    """The person behind --as. Raises Refused `no-person`, `unknown-person`."""
    person = await services.people.resolve(obj.person_text())
    return compose.Actor(person=person, channel="cli", authenticated=obj.authenticated)


async def reader(obj: Context, services: Services, rows: object) -> Reader:
    """Who reads `rows`: the zone of the calendar of --as, the names of everyone mentioned. A machine needs neither."""
    if obj.as_json:
        return Reader()
    return Reader(await _zone(obj, services), await services.people.names(sorted(mentioned(rows)), language()))


async def _zone(obj: Context, services: Services) -> ZoneInfo | None:
    if not obj.who:
        return None
    person = await services.people.resolve(obj.who)
    async with services.pool.acquire() as conn:
        organisation = await organisation_book().read(conn)
    # A candidate has no calendar: they read times of the machine.
    return ZoneInfo(organisation.calendar_of(person).zone) if person in organisation.people else None
