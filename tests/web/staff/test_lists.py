"""The page of the search, and lists as files: what the reader sees on pages."""

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from tests.support.office import Office, opened_office
from tests.web.staff.visiting import browsing

LEAD, OUTSIDER = "e1011", "e1059"


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory):
    async with opened_office(postgres, company_url, temporal, tmp_path_factory.mktemp("lists")) as one, one.working():
        for number, (who, reason) in enumerate((("e1010", "Licences of ระบบเงินเดือน"), (LEAD, "Training"))):
            limit = {"category": "spending", "up_to": "5 THB", "reason": reason, "person": who, "unit": "it-web"}
            await one.start("authority", limit, by="e1005", name="request-limit", case=f"limit-{number}")
        yield one


async def test_search_page_leads_to_what_it_finds(office: Office):
    async with browsing(office, "e1005") as browser:
        assert 'role="search"' in await browser.shown("/inbox"), "the box stands in the frame"
        found = await browser.shown("/search?text=เงินเดือน")
        empty = await browser.shown("/search?text=%22%3E%3Cscript%3E")
    assert 'href="/cases/limit-0"' in found
    assert 'href="/cases/limit-1"' not in found
    assert "<script>" not in empty
    assert "Nothing that you may see" in empty


@pytest.mark.rule("KRN-43")
async def test_content_is_found_by_who_sees_it(office: Office):
    async with browsing(office, OUTSIDER) as browser:
        assert "/cases/limit-0" not in await browser.shown("/search?text=เงินเดือน")


async def test_lists_of_cases_and_tasks_become_files(office: Office):
    async with browsing(office, "e1005") as browser:
        assert '/cases.xlsx?open=1"' in await browser.shown("/cases?open=1")
        text = await browser.http.get("/cases.csv?process=authority")
        book = await browser.http.get("/cases.xlsx?process=authority")
        inbox = await browser.http.get("/inbox.csv")
        odd = await browser.http.get("/cases.exe")
    rows = list(csv.reader(StringIO(text.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Case", "limit-1", "limit-0"]
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in sheet] == [row[:2] for row in rows]
    assert inbox.content.decode("utf-8-sig").startswith("Task,Title,Case")
    assert odd.status_code == 400
