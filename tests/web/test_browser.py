"""A candidate with a real browser: phone or desk, keyboard only, no scripts (HIR-14)."""

import pytest
from playwright.async_api import Browser, Page

from tests.web.browsers import LOOKS, NEEDED, PHONE, WIDER, Look, tab
from tests.web.conftest import Site
from tests.web.server import Running

pytestmark = [pytest.mark.browser, pytest.mark.rule("HIR-14"), NEEDED]


async def tab_to(page: Page, words: str) -> None:
    """Goes on with the Tab key until what has the focus reads `words`."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.innerText") == words:
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


async def test_a_candidate_answers_with_the_keyboard_alone(site: Site, served: Running, browser: Browser):
    async with tab(browser, served.url, Look(PHONE.width, scripts=False)) as opened:
        await opened.open(site.link)
        assert "Opening this page has not answered anything." in await opened.text()

        await tab_to(opened.page, "Decline the offer")
        await opened.page.keyboard.press("Enter")
        await tab_to(opened.page, "Yes, decline the offer")
        async with opened.page.expect_navigation():
            await opened.page.keyboard.press("Enter")

        assert "You declined this offer" in await opened.text()
    assert opened.complaints == []
    assert [event.type for event in await site.events()][-1] == "OfferDeclined"


async def test_the_page_fits_phone_and_desk_in_light_and_dark(unmanned: Site, served: Running, browser: Browser):
    papers = set()
    for look in LOOKS:
        async with tab(browser, served.url, look) as opened:
            await opened.open(unmanned.link)
            page = opened.page
            assert not await page.evaluate(WIDER), look
            assert await page.evaluate("document.documentElement.lang") == look.language
            papers.add((look.scheme, await page.evaluate("getComputedStyle(document.body).backgroundColor")))
            assert await opened.serious() == []
            await opened.picture(f"offer-{look.width}-{look.scheme}-{look.language}")
        assert opened.complaints == []

    assert len(papers) == 2
