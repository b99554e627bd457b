"""The record of mail: what is to be sent, who sends it now, and how it ended. Each function is one step of a sender.

Nothing here is personal: people are ids, and of a server's answer only the code is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("mails")

Kind = Literal["single", "digest", "daily"]
End = Literal["sent", "bounced", "failed", "skipped", "waiting"]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Untold:
    """A notification on its way into a mail; `about` is a message as JSON, `at` is UTC."""

    effect: UUID
    person: str
    case: str
    task: str | None
    about: dict[str, Any]
    digest: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MimePart:
    """What a mail tells its `reader`: something that they were told, or somebody for whom they stand in."""

    told: Untold
    reader: str

    @property
    def own(self) -> bool:
        return self.reader == self.told.person


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be made. `answer` is a word for why it is never sent, None for one that is."""

    id: UUID
    person: str
    kind: Kind
    next_try: datetime
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this sender has for itself for a while; `attempts` counts this one."""

    id: UUID
    person: str
    kind: Kind
    attempts: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A mail that did not arrive: bounced or failed for good, or waiting for its next try (all instants UTC)."""

    id: UUID
    person: str
    kind: Kind
    state: str
    attempts: int
    next_try: datetime
    answer: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """One decision for one person, perhaps in the place of another; `content_hash` is that of what the mail showed."""

    id: UUID
    person: str
    case: str
    task: str
    content_hash: str
    expires_at: datetime
    on_behalf_of: str | None = None


async def gathering(conn: "Connection") -> bool:
    """Whether this transaction is the one that gathers now."""
    return bool(await conn.fetchval(_SQL["gathering"]))


async def untold(conn: "Connection", *, since: datetime, until: datetime) -> list[Untold]:
    """Notifications in no mail yet, oldest first, at most BATCH."""
    return [Untold(*row) for row in await conn.fetch(_SQL["untold"], since, until, BATCH)]


async def open_mails(conn: "Connection", mails: Sequence[Mail], now: datetime) -> None:
    """Makes what is missing of these mails."""
    states = ["waiting" if mail.answer is None else "skipped" for mail in mails]
    columns = zip(*((m.id, m.person, m.kind, m.next_try) for m in mails), strict=True)
    await conn.execute(_SQL["open"], *map(list, columns), states, [mail.answer for mail in mails], now)


async def closed(conn: "Connection", mails: Iterable[UUID]) -> set[UUID]:
    """Those that take no more parts. The others stay as they are until the transaction ends."""
    return {row["id"] for row in await conn.fetch(_SQL["closed"], list(mails))}


async def put(conn: "Connection", parts: Sequence[tuple[MimePart, UUID]]) -> None:
    """Says which mail tells which notification to whom, once each."""
    own = [(part.told.effect, part.told.person, mail, part.told.at) for part, mail in parts if part.own]
    others = [(part.told.effect, part.told.person, mail, part.reader) for part, mail in parts if not part.own]
    for query, rows in (("put", own), ("put_for_others", others)):
        if rows:
            await conn.execute(_SQL[query], *map(list, zip(*rows, strict=True)))


async def unlisted(conn: "Connection", delegations: Sequence[str]) -> list[str]:
    """Those of these delegations whose delegate was not told yet what was open when they began."""
    return [row["each"] for row in await conn.fetch(_SQL["unlisted"], delegations)]


async def listed(conn: "Connection", delegations: Sequence[str], now: datetime) -> None:
    """They were told."""
    await conn.execute(_SQL["listed"], delegations, now)


async def newest(conn: "Connection", people: Iterable[str], tasks: Iterable[str], *, reader: str) -> list[Untold]:
    """What these people were told last of each of these tasks, unless `reader` was told of it in their place."""
    return [Untold(*row) for row in await conn.fetch(_SQL["newest"], list(people), list(tasks), reader)]


async def give_up(conn: "Connection", *, made_until: datetime, now: datetime) -> None:
    """Ends as failed what is due again and was made before `made_until`."""
    await conn.execute(_SQL["give_up"], made_until, now)


async def due(conn: "Connection", now: datetime) -> bool:
    """Whether anything is to be sent at `now`."""
    return bool(await conn.fetchval(_SQL["due"], now))


async def claim(conn: "Connection", *, now: datetime, until: datetime) -> Claimed | None:
    """The next mail that is due, for this sender alone until `until`."""
    row = await conn.fetchrow(_SQL["claim"], now, until)
    return Claimed(*row) if row else None


async def parts(conn: "Connection", mail: UUID) -> list[Untold]:
    """What a mail tells, oldest first."""
    return [Untold(*row) for row in await conn.fetch(_SQL["parts"], mail)]


async def settle(
    conn: "Connection", mail: Claimed, end: End, answer: str, *, now: datetime, next_try: datetime | None = None
) -> bool:
    """Records how a try ended. False if somebody else has taken the mail over since."""
    done: str = await conn.execute(_SQL["settle"], mail.id, mail.attempts, end, answer, next_try, now)
    return done == "UPDATE 1"


async def person_of(conn: "Connection", mail: UUID) -> str | None:
    """Whom a mail is for; None for one that there is not."""
    found: str | None = await conn.fetchval(_SQL["person_of"], mail)
    return found


async def came_back(conn: "Connection", mail: UUID, answer: str, now: datetime) -> None:
    """A mail that was sent bounced after all."""
    await conn.execute(_SQL["came_back"], mail, answer, now)


async def undelivered(conn: "Connection", limit: int, *, due_until: datetime) -> list[Undelivered]:
    """What did not arrive, newest first. What nobody tried counts once it has been due since `due_until`."""
    return [Undelivered(*row) for row in await conn.fetch(_SQL["undelivered"], limit, due_until)]


async def keep_link(conn: "Connection", link: Link) -> None:
    """Keeps a link; the same once more changes nothing."""
    columns = (link.person, link.case, link.task, link.content_hash, link.expires_at, link.on_behalf_of)
    await conn.execute(_SQL["link"], link.id, *columns)


async def link(conn: "Connection", id_: UUID) -> Link | None:
    row = await conn.fetchrow(_SQL["link_of"], id_)
    return Link(id_, *row) if row else None
