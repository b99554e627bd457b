"""The overview: the numbers of the report, for those who oversee units; for others what they asked for themselves."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from application.queries.reports import process_report
from application.wording import formats
from tests.support.hiring import opened, played
from tests.support.office import Office
from tests.web.staff.reading import pictures, table
from tests.web.staff.visiting import browsing

REQUESTER, LINE, PLANT_HR, NOBODY = "e1005", "e1003", "e1034", "e1024"
CANARIES = ("95,000", "95000", "110,000", "110000", "C-First", "C-Second", "C-Third", "c-first", "mail.example")


@pytest.mark.rule("HIR-15", "KRN-43")
async def test_the_numbers_on_the_page_are_those_of_the_report_and_nothing_personal_is_among_them(
    office_at_work: Office,
):
    office = office_at_work
    await played(office, "hiring-overview-whole")
    await opened(office, "hiring-open")
    told: dict[str, Any] = json.loads((await process_report(office.services, "hiring", reader=LINE)).model_dump_json())
    async with browsing(office, LINE) as browser:
        page = await browser.shown("/overview")
        thai = await browser.shown("/overview?lang=th")

    assert table(page, "Candidates") == [
        [step["reached"], str(step["count"]), _part(step["of_previous"]), _part(step["of_all"])]
        for step in told["funnel"]
    ]
    assert [row[1:] for row in table(page, "Stage")] == [
        [str(row["count"]), *(_number(row["age"][name]["working_days"]) for name in ("median", "p90")),
         _number(row["oldest"]["working_days"])]
        for row in told["stages"]
    ]  # fmt: skip
    times = [told[name] for name in ("to_approve", "to_fill", "to_start")]
    assert [row[1:3] for row in table(page, "Working days")] == [
        [str(found["count"]), _number(found["median"]["working_days"]) if found["median"] else "–"] for found in times
    ]
    assert "1 of 2 that were answered or lapsed; 2 were sent" in page
    seats = [row for row in told["seats"] if row["seats"]["asked"] or row["seats"]["approved"]]
    assert [row[1:] for row in table(page, "Unit")] == [
        [str(row["plan"]), str(row["held"]), *(str(row["seats"][name])
                                              for name in ("asked", "approved", "taken", "filled", "open"))]
        for row in seats
    ]  # fmt: skip
    assert [row[1:] for row in table(page, "Month")] == [
        [str(row["raised"]), str(row["finished"])] for row in told["months"]
    ]
    assert [row[1:] for row in table(thai, "ผู้สมัคร")] == [row[1:] for row in table(page, "Candidates")]
    for canary in CANARIES:
        assert canary not in page + thai, canary


@pytest.mark.rule("HIR-15", "KRN-50")
async def test_what_is_late_is_shown_with_whom_and_as_of_any_time(office_at_work: Office):
    office = office_at_work
    before = datetime.now(UTC)
    player = await opened(office, "hiring-overview-late")
    [task] = (await player.state()).case.tasks.values()
    later = task.timing.due_at + timedelta(days=30)
    [late] = (await process_report(office.services, "hiring", reader=LINE, as_of=later)).late
    async with browsing(office, LINE) as browser:
        now = await browser.shown("/overview")
        then = await browser.shown(f"/overview?as_of={later.isoformat().replace('+', '%2B')}")
        early = await browser.shown(f"/overview?as_of={before.isoformat().replace('+', '%2B')}")
        refused = [await browser.http.get(f"/overview?{query}") for query in ("as_of=noon", "since=x", "process=moon",
                   "since=2026-02-01&until=2026-01-01", "unit=moon")]  # fmt: skip

    assert "Nothing is late." in now
    [row] = table(then, "Case")
    assert row[0] == player.case
    assert row[3] == await office.services.people.name(LINE)
    assert row[5] == _number(late.late.working_days)
    assert f'href="/cases/{player.case}"' in then
    assert "Nothing is open." in early
    assert [answer.status_code for answer in refused] == [400, 400, 404, 400, 422]


@pytest.mark.rule("HIR-15", "KRN-43")
async def test_nobody_sees_the_numbers_of_units_that_they_do_not_oversee(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-other")
    unit = (await player.state()).the_requisition.unit
    async with browsing(office, PLANT_HR) as browser:
        elsewhere = await browser.shown("/overview")
        asked = await browser.http.get(f"/overview?unit={unit}")
    async with browsing(office, NOBODY) as browser:
        nobody = await browser.shown("/overview?process=hiring")

    assert f'value="{unit}"' not in elsewhere
    assert player.case not in elsewhere
    assert "Nothing is open." in elsewhere
    assert asked.status_code == 403
    assert "You have asked for nothing yet." in nobody
    assert "<svg role" not in nobody


@pytest.mark.rule("KRN-43")
async def test_whoever_oversees_nothing_sees_what_they_asked_for_and_where_it_is(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-mine")
    asked = {"person": NOBODY, "category": "spending", "up_to": "50,000 THB", "unit": "it-web", "reason": "Tools"}
    await office.start("authority", asked, by=NOBODY, case="authority-mine", name="request-limit")
    async with browsing(office, NOBODY) as browser:
        page = await browser.shown("/overview")
    async with browsing(office, REQUESTER) as browser:
        mine = await browser.shown("/overview?process=mine")

    [row] = table(page, "Case")
    assert "authority-mine" in row[0]
    assert await office.services.people.name("e1011") in row[2]
    assert "hiring-mine" not in page
    assert [each[0].split()[-1] for each in table(mine, "Case")] == ["hiring-mine"]


@pytest.mark.rule("HIR-15")
async def test_every_process_has_a_tab_with_its_numbers(office_at_work: Office):
    office = office_at_work
    asked = {"person": NOBODY, "category": "spending", "up_to": "50,000 THB", "unit": "it-web", "reason": "Tools"}
    await office.start("authority", asked, by=NOBODY, case="authority-tab", name="request-limit")
    told = await process_report(office.services, "authority", reader=LINE)
    async with browsing(office, LINE) as browser:
        page = await browser.shown("/overview?process=authority")

    assert told.cases == 1
    assert [row[1] for row in table(page, "Stage")] == [str(row.count) for row in told.stages]
    assert "50,000" not in page
    assert "Funnel of candidates" not in page


async def test_pictures_are_named_described_and_beside_a_table_and_an_empty_office_has_none(office_at_work: Office):
    office = office_at_work
    async with browsing(office, LINE) as browser:
        empty = await browser.shown("/overview")
        await played(office, "hiring-picture", 6)
        page = await browser.shown("/overview")

    assert "Nothing is open." in empty
    found = pictures(page)
    assert len(found) == len(re.findall(r'<details class="numbers">', page)) >= 3
    for picture in found:
        root = ET.fromstring(picture)
        names = root.attrib["aria-labelledby"].split()
        assert root.attrib["role"] == "img"
        assert [root.find("title").attrib["id"], root.find("desc").attrib["id"]] == names
        assert all(root.find(kind).text.strip() for kind in ("title", "desc"))
    assert " style=" not in page
    assert "<script" not in page


def _number(value: float) -> str:
    return formats.number(value, "en")


def _part(part: float | None) -> str:
    return "–" if part is None else formats.percent(part, "en")
