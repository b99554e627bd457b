"""Inbox and case in a real browser: what their scripts do. That the pages fit and read well: tests/web/journey."""

import re

import pytest
from playwright.async_api import Browser

from tests.support.hiring import played
from tests.support.office import Office
from tests.web.browsers import NEEDED, tab
from tests.web.server import free_port, served

pytestmark = [pytest.mark.browser, NEEDED]
CASE = "hiring-browser"


async def test_the_scripts_of_inbox_and_case_do_their_part(office_at_work: Office, browser: Browser):
    await played(office_at_work, CASE, 3)
    [task] = (await office_at_work.state(CASE))["tasks"]
    person, port = task["assignees"][0], free_port()
    here = f"http://127.0.0.1:{port}"
    async with served(office_at_work.services, port), tab(browser, here) as opened:
        page = opened.page
        await opened.sign_in(person, f"/cases/{CASE}?tab=audit")
        told = page.locator("form.as-of output")
        day = re.match(r"\d+ \w+ (\d{4}), \d\d:\d\d:\d\d$", await told.inner_text())
        assert day, "a day is written as pages write it"
        await opened.open(f"/cases/{CASE}?tab=audit&lang=th")
        assert day[1] in await told.inner_text(), "no other year than on the rest of the page (docs/adr/0027)"
        await opened.open(f"/cases/{CASE}?tab=audit&lang=en")
        await page.locator("input[type=range]").evaluate(
            "slider => { slider.value = '1'; slider.dispatchEvent(new Event('change')); }"
        )
        await page.wait_for_url("**as_of=**")
        assert "As it was known on" in await page.inner_text("main")
        await opened.open("/inbox")
        assert await page.locator(".bulk").count() == 0 or not await page.locator(".bulk").is_visible()
        await page.keyboard.press("?")
        assert await page.locator("#keys").is_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("reject")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        assert page.url == f"{here}/inbox", "a rejection without a comment is not even sent"
        await page.keyboard.press("Escape")
        await page.locator("h1").click()
        await page.keyboard.press("r")
        await page.keyboard.type("Looks right.")
        await page.locator("h1").click()
        await page.keyboard.press("a")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**done=**")
        assert "Recorded:" in await page.inner_text("main")

    assert opened.complaints == []
