"""Versions of a case as one reader counts them: by the events that they may see, so that no number tells of others."""

from application.services import Services
from application.visibility import look
from domain.kernel.errors import Refused


async def counted(services: Services, case: str, reader: str, version: int) -> int:
    """A version of a case as `reader` counts: how many of the events up to it they may see (KRN-43)."""
    try:
        seen = (await look(services, case, reader)).seen
    except Refused:
        return 0
    return sum(stored.version <= version for stored in seen)


NO_VERSION = -1
"""At which no case ever is."""


async def version_meant(services: Services, case: str, reader: str, count: int) -> int:
    """The version of a case that stands, by the count of `reader`, at `count`; none if it stands elsewhere by now."""
    try:
        found = await look(services, case, reader)
    except Refused:
        return NO_VERSION
    return found.events[-1].version if found.version == count else NO_VERSION
