"""The same stories on the real Temporal server and the real Postgres: what the domain says is what the log holds."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.kernel.cases.case import Case, Deadline, Task
from domain.kernel.events import declared_name
from domain.processes import PROCESSES
from readmodels import case_at
from tests.conformance.example import EXAMPLES, Due, Sent, Told, Wait
from tests.conformance.playing import Playing
from tests.support.budgets import give_plans
from tests.support.office import Office

STORIES = [(process, story) for process, example in EXAMPLES.items() for story in example.real]


class RealPlay:
    """A case of the office, read from the log after each command."""

    def __init__(self, office: Office, process: str, story: str) -> None:
        self.office, self.process = office, PROCESSES[process]
        self.id = f"{process}-{story}".replace("_", "-").replace(" ", "-")
        self.state: Any = self.process.initial(self.id)
        self.events: list[str] = []

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def today(self) -> date:
        return datetime.now(UTC).date()

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
                due = self._deadline(kind)
                await self.office.forward(self.id, due.at - datetime.now(UTC))
            case Wait(span):
                await self.office.forward(self.id, span)
            case Told():
                await self._until_more()
        await self.read()

    def _deadline(self, kind: str) -> Deadline:
        return min((each for each in self.case.deadlines if each.kind == kind), key=lambda each: each.at)

    async def _until_more(self) -> None:
        known = len(self.events)
        async with asyncio.timeout(30):
            while len(self.events) == known:
                await asyncio.sleep(0.02)  # the delivery is another program
                await self.read()

    async def read(self) -> None:
        async with self.office.services.pool.acquire() as conn:
            self.state, rows = await case_at(conn, PROCESSES, self.id)
        self.events = [row.type for row in rows]


@pytest.mark.parametrize(("process", "story"), STORIES, ids=[" ".join(each) for each in STORIES])
async def test_a_story_goes_through_temporal_and_postgres(office_at_work: Office, process: str, story: str):
    example, play = EXAMPLES[process], RealPlay(office_at_work, process, story)
    await give_plans(office_at_work.services.pool, example.plans)

    for step in example.stories[story](play):
        await play.carry_out(step)

    alone = Playing(process, story).run()
    assert play.process.stage(play.state) == alone.process.stage(alone.state)
    assert sorted(set(play.events)) == sorted({declared_name(type(event)) for event in alone.history})
