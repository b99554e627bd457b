"""Another master key: every key of a person is wrapped anew, and people are found by their addresses as before."""

import os

from domain.kernel.errors import Refused
from domain.kernel.values.sealed import Sealed
from domain.organisation import persons
from edge.door import Door
from edge.people import record_of
from eventstore import keyfiles, log


async def rotate(door: Door) -> tuple[int, str]:
    """Wraps the keys with the next master key; how many, and what to do now. Safe to repeat after a crash.

    Web and worker must be stopped. Raises Refused `new-key-missing`, `keys-in-use`, `wrong-master-key`, `bad-key`.
    """
    given = door.settings.master_key is not None
    if given and keyfiles.NEW_MASTER_VARIABLE not in os.environ:
        raise Refused(
            "new-key-missing",
            "The master key comes from the environment; set {variable} to the next one, 128 hex digits.",
            variable=keyfiles.NEW_MASTER_VARIABLE,
        )
    new = keyfiles.new_master_key(door.settings.home)
    done = await door.keys.rewrap(new, await _addresses(door))
    if given:
        return done, f"set {keyfiles.MASTER_VARIABLE} to the new key"
    return done, f"the old key is in {keyfiles.replace_master_key(door.settings.home)}"


async def _addresses(door: Door) -> dict[str, Sealed]:
    """The sealed address of everybody who has one, by person."""
    async with door.pool.acquire() as conn:
        streams = {stream: 0 for stream, _, _ in await log.streams(conn, process="person")}
        stored = await log.read_streams(conn, streams)
    records = [record_of(persons.person_of(stream), rows) for stream, rows in stored.items()]
    return {record.id: record.email for record in records if record.email and not record.erased}
