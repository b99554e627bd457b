"""A cycle on the real Temporal server and the real Postgres: a parent, its children, and who is the last."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.worker import Worker

from activities.decide import Decider
from activities.deliver import Deliverer
from activities.gate import Gate
from activities.registrations import registrations
from cli.demo import story
from domain.processes import PROCESSES
from eventstore import log
from readmodels.milestones import milestones
from readmodels.projector import Projector
from tests.domain.kernel.definition.survey import ANSWER, SURVEY
from tests.support.office import COMMAND_KEYS, Office
from workflows.loop import Loop
from workflows.messages import Outcome, Start

UNITS = {"small": 20, **{f"u{number}": 40 for number in range(7)}}
"""Three hundred children in eight units; the bench opens thousands."""
CASE = "survey-1"


@workflow.defn(name="Survey")
class Survey(Loop):
    process = "survey"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Answer")
class Answer(Loop):
    process = "answer"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@pytest.fixture
async def office(office_without_worker: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office in which there are surveys, at work."""
    one = office_without_worker
    monkeypatch.setitem(PROCESSES, "survey", SURVEY)
    monkeypatch.setitem(PROCESSES, "answer", ANSWER)
    pool = one.services.pool
    decider = Decider(pool, PROCESSES, gate=Gate(COMMAND_KEYS, signals=True))
    at_work = registrations(pool, decider, Deliverer(pool, one.services.send))
    async with Worker(
        one.client, task_queue=one.queue, workflows=[Survey, Answer], activities=at_work,
        max_concurrent_workflow_tasks=20, max_concurrent_activities=20, max_concurrent_local_activities=20,
    ):  # fmt: skip
        yield one


@pytest.mark.rule("REV-10")
@pytest.mark.timeout(600)
async def test_one_of_many_children_is_the_last(office: Office) -> None:
    units = {unit: [f"{unit}-{number}" for number in range(size)] for unit, size in UNITS.items()}
    await office.start("survey", {"units": units, "person": story.MANAGER}, by=story.MANAGER, case=CASE)
    office.started += [f"{CASE}-{key}" for keys in units.values() for key in keys]
    await all_started(office)

    assert await progress(office) == {(unit, "running"): size for unit, size in UNITS.items()}
    small = [f"{CASE}-{key}" for key in units["small"]]
    await asyncio.gather(*(office.do(case, "answer", {}, by=story.MANAGER) for case in small))
    await told(office, "UnitPassed")

    parent = await events(office, CASE)
    assert [row.payload["unit"] for row in parent if row.type == "UnitPassed"] == ["small"]
    last = [row for case in small for row in await events(office, case) if row.type == "GatePassed"]
    assert Counter(row.payload["last"] for row in last) == {False: 19, True: 1}
    assert len(parent) < 10 * len(UNITS), "its log grows with units and pages, not with children"
    assert (await office.handle(CASE).describe()).history_length < 5_000, "its history is bounded"


async def all_started(office: Office) -> None:
    """Turns the parent's clock page by page; a delivery takes its time."""
    async with asyncio.timeout(480):
        while sum((await progress(office)).values()) < sum(UNITS.values()):
            await office.temporal.fast_forward(office.handle(CASE), timedelta(seconds=1))
            await asyncio.sleep(0.5)


async def told(office: Office, kind: str) -> None:
    """Returns once the parent recorded an event of this kind."""
    async with asyncio.timeout(60):
        while not any(row.type == kind for row in await events(office, CASE)):  # noqa: ASYNC110 - another program
            await asyncio.sleep(0.1)


async def progress(office: Office) -> Counter[tuple[str | None, str]]:
    """By unit and stage, how many children there are: from the read model."""
    await Projector(office.services.pool, PROCESSES).catch_up()
    async with office.services.pool.acquire() as conn:
        return Counter((row.unit, row.stage) for row in await milestones(conn, "answer"))


async def events(office: Office, case: str) -> Sequence[log.EventRow]:
    async with office.services.pool.acquire() as conn:
        return await log.read_stream(conn, case)
