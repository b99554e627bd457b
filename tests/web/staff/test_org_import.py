"""HR's file on a page: planned, confirmed by whoever may, and never recorded unseen (ORG-09, ORG-02)."""

import re

import pytest

from tests.support.office import Office
from tests.web.staff.visiting import Browser, browsing

pytestmark = pytest.mark.rule("ORG-09")
HR, DEVELOPER = "e1035", "e1024"
HEADERS = "id,name,title,unit,grade,manager,calendar,from"
NEW = "e7001,Malai Dee,Tester,it-web,3,e1005,th-bangkok,2027-02-01"
FILE = f"{HEADERS}\n{NEW}\n".encode()
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
PLACE = "/organisation/import"


async def shown(browser: Browser, data: bytes, **form: str) -> str:
    answer = await browser.upload(PLACE, {"plan": "1", **form}, ("people.csv", data))
    assert answer.status_code == 200, answer.text
    return answer.text


async def confirmed(browser: Browser, page: str) -> str:
    form = {name: value for name, value in HIDDEN.findall(page) if name != "csrf"}
    answer = await browser.upload(PLACE, {"confirm": "1", **form}, None)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_hr_sees_a_plan_and_confirms_it(office_without_worker: Office):
    office = office_without_worker
    async with browsing(office, HR) as browser:
        page = await shown(browser, FILE)
        assert "Malai Dee" in page
        assert "e7001" not in (await office.services.organisation()).people, "a plan records nothing"
        assert "Recorded: 2 changes" in await confirmed(browser, page)
        assert "Malai Dee" in await browser.shown("/organisation/changes")
    assert "e7001" in (await office.services.organisation()).people


async def test_a_plan_that_is_old_is_shown_anew(office_without_worker: Office):
    office = office_without_worker
    async with browsing(office, HR) as browser:
        page = await shown(browser, FILE)
        other = await shown(browser, FILE.replace(b"2027-02-01", b"2027-03-01"))
        await confirmed(browser, other)
        assert "The organisation changed meanwhile" in await confirmed(browser, page)
    assert str((await office.services.organisation()).people["e7001"].start) == "2027-03-01"


async def test_wrong_rows_stand_in_a_table(office_without_worker: Office):
    wrong = FILE + NEW.replace("e7001", "e7002").replace("e1005", "Nobody").encode() + b"\n"
    async with browsing(office_without_worker, HR) as browser:
        page = await shown(browser, wrong)
        assert "nobody is known as Nobody" in page
        assert "Confirm and record" not in page
        page = await shown(browser, wrong, skip_bad="1")
        assert "Rows were left out" in await confirmed(browser, page)
        broken = await browser.upload(PLACE, {"plan": "1"}, ("people.csv", b'id,name\n"e1,x\n'))
    assert (broken.status_code, "close it" in broken.text) == (400, True)
    assert {"e7001"} == {one for one in (await office_without_worker.services.organisation()).people if "e70" in one}


async def test_it_is_for_hr_of_the_whole_company(office_without_worker: Office):
    async with browsing(office_without_worker, DEVELOPER) as browser:
        assert (await browser.http.get(PLACE)).status_code == 403
        assert PLACE not in await browser.shown("/organisation/changes")
    async with browsing(office_without_worker, HR) as browser:
        assert PLACE in await browser.shown("/organisation/changes")
