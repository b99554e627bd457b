"""A small cycle on real Temporal and Postgres: its reviews go through together, unit by unit."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from readmodels import case_at
from tests.domain.people.review.cycle_world import HR, mark, terms
from tests.support.office import Office

MARKS = [mark()]
CYCLE, PEOPLE = "reviews-1", ("e1011", "e1024", "e1025", "e1026")


async def state(office: Office, case: str) -> Any:
    """None while there is no such case yet."""
    async with office.services.pool.acquire() as conn:
        try:
            found, _ = await case_at(conn, PROCESSES, case)
        except Refused:
            return None
    return found


async def until(office: Office, case: str, reached: Callable[[Any], bool]) -> Any:
    """The state once it is so; other cases' words come by themselves."""
    async with asyncio.timeout(60):
        while True:
            found = await state(office, case)
            if found is not None and reached(found):
                return found
            await asyncio.sleep(0.05)  # the delivery is another program


async def do(office: Office, case: str, kind: str, name: str, **payload: Any) -> None:
    """The task of this kind is done by the first person who was asked, once it is there."""
    found = await until(office, case, lambda one: any(task.kind == kind for task in one.case.tasks.values()))
    task = next(task for task in found.case.tasks.values() if task.kind == kind)
    await office.do(case, name, {"task": task.id, **payload}, by=task.people[0])


@pytest.mark.rule("REV-04")
@pytest.mark.rule("REV-10")
async def test_a_unit_is_released_together(office_at_work: Office):
    office, today = office_at_work, datetime.now(UTC).date()
    days = {"period_from": today - timedelta(days=300), "period_until": today, "assess_from": today}
    form = terms(**{name: day.isoformat() for name, day in days.items()})
    design = {**form, "name": "2026", "unit": "it-web", "as_of": today.isoformat()}
    await office.start("review_cycle", design, by=HR, case=CYCLE, name="design-cycle")
    await do(office, CYCLE, "announce", "announce-cycle")
    await do(office, CYCLE, "freeze", "freeze-population")
    reviews = [f"{CYCLE}-{person}" for person in PEOPLE]
    await asyncio.gather(*(do(office, case, "self", "assess-self", marks=MARKS) for case in reviews))
    await asyncio.gather(*(do(office, case, "rate", "rate-performance", marks=MARKS) for case in reviews))
    await do(office, CYCLE, "calibrate", "calibrate-unit")
    for case in reviews[:-1]:
        await do(office, case, "sign", "sign-review")
    assert [(await state(office, case)).released for case in reviews] == [None] * 4
    await do(office, reviews[-1], "sign", "sign-review")
    for case in reviews:
        await until(office, case, lambda one: one.released is not None)
    cycle = await until(office, CYCLE, lambda one: "signed" in one.cycle.closed)
    assert cycle.cycle.passed == {"rated": ("it-web",), "signed": ("it-web",)}
