"""Hirings to decide on: the example company, requisitions raised by one person, and the approvals that follow."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client

from activities.record_cache import organisation_book
from application.administration import office
from application.services import Services
from bench.environment import BenchEnvironment
from domain.kernel.command import Command
from domain.processes import NEEDS, PROCESSES
from readmodels.projector import position_shown
from runtime.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"
REQUISITION: dict[str, Any] = {
    "position": "web-developer-2",
    "seats": 1,
    "grade": 5,
    "salary_band": {"min": "1000 THB", "max": "2000 THB"},
    "location": "Bangkok",
    "unit": "it-web",
    "business_case": "The shop's new checkout needs a second developer before the Songkran season.",
    "job_description": {"id": "jd-web-developer", "version": "3"},
    "interview_plan": [{"kind": "technical", "interviewers": 2}],
}
COMMENT = "Checked against the plan and the budget of the unit; the band is that of comparable positions."
STEPS = 3
_AT_ONCE = 32
_QUIET_SECONDS = 60

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Case:
    """A started case; `approvals` are the numbers of its tasks and who decides on each."""

    id: str
    requester: str
    approvals: Sequence[tuple[str, str]] = ()


class Cases:
    """Starts cases. Requests of one person on one line are added up (KRN-05), so both change from case to case."""

    def __init__(self, services: Services, requesters: Sequence[str], lines: Sequence[str]) -> None:
        self.services = services
        self._run = uuid4().hex[:6]
        self._numbers = count(1)
        self._requesters = requesters
        self._lines = lines
        self._approvals: dict[str, Sequence[tuple[str, str]]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, environment: BenchEnvironment, people: int) -> AsyncIterator["Cases"]:
        """Imports the company and publishes the policy. At most `people` of the company raise requisitions."""
        environ = {**os.environ, **environment.stack.environment}
        async with Services.opened(Settings.load(environ), PROCESSES, temporal=True) as services:
            today = datetime.now(UTC).date()
            company = sorted((EXAMPLES / "company").glob("*.yaml"))
            await office.import_organisation(services, company, actor="os:bench", today=today)
            await office.publish_policy(services, EXAMPLES / "policy.yaml", NEEDS, actor="os:bench", today=today)
            async with services.pool.acquire() as conn:
                organisation = await organisation_book().read(conn)
            yield cls(services, sorted(organisation.people)[:people], sorted(organisation.budget_lines))

    @property
    def client(self) -> Client:
        assert self.services.client
        return self.services.client

    async def learn(self) -> None:
        """Plays one case for each requester, to know who approves; keeps those whose cases have three approvals."""
        started = await self._start([self._next(person) for person in self._requesters])
        plays = await asyncio.gather(*(self._play(case) for case in started))
        known = {case.requester: steps for case, steps in zip(started, plays, strict=True) if len(steps) == STEPS}
        self._approvals, self._requesters = known, sorted(known)
        await self.quiet()

    async def start(self, number: int) -> list[Case]:
        """Raises requisitions, many at once; returns when nothing is being done in the background any more."""
        people = cycle(self._requesters)
        return await self._start([self._next(next(people)) for _ in range(number)])

    def three_approvals(self, case: Case) -> list[Call]:
        return [self._approval(case, task, person) for task, person in case.approvals]

    def three_comments(self, case: Case) -> list[Call]:
        """A command of one event that asks for nothing else."""
        return [self._call(case.id, "comment", case.requester, {"text": COMMENT}) for _ in range(STEPS)]

    async def quiet(self) -> None:
        """Returns when every effect is delivered and the views show every event."""
        async with asyncio.timeout(_QUIET_SECONDS):
            while not await self._is_quiet():  # noqa: ASYNC110 - the worker is another process
                await asyncio.sleep(0.02)

    async def _is_quiet(self) -> bool:
        pool = self.services.pool
        if await pool.fetchval("select exists (select from signoff.effects where delivered_at is null)"):
            return False
        head = await pool.fetchval("select coalesce(max(position), 0) from signoff.events")
        return bool(await position_shown(pool) >= head)

    def _next(self, person: str) -> Case:
        return Case(f"bench-{self._run}-{next(self._numbers)}", person, self._approvals.get(person, ()))

    async def _start(self, cases: list[Case]) -> list[Case]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(case: Case, line: str) -> None:
            payload = {**REQUISITION, "budget_line": line}
            async with gate:
                await self.services.send.send(
                    self._command(case.id, "raise-requisition", case.requester, payload), start=True
                )

        await asyncio.gather(*(one(case, random.choice(self._lines)) for case in cases))
        await self.quiet()
        return cases

    async def _play(self, case: Case) -> list[tuple[str, str]]:
        """Approves whatever is to be approved, one step after another."""
        handle = self.client.get_workflow_handle(case.id)
        steps: list[tuple[str, str]] = []
        while tasks := [t for t in (await handle.query("state"))["tasks"] if t["command"] == "decide"]:
            steps.append((tasks[0]["id"].removeprefix(f"{case.id}."), tasks[0]["assignees"][0]))
            await self._approval(case, *steps[-1])()
        return steps

    def _approval(self, case: Case, task: str, person: str) -> Call:
        payload = {"task": f"{case.id}.{task}", "outcome": "approve", "comment": COMMENT}
        return self._call(case.id, "decide", person, payload)

    def _call(self, case: str, name: str, actor: str, payload: dict[str, Any]) -> Call:
        return lambda: self.services.send.send(self._command(case, name, actor, payload), start=False)

    def _command(self, case: str, name: str, actor: str, payload: dict[str, Any]) -> Command:
        return Command(
            case=case,
            process="hiring",
            name=name,
            command_id=uuid4(),
            actor=actor,
            channel="cli",
            authenticated="bench",
            payload=payload,
        )
