"""People at the edge: who stands behind an id or an address, their name for a page, and new candidates."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from application.records import append_on
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, declared_name
from domain.kernel.values.sealed import Sealed
from domain.organisation import persons
from domain.organisation.persons import Details, PersonRecord
from eventstore import log
from eventstore.database import Connection, Pool
from eventstore.keys import KeyStore, mail_taken

CACHED = 50_000
"""Names, in all languages: those of a large company, so that its forms can be searched."""
REMEMBERED = timedelta(minutes=1)
"""A name that was looked at longer ago is shown only if its record did not change: another process may erase them."""


PROCESS = "person"
"""What the log calls these streams; no process of cases has the name."""
ATTEMPTS = 4
OVERTAKEN = frozenset({"mail-taken", "changed-meanwhile", "command-id-reused"})
"""What is refused when another registers the same person at this instant: a second look finds them."""


@dataclass(frozen=True)
class _Name:
    """A name of version `version` of its person's record, which was looked at last at `at` (monotonic seconds)."""

    text: str
    version: int
    at: float


def unknown_person() -> Refused:
    """The one answer for every id and address that the asker may not know: a candidate's, and nobody's."""
    return Refused("unknown-person", "Nobody is known by this id or address; check its spelling.")


@dataclass(frozen=True)
class Plan:
    """What a person's record is, what will be appended to it, and the details that it will say then.

    Without `events` for somebody new: their values are sealed once nothing stands against it (`People.ready`).
    """

    record: PersonRecord
    events: tuple[Event, ...]
    details: Details | None = None


class People:
    """Names are unsealed here, where a person reads them, and nowhere else."""

    def __init__(self, pool: Pool, keys: KeyStore, *, remembered: timedelta = REMEMBERED) -> None:
        self._pool = pool
        self._keys = keys
        self._seconds = remembered.total_seconds()
        self._names: OrderedDict[tuple[str, str], _Name] = OrderedDict()
        self._erasures = -1

    async def resolve(self, text: str) -> str:
        """The person id behind an id or an e-mail address. Raises Refused `unknown-person`."""
        person = await self._at(text) if "@" in text else text
        if person is None or not (await self.record(person)).registered:
            raise unknown_person()
        return person

    async def _at(self, email: str) -> str | None:
        """Whose address it is by the log too: a row of the keys alone opens nobody's inbox."""
        person = await self._keys.person_for(email)
        own = await self.address(person) if person else None
        return person if own and self._keys.hashed(own) == self._keys.hashed(email) else None

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
        if not wanted:
            return {}
        await self._forget_erased()
        erasures = self._erasures
        known = {person: name for person in wanted if (name := self._names.get((person, language)))}
        known = await self._unchanged(known)
        unknown = [person for person in wanted if person not in known]
        new = await self._unsealed_all(unknown, language) if unknown else {}
        if erasures == self._erasures:  # else somebody was erased while these were opened
            self._remember(language, known | new)
        return {person: (known.get(person) or new[person]).text for person in wanted}

    async def _forget_erased(self) -> None:
        """No name outlives the erasure of anybody, whichever program erased them (KRN-52)."""
        now = await self._keys.erasures()
        if now != self._erasures:
            self._names.clear()
            self._erasures = now

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

        The same `command_id` again is the same person, also without an address, and so is the same address for whoever
        brings it at the same instant. Raises Refused `command-id-reused`.
        """
        command_id = command_id or uuid4()
        for _ in range(ATTEMPTS):
            try:
                return await self._register(details, actor, command_id)
            except Refused as refused:
                if refused.code not in OVERTAKEN:
                    raise
        return await self._register(details, actor, command_id)

    async def _register(self, details: Details, actor: str, command_id: UUID) -> str:
        if details.email and (found := await self._at(details.email)):
            return await self._called_so(found, details)
        if person := await self._registered_by(command_id, actor):
            return await self._again(person, details)
        # By a key, and the same for copies of one command: none of them makes a second key or a second person.
        person = f"c-{self._keys.hashed(f'candidate {actor} {command_id}').hex()[:12]}"
        await self.write(person, details, actor=actor, command_id=command_id)
        return person

    async def _called_so(self, person: str, details: Details) -> str:
        """Whoever has an address, if they have the name too: else only a person can tell who it is (ORG-10)."""
        known = set(await self._keys.unseal_all(await self._names_of(person), lost=True))
        if known and not known & set(details.name.values()):
            raise Refused(
                "known-address",
                "Somebody with another name is known by this address; ask which is right. Give the id of that person "
                "if it is the same one, or else an address of their own.",
            )
        return person

    async def _names_of(self, person: str) -> list[tuple[Sealed, str]]:
        return [(value, f"name.{code}") for code, value in (await self.record(person)).name.items()]

    async def _registered_by(self, command_id: UUID, actor: str) -> str | None:
        origin = log.Origin(process=PROCESS, actor=actor)
        async with self._pool.acquire() as conn:
            done = await log.find_command(conn, command_id, origin)
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
        """What is missing for the record to say `details`. Nothing is written.

        Raises Refused `key-missing`, and as `plan_details`.
        """
        record = await self.record(person)
        if record.registered and not record.erased and not await self._keys.open_of([person]):
            raise Refused(  # a new key would not open what the log holds of them, and look as if it were altered
                "key-missing",
                "The key of {person} is missing; restore the database of the keys before anybody is registered.",
                person=person,
            )
        return await self._sealed(record, details, where) if record.registered else Plan(record, (), details)

    async def ready(self, plans: Iterable["Plan"]) -> list["Plan"]:
        """The plans with the values of new people sealed, under keys that they get now, without an address yet.

        Raises Refused `mail-taken`.
        """
        plans = list(plans)
        await self._addresses(plans)
        return [await self._begun(plan) for plan in plans]

    async def _begun(self, plan: "Plan") -> "Plan":
        if plan.record.registered or plan.details is None:
            return plan
        await self._keys.adopt(plan.record.id, None)
        return await self._sealed(plan.record, plan.details)

    @asynccontextmanager
    async def addressing(self, plans: Iterable["Plan"]) -> AsyncIterator[None]:
        """Around the recording of plans: people are found by their new addresses only once it has ended well.

        The log is committed inside. A crash between the two leaves addresses that lead to nobody; the same import again
        sets them.
        """
        async with self._keys.addressing(await self._addresses(list(plans))):
            yield

    async def _addresses(self, plans: Sequence["Plan"]) -> dict[str, str | None]:
        """What changes in who has which address. Raises Refused `mail-taken` for one that stays another person's."""
        given = {p.record.id: p.details.email for p in plans if p.details and not (p.details.silent or p.record.erased)}
        owners = await self._keys.people_for([email for email in given.values() if email])
        changes: dict[str, str | None] = {}
        for plan in plans:
            person, email = plan.record.id, given.get(plan.record.id)
            if email is None:
                changes |= {person: None} if person in given and plan.record.email else {}
            elif (owner := owners.get(email)) != person:
                if owner and owner not in given and await self.address(owner):
                    raise mail_taken(person)
                changes |= {person: email} | ({owner: None} if owner and owner not in given else {})
        return changes

    async def _sealed(self, record: PersonRecord, details: Details, where: str = "") -> "Plan":
        wanted = {} if record.erased else {f"name.{lang}": text for lang, text in details.name.items() if text}
        if details.email and not record.erased:
            wanted["email"] = details.email
        sealed = {context: await self._keys.seal(record.id, context, text) for context, text in wanted.items()}
        events = persons.plan_details(record, details, lambda context, _text: sealed[context], where=where)
        return Plan(record, tuple(events), details)

    async def carry_out(self, plan: "Plan", *, actor: str, command_id: UUID) -> bool:
        """Appends what was planned. Returns whether there was anything to append."""
        [ready] = await self.ready([plan])
        async with self.addressing([ready]), self._pool.acquire() as conn, conn.transaction():
            return await self.record_on(conn, ready, actor=actor, command_id=command_id)

    async def record_on(self, conn: Connection, plan: "Plan", *, actor: str, command_id: UUID) -> bool:
        """As `carry_out`, for a plan that is ready, in the caller's transaction."""
        if plan.events:
            await append_on(
                conn,
                stream=persons.stream_of(plan.record.id),
                process=PROCESS,
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
        """Destroys the key and records that it is gone; safe to repeat. Raises Refused `unknown-person`.

        Once it returns no program shows the name: see `KeyStore.erasures`.
        """
        record = await self.record(person)
        events = persons.erase(record, reason)
        new = await self.carry_out(Plan(record, tuple(events)), actor=actor, command_id=uuid4())
        await self._keys.erase(person)
        return new

    async def called(self, person: str) -> tuple[str, ...]:
        """Every name of a person and their address, opened: what an erasure looks for. Nothing for one erased."""
        record = await self.record(person)
        sealed = await self._names_of(person)
        sealed += [(record.email, "email")] if record.email else []
        opened = await self._keys.unseal_all(sealed, lost=True) if sealed and not record.erased else []
        return tuple(text for text in opened if text)


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
