"""A cycle for the whole example company on real Temporal and Postgres: one of its units goes through to its release."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.events import EventRow
from domain.processes import PROCESSES
from eventstore import log
from readmodels.milestones import milestones
from readmodels.projector import Projector
from tests.domain.people.review.cycle_world import terms
from tests.support.office import Office
from tests.workflows.test_review_cycle import MARKS, do, state, until

HR, CYCLE = "e1035", "company-2026"


def form() -> dict[str, Any]:
    today = datetime.now(UTC).date()
    days = {"period_from": today - timedelta(days=300), "period_until": today, "assess_from": today}
    return {**terms(**{name: day.isoformat() for name, day in days.items()}), "as_of": today.isoformat()}


def case_of(person: str) -> str:
    return f"{CYCLE}-{person}"


async def begun(office: Office) -> Any:
    """The cycle once every review has begun."""
    design = {**form(), "name": "2026", "unit": "company"}
    await office.start("review_cycle", design, by=HR, case=CYCLE, name="design-cycle")
    await do(office, CYCLE, "announce", "announce-cycle")
    await do(office, CYCLE, "freeze", "freeze-population")
    cycle = await until(office, CYCLE, lambda one: one.frozen)
    office.started += [case_of(child.key) for _, child in cycle.cycle.children]
    for _, child in cycle.cycle.children:
        await until(office, case_of(child.key), lambda one: one.step is not None)
    return cycle


async def each(office: Office, people: list[str], kind: str, name: str, **payload: Any) -> None:
    await asyncio.gather(*(do(office, case_of(person), kind, name, **payload) for person in people))


async def progress(office: Office) -> Counter[tuple[str | None, str]]:
    await Projector(office.services.pool, PROCESSES).catch_up()
    async with office.services.pool.acquire() as conn:
        return Counter((row.unit, row.stage) for row in await milestones(conn, "review"))


async def events(office: Office, case: str) -> list[EventRow]:
    async with office.services.pool.acquire() as conn:
        return list(await log.read_stream(conn, case))


def seen_by_subject(found: Any) -> str:
    return str(PROCESSES["review"].visible(found, found.person))


@pytest.mark.rule("REV-04", "REV-10")
@pytest.mark.timeout(420)
async def test_one_unit_of_the_company_is_released(office_at_work: Office) -> None:
    office = office_at_work
    cycle = await begun(office)
    units = {unit: [child.key for child in children] for unit, children in cycle.cycle.planned.items()}
    unit = max(units, key=lambda one: len(units[one]))
    people, others = units[unit], [case_of(p) for one, keys in units.items() if one != unit for p in keys]
    assert sum(map(len, units.values())) >= 50

    await each(office, people, "self", "assess-self", marks=MARKS)
    await each(office, people, "rate", "rate-performance", marks=MARKS)
    await do(office, CYCLE, "calibrate", "calibrate-unit")
    *most, last = people
    await each(office, most, "sign", "sign-review")
    assert [(await state(office, case_of(person))).released for person in people] == [None] * len(people)
    assert "'marks'" not in seen_by_subject(await state(office, case_of(last)))

    await do(office, case_of(last), "sign", "sign-review")
    for person in people:
        await until(office, case_of(person), lambda one: one.released is not None)

    rows = [row for case in map(case_of, people) for row in await events(office, case)]
    passed = [row.payload for row in rows if row.type == "GatePassed"]
    assert Counter(one["gate"] for one in passed if one["last"]) == {"rated": 1, "signed": 1}
    assert {(await state(office, case)).released for case in others} == {None}
    told = await until(office, CYCLE, lambda one: unit in one.cycle.passed.get("signed", ()))
    assert told.cycle.closed == ()
    stages = await progress(office)
    assert sum(count for (_, stage), count in stages.items() if stage == "conversation") == len(people)
    assert sum(stages.values()) == len(people) + len(others)
