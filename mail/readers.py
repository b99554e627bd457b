"""Those who get mail: their language, their clock, how they want it, and where it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from application.administration.mail import preferences
from application.people import People
from application.services import Services
from domain.kernel.values.sealed import Sealed
from domain.organisation.mailing import Preference
from domain.organisation.model import Organisation
from runtime.translations import LANGUAGES


@dataclass(frozen=True)
class Reader:
    """One person before their mail. `zone` is None for somebody outside, `here` whether they work here today."""

    person: str
    language: str
    zone: str | None
    here: bool
    preference: Preference


async def readers(services: Services, people: Iterable[str], now: datetime) -> dict[str, Reader]:
    """Each of these people as a reader."""
    wanted = sorted(set(people))
    organisation = await services.organisation()
    said = await preferences(services, wanted)
    return {person: await _reader(services, organisation, person, said[person], now) for person in wanted}


async def _reader(
    services: Services, organisation: Organisation, person: str, said: Preference, now: datetime
) -> Reader:
    known = organisation.people.get(person)
    if known is None:
        return Reader(person, await _of_name(services, person), None, here=False, preference=Preference(dead=said.dead))
    zone = organisation.calendar_of(person).zone
    here = organisation.works_here(person, organisation.day_of(person, now))
    return Reader(person, _known(said.language or known.language), zone, here, said)


async def _of_name(services: Services, person: str) -> str:
    """The language of somebody outside: the only one in which we know their name, else English."""
    names = [*(await services.people.record(person)).name]
    return _known(names[0]) if len(names) == 1 else "en"


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


async def address_of(services: Services, person: str, *, dead: Sealed | None = None) -> str | None:
    """The e-mail address, unsealed for the one moment it is needed; None for nobody's, and for whoever was erased.

    None too for one that is known to be `dead`, until the person has another.
    """
    record = await services.people.record(person)
    if record.email is None or record.email == dead:
        return None
    return await services.keys.unseal(record.email, "email")


async def name_of(services: Services, person: str, language: str) -> str | None:
    """The name to show, read anew each time; None where there is none (any more): an id is nothing for a reader."""
    name = await People(services.pool, services.keys).name(person, language)
    return None if name.startswith(person) else name


MORNING = 8
"""The hour at which a day's mail goes out, on the reader's clock."""


def next_morning(now: datetime, zone: str) -> tuple[date, datetime]:
    """The next morning after `now` on the clocks of `zone`: its day and the instant."""
    there = now.astimezone(ZoneInfo(zone))
    day = there.date() + timedelta(days=there.hour >= MORNING)
    return day, datetime.combine(day, time(MORNING), ZoneInfo(zone)).astimezone(UTC)
