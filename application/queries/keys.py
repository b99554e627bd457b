"""What is kept of people beside the log, compared with it: whole keys, and addresses that lead to whom the log says."""

from collections.abc import Iterator

from application.people import record_of
from application.services import Services
from domain.kernel.errors import Refused
from domain.organisation import persons
from domain.organisation.persons import PersonRecord
from eventstore import log
from eventstore.chain import Problem
from eventstore.keys import Kept

_AT_ONCE = 500


async def verify(services: Services) -> list[Problem]:
    """What is wrong with keys and addresses. Missing keys and those that came back are `People.risen_and_lost`."""
    kept = await services.keys.kept()
    found: list[Problem] = []
    known: set[str] = set()
    async with services.pool.acquire() as conn:
        streams = [stream for stream, _, _ in await log.streams(conn, process="person")]
        for start in range(0, len(streams), _AT_ONCE):
            rows = await log.read_streams(conn, dict.fromkeys(streams[start : start + _AT_ONCE], 0))
            for stream, events in rows.items():
                record = record_of(persons.person_of(stream), events)
                known.add(record.id)
                if not record.erased and record.id in kept:
                    found += await _wrong(services, record, kept[record.id])
    return [*found, *_of_nobody(kept, known)]


async def _wrong(services: Services, record: PersonRecord, kept: Kept) -> list[Problem]:
    def problem(what: str) -> list[Problem]:
        return [Problem(persons.stream_of(record.id), record.version, what)]

    if not kept.opens:
        return problem("the person's key is damaged or another person's: restore the database of the keys")
    try:
        for language, name in record.name.items():
            await services.keys.unseal(name, f"name.{language}")
        address = await services.keys.unseal(record.email, "email") if record.email else None
    except Refused:
        return problem("the person's key does not open what the log holds of them: it, or the log, was altered")
    due = services.keys.hashed(address) if address else None
    if kept.mail_hash != due:
        return problem("the address by which the person is found is not the one that the log holds")
    return []


def _of_nobody(kept: dict[str, Kept], known: set[str]) -> Iterator[Problem]:
    for person in sorted(kept.keys() - known):
        if kept[person].mail_hash is not None:
            yield Problem(persons.stream_of(person), 0, "an address leads to a person of whom the log knows nothing")
