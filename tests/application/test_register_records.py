"""What is recorded in a register is seen by every decision after it, and by no view as a case."""

from datetime import date
from uuid import uuid4

from activities.decide import Decider
from activities.deliver import Deliverer
from domain.kernel import register
from domain.kernel.command import Command
from domain.kernel.effects import Entry, Record
from domain.kernel.register import EntrySet
from domain.processes import PROCESSES
from eventstore.effects import StoredEffect
from readmodels.projector import Projector
from tests.support.office import Office

DAY = date(2026, 4, 6)
MAIL = EntrySet(name="services", id="mail", entry={"id": "mail", "name": {"en": "Mail"}}, effective=DAY)


def asked() -> tuple[StoredEffect, Record]:
    effect = Record(
        stream=register.STREAM, events=(Entry.of(MAIL),), case="case-1", process="authority", command="note-recorded"
    )
    return StoredEffect(uuid4(), "case-1", 1, 1, effect.kind, effect.model_dump(mode="json")), effect


async def test_a_register_is_recorded_once_and_read_by_decisions(office_without_worker: Office):
    office = office_without_worker
    wish = asked()
    deliverer = Deliverer(office.services.pool, office.services.send)
    assert await deliverer.record(*wish) == await deliverer.record(*wish)

    assert (await office.services.records()).registers.on("services", "mail", DAY) is not None
    decider = Decider(office.services.pool, PROCESSES)
    async with office.services.pool.acquire() as conn:
        command = Command(case="case-1", process="authority", name="comment", actor="e1002")
        process = PROCESSES["authority"]
        records = await decider._record_cache.records(conn)
        payload = process.commands["comment"](text="x")
        facts = await decider._facts(conn, process, process.initial("case-1"), command, payload, records)
    assert [one.number for one in facts.registers.of("services")["mail"]] == [1]


async def test_a_register_is_no_case_of_the_views(office_without_worker: Office):
    office = office_without_worker
    await Deliverer(office.services.pool, office.services.send).record(*asked())
    await Projector(office.services.pool, PROCESSES).catch_up()
    async with office.services.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from signoff.cases where case_id = $1", register.STREAM) == 0
