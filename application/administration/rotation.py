"""Another master key: every key of a person is wrapped anew, and people are found by their addresses as before."""

import os

from application.people import record_of
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.values.sealed import Sealed
from domain.organisation import persons
from eventstore import keyfiles, log


async def rotate(services: Services) -> tuple[int, str]:
    """Wraps the keys with the next master key; how many, and what to do now. Safe to repeat after a crash.

    Web and worker must be stopped. Raises Refused `new-key-missing`, `keys-in-use`, `wrong-master-key`, `bad-key`.
    """
    given = services.settings.master_key is not None
    if given and keyfiles.NEW_MASTER_VARIABLE not in os.environ:
        raise Refused(
            "new-key-missing",
            "The master key comes from the environment; set {variable} to the next one, 128 hex digits.",
            variable=keyfiles.NEW_MASTER_VARIABLE,
        )
    new = keyfiles.new_master_key(services.settings.home)
    done = await services.keys.rewrap(new, await _addresses(services))
    if given:
        return done, f"set {keyfiles.MASTER_VARIABLE} to the new key"
    return done, f"the old key is in {keyfiles.replace_master_key(services.settings.home)}"


async def _addresses(services: Services) -> dict[str, Sealed]:
    """The sealed address of everybody who has one, by person."""
    async with services.pool.acquire() as conn:
        streams = {stream: 0 for stream, _, _ in await log.streams(conn, process="person")}
        stored = await log.read_streams(conn, streams)
    records = [record_of(persons.person_of(stream), rows) for stream, rows in stored.items()]
    return {record.id: record.email for record in records if record.email and not record.erased}
