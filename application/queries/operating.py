"""What the people who hold the role operations see and do: the office as it stands, and mending it.

Everything is a page of a list, so that a bad day does not make it slow; what Temporal knows is None while it is away.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import readmodels
from application.administration import mail
from application.commands import compose
from application.commands.compose import Actor
from application.queries import exceptions, listing, reading
from application.queries.temporal_watch import (
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
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import OPERATIONS
from eventstore import operations
from eventstore.operations import Backlog, FailingWork, KnownProblem, Verification, WaitingEffect, WaitingWake
from readmodels import Wanted
from readmodels.counts import Counts, case_counts, open_cases
from readmodels.queries import DeadLetter, Lag

T = TypeVar("T")

PAGE = 20
LOOKED_AT = 20_000
"""Open cases that are compared with the running workflows, the oldest first."""

CATCHING_UP = 2.0
"""Seconds in which the views may come up to the log. On a bad day they do not, and are shown as they are."""

WEEK = timedelta(days=7)
ACTIONS = ("hold", "resume", "retry")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Page `number` (from 1) of a list; `more` says whether there is a next one."""

    rows: Sequence[T]
    number: int = 1
    more: bool = False

    @classmethod
    def of(cls, rows: Sequence[T], number: int) -> "Page[T]":
        """From all rows."""
        return cls.read(rows[_skipped(number) :], number)

    @classmethod
    def read(cls, rows: Sequence[T], number: int) -> "Page[T]":
        """From the rows of this page and those after it."""
        return cls(rows[:PAGE], number, len(rows) > PAGE)


@dataclass(frozen=True)
class Watched:
    """What Temporal knows of the office."""

    queues: Sequence[Queue]
    failing: Page[Failing]
    lost: Page[tuple[str, str]]


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
    problems: Page[KnownProblem]
    work: Page[FailingWork]
    dead: Page[DeadLetter]
    effects: Page[WaitingEffect]
    errors: dict[str, Trying]
    wakes: Page[WaitingWake]
    mails: Page[dict[str, Any]]
    stuck: Page[dict[str, Any]]
    watched: Watched | None


async def require(services: Services, person: str) -> None:
    """Raises Refused `not-your-page` unless the person holds the role operations today."""
    organisation = await services.organisation()
    if person not in organisation.holders(OPERATIONS, None, organisation.day_of(person, datetime.now(UTC))):
        raise Refused(
            "not-your-page", "This page is for the people who hold the role operations; ask one of them to look."
        )


async def office(services: Services, reader: str, pages: dict[str, int]) -> Office:
    """How it stands, as `reader` may see it. `pages` are numbers of pages by the names of the lists, from 1."""
    services, now = await _caught_up(services), datetime.now(UTC)

    def number(name: str) -> int:
        return pages.get(name, 1)

    async with services.pool.acquire() as conn:
        backlog, verified = await operations.backlog(conn), await operations.last_verification(conn)
        lag, counts = await readmodels.lag(conn), await case_counts(conn, now=now)
        problems = await operations.known_problems(conn)
        work = await operations.failing(conn, limit=PAGE + 1, after=_skipped(number("work")))
        dead = await readmodels.dead_letters(conn, limit=PAGE + 1, after=_skipped(number("dead")))
        effects = await operations.effects(conn, limit=PAGE + 1, after=_skipped(number("effects")))
        wakes = await operations.wakes(conn, limit=PAGE + 1, after=_skipped(number("wakes")))
    mails = await mail.undelivered(services)
    return Office(
        now=now,
        counts=counts,
        lag=lag,
        backlog=backlog,
        verified=verified,
        known=len(problems),
        problems=Page.of(problems, number("problems")),
        work=Page.read(work, number("work")),
        dead=Page.read(dead, number("dead")),
        effects=Page.read(effects, number("effects")),
        errors=await _errors(services, {effect.stream for effect in effects[:PAGE]}),
        wakes=Page.read(wakes, number("wakes")),
        mails=Page.of(mails, number("mails")),
        stuck=await _stuck(services, reader, number("stuck")),
        watched=await _watched(services, number("failing"), number("lost")),
    )


@dataclass(frozen=True)
class Week:
    """What was out of the ordinary; what was recorded after `known_until` (UTC) is not in it. None: all of it is."""

    part: Page[dict[str, Any]]
    known_until: datetime | None


async def exceptional(services: Services, reader: str, number: int) -> Week:
    """The exceptions of the last week, the newest first, as `reader` may see them."""
    services, now = await _caught_up(services), datetime.now(UTC)
    async with services.pool.acquire() as conn:
        behind = (await readmodels.lag(conn)).get("exceptions")
    part = slice(_skipped(number), _skipped(number + 1) + 1)
    rows = await exceptions.report(services, since=now - WEEK, until=now, process=None, reader=reader, part=part)
    until = now - timedelta(seconds=behind.seconds) if behind and behind.events else None
    return Week(Page.read(rows, number), until)


async def act(services: Services, actor: Actor, *, case: str, action: str, reason: str, command_id: UUID) -> None:
    """Holds, resumes or tries again, through the workflow like any command. Raises Refused."""
    if action not in ACTIONS:
        raise Refused("bad-action", "Choose one of: hold, resume, retry.")
    payload = {} if action == "retry" else {"reason": reason}
    made = await compose.command(services, case, action, payload, actor, command_id=command_id)
    await compose.sent(services, made, start=False)


async def _caught_up(services: Services) -> Services:
    """A door that reads the views as they are, after they had a moment to come up to the log."""
    with suppress(readmodels.ViewsBehind):
        await readmodels.fresh(services.pool, services.processes, within=CATCHING_UP)
    return replace(services, as_shown=True)


async def _stuck(services: Services, reader: str, number: int) -> Page[dict[str, Any]]:
    """Cases with a step for nobody, each with the newest reason of each such step."""
    rows = await listing.cases(services, Wanted(stuck=True), reader=reader)
    part = Page.of(rows, number)
    told = [row | {"reasons": await _reasons(services, row["case"], reader)} for row in part.rows]
    return Page(told, number, part.more)


async def _reasons(services: Services, case: str, reader: str) -> dict[str, str]:
    """By step. A reader who may not see the event gets none."""
    events = await reading.timeline(services, case, as_of=None, reader=reader)
    found = (event["data"] for event in events if event["type"] == "StepStuck")
    return {data["step"]: data["reason"] for data in found if isinstance(data.get("reason"), str)}


async def _errors(services: Services, cases: set[str]) -> dict[str, Trying]:
    try:
        return await deliveries(client_of(services), cases)
    except TemporalAway:
        return {}


async def _watched(services: Services, failing_page: int, lost_page: int) -> Watched | None:
    client, queue = client_of(services), services.settings.task_queue
    async with services.pool.acquire() as conn:
        cases = await open_cases(conn, limit=LOOKED_AT)
    try:
        lost = await without_workflow(client, queue, cases)
        return Watched(
            await queues(client, queue),
            Page.of(await failing(client, queue), failing_page),
            Page.of(sorted(lost.items()), lost_page),
        )
    except TemporalAway:
        return None


def _skipped(number: int) -> int:
    return (number - 1) * PAGE
