"""People at the edge: who stands behind an id or an address, their name for a page, and new candidates."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from application.records import append_each
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, declared_name
from domain.kernel.values.sealed import Sealed
from domain.organisation import persons
from domain.organisation.persons import Details, PersonRecord, name_key
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
AT_ONCE = 2_000
"""So many people are looked at together: what is read of them all at once is held no longer."""
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

    async def _records(self, people: Collection[str]) -> dict[str, PersonRecord]:
        """The records of many, with one query."""
        async with self._pool.acquire() as conn:
            stored = await log.read_streams(conn, {persons.stream_of(person): 0 for person in people})
        return {person: record_of(person, stored.get(persons.stream_of(person), ())) for person in people}

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
        records = await self._records(people)
        chosen = {person: _language_of(record, language) for person, record in records.items()}
        sealed = [(person, records[person].name[code], f"name.{code}") for person, code in chosen.items() if code]
        opened = await self._keys.unseal_all([(value, context) for _, value, context in sealed], lost=True)
        names = {person: name for (person, _, _), name in zip(sealed, opened, strict=True)}
        shown = {p: names.get(p) or (f"{p} (erased)" if records[p].erased else p) for p in people}
        return {p: _Name(shown[p], records[p].version, now) for p in people}

    async def details(self, people: Collection[str]) -> dict[str, Details]:
        """Names in all languages and addresses of many, in the clear: for an export by whoever may see them all."""
        records = await self._records(people)
        sealed = [(person, *each) for person, record in records.items() for each in _sealed_values(record)]
        opened = await self._keys.unseal_all([(value, context) for _, value, context in sealed], lost=True)
        texts: dict[str, dict[str, str]] = {person: {} for person in people}
        for (person, _, context), text in zip(sealed, opened, strict=True):
            texts[person] |= {context: text} if text is not None else {}
        return {
            person: Details(
                name={context.removeprefix("name."): text for context, text in said.items() if context != "email"},
                email=said.get("email"),
            )
            for person, said in texts.items()
        }

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
            await self._refuse_another(found, details)
            return found
        if person := await self._registered_by(command_id, actor):
            return await self._again(person, details)
        # By a key, and the same for copies of one command: none of them makes a second key or a second person.
        person = f"c-{self._keys.hashed(f'candidate {actor} {command_id}').hex()[:12]}"
        await self.write(person, details, actor=actor, command_id=command_id)
        return person

    async def _refuse_another(self, person: str, details: Details) -> None:
        """Nobody is taken for another by an address: that is asked (ORG-10). Raises Refused `known-address`."""
        record = await self.record(person)
        known = [await self._keys.unseal(sealed, f"name.{code}") for code, sealed in record.name.items()]
        given = {name_key(text) for text in details.name.values() if text}
        if known and not given & {name_key(text) for text in known if text}:
            raise Refused(
                "known-address",
                "Somebody with another name is known by this address; ask which is right. Give the id of that person "
                "if it is the same one, or else an address of their own.",
            )

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

    async def plan(self, person: str, details: Details) -> "Plan":
        """What is missing for the record to say `details`. Nothing is written.

        Raises Refused `key-missing`, and as `plan_details`.
        """
        plans, problems = await self.plans([(person, details, "")])
        if problems:
            raise problems[0]
        return plans[0]

    async def plans(self, wanted: Sequence[tuple[str, Details, str]]) -> tuple[list["Plan"], list[Refused]]:
        """As `plan` for many (person, details, `file:line`), and every refusal of them, with few queries."""
        plans: list[Plan] = []
        problems: list[Refused] = []
        for start in range(0, len(wanted), AT_ONCE):
            some, wrong = await self._plans(wanted[start : start + AT_ONCE])
            plans += some
            problems += wrong
        return plans, problems

    async def _plans(self, wanted: Sequence[tuple[str, Details, str]]) -> tuple[list["Plan"], list[Refused]]:
        people = [person for person, _, _ in wanted]
        records = await self._records(people)
        known = [person for person in people if records[person].registered]
        with_keys = set(await self._keys.open_of(known)) if known else set()
        lost = {p: _key_missing(p) for p in known if not records[p].erased and p not in with_keys}
        there = [
            (records[p], details, where) for p, details, where in wanted if records[p].registered and p not in lost
        ]
        plans, problems = await self._sealed_all(there)
        plans += [Plan(records[p], (), details) for p, details, _ in wanted if not records[p].registered]
        return plans, [*lost.values(), *problems]

    async def ready(self, plans: Iterable["Plan"]) -> list["Plan"]:
        """The plans with the values of new people sealed, under keys that they get now, without an address yet.

        Raises Refused `mail-taken`.
        """
        plans = list(plans)
        await self._addresses(plans)
        new = [(plan.record, plan.details, "") for plan in plans if not plan.record.registered and plan.details]
        await self._keys.adopt_all([record.id for record, _, _ in new])
        begun, problems = await self._sealed_all(new)
        if problems:
            raise problems[0]
        return [*(plan for plan in plans if plan.record.registered or plan.details is None), *begun]

    @asynccontextmanager
    async def recording(self, plans: Iterable["Plan"]) -> AsyncIterator[Connection]:
        """A connection in a transaction of the log: people are found by their new addresses once it has ended well.

        A crash between the two leaves addresses that lead to nobody; the same import again sets them. The keys wait for
        nothing: their transaction begins when all is recorded. Nothing is asked of a pool whose connection is held.
        """
        addresses = await self._addresses(list(plans))
        async with self._pool.acquire() as conn:
            transaction = conn.transaction()
            await transaction.start()
            try:
                yield conn
                async with self._keys.addressing(addresses):
                    await transaction.commit()
            except BaseException:
                if conn.is_in_transaction():
                    await transaction.rollback()
                raise

    async def _addresses(self, plans: Sequence["Plan"]) -> dict[str, str | None]:
        """What changes in who has which address. Raises Refused `mail-taken` for one that stays another person's."""
        given = {
            p.record.id: p.details.email for p in plans if p.details and not p.details.silent and not p.record.erased
        }
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

    async def _sealed_all(
        self, wanted: Sequence[tuple[PersonRecord, Details, str]]
    ) -> tuple[list["Plan"], list[Refused]]:
        texts = [
            (record.id, context, text)
            for record, details, _ in wanted
            if not record.erased
            for context, text in _texts(details)
        ]
        sealed = await self._keys.seal_all(texts) if texts else []
        by_place = {(person, context): value for (person, context, _), value in zip(texts, sealed, strict=True)}
        plans, problems = [], []
        for record, details, where in wanted:
            try:
                events = persons.plan_details(record, details, partial(_looked_up, by_place, record.id), where=where)
            except Refused as refused:
                problems.append(refused)
            else:
                plans.append(Plan(record, tuple(events), details))
        return plans, problems

    async def carry_out(self, plan: "Plan", *, actor: str, command_id: UUID) -> bool:
        """Appends what was planned. Returns whether there was anything to append."""
        ready = await self.ready([plan])
        async with self.recording(ready) as conn:
            return bool(await self.record_all(conn, [(one, command_id) for one in ready], actor=actor))

    async def record_all(
        self, conn: Connection, plans: Iterable[tuple["Plan", UUID]], *, actor: str, channel: str = "cli"
    ) -> int:
        """Appends plans that are ready, each by its command, in the caller's `recording`; how many said anything."""
        events = [
            (persons.stream_of(plan.record.id), plan.record.version, event, command_id)
            for plan, command_id in plans
            for event in plan.events
        ]
        await append_each(conn, events, process=PROCESS, actor=actor, channel=channel)
        return len(events)

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
        opened = [] if record.erased else await self._keys.unseal_all(_sealed_values(record), lost=True)
        return tuple(text for text in opened if text)


def _looked_up(sealed: Mapping[tuple[str, str], Sealed], person: str, context: str, _text: str) -> Sealed:
    return sealed[person, context]


def _sealed_values(record: PersonRecord) -> list[tuple[Sealed, str]]:
    """What is sealed in a record, with the context of each value."""
    found = [(value, f"name.{code}") for code, value in record.name.items()]
    return [*found, (record.email, "email")] if record.email else found


def _texts(details: Details) -> Iterator[tuple[str, str]]:
    """What is sealed of somebody, by context."""
    for language, text in details.name.items():
        if text:
            yield f"name.{language}", text
    if details.email:
        yield "email", details.email


def _key_missing(person: str) -> Refused:
    """A new key would not open what the log holds of them, and look as if it were altered."""
    return Refused(
        "key-missing",
        "The key of {person} is missing; restore the database of the keys before anybody is registered.",
        person=person,
    )


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
