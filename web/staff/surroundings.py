"""What every page of staff needs besides its subject: the reader's clock, and the organisation as it is now."""

from domain.organisation.model import Organisation
from edge.door import Door


async def organisation_of(door: Door) -> Organisation:
    async with door.pool.acquire() as conn:
        return (await door.books.records(conn)).organisation


async def zone_of(door: Door, person: str) -> str:
    """The time zone in which this person reads instants."""
    organisation = await organisation_of(door)
    return organisation.calendar_of(person).zone if person in organisation.people else "UTC"
