"""A limit is granted on the real Temporal server and the real Postgres, and the next decision rests on it."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.worker import Worker

from activities.decide import Decider
from activities.deliver import Deliverer
from activities.registrations import registrations
from application.commands.recover import recover
from cli.demo import story
from domain.kernel.effects import Entry, Record
from domain.kernel.errors import Refused
from domain.kernel.values.money import Money
from domain.organisation import record
from domain.organisation.events import LimitSet
from domain.organisation.model import Limit
from domain.processes import PROCESSES
from eventstore import log
from eventstore.effects import StoredEffect
from tests.support.office import Office

CONTROLLER, CONTROLLERS_BOSS = "e1041", "e1040"
REQUEST = {
    "person": CONTROLLER,
    "category": "hiring",
    "up_to": "4,000,000 THB",
    "unit": "company",
    "reason": "The data team grows",
}


async def approved(office: Office, case: str, *, until: str | None = None) -> list[str]:
    """Every step decided by the first who was asked, up to the step `until`; who they were."""
    deciders: list[str] = []
    while tasks := (await office.state(case))["tasks"]:
        [task] = tasks
        if task["step"] == until:
            break
        deciders.append(task["assignees"][0])
        await office.do(case, "decide", {"task": task["id"], "outcome": "approve"}, by=deciders[-1])
    return deciders


async def limits_of(office: Office, person: str) -> list[log.EventRow]:
    async with office.services.pool.acquire() as conn:
        rows = await log.read_stream(conn, record.STREAM)
    return [row for row in rows if row.type == "LimitSet" and row.payload["limit"]["person"] == person]


async def money_step(office: Office, case: str) -> dict[str, Any]:
    """A requisition of 2.76 million a year whose next step is the money."""
    wanted = story.requisition() | {"seats": 2, "salary_band": {"min": "70000 THB", "max": "100000 THB"}}
    await office.start("hiring", wanted, by=story.MANAGER, case=case)
    await approved(office, case, until="money")
    [task] = (await office.state(case))["tasks"]
    return dict(task)


@pytest.mark.rule("KRN-05")
async def test_above_the_old_limit_a_request_goes_to_someone_else_after_the_grant_it_stays(office_at_work: Office):
    office = office_at_work
    before = await money_step(office, "hiring-before-limit")
    assert before["assignees"] == [CONTROLLERS_BOSS]
    await office.do("hiring-before-limit", "withdraw", {"reason": "later"}, by=story.MANAGER)

    await office.start("authority", REQUEST, by=CONTROLLER, name="request-limit", case="authority-e2e")
    deciders = await approved(office, "authority-e2e")
    outcome = await office.outcome("authority-e2e")

    assert CONTROLLER not in deciders
    assert (outcome.stage, outcome.status) == ("granted", "approved")
    [held] = await limits_of(office, CONTROLLER)
    async with office.services.pool.acquire() as conn:
        case = await log.read_stream(conn, "authority-e2e")
    [told] = [row for row in case if row.type == "Recorded"]
    [asked] = [row for row in case if row.type == "RecordAsked"]
    assert told.payload["position"] == held.position
    assert held.causation == asked.position, "the organisation says what its limit rests on"

    task = await money_step(office, "hiring-after")
    assert task["assignees"] == [CONTROLLER]
    await office.do("hiring-after", "decide", {"task": task["id"], "outcome": "approve"}, by=CONTROLLER)


@pytest.mark.rule("KRN-19")
async def test_records_are_kept_once_though_many_are_delivered_at_once_and_twice(office_without_worker: Office):
    """Each delivery finds the stream grown by another and tries again; a second one finds the first."""
    office = office_without_worker
    deliverer = Deliverer(office.services.pool, office.services.send)
    wishes = [_wish(amount) for amount in range(1, 6)]

    async def patiently(wish: tuple[StoredEffect, Record]) -> int:
        while True:
            try:
                return await deliverer.record(*wish)
            except Refused:  # as the retry policy of the activity would
                continue

    first = await asyncio.gather(*(patiently(wish) for wish in (*wishes, *wishes)))
    second = [await deliverer.record(*wish) for wish in wishes]

    assert [*second, *second] == list(first)
    assert len(await limits_of(office, "e1010")) == len(wishes)


async def test_a_process_with_several_openings_asks_which(office_without_worker: Office):
    with pytest.raises(Refused) as refusal:
        await office_without_worker.start("authority", REQUEST, by=CONTROLLER)
    assert refusal.value.code == "which-opening"
    assert "request-limit" in refusal.value.message


def _wish(amount: int) -> tuple[StoredEffect, Record]:
    limit = Limit(
        category="hiring", person="e1010", up_to=Money(amount=amount, currency="THB"), start=date(2030, amount, 1)
    )
    effect = Record(
        stream=record.STREAM,
        events=(Entry.of(LimitSet(limit=limit, effective=date(2030, amount, 1))),),
        case="authority-x",
        process="authority",
        command="note-recorded",
    )
    return StoredEffect(uuid4(), "authority-x", 3, 3, effect.kind, effect.model_dump(mode="json")), effect


class Dying(Deliverer):
    """Records, and dies before it can tell the case: once per effect."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.died: list[UUID] = []

    async def record(self, stored: StoredEffect, effect: Record) -> int:
        position = await super().record(stored, effect)
        if stored.id not in self.died:
            self.died.append(stored.id)
            raise ConnectionResetError("the worker died after the commit")
        return position


@pytest.mark.rule("KRN-53")
async def test_a_crash_between_the_record_and_its_answer_records_once(office_without_worker: Office):
    office = office_without_worker
    dying = Dying(office.services.pool, office.services.send)
    at_work = registrations(office.services.pool, Decider(office.services.pool, PROCESSES), dying)
    async with Worker(office.client, task_queue=office.queue, activities=at_work):
        await office.start("authority", REQUEST, by=CONTROLLER, name="request-limit", case="authority-crash")
        await approved(office, "authority-crash")
        outcome = await office.outcome("authority-crash")

    assert (outcome.stage, len(dying.died)) == ("granted", 1)
    assert len(await limits_of(office, CONTROLLER)) == 1


@pytest.mark.rule("KRN-53")
async def test_a_cluster_lost_between_approval_and_record_changes_nothing(office_without_worker: Office):
    """The effect was written with the approval, so the case that comes back from the log delivers it."""
    office = office_without_worker
    at_work = registrations(
        office.services.pool,
        Decider(office.services.pool, PROCESSES),
        Absent(office.services.pool, office.services.send),
    )
    async with Worker(office.client, task_queue=office.queue, activities=at_work):
        await office.start("authority", REQUEST, by=CONTROLLER, name="request-limit", case="authority-lost")
        await approved(office, "authority-lost")
        assert (await office.state("authority-lost"))["stage"] == "recording"
        await office.handle("authority-lost").terminate("the cluster is lost")
    assert await limits_of(office, CONTROLLER) == []

    async with office.working():
        await recover(office.services)
        outcome = await office.outcome("authority-lost")

    assert outcome.stage == "granted"
    assert len(await limits_of(office, CONTROLLER)) == 1


class Absent(Deliverer):
    """Never gets anywhere."""

    async def deliver(self, effect_id: UUID) -> None:
        raise ConnectionRefusedError(f"{effect_id} cannot be delivered now")
