"""Inbox, cases and a case in a real browser: they fit phone and desk, in light and dark, and nothing complains."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.support.hiring import played
from tests.support.office import Office
from tests.web.browser import chromium
from tests.web.server import Running, running
from tests.web.staff.visiting import browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None and os.environ.get("CI") != "true", reason="no chromium on this machine: apt-get install it"
    ),
]
CASE = "hiring-browser"
PICTURES = os.environ.get("SIGNOFF_TEST_PICTURES")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LOOKS = ((360, "light", "th"), (360, "dark", "en"), (1200, "light", "en"), (1200, "dark", "th"))


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as tools:
        opened = await tools.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        await opened.close()


async def signed_in(
    office: Office, browser: Browser, served: Running, complaints: list[str], person: str, look: tuple[int, str, str]
):
    width, scheme, language = look
    context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language)
    async with browsing(office, person) as session:
        found = [(cookie.name, cookie.value) for cookie in session.http.cookies.jar]
    await context.add_cookies([{"name": name, "value": value or "", "url": served.url} for name, value in found])
    page: Page = await context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.text} {message.location.get('url')}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


async def test_the_pages_fit_every_screen_and_the_scripts_do_their_part(office_at_work: Office, browser: Browser):
    await played(office_at_work, CASE, 3)
    [task] = (await office_at_work.state(CASE))["tasks"]
    person = task["assignees"][0]
    complaints: list[str] = []
    async with running(office_at_work) as served:
        for width, scheme, language in LOOKS:
            page = await signed_in(office_at_work, browser, served, complaints, person, (width, scheme, language))
            for path in ("/inbox", "/cases", f"/cases/{CASE}"):
                await page.goto(f"{served.url}{path}")
                for more in await page.locator("details.more > summary").all():
                    await more.click()
                assert not await page.evaluate(WIDER), (path, width, language)
                assert await page.evaluate("document.documentElement.lang") == language
                if PICTURES:
                    name = f"{path.strip('/').replace('/', '-')}-{width}-{scheme}-{language}.png"
                    await page.screenshot(path=Path(PICTURES) / name, full_page=True)
            await page.context.close()

        page = await signed_in(office_at_work, browser, served, complaints, person, (1200, "light", "en"))
        await page.goto(f"{served.url}/cases/{CASE}")
        await page.locator("input[type=range]").evaluate(
            "slider => { slider.value = '1'; slider.dispatchEvent(new Event('change')); }"
        )
        await page.wait_for_url("**as_of=**")
        assert "As it was known on" in await page.inner_text("main")
        await page.goto(f"{served.url}/inbox")
        await page.get_by_role("button", name="Reject", exact=True).first.click()
        assert page.url == f"{served.url}/inbox", "a rejection without a comment is not even sent"
        await page.get_by_label("Comment needed").first.fill("Looks right.")
        await page.get_by_role("button", name="Approve", exact=True).first.click()
        await page.wait_for_url("**done=**")
        assert "Recorded:" in await page.inner_text("main")

    assert [each for each in complaints if "/api/v1/changes" not in each] == []
