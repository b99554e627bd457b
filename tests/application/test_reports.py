"""The hiring report over a real log: who may see which numbers, as of when, and what is late with whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from application.queries.reports import process_report
from domain.kernel.errors import Refused
from domain.people.hiring.report import HiringReport
from tests.support.hiring import opened, played
from tests.support.office import Office

REQUESTER, LINE, HR, OPERATIONS, PLANT_HR = "e1005", "e1003", "e1033", "e1009", "e1034"


async def report(
    office: Office, *, reader: str | None = None, unit: str | None = None, as_of: datetime | None = None
) -> HiringReport:
    found = await process_report(office.services, "hiring", reader=reader, unit=unit, as_of=as_of)
    assert isinstance(found, HiringReport)
    return found


async def code(office: Office, **asked: str) -> str:
    with pytest.raises(Refused) as refused:
        await report(office, **asked)
    return refused.value.code


@pytest.mark.rule("HIR-15", "KRN-50")
async def test_the_report_is_of_what_was_recorded_and_as_of_any_time(office_at_work: Office):
    office = office_at_work
    before = datetime.now(UTC)
    player = await opened(office, "hiring-report1")
    raised = datetime.now(UTC)
    [task] = (await player.state()).case.tasks.values()
    await office.do(player.case, "decide", {"task": task.id, "outcome": "reject", "comment": "No"}, by=LINE)

    now = await report(office)
    then = await report(office, as_of=raised)
    assert (now.cases, now.stages) == (1, ())
    assert [(row.stage, row.count) for row in then.stages] == [("in_approval", 1)]
    assert (await report(office, as_of=before)).cases == 0
    assert (then.late, then.late_by_person) == ((), ())
    long_after = await report(office, as_of=task.timing.due_at + timedelta(days=30))
    assert long_after.cases == 1


@pytest.mark.rule("HIR-15")
async def test_what_is_late_is_named_with_those_it_waits_for_now_and_then(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-report2")
    [task] = (await player.state()).case.tasks.values()
    later = task.timing.due_at + timedelta(days=30)

    [late] = (then := await report(office, as_of=later)).late
    assert (late.task, late.people, late.stage, late.step) == (task.id, task.assignees, "in_approval", "line")
    assert late.late.calendar_days == 30
    assert [(row.who, row.tasks) for row in then.late_by_person] == [(LINE, 1)]
    assert (await report(office)).late == ()
    async with office.services.pool.acquire() as conn:
        for table in ("cases", "inbox"):
            await conn.execute(f"update signoff.{table} set due_at = now() - interval '30 days'")
    [shown] = (await report(office)).late
    assert shown.model_copy(update={"due_at": late.due_at, "late": late.late}) == late


@pytest.mark.rule("HIR-15", "KRN-43")
async def test_numbers_are_for_the_managers_of_a_unit_hr_and_operations(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-report3")
    unit = (await player.state()).the_requisition.unit

    assert (await report(office, reader=LINE)).cases == 1
    assert (await report(office, reader=HR, unit=unit)).cases == 1
    assert (await report(office, reader=OPERATIONS)).cases == 1
    elsewhere = await report(office, reader=PLANT_HR)
    assert (elsewhere.cases, elsewhere.stages, {row.seats.asked for row in elsewhere.seats}) == (0, (), {0})
    assert unit not in {row.unit for row in elsewhere.seats}
    assert await code(office, reader=PLANT_HR, unit=unit) == "not-your-report"
    assert await code(office, reader="e1060x") == "not-your-report"
    assert await code(office, unit="moon") == "unknown-unit"
    with pytest.raises(Refused, match="swap the days"):
        await process_report(office.services, "hiring", since=date(2026, 2, 1), until=date(2026, 1, 1), reader=None)


@pytest.mark.rule("HIR-15")
async def test_a_unit_is_reported_with_all_below_it_and_a_whole_story_has_a_hire(office_at_work: Office):
    office = office_at_work
    player = await played(office, "hiring-report4")
    unit = (await player.state()).the_requisition.unit
    async with office.services.pool.acquire() as conn:
        organisation = (await office.services.record_cache.records(conn)).organisation

    rows = {row.unit: row for row in (await report(office)).seats}
    for above in organisation.units_above(unit):
        assert rows[above].seats == rows[unit].seats
        own = await report(office, unit=above)
        assert own.cases == 1
        assert all(above in organisation.units_above(row.unit) for row in own.seats)
    assert rows[unit].seats.taken == 1
    whole = await report(office)
    assert whole.offers.accepted >= 1
    assert whole.to_fill.count == 1
