"""The same stories on the real Temporal server and the real Postgres: what the domain says is what the log holds."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.cases.case import Case, Deadline, Task
from domain.kernel.events import declared_name
from domain.processes import PROCESSES
from readmodels import case_at
from tests.conformance.example import EXAMPLES, Due, Sent, Told, Wait
from tests.conformance.playing import Playing
from tests.support.budgets import give_plans
from tests.support.office import Office
from tests.support.office_days import office_day

LADDER = frozenset({"TaskReminded", "TaskEscalated"})
"""What comes by itself while a story lets time pass; on the domain alone nothing does."""
STORIES = [(process, story) for process, example in EXAMPLES.items() for story in example.real]


class RealPlay:
    """A case of the office, read from the log after each command."""

    def __init__(self, office: Office, process: str, story: str) -> None:
        self.office, self.process = office, PROCESSES[process]
        self.id = f"{process}-{story}".replace("_", "-").replace(" ", "-")
        self.state: Any = self.process.initial(self.id)
        self.events: list[str] = []
        self.ahead = timedelta()
        self.told, self.deliveries = 0, set[UUID]()

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def today(self) -> date:
        return office_day(self.now)

    @property
    def now(self) -> datetime:
        """The clock of the case, which stories turn."""
        return datetime.now(UTC) + self.ahead

    def task(self, kind: str | None = None) -> Task:
        found = next((task for task in self.case.tasks.values() if kind in (None, task.kind)), None)
        if found is None:
            raise LookupError(f"{self.id} has no task {kind}, only {[task.kind for task in self.case.tasks.values()]}")
        return found

    async def carry_out(self, step: Sent | Told | Due | Wait) -> None:
        match step:
            case Sent(name, payload, by) if name in self.process.start:
                await self.office.start(self.process.name, dict(payload), by=by, case=self.id, name=name)
            case Sent(name, payload, by):
                await self.office.do(self.id, name, dict(payload), by=by)
            case Due(kind):
                if (due := self._deadline(kind)) is not None:
                    await self._forward(max(due.at - self.now, timedelta()))
                    await self._until_gone(due)
            case Wait(span):
                await self._forward(span)
            case Told():
                self.told += 1
                await self._until_told()
        await self.read()

    async def _forward(self, span: timedelta) -> None:
        await self.office.forward(self.id, span)
        self.ahead += span

    async def _until_gone(self, due: Deadline) -> None:
        async with asyncio.timeout(30):
            while due in self.case.deadlines:
                await asyncio.sleep(0.02)  # the timer is another program
                await self.read()

    def _deadline(self, kind: str) -> Deadline | None:
        """The next of this kind; None where it was due at once and has acted already."""
        return min((each for each in self.case.deadlines if each.kind == kind), key=lambda each: each.at, default=None)

    async def _until_told(self) -> None:
        """As many deliveries were recorded as the story had told: each is another program, and may be quicker."""
        async with asyncio.timeout(30):
            while len(self.deliveries) < self.told:
                await asyncio.sleep(0.02)
                await self.read()

    async def read(self) -> None:
        async with self.office.services.pool.acquire() as conn:
            self.state, rows = await case_at(conn, PROCESSES, self.id)
        self.events = [row.type for row in rows]
        self.deliveries = {row.command_id for row in rows if row.channel == "effect"}


@pytest.mark.parametrize(("process", "story"), STORIES, ids=[" ".join(each) for each in STORIES])
async def test_a_story_goes_through_temporal_and_postgres(office_at_work: Office, process: str, story: str):
    example, play = EXAMPLES[process], RealPlay(office_at_work, process, story)
    await give_plans(office_at_work.services.pool, example.plans)

    for step in example.stories[story](play):
        await play.carry_out(step)

    alone = Playing(process, story).run()
    assert play.process.stage(play.state) == alone.process.stage(alone.state)
    recorded = {declared_name(type(event)) for event in alone.history}
    assert sorted(set(play.events) - LADDER) == sorted(recorded - LADDER)
