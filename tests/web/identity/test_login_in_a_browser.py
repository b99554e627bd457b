"""The whole way in a real browser: its own rules on forms, redirects and cookies let people in and out."""

import pytest
from playwright.async_api import Browser

from tests.web.browsers import NEEDED, Look, tab
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import new_key, providing
from tests.web.server import free_port, served

pytestmark = [pytest.mark.browser, NEEDED]


async def test_in_and_out_without_a_script_and_without_a_complaint_of_the_browser(place: Place, browser: Browser):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    look = Look(scripts=False)
    async with providing(new_key("browser"), here=here) as provided, tab(browser, here, look) as opened:
        page = opened.page
        # The provider's own forms ask for a font from elsewhere; tests contact nobody.
        await page.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        company = place.under(provided.settings(place.services.settings, web_url=here))
        async with served(company.services, port):
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
    assert [each for each in opened.complaints if here in each] == []
