"""The year of the demo: stories told with the clock of a past day, through the one function that decides."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from cli.demo.year import FRAME, YearDemo, YearPlay, moved, run_year
from domain.kernel.errors import Refused
from eventstore import chain, log
from tests.conformance import example
from tests.support.office import Office

BEGINS = datetime.now(UTC).replace(hour=3) - timedelta(days=100)


@pytest.mark.parametrize(("process", "story"), [("authority", "granted"), ("status_report", "anew")])
async def test_a_story_is_told_at_its_instants(office_without_worker: Office, process: str, story: str):
    office = office_without_worker
    demo = YearDemo(office.services, Console(quiet=True))
    assert await demo._tell(example, process, story, 0, BEGINS) == "whole"
    async with office.services.pool.acquire() as conn:
        stream = next(name for name, kind, _ in await log.streams(conn) if kind == process)
        rows = await log.read_stream(conn, stream)
        report = await chain.verify(conn)
    said = [datetime.fromisoformat(row.payload["at"]) for row in rows if isinstance(row.payload.get("at"), str)]
    assert BEGINS < min(said) < BEGINS + timedelta(days=1), "not the day on which it was recorded"
    assert said == sorted(said)
    assert report.problems == []


async def test_what_is_still_open_has_had_its_deadlines(office_without_worker: Office):
    office = office_without_worker
    demo = YearDemo(office.services, Console(quiet=True))
    play = YearPlay(office.services, demo._at, "authority", "limit-open", BEGINS)
    asked = {"person": "e1010", "category": "spending", "up_to": "5 THB", "unit": "it-web", "reason": "Small things"}
    await play.give("request-limit", asked, "e1005")
    await demo._catch_up()
    await play.read()
    assert play.case.closed is not None or not [one for one in play.case.deadlines if one.at < datetime.now(UTC)]


def test_days_and_years_move_with_a_story():
    said = {"day": "2026-11-27", "at": "2026-12-01T03:00:00Z", "years": ["2027", "2026-Q4"], "text": "2,027", "n": 5}
    assert moved(said, timedelta(days=-100), -1) == {
        "day": "2026-08-19", "at": "2026-08-23T03:00:00Z", "years": ["2026", "2025-Q4"], "text": "2,027", "n": 5,
    }  # fmt: skip
    assert FRAME.year == 2026


async def test_an_office_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    with pytest.raises(Refused, match="There is an office in"):
        await run_year(tmp_path)
