"""What every page of staff needs besides its subject: who reads it, on which clock, and the organisation of now."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from application.services import Services
from application.wording.reader import Reader, mentioned, titles
from domain.organisation.browsing import may_see_limit
from domain.organisation.model import Limit, Organisation
from web.identity.visitor import Visitor
from web.languages import reader_language

MOST_NAMES = 200
"""At most so many names are looked up for one page."""


async def organisation_of(services: Services) -> Organisation:
    return await services.organisation()


async def zone_of(services: Services, person: str) -> str:
    """The time zone in which this person reads instants."""
    return zone_in(await organisation_of(services), person)


def zone_in(organisation: Organisation, person: str) -> str:
    return organisation.calendar_of(person).zone if person in organisation.people else "UTC"


def today_of(organisation: Organisation, visitor: Visitor) -> date:
    """Today where the visitor works: between midnight and seven in Bangkok not the day that it is in UTC."""
    return organisation.day_of(visitor.person, datetime.now(UTC))


def seen_limits(limits: Iterable[Limit], organisation: Organisation, visitor: Visitor) -> list[tuple[Limit, bool]]:
    """Each with whether the visitor may see its amount, judged today whatever time is shown (KRN-43)."""
    today = today_of(organisation, visitor)
    return [(each, may_see_limit(organisation, visitor.person, each, today)) for each in limits]


async def reader_of(
    request: Request,
    services: Services,
    visitor: Visitor,
    organisation: Organisation,
    told: object,
    also: Iterable[str] = (),
) -> Reader:
    """The reader of a page that tells `told`: their zone and language, and the names of everyone it mentions."""
    code = reader_language(request)
    found = mentioned(told) | {*also, visitor.person}
    people = sorted(one for one in found if one in organisation.people or one.startswith("c-"))
    names = await services.people.names(people[:MOST_NAMES], code)
    return Reader(ZoneInfo(zone_in(organisation, visitor.person)), names, code)


def named(organisation: Organisation, reader: Reader) -> dict[str, str]:
    """The names of people, and of every unit and position, by their ids."""
    return {**titles(organisation, reader.code or "en"), **reader.names}
