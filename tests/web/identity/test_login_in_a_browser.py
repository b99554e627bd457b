"""The whole way in a real browser: its own rules on forms, redirects and cookies let people in and out."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, async_playwright

from tests.web.browser import chromium
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import new_key, providing
from tests.web.server import free_port, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None and os.environ.get("CI") != "true", reason="no chromium on this machine: apt-get install it"
    ),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@asynccontextmanager
async def tab() -> AsyncIterator[Page]:
    program = chromium()
    assert program, "CI has a browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = await browser.new_page(java_script_enabled=False)
        # The provider's own forms ask for a font from elsewhere; tests contact nobody.
        await page.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        yield page
        await browser.close()


async def test_in_and_out_without_a_script_and_without_a_complaint_of_the_browser(place: Place):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with providing(new_key("browser"), here=here) as provided, tab() as page:
        company = place.under(provided.settings(place.door.settings, web_url=here))
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if here in said.location["url"] else None)
        async with served(company.door, port):
            await page.goto(f"{here}/inbox?x=1")
            await page.click("main a.button")
            await page.fill("[name=login]", "prasert.w@siam-orchard.example")
            await page.fill("[name=password]", "any")
            await page.click("[type=submit]")
            await page.click("[type=submit]")
            await page.wait_for_url(f"{here}/inbox?x=1")

            await page.click("details.me summary")
            await page.click("details.me button")
            await page.wait_for_url(f"{provided.issuer}/session/end**")
            await page.click("button[value=yes]")
            await page.wait_for_url(f"{here}/login**")
            await page.goto(f"{here}/inbox")
            assert page.url.startswith(f"{here}/login")
    assert complaints == []
