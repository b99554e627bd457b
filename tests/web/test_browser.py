"""A candidate with a real browser, keyboard only, no scripts (HIR-14). That the page fits: tests/web/journey."""

import pytest
from playwright.async_api import Browser, Page

from tests.web.browsers import NEEDED, PHONE, Look, tab
from tests.web.conftest import Site
from tests.web.server import free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.rule("HIR-14"), NEEDED]


async def tab_to(page: Page, words: str) -> None:
    """Goes on with the Tab key until what has the focus reads `words`."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.innerText") == words:
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


async def test_a_candidate_answers_with_the_keyboard_alone(site: Site, browser: Browser):
    port, look = free_port(), Look(PHONE.width, scripts=False)
    async with served(site.office.services, port), tab(browser, f"http://127.0.0.1:{port}", look) as opened:
        await opened.open(site.link)
        assert "Opening this page has not answered anything." in await opened.text()

        await tab_to(opened.page, "Decline the offer")
        await opened.page.keyboard.press("Enter")
        await tab_to(opened.page, "Yes, decline the offer")
        async with opened.page.expect_navigation():
            await opened.page.keyboard.press("Enter")

        assert "You declined this offer" in await opened.text()
    assert opened.complaints == []
    assert "OfferDeclined" in [event.type for event in await site.events()][-2:]
