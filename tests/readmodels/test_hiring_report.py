"""The hiring report: known numbers of a scripted history; on any history sums agree and the funnel narrows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

import readmodels
from domain.kernel.showing.reporting import Late, ReportQuery, Span, Spread
from domain.people.hiring.figures import Figures, Offers, Seats
from domain.people.hiring.process import HIRING
from domain.people.hiring.report import HiringReport, hiring_report
from eventstore.database import Connection, Pool
from readmodels.milestones import milestones
from tests.domain.people.company import (
    ANN,
    BANGKOK,
    BOB,
    LEAD,
    NOW,
    ORGANISATION,
    RECRUITER,
    accepted,
    extended,
    handed_over,
    interviewed,
    requisition,
)
from tests.readmodels.lives import Life, crossed, record, wandering

pytestmark = pytest.mark.rule("HIR-15")
PROCESSES = {"hiring": HIRING}


def days(working: float, calendar: float) -> Span:
    return Span(working_days=working, calendar_days=calendar)


async def told(conn: Connection, now: datetime, *, late: Sequence[Late] = (), **asked: Any) -> HiringReport:
    return hiring_report(
        ReportQuery(as_of=now, **asked),
        await readmodels.milestones(conn, "hiring"),
        late,
        organisation=ORGANISATION,
        calendars=lambda _unit: BANGKOK,
    )


def script() -> list[Life]:
    """Monday, ten in the morning: three are raised. One hires after two days in approval and a declined offer, one is
    approved after a week, the third waits."""
    first, second, third = (Life(f"hiring-{name}") for name in ("first", "second", "third"))
    for life in (first, second, third):
        life.do(LEAD, "raise-requisition", **requisition(seats=2 if life is second else 1))
    first.pass_time(days=2)
    first.approve_all()
    interviewed(first, ANN, BOB)
    first.do(RECRUITER, "add-candidate", candidate="c-new", source="referral")
    first.pass_time(days=1)
    offer = extended(first, BOB)
    first.do(BOB, "answer-offer", channel="link", offer=offer, answer="decline")
    first.pass_time(days=1)
    accepted(first, ANN)  # on Friday; she starts on 4 January
    second.pass_time(days=7)
    second.approve_all()
    return [first, second, third]


async def test_a_scripted_history_gives_known_numbers(pool: Pool, conn: Connection) -> None:
    await record(conn, crossed(script()))
    await readmodels.project(pool, PROCESSES)

    report = await told(conn, NOW + timedelta(days=9))

    assert report.cases == 3
    assert report.to_approve == Spread(count=2, median=days(3.5, 4.5), p90=days(5, 7))
    assert report.to_fill == Spread(count=1, median=days(2, 2), p90=days(2, 2))
    assert report.to_start == Spread(count=0), "nobody has begun to work yet"
    assert {step.reached: step.count for step in report.funnel} == {
        "added": 3, "advanced": 2, "interviewed": 2, "offered": 2, "accepted": 1, "filled": 0,
    }  # fmt: skip
    assert [step.of_previous for step in report.funnel] == [None, 0.6667, 1, 1, 0.5, 0]
    assert report.offers == Offers(extended=2, accepted=1, declined=1, lapsed=0, withdrawn=0, waiting=0)
    assert report.acceptance_rate == 0.5
    assert [(row.stage, row.count, row.oldest) for row in report.stages] == [
        ("checks", 1, days(3, 5)), ("in_approval", 1, days(7, 9)), ("sourcing", 1, days(2, 2)),
    ]  # fmt: skip
    by_unit = {row.unit: row for row in report.seats}
    assert by_unit["it"].seats == by_unit["co"].seats == Seats(asked=1, approved=3, taken=1, filled=0, open=2)
    assert by_unit["hr"].seats == Seats()
    assert (by_unit["it"].plan, by_unit["it"].held) == (7, 6)
    assert (by_unit["co"].plan, by_unit["co"].held) == (len(ORGANISATION.positions), len(ORGANISATION.people))


async def test_the_first_day_of_work_and_a_passed_probation_count_once_they_have_come(
    pool: Pool, conn: Connection
) -> None:
    life = Life("hiring-first")
    life.do(LEAD, "raise-requisition", **requisition())
    life.approve_all()
    interviewed(life, ANN)
    handed_over(life, ANN, start_date="2026-11-16")
    life.pass_time(days=13)  # to Sunday, before she starts
    before = life.now
    life.pass_time(days=200)
    life.do(LEAD, "decide-probation", candidate=ANN, outcome="confirm")
    await record(conn, crossed([life]))
    await readmodels.project(pool, PROCESSES)

    assert (await told(conn, before)).to_start.count == 0
    report = await told(conn, life.now)
    assert report.to_start == Spread(count=1, median=days(9.88, 13.58), p90=days(9.88, 13.58))
    assert report.funnel[-1].count == 1
    assert report.stages == (), "a finished hiring is in no stage"
    assert report.seats[0].seats == Seats(asked=0, approved=1, taken=1, filled=1, open=0)
    [row] = await readmodels.milestones(conn, "hiring")
    assert row.closed_at == life.now
    assert (row.raised_at, row.submitted_at, row.approved_at, row.stage) == (NOW, NOW, NOW, "filled")


async def test_a_window_chooses_the_cases_by_the_day_they_were_raised_where_the_unit_works(
    pool: Pool, conn: Connection
) -> None:
    evening = Life("hiring-evening")
    evening.now = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)  # in Bangkok it is the fourth
    evening.do(LEAD, "raise-requisition", **requisition())
    await record(conn, crossed([*script(), evening]))
    await readmodels.project(pool, PROCESSES)

    async def count(since: date | None, until: date | None) -> int:
        return (await told(conn, NOW + timedelta(days=9), since=since, until=until)).cases

    assert await count(None, None) == 4
    assert await count(date(2026, 11, 4), None) == 1
    assert await count(None, date(2026, 11, 3)) == 3
    assert await count(date(2026, 11, 2), date(2026, 11, 2)) == 3
    assert await count(date(2026, 11, 5), None) == 0


async def test_nothing_at_all_is_a_report_too(conn: Connection) -> None:
    report = await told(conn, NOW)
    assert (report.cases, report.acceptance_rate, report.to_fill, report.stages) == (0, None, Spread(count=0), ())
    assert [(step.count, step.of_all) for step in report.funnel] == [(0, None)] * 6


@pytest.mark.rule("KRN-50")
@pytest.mark.parametrize("seed", range(2))
async def test_on_any_history_sums_agree_and_the_past_is_told_as_it_was_shown(
    pool: Pool, conn: Connection, seed: int
) -> None:
    rng = Random(100 + seed)
    lives = [wandering(f"hiring-{number}", rng) for number in range(6)]
    events = crossed(lives)
    half = next(n for n in range(len(events) // 2, len(events) - 1) if events[n][0] < events[n + 1][0])
    await record(conn, events[: half + 1])
    await readmodels.project(pool, PROCESSES)
    shown_then, then = await readmodels.milestones(conn, "hiring"), events[half][0]
    await record(conn, events[half + 1 :])
    await readmodels.project(pool, PROCESSES)

    assert list((await readmodels.picture(conn, PROCESSES, then)).milestones) == shown_then
    rows = await readmodels.milestones(conn, "hiring")
    assert list((await readmodels.picture(conn, PROCESSES, events[-1][0])).milestones) == rows
    report = await told(conn, events[-1][0])
    counts = [step.count for step in report.funnel]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == sum(len(life.state.candidates) for life in lives)
    offers = report.offers
    assert offers.extended == offers.accepted + offers.declined + offers.lapsed + offers.withdrawn + offers.waiting
    assert sum(row.count for row in report.stages) == sum(not HIRING.is_terminal(life.state) for life in lives)
    top = next(row for row in report.seats if row.unit == "co")
    assert top.seats.taken == sum(len(row.figures["hires"]) for row in rows)
    assert top.seats.approved == top.seats.taken + top.seats.open
    assert top.seats.filled <= top.seats.taken
    for life, row in zip(lives, sorted(rows, key=lambda row: row.case), strict=True):
        assert (row.stage, row.closed) == (life.stage, HIRING.is_terminal(life.state))
        assert Figures.model_validate(row.figures).model_dump(mode="json") == row.figures


async def test_the_view_holds_no_candidate_and_no_salary(pool: Pool, conn: Connection) -> None:
    await record(conn, crossed(script()))
    await readmodels.project(pool, PROCESSES)
    text = str(await conn.fetch("SELECT * FROM signoff.milestones"))
    for private in (ANN, BOB, "55000", "50000", "THB"):
        assert private not in text
    assert milestones is readmodels.milestones


async def test_what_is_late_is_counted_by_person_and_by_unit(conn: Connection) -> None:
    late = [
        Late(case=f"hiring-{n}", task=f"hiring-{n}.1", stage="in_approval", unit=unit, step="line", people=people,
             outsiders=0, due_at=NOW + timedelta(hours=-n), late=days(n, n))
        for n, (unit, people) in enumerate((("it", ("e3", "e4")), ("hr", ("e3",)), ("it", ("e4", "e3"))))
    ]  # fmt: skip
    report = await told(conn, NOW, late=late)
    assert [each.case for each in report.late] == ["hiring-2", "hiring-1", "hiring-0"]
    assert [(row.who, row.tasks) for row in report.late_by_person] == [("e3", 3), ("e4", 2)]
    assert [(row.who, row.tasks) for row in report.late_by_unit] == [("it", 2), ("hr", 1)]
    only = await told(conn, NOW, late=late, unit="hr", units=frozenset({"hr"}))
    assert [each.case for each in only.late] == ["hiring-1"]
