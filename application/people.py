"""People at the edge: who stands behind an id or an address, their name for a page, and new candidates."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from application.records import append_record
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, declared_name
from domain.organisation import persons
from domain.organisation.persons import Details, PersonRecord
from eventstore import log
from eventstore.database import Pool
from eventstore.keys import KeyStore

CACHED = 50_000
"""Names, in all languages: those of a large company, so that its forms can be searched."""
REMEMBERED = timedelta(minutes=1)
"""A name that was looked at longer ago is shown only if its record did not change: another process may erase them."""


@dataclass(frozen=True)
class _Name:
    """A name of version `version` of its person's record, which was looked at last at `at` (monotonic seconds)."""

    text: str
    version: int
    at: float


@dataclass(frozen=True)
class Plan:
    """What a person's record is and what will be appended to it."""

    record: PersonRecord
    events: tuple[Event, ...]


class People:
    """Names are unsealed here, where a person reads them, and nowhere else."""

    def __init__(self, pool: Pool, keys: KeyStore, *, remembered: timedelta = REMEMBERED) -> None:
        self._pool = pool
        self._keys = keys
        self._seconds = remembered.total_seconds()
        self._names: OrderedDict[tuple[str, str], _Name] = OrderedDict()

    async def resolve(self, text: str) -> str:
        """The person id behind an id or an e-mail address. Raises Refused `unknown-person`."""
        person = await self._keys.person_for(text) if "@" in text else text
        if person is None or not (await self.record(person)).registered:
            raise Refused("unknown-person", "Nobody is known by this id or address; check its spelling.")
        return person

    async def record(self, person: str) -> PersonRecord:
        """The person's sealed record; `registered` is False for an unknown id."""
        async with self._pool.acquire() as conn:
            stored = await log.read_stream(conn, persons.stream_of(person))
        return record_of(person, stored)

    async def name(self, person: str, language: str = "en") -> str:
        """The name in this language, or in another one, or the id where there is no name to show."""
        return (await self.names([person], language))[person]

    async def names(self, people: Iterable[str], language: str = "en") -> dict[str, str]:
        """Names of many, with one query for those that are not known yet, and one for those not looked at lately.

        With the keys lost they are ids: the work goes on (`signoff verify` names whose key is missing).
        """
        wanted = list(dict.fromkeys(people))
        known = {person: name for person in wanted if (name := self._names.get((person, language)))}
        known = await self._unchanged(known)
        unknown = [person for person in wanted if person not in known]
        new = await self._unsealed_all(unknown, language) if unknown else {}
        self._remember(language, known | new)
        return {person: (known.get(person) or new[person]).text for person in wanted}

    async def _unchanged(self, known: dict[str, _Name]) -> dict[str, _Name]:
        """The names whose records are as they were, by a look at the log where the last one was too long ago."""
        now = time.monotonic()
        old = {person: name for person, name in known.items() if now - name.at >= self._seconds}
        if not old:
            return known
        async with self._pool.acquire() as conn:
            news = await log.read_streams(conn, {persons.stream_of(one): name.version for one, name in old.items()})
        same = {one: replace(name, at=now) for one, name in old.items() if persons.stream_of(one) not in news}
        return {one: same.get(one, name) for one, name in known.items() if one in same or one not in old}

    def _remember(self, language: str, names: dict[str, _Name]) -> None:
        self._names |= {(person, language): name for person, name in names.items()}
        while len(self._names) > CACHED:
            self._names.popitem(last=False)

    async def _unsealed_all(self, people: list[str], language: str) -> dict[str, _Name]:
        now = time.monotonic()
        async with self._pool.acquire() as conn:
            stored = await log.read_streams(conn, {persons.stream_of(person): 0 for person in people})
        records = {person: record_of(person, stored.get(persons.stream_of(person), ())) for person in people}
        chosen = {person: _language_of(record, language) for person, record in records.items()}
        sealed = [(person, records[person].name[code], f"name.{code}") for person, code in chosen.items() if code]
        opened = await self._keys.unseal_all([(value, context) for _, value, context in sealed], lost=True)
        names = {person: name for (person, _, _), name in zip(sealed, opened, strict=True)}
        shown = {p: names.get(p) or (f"{p} (erased)" if records[p].erased else p) for p in people}
        return {p: _Name(shown[p], records[p].version, now) for p in people}

    async def address(self, person: str) -> str | None:
        """The e-mail address; None where there is none, or none any more."""
        record = await self.record(person)
        return await self._keys.unseal(record.email, "email") if record.email and not record.erased else None

    async def register(self, details: Details, *, actor: str, command_id: UUID | None = None) -> str:
        """The candidate with this address, registered if they are new. The address is looked up by keyed hash.

        The same `command_id` again is the same person, also without an address. Raises Refused `command-id-reused`.
        """
        command_id = command_id or uuid4()
        known = await self._keys.person_for(details.email) if details.email else None
        if known and (await self.record(known)).registered:
            return known
        if known is None and (person := await self._registered_by(command_id)):
            return await self._again(person, details)
        person = known or f"c-{secrets.token_hex(6)}"
        await self.write(person, details, actor=actor, command_id=command_id)
        return person

    async def _registered_by(self, command_id: UUID) -> str | None:
        async with self._pool.acquire() as conn:
            done = await log.find_command(conn, command_id)
        return persons.person_of(done.stream) if done else None

    async def _again(self, person: str, details: Details) -> str:
        """Whom a command registered, for the same command."""
        if details.email or (await self.plan(person, details)).events:
            raise Refused("command-id-reused", "This command id was used for somebody else; send it with a new id.")
        return person

    async def write(self, person: str, details: Details, *, actor: str, command_id: UUID) -> bool:
        """Makes the person's record say `details`. Returns whether that changed anything."""
        return await self.carry_out(await self.plan(person, details), actor=actor, command_id=command_id)

    async def plan(self, person: str, details: Details, *, where: str = "") -> "Plan":
        """What is missing for the record to say `details`; only a key may be made.

        Raises Refused `key-missing`, and as `plan_details`.
        """
        record = await self.record(person)
        if record.registered and not record.erased and not await self._keys.open_of([person]):
            raise Refused(  # a new key would not open what the log holds of them, and look as if it were altered
                "key-missing",
                "The key of {person} is missing; restore the database of the keys before anybody is registered.",
                person=person,
            )
        if not record.erased:
            await self._keys.adopt(person, details.email)
        wanted = {} if record.erased else {f"name.{lang}": text for lang, text in details.name.items()}
        if details.email and not record.erased:
            wanted["email"] = details.email
        sealed = {context: await self._keys.seal(person, context, text) for context, text in wanted.items()}
        events = persons.plan_details(record, details, lambda context, _text: sealed[context], where=where)
        return Plan(record, tuple(events))

    async def carry_out(self, plan: "Plan", *, actor: str, command_id: UUID) -> bool:
        """Appends what was planned. Returns whether there was anything to append."""
        if plan.events:
            await append_record(
                self._pool,
                stream=persons.stream_of(plan.record.id),
                process="person",
                expected_version=plan.record.version,
                events=plan.events,
                actor=actor,
                command_id=command_id,
            )
        return bool(plan.events)

    async def risen_and_lost(self) -> tuple[list[EventRow], list[EventRow]]:
        """The newest events of people who were erased and have a key again, and of those whose key is missing.

        The keys were restored from an older copy, or lost (KRN-52).
        """
        async with self._pool.acquire() as conn:
            streams = [stream for stream, _, _ in await log.streams(conn, process="person")]
            found = await log.read_types(conn, streams, list(persons.REGISTRY.kinds))
        newest = {persons.person_of(stream): rows[-1] for stream, rows in found.items()}
        erased = {person for person, row in newest.items() if row.type == declared_name(persons.PersonErased)}
        have = set(await self._keys.open_of(sorted(newest)))
        return [newest[one] for one in sorted(erased & have)], [
            newest[one] for one in sorted(newest.keys() - erased - have)
        ]

    async def erase(self, person: str, reason: str, *, actor: str) -> bool:
        """Destroys the key and records that it is gone; safe to repeat. Raises Refused `unknown-person`."""
        record = await self.record(person)
        events = persons.erase(record, reason)
        new = await self.carry_out(Plan(record, tuple(events)), actor=actor, command_id=uuid4())
        await self._keys.erase(person)
        for key in [key for key in self._names if key[0] == person]:
            del self._names[key]
        return new


def record_of(person: str, stored: Iterable[EventRow]) -> PersonRecord:
    """A person's record from the events of its stream."""
    found = PersonRecord(id=person)
    for row in stored:
        found = persons.evolve(found, persons.REGISTRY.decode(row))
    return found


def _language_of(record: PersonRecord, language: str) -> str | None:
    """The language in which a name is shown; None where there is none to show."""
    if record.erased:
        return None
    return language if language in record.name else next(iter(record.name), None)
