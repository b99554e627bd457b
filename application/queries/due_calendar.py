"""What is due for a person as a calendar that other programs read: their inbox, as they see it, and no names.

A task is an event of half an hour that ends when it is due, in the person's zone. Its UID is the task's id, so that a
program changes the event it has. What is on hold has no time, and is left out.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from application.administration.mail import preference
from application.queries import reading
from application.services import Services
from application.visibility import policy_viewer
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from eventstore import calendar_addresses
from readmodels.rows import InboxRow
from runtime.translations import LANGUAGES, catalogue, said

MOST = 300
"""The nearest."""
LONG = timedelta(minutes=30)


async def calendar(services: Services, secret: str) -> tuple[str, bytes] | None:
    """Whose calendar this address opens, and the calendar (RFC 5545); None where it opens none (any more)."""
    async with services.pool.acquire() as conn:
        person = await calendar_addresses.person_of(conn, secret)
    if person is None or not works_here(await services.organisation(), person):
        return None
    return person, await calendar_of(services, person)


def works_here(organisation: Organisation, person: str) -> bool:
    if person not in organisation.people:
        return False
    return organisation.works_here(person, organisation.day_of(person, datetime.now(UTC)))


async def calendar_of(services: Services, person: str) -> bytes:
    """The calendar of somebody who works here."""
    seen_by = await policy_viewer(services, person)
    organisation = seen_by.viewer.organisation
    rows = [row for row in await reading.waiting(services, seen_by) if not row.on_hold]
    rows = sorted(rows, key=lambda row: row.due_at)[:MOST]
    seen = await reading.asked(services, rows, seen_by)
    wanted = (await preference(services, person)).language or organisation.people[person].language
    language = wanted if wanted in LANGUAGES else "en"
    zone = ZoneInfo(organisation.calendar_of(person).zone)
    made = icalendar.Calendar()
    made.add("prodid", "-//Signoff//What is due//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", catalogue(language).gettext("Signoff: what is due"))
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for row in rows:
        made.add_component(_event(reading.as_seen(row, seen[row.case]), zone, language, services.settings.base_url))
    made.add_missing_timezones()
    text: bytes = made.to_ical()
    return text


def _event(row: InboxRow, zone: ZoneInfo, language: str, base_url: str) -> icalendar.Event:
    event = icalendar.Event()
    about = said(row.case_title.id, row.case_title.args, language) if row.case_title else ""
    event.add("uid", f"{row.task}@signoff")
    event.add("dtstamp", row.offered_at.astimezone(UTC))
    event.add("summary", said(row.title.id, row.title.args, language))
    event.add("description", about)
    event.add("url", f"{base_url}/cases/{row.case}")
    event.add("dtstart", (row.due_at - LONG).astimezone(zone))
    event.add("dtend", row.due_at.astimezone(zone))
    event.add("transp", "TRANSPARENT")
    return event


async def new_address(services: Services, person: str) -> str:
    """The address of the calendar, told this once; an earlier one opens nothing any more. Raises Refused `not-here`."""
    if not works_here(await services.organisation(), person):
        raise Refused("not-here", "Only who works here has a calendar; {person} does not today.", person=person)
    async with services.pool.acquire() as conn:
        secret = await calendar_addresses.make(conn, person)
    return f"{services.settings.base_url}/calendar/{secret}.ics"


async def revoke_address(services: Services, person: str) -> bool:
    """Whether there was an address to take back."""
    async with services.pool.acquire() as conn:
        return await calendar_addresses.revoke(conn, person)


async def address_since(services: Services, person: str) -> datetime | None:
    async with services.pool.acquire() as conn:
        return await calendar_addresses.made_at(conn, person)
