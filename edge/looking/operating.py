"""What the people who hold the role operations see and do: the office as it stands, and mending it.

Everything is a page of a list, so that a bad day does not make it slow; what Temporal knows is None while it is away.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import views
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import OPERATIONS
from edge.changing import mail
from edge.door import Door
from edge.looking import exceptions, listing, reading
from edge.looking.temporal_watch import (
    Failing,
    Queue,
    TemporalAway,
    Trying,
    client_of,
    deliveries,
    failing,
    queues,
    without_workflow,
)
from edge.sending import compose
from edge.sending.compose import Actor
from eventstore import operations
from eventstore.operations import Backlog, FailingWork, KnownProblem, Verification, WaitingEffect, WaitingWake
from views import Wanted
from views.counts import Counts, case_counts, open_cases
from views.queries import DeadLetter, Lag

T = TypeVar("T")

PAGE = 20
LOOKED_AT = 20_000
"""Open cases that are compared with the running workflows, the oldest first."""

CATCHING_UP = 2.0
"""Seconds in which the views may come up to the log. On a bad day they do not, and are shown as they are."""

WEEK = timedelta(days=7)
ACTIONS = ("hold", "resume", "retry")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Page `number` (from 1) of a list; `more` says whether there is a next one."""

    rows: Sequence[T]
    number: int = 1
    more: bool = False

    @classmethod
    def of(cls, rows: Sequence[T], number: int) -> "Part[T]":
        """From all rows."""
        return cls.read(rows[_skipped(number) :], number)

    @classmethod
    def read(cls, rows: Sequence[T], number: int) -> "Part[T]":
        """From the rows of this page and those after it."""
        return cls(rows[:PAGE], number, len(rows) > PAGE)


@dataclass(frozen=True)
class Watched:
    """What Temporal knows of the office."""

    queues: Sequence[Queue]
    failing: Part[Failing]
    lost: Part[tuple[str, str]]


@dataclass(frozen=True)
class Office:
    """How the office stands at `now`. The log has `known` problems.

    `errors` are, by case, the deliveries that were tried without success.
    """

    now: datetime
    counts: Sequence[Counts]
    lag: dict[str, Lag]
    backlog: Backlog
    verified: Verification | None
    known: int
    problems: Part[KnownProblem]
    work: Part[FailingWork]
    dead: Part[DeadLetter]
    effects: Part[WaitingEffect]
    errors: dict[str, Trying]
    wakes: Part[WaitingWake]
    mails: Part[dict[str, Any]]
    stuck: Part[dict[str, Any]]
    watched: Watched | None


async def require(door: Door, person: str) -> None:
    """Raises Refused `not-your-page` unless the person holds the role operations today."""
    organisation = await door.organisation()
    if person not in organisation.holders(OPERATIONS, None, organisation.day_of(person, datetime.now(UTC))):
        raise Refused(
            "not-your-page", "This page is for the people who hold the role operations; ask one of them to look."
        )


async def office(door: Door, reader: str, pages: dict[str, int]) -> Office:
    """How it stands, as `reader` may see it. `pages` are numbers of pages by the names of the lists, from 1."""
    door, now = await _caught_up(door), datetime.now(UTC)

    def number(name: str) -> int:
        return pages.get(name, 1)

    async with door.pool.acquire() as conn:
        backlog, verified = await operations.backlog(conn), await operations.last_verification(conn)
        lag, counts = await views.lag(conn), await case_counts(conn, now=now)
        problems = await operations.known_problems(conn)
        work = await operations.failing(conn, limit=PAGE + 1, after=_skipped(number("work")))
        dead = await views.dead_letters(conn, limit=PAGE + 1, after=_skipped(number("dead")))
        effects = await operations.effects(conn, limit=PAGE + 1, after=_skipped(number("effects")))
        wakes = await operations.wakes(conn, limit=PAGE + 1, after=_skipped(number("wakes")))
    mails = await mail.undelivered(door)
    return Office(
        now=now,
        counts=counts,
        lag=lag,
        backlog=backlog,
        verified=verified,
        known=len(problems),
        problems=Part.of(problems, number("problems")),
        work=Part.read(work, number("work")),
        dead=Part.read(dead, number("dead")),
        effects=Part.read(effects, number("effects")),
        errors=await _errors(door, {effect.stream for effect in effects[:PAGE]}),
        wakes=Part.read(wakes, number("wakes")),
        mails=Part.of(mails, number("mails")),
        stuck=await _stuck(door, reader, number("stuck")),
        watched=await _watched(door, number("failing"), number("lost")),
    )


@dataclass(frozen=True)
class Week:
    """What was out of the ordinary; what was recorded after `known_until` (UTC) is not in it. None: all of it is."""

    part: Part[dict[str, Any]]
    known_until: datetime | None


async def exceptional(door: Door, reader: str, number: int) -> Week:
    """The exceptions of the last week, the newest first, as `reader` may see them."""
    door, now = await _caught_up(door), datetime.now(UTC)
    async with door.pool.acquire() as conn:
        behind = (await views.lag(conn)).get("exceptions")
    part = slice(_skipped(number), _skipped(number + 1) + 1)
    rows = await exceptions.report(door, since=now - WEEK, until=now, process=None, reader=reader, part=part)
    until = now - timedelta(seconds=behind.seconds) if behind and behind.events else None
    return Week(Part.read(rows, number), until)


async def act(door: Door, actor: Actor, *, case: str, action: str, reason: str, command_id: UUID) -> None:
    """Holds, resumes or tries again, through the workflow like any command. Raises Refused."""
    if action not in ACTIONS:
        raise Refused("bad-action", "Choose one of: hold, resume, retry.")
    payload = {} if action == "retry" else {"reason": reason}
    made = await compose.command(door, case, action, payload, actor, command_id=command_id)
    await compose.sent(door, made, start=False)


async def _caught_up(door: Door) -> Door:
    """A door that reads the views as they are, after they had a moment to come up to the log."""
    with suppress(views.ViewsBehind):
        await views.fresh(door.pool, door.processes, within=CATCHING_UP)
    return replace(door, as_shown=True)


async def _stuck(door: Door, reader: str, number: int) -> Part[dict[str, Any]]:
    """Cases with a step for nobody, each with the newest reason of each such step."""
    rows = await listing.cases(door, Wanted(stuck=True), reader=reader)
    part = Part.of(rows, number)
    told = [row | {"reasons": await _reasons(door, row["case"], reader)} for row in part.rows]
    return Part(told, number, part.more)


async def _reasons(door: Door, case: str, reader: str) -> dict[str, str]:
    """By step. A reader who may not see the event gets none."""
    events = await reading.timeline(door, case, as_of=None, reader=reader)
    found = (event["data"] for event in events if event["type"] == "StepStuck")
    return {data["step"]: data["reason"] for data in found if isinstance(data.get("reason"), str)}


async def _errors(door: Door, cases: set[str]) -> dict[str, Trying]:
    try:
        return await deliveries(client_of(door), cases)
    except TemporalAway:
        return {}


async def _watched(door: Door, failing_page: int, lost_page: int) -> Watched | None:
    client, queue = client_of(door), door.settings.task_queue
    async with door.pool.acquire() as conn:
        cases = await open_cases(conn, limit=LOOKED_AT)
    try:
        lost = await without_workflow(client, queue, cases)
        return Watched(
            await queues(client, queue),
            Part.of(await failing(client, queue), failing_page),
            Part.of(sorted(lost.items()), lost_page),
        )
    except TemporalAway:
        return None


def _skipped(number: int) -> int:
    return (number - 1) * PAGE
