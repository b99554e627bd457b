"""Sealing of personal values: a key per person, in a database of its own, wrapped by a master key that is in none.

Sealing is deterministic (AES-SIV, RFC 5297): the same text for the same person and context gives the same bytes, so a
repeated command has the same content. The context is authenticated: a value copied to another field does not open.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from domain.kernel.errors import Refused
from domain.kernel.values.sealed import Sealed
from eventstore.keyfiles import MASTER_BYTES
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Pool

_SQL = queries("keys")
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Kept:
    """The hash of the address by which a person is found, if any; `opens`: whether their key is whole and theirs."""

    mail_hash: bytes | None
    opens: bool


class _TakenError(Exception):
    """An address is another person's."""


class KeyStore:
    """Keys of persons, on the key database (`keys_url`). They are read each time, so that an erasure holds at once."""

    def __init__(self, pool: "Pool", master_key: bytes) -> None:
        self._pool = pool
        if len(master_key) != MASTER_BYTES:
            raise Refused("bad-key", "The master key must have {bytes} bytes; restore it.", bytes=MASTER_BYTES)
        self._master = AESSIV(master_key)
        self._mail_key = hmac.digest(master_key, b"signoff mail lookup", hashlib.sha256)

    async def adopt(self, person: str, email: str | None) -> None:
        """Gives a person a key, once, and the address they are found by. A later address replaces the earlier one.

        Raises Refused `mail-taken` (it is another person's) and `person-erased` (ids are never used again).
        """
        mail = None if email is None else self.hashed(email)
        wrapped = self.wrap(person, secrets.token_bytes(MASTER_BYTES))
        try:
            if await self._pool.execute(_SQL["adopt"], person, wrapped, mail) == "INSERT 0 1":
                return
            if mail is not None and await self._pool.execute(_SQL["mail"], person, mail) == "UPDATE 0":
                raise _erased(person)
        except asyncpg.UniqueViolationError as error:
            raise mail_taken(person) from error

    async def adopt_all(self, people: Collection[str]) -> None:
        """Gives each of them a key, once, and no address; whoever has a row keeps it."""
        made = [(person, self.wrap(person, secrets.token_bytes(MASTER_BYTES)), None) for person in people]
        for start in range(0, len(made), _AT_ONCE):
            await self._pool.executemany(_SQL["adopt"], made[start : start + _AT_ONCE])

    @asynccontextmanager
    async def addressing(self, addresses: Mapping[str, str | None]) -> AsyncIterator[None]:
        """Gives people, who have keys, their addresses, or takes them away; it holds once the block has ended well.

        All at once, so that two can swap. Raises Refused `mail-taken`, `person-erased`.
        """
        if not addresses:
            yield
            return
        given = {person: email for person, email in addresses.items() if email is not None}
        hashes = [self.hashed(email) for email in given.values()]
        try:
            async with self._pool.acquire() as conn, conn.transaction():
                await conn.execute(_SQL["unaddressed"], list(addresses))
                try:
                    rows = await conn.fetch(_SQL["mails"], list(given), hashes)
                except asyncpg.UniqueViolationError as error:
                    raise _TakenError from error
                if lost := given.keys() - {row["person"] for row in rows}:
                    raise _erased(min(lost))
                yield
        except _TakenError as error:  # who it is, is asked once the connection is given back: there may be no other
            raise mail_taken(await self._refused_one(given)) from error

    async def _refused_one(self, given: Mapping[str, str]) -> str:
        """Who was given an address that is another's, or that of somebody else among them."""
        owners = await self.people_for(list(given.values()))
        first: dict[bytes, str] = {}
        twice = (p for p, email in given.items() if first.setdefault(self.hashed(email), p) != p)
        taken = (p for p, email in given.items() if owners.get(email, p) not in given)
        return next(taken, None) or next(twice, None) or next(iter(given))

    async def people_for(self, emails: Collection[str]) -> dict[str, str]:
        """Who has which of these addresses, by the address as it was given."""
        hashes = {self.hashed(email): email for email in emails}
        rows = await self._pool.fetch(_SQL["people_for"], list(hashes))
        return {hashes[row["mail_hash"]]: row["person"] for row in rows}

    async def person_for(self, email: str) -> str | None:
        """The person with this address, however it is capitalised."""
        found: str | None = await self._pool.fetchval(_SQL["person_for"], self.hashed(email))
        return found

    async def seal(self, person: str, context: str, text: str) -> Sealed:
        """Raises Refused `no-key` (adopt the person first), `person-erased`, `wrong-master-key`."""
        return (await self.seal_all([(person, context, text)]))[0]

    async def seal_all(self, values: Sequence[tuple[str, str, str]]) -> list[Sealed]:
        """Many (person, context, text) with one query, in their order. As `seal`."""
        keys = await self._keys([person for person, _, _ in values])
        return [_sealed(keys, *value) for value in values]

    async def seal_bytes(self, person: str, context: str, data: bytes) -> bytes:
        """As `seal`, for what is no text."""
        return _closed(person, data, context, await self._keys([person]))

    async def unseal_bytes(self, person: str, context: str, data: bytes) -> bytes | None:
        """As `unseal`."""
        return _opened(person, data, context, await self._keys([person]))

    async def unseal(self, sealed: Sealed, context: str) -> str | None:
        """The text, or None if the person was erased. Raises Refused `no-key`, `sealed-altered`, `wrong-master-key`."""
        return (await self.unseal_all([(sealed, context)]))[0]

    async def unseal_all(self, values: Sequence[tuple[Sealed, str]], *, lost: bool = False) -> list[str | None]:
        """Many (sealed, context) with one query, in their order. As `unseal`; with `lost` no key is as one erased."""
        keys = await self._keys([sealed.subject for sealed, _ in values])
        if lost:
            keys = dict.fromkeys((sealed.subject for sealed, _ in values), None) | keys
        return [_open(sealed, context, keys) for sealed, context in values]

    async def unseal_any(self, values: Sequence[Sealed], contexts: Sequence[str]) -> list[str | None]:
        """Each value by whichever of these contexts it is bound to, in their order, with one query.

        None where the person was erased, the key is lost, or nothing opens it (`signoff verify` says which).
        """
        keys = await self._keys([sealed.subject for sealed in values])
        return [_opened_by_any(sealed, contexts, keys.get(sealed.subject)) for sealed in values]

    async def erase(self, person: str) -> bool:
        """Destroys a person's key and address: nothing sealed for them opens again. False if there was nothing left.

        No program shows a name from its memory any more that it remembered before: see `erasures`.
        """
        async with self._pool.acquire() as conn:
            async with conn.transaction():
                done: bool = await conn.execute(_SQL["erase"], person) == "UPDATE 1"
                await conn.execute(_SQL["count_erasure"])
            await conn.execute(_SQL["forget"])
        return done

    async def erasures(self) -> int:
        """How many erasures there were: what was remembered before the last one is forgotten (KRN-52)."""
        return int(await self._pool.fetchval(_SQL["erasures"]) or 0)

    async def written_out(self) -> bool:
        """Has Postgres write its memory to the tables and go on to a new log file; False without the right to."""
        try:
            await self._pool.execute(_SQL["next_log_file"])
            await self._pool.execute(_SQL["write_out"])
        except asyncpg.InsufficientPrivilegeError:
            return False
        return True

    async def open_of(self, persons: Sequence[str]) -> list[str]:
        """Those of `persons` who have a key."""
        return [row["person"] for row in await self._pool.fetch(_SQL["open"], list(persons))]

    async def kept(self) -> "dict[str, Kept]":
        """What there is for everybody with a key: for a check against the log."""
        rows = await self._pool.fetch(_SQL["kept"])
        return {row["person"]: Kept(row["mail_hash"], opens=self.opens(row["person"], row["wrapped"])) for row in rows}

    async def rewrap(self, new: bytes, addresses: Mapping[str, Sealed]) -> int:
        """Wraps every key with the master key `new`, all or none; the number of keys that were not yet. Safe to repeat.

        `addresses` are the sealed ones of the log: people are found by them under the new key. Raises Refused
        `keys-in-use` while another program has the keys open, and `wrong-master-key`.
        """
        after = KeyStore(self._pool, new)
        async with self._pool.acquire() as conn, conn.transaction():
            if await conn.fetchval(_SQL["others"], conn.get_server_pid()):
                raise Refused("keys-in-use", "Other programs have the keys open; stop web and worker first.")
            rows = await conn.fetch(_SQL["all"])
            old = [row for row in rows if not after.opens(row["person"], row["wrapped"])]
            moved = [self._moved(row["person"], row["wrapped"], addresses.get(row["person"]), after) for row in old]
            await conn.executemany(_SQL["rewrap"], moved)
        await self._pool.execute(_SQL["forget"])
        return len(moved)

    def _moved(
        self, person: str, wrapped: bytes, address: Sealed | None, after: "KeyStore"
    ) -> tuple[str, bytes, bytes | None]:
        key = self._unwrap(person, wrapped)
        mail = _open(address, "email", {person: key}) if address else None
        raw = self._master.decrypt(wrapped, [person.encode()])
        return person, after.wrap(person, raw), None if mail is None else after.hashed(mail)

    def wrap(self, person: str, key: bytes) -> bytes:
        """The key of a person as it is kept."""
        return self._master.encrypt(key, [person.encode()])

    def opens(self, person: str, wrapped: bytes) -> bool:
        """Whether this master key wrapped a key."""
        try:
            return self._unwrap(person, wrapped) is not None
        except Refused:
            return False

    async def _keys(self, persons: Sequence[str]) -> dict[str, AESSIV | None]:
        """Keys by person; None for one who was erased, no entry for one never adopted."""
        rows = await self._pool.fetch(_SQL["wrapped"], list(set(persons)))
        return {row["person"]: self._unwrap(row["person"], row["wrapped"]) for row in rows}

    def _unwrap(self, person: str, wrapped: bytes | None) -> AESSIV | None:
        if wrapped is None:
            return None
        try:
            return AESSIV(self._master.decrypt(wrapped, [person.encode()]))
        except InvalidTag as error:
            raise Refused(
                "wrong-master-key",
                "The master key does not open the key of {person}; restore the master key this database was made with.",
                person=person,
            ) from error

    def hashed(self, email: str) -> bytes:
        """What stands for an address: the same for the same address under one master key."""
        plain = unicodedata.normalize("NFKC", email.strip()).casefold()
        return hmac.digest(self._mail_key, plain.encode(), hashlib.sha256)


def _sealed(keys: Mapping[str, AESSIV | None], person: str, context: str, text: str) -> Sealed:
    data = _closed(person, text.encode(), context, keys)
    return Sealed(subject=person, sealed=base64.urlsafe_b64encode(data).decode())


def _closed(person: str, data: bytes, context: str, keys: Mapping[str, AESSIV | None]) -> bytes:
    if person not in keys:
        raise _no_key(person)
    key = keys[person]
    if key is None:
        raise _erased(person)
    return key.encrypt(data, [context.encode(), b"signoff"])


def _opened_by_any(sealed: Sealed, contexts: Sequence[str], key: AESSIV | None) -> str | None:
    for context in contexts if key else ():
        try:
            return _open(sealed, context, {sealed.subject: key})
        except Refused:
            continue
    return None


def _open(sealed: Sealed, context: str, keys: dict[str, AESSIV | None]) -> str | None:
    try:
        data = base64.urlsafe_b64decode(sealed.sealed)
    except ValueError:
        data = b""  # no key opens it
    found = _opened(sealed.subject, data, context, keys)
    return None if found is None else found.decode()


def _opened(person: str, data: bytes, context: str, keys: dict[str, AESSIV | None]) -> bytes | None:
    if person not in keys:
        raise _no_key(person)
    key = keys[person]
    if key is None:
        return None
    try:
        return key.decrypt(data, [context.encode(), b"signoff"])
    except (InvalidTag, ValueError) as error:
        raise Refused(
            "sealed-altered",
            "A sealed value of {person} was altered or belongs to another field than {context}.",
            person=person,
            context=context,
        ) from error


def mail_taken(person: str) -> Refused:
    return Refused("mail-taken", "The address given for {person} already belongs to another person.", person=person)


def _no_key(person: str) -> Refused:
    return Refused("no-key", "There is no key for {person}; register the person first.", person=person)


def _erased(person: str) -> Refused:
    return Refused("person-erased", "{person} was erased; register the person under a new id.", person=person)
