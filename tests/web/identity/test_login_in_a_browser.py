"""The whole way in a real browser: its own rules on forms, redirects and cookies let people in and out."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from tests.web.browser import chromium
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import new_key, providing
from tests.web.server import free_port
from web.app import application
from web.serving import bound

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None and os.environ.get("CI") != "true", reason="no chromium on this machine: apt-get install it"
    ),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Server(uvicorn.Server):
    """Leaves the signals to the tests."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(place: Place, port: int) -> AsyncIterator[None]:
    with bound("127.0.0.1", port) as listening:
        server = Server(uvicorn.Config(application(place.door), lifespan="off", log_config=None))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def tab() -> AsyncIterator[Page]:
    program = chromium()
    assert program, "CI has a browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield await browser.new_page(java_script_enabled=False)
        await browser.close()


async def test_in_and_out_without_a_script_and_without_a_complaint_of_the_browser(place: Place):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with providing(new_key("browser"), here=here) as provided, tab() as page:
        company = place.under(provided.settings(place.door.settings, web_url=here))
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if here in page.url else None)
        async with served(company, port):
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
