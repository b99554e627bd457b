"""Today is the day where somebody works, not that of UTC: at four in the morning in Bangkok it is tomorrow already."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from application.records import append_record
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.model import RoleHolding
from domain.organisation.persons import Details
from tests.support.office import Office
from tests.web.staff.visiting import browsing

ONE_DAY = "e9001"
ROLES = ("operations", "hr-partner")


@pytest.mark.rule("KRN-42")
async def test_whoever_works_here_and_holds_a_role_only_on_their_own_today_finds_every_door_open(
    office_at_work: Office,
):
    office = office_at_work
    await _works_for_one_day(office)
    async with browsing(office, ONE_DAY) as browser:
        pages = {
            path: await browser.shown(path) for path in ("/start", "/policy", "/overview", "/organisation?q=e9001")
        }
        answers = {path: (await browser.http.get(path)).status_code for path in ("/operations", "/policy/trial")}
        person = await browser.shown("/organisation/people/e9001")
        other = await browser.shown("/organisation/people/e1005")
        found = (await browser.http.get("/start/choices/person", params={"q": ONE_DAY})).json()

    assert 'href="/start/hiring/raise-requisition"' in pages["/start"]
    assert 'href="/operations"' in pages["/start"]
    assert 'href="/policy/trial"' in pages["/policy"]
    assert "process=authority" in pages["/overview"]
    assert answers == {"/operations": 200, "/policy/trial": 200}
    assert "not here" not in person + pages["/organisation?q=e9001"]
    assert "Operations" in person
    assert "somchai.r@" in other
    assert [one["value"] for one in found] == ["One Day (e9001)"]


async def _works_for_one_day(office: Office) -> None:
    """Somebody far away, where another day is than in UTC, who works here and holds the roles on that day only."""
    async with office.services.pool.acquire() as conn:
        known = (await office.services.record_cache.records(conn)).organisation
    zone, today = _elsewhere(datetime.now(UTC))
    tomorrow = today + timedelta(days=1)
    position = known.positions["web-developer-1"].model_copy(update={"id": "one-day"})
    calendar = known.calendars["th-bangkok"].model_copy(update={"id": "elsewhere", "zone": zone})
    joins = ev.PersonJoined(person=ONE_DAY, position="one-day", calendar="elsewhere", language="en", start=today,
                            effective=today)  # fmt: skip
    new = [
        ev.CalendarSet(calendar=calendar, effective=today),
        ev.PositionSet(position=position, effective=today),
        joins,
        ev.PersonLeft(person=ONE_DAY, effective=tomorrow),
        *(ev.RoleGranted(holding=RoleHolding(role=role, person=ONE_DAY, start=today, end=tomorrow), effective=today)
          for role in ROLES),
    ]  # fmt: skip
    await append_record(
        office.services.pool,
        stream=record.STREAM,
        process=record.STREAM,
        expected_version=known.version,
        events=new,
        actor="os:test",
        command_id=uuid4(),
    )
    details = Details(name={"en": "One Day"}, email="one.day@siam-orchard.example")
    await office.services.people.write(ONE_DAY, details, actor="os:test", command_id=uuid4())


def _elsewhere(now: datetime) -> tuple[str, date]:
    """A zone in which it is another day than in UTC, whatever the hour, and that day."""
    hours = 14 if now.hour >= 10 else -12
    return f"Etc/GMT{-hours:+d}", (now + timedelta(hours=hours)).date()
