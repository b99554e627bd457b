"""The first page, what was told, the frame: and the login of a stack that is empty."""

import re

import httpx
import pytest

from tests.support.office import Office, opened_office, services_at, settings_for
from tests.support.postgres import Server
from tests.web.staff.visiting import browsing
from web.app import application
from web.assets import FOLDER, FONTS, address

REQUESTER, MANAGER, STRANGER = "e1010", "e1005", "e1059"


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory):
    async with opened_office(postgres, company_url, temporal, tmp_path_factory.mktemp("home")) as one, one.working():
        limit = {"category": "spending", "up_to": "5 THB", "reason": "Licences", "person": "e1011", "unit": "it-web"}
        await one.start("authority", limit, by=REQUESTER, name="request-limit", case="limit-home")
        yield one


async def test_home_shows_what_needs_its_reader_and_whom_they_wait_for(office: Office):
    async with browsing(office, REQUESTER) as browser:
        mine = await browser.shown("/")
    waits = mine[mine.index('id="waits"') :]
    assert '<a href="/cases/limit-home">' in waits
    row = await office.services.pool.fetchrow("select waiting_on from signoff.cases where case_id = 'limit-home'")
    [approver, *_] = row["waiting_on"]
    async with browsing(office, approver) as browser:
        theirs = await browser.shown("/")
        told = await browser.shown("/notifications")
    assert '<a href="/cases/limit-home">' in theirs[theirs.index('id="needs"') : theirs.index('id="duties"')]
    assert '<a href="/cases/limit-home">' in told


@pytest.mark.rule("KRN-43")
async def test_home_tells_a_stranger_nothing(office: Office):
    async with browsing(office, STRANGER) as browser:
        assert "limit-home" not in await browser.shown("/") + await browser.shown("/notifications")


@pytest.mark.parametrize("asked", ["dark", "light", "", "red"])
async def test_chosen_colours_are_kept(office: Office, asked: str):
    async with browsing(office, STRANGER) as browser:
        await browser.shown(f"/?colours={asked}")
        found = re.search('<html lang="en"( data-theme="(.*)")?>', await browser.shown("/inbox"))
    assert found is not None
    assert (found[2] or "") == (asked if asked in ("dark", "light") else "")


def test_the_style_sheet_asks_for_the_fonts_of_now():
    text = (FOLDER / "signoff.css").read_text(encoding="utf-8")
    assert re.findall(r'url\("([^"]+)"\)', text) == [address(name) for name in FONTS]


async def test_an_empty_stack_loads_the_example(postgres: Server, tmp_path):
    url = await postgres.migrated()
    settings = settings_for(url, None, tmp_path, "none")
    async with services_at(settings, None) as services:
        transport = httpx.ASGITransport(application(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
            assert 'action="/login/example"' in (await http.get("/login")).text
            assert (await http.post("/login/example")).status_code == 303
            page = (await http.get("/login")).text
            assert (await http.post("/login/example")).status_code == 303  # a second time nothing changes
    assert page.count('class="quiet persona"') == 6
    assert "Chief Information Officer" in page
