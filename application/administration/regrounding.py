"""Tasks of people who lost the role, group or position they were asked as go to who has it now (KRN-10, ORG-03).

Those of people whose limit was lowered go to those above them (SPD-05).

What falls on a holiday that was declared since is due later (ORG-07). Looked for whenever the organisation changed or a
day began. Any number may run: a case that has nothing to hand on refuses, and records nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime

import structlog

import readmodels
from application.commands.sweeping import UNSENT, ToCase, sweep
from application.services import Services
from domain.kernel.cases.case import Case, Review
from domain.kernel.deciding.ladder import postponed
from domain.kernel.facts import Facts
from domain.kernel.routing.ground import all_too_low, without_ground
from domain.kernel.routing.route import asking, route_of
from domain.processes import PROCESSES
from readmodels.counts import open_cases
from runtime.settings import Settings

EVERY = 15.0
"""Seconds between two looks at whether the organisation changed."""
MOST = 100_000

_logger = structlog.get_logger("signoff.regrounding")


class Regrounding:
    """Remembers which organisation was looked at on which day."""

    def __init__(self) -> None:
        self._looked: tuple[int, date] | None = None

    async def step(self, services: Services, *, now: datetime) -> list[str]:
        """Lets every case hand on what lost its ground, and returns in which it did."""
        organisation = await services.organisation()
        here = (organisation.version, now.date())
        if here == self._looked:
            return []
        wishes = await _losing(services, now)
        results = await sweep(services, wishes, causation=None)
        if not {result.code for result in results} & UNSENT:
            self._looked = here
        return [result.command.case for result in results if result.code is None]


async def _losing(services: Services, now: datetime) -> list[ToCase]:
    """The cases with an open decision of somebody for whom the policy's word does not speak any more."""
    found = [case async for facts, case in _open(services, now) if _loses(facts, case)]
    return [ToCase(case.id, case.process, "retry", {}) for case in found]


async def tasks_on_holidays(services: Services, now: datetime) -> int:
    """How many open tasks have something to come on a holiday that was declared since (ORG-07)."""
    return sum([len(postponed(facts, case)) async for facts, case in _open(services, now)])


async def _open(services: Services, now: datetime) -> AsyncIterator[tuple[Facts, Case]]:
    """Every open case, under its policy and the organisation of now."""
    await services.fresh()
    records = await services.records()
    async with services.pool.acquire() as conn:
        for case_id, process in (await open_cases(conn, limit=MOST)).items():
            state, _events = await readmodels.case_at(conn, services.processes, case_id)
            case = services.processes[process].case(state)
            facts = Facts(now=now, organisation=records.organisation, policy=records.policies.pinned(case.policy))
            yield facts, case


def _loses(facts: Facts, case: Case) -> bool:
    """Earlier requests are not looked at here: the case itself decides."""
    if case.hold is not None:
        return False
    return bool(postponed(facts, case)) or any(_lost(facts, case, review) for review in case.reviews.values())


def _lost(facts: Facts, case: Case, review: Review) -> bool:
    route, question = route_of(facts.policy, case.process, review.route), asking(facts, case, review)
    tasks = [task for task in case.tasks.values() if task.command == "decide" and task.subject == review.id]
    return any(
        set(without_ground(question, route.step(task.step), task)) - set(task.voted)
        or all_too_low(question, route.step(task.step), task)
        for task in tasks
    )


async def follow(settings: Settings, stop: asyncio.Event) -> None:
    """Looks until `stop` is set. Postgres or Temporal may be away meanwhile."""
    regrounding = Regrounding()
    while not stop.is_set():
        try:
            async with Services.opened(settings, PROCESSES, temporal=True) as services:
                while not stop.is_set():
                    await regrounding.step(services, now=datetime.now(UTC))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), EVERY)
        except Exception as error:  # noqa: BLE001 - a follower that dies of one error would hand on nothing any more
            _logger.warning("tasks that lost their ground wait", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
