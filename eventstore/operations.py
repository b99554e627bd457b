"""What operations ask of the tables of the log: what is still to be done, since when, and when the log was verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from eventstore.chain import Problem, Report
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("operations")

TRIED = timedelta(minutes=2)
"""Work that fails is tried again within a minute; what was not is over, as by a reset of its workflow."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is still to be done, and since when the oldest of it waits (UTC; None if nothing does)."""

    effects: int
    oldest_effect: datetime | None
    wakes: int
    oldest_wake: datetime | None
    oldest_mail: datetime | None
    failing: int
    oldest_failing: datetime | None
    schema: int


@dataclass(frozen=True, slots=True)
class Verification:
    """One check of the whole log. `with_checkpoint`: signed heads were compared too."""

    at: datetime
    events: int
    streams: int
    problems: int
    with_checkpoint: bool


@dataclass(frozen=True, slots=True)
class WaitingEffect:
    """An effect that is still to be delivered: `command` is what another case is to be told."""

    id: UUID
    stream: str
    version: int
    position: int
    kind: str
    command: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingWake:
    """A case whose workflow must still see `position`; the next try is at `due_at`."""

    position: int
    stream: str
    process: str
    since: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class FailingWork:
    """An activity of a case that fails and is tried again: `error` is the class of the last error."""

    stream: str
    activity: str
    command: str | None
    error: str
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """What a verification found at `at` and no later one denied."""

    stream: str
    version: int
    what: str
    at: datetime


async def backlog(conn: "Connection") -> Backlog:
    row = await conn.fetchrow(_SQL["backlog"], _lately())
    assert row is not None
    return Backlog(*row)


async def mails_by_state(conn: "Connection") -> dict[str, int]:
    """How many mails bounced or failed within a day, or did not go out yet."""
    return dict(await conn.fetch(_SQL["mails"]))


async def effects(conn: "Connection", *, limit: int, after: int = 0) -> list[WaitingEffect]:
    """A page of what is to be delivered, oldest first, after so many."""
    return [WaitingEffect(*row) for row in await conn.fetch(_SQL["effects"], limit, after)]


async def wakes(conn: "Connection", *, limit: int, after: int = 0) -> list[WaitingWake]:
    """A page of the wakes to be done, oldest first, after so many."""
    return [WaitingWake(*row) for row in await conn.fetch(_SQL["wakes"], limit, after)]


async def failed(
    conn: "Connection", stream: str, activity: str, *, command: str | None, error: str, attempts: int
) -> None:
    """Remembers a try that failed, and since when they do."""
    await conn.execute(_SQL["failed"], stream, activity, command, error, attempts)


async def went_on(conn: "Connection", stream: str, activity: str) -> None:
    """Forgets what failed: it succeeded."""
    await conn.execute(_SQL["went_on"], stream, activity)


async def failing(conn: "Connection", *, limit: int, after: int = 0) -> list[FailingWork]:
    """A page of the work that fails, the longest first, after so many."""
    return [FailingWork(*row) for row in await conn.fetch(_SQL["failing"], limit, after, _lately())]


async def verified(
    conn: "Connection", report: Report, problems: Sequence[Problem], *, stream: str | None = None, with_checkpoint: bool
) -> None:
    """Remembers that `stream`, or the whole log, was verified just now, and what was found."""
    found = [[p.stream for p in problems], [p.version for p in problems], [p.what for p in problems]]
    await conn.execute(_SQL["verified"], report.events, report.streams, len(problems), with_checkpoint, stream, *found)


async def known_problems(conn: "Connection") -> list[KnownProblem]:
    """By the last verification of the whole log, and those of cases alone since."""
    return [KnownProblem(*row) for row in await conn.fetch(_SQL["known_problems"])]


async def last_verification(conn: "Connection") -> Verification | None:
    row = await conn.fetchrow(_SQL["last_verification"])
    return Verification(*row) if row else None


def _lately() -> datetime:
    return datetime.now(UTC) - TRIED
