"""A candidate with a real browser: phone or desk, keyboard only, no scripts (HIR-14)."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.browser import DESK, PHONE, Page, chromium, opened
from tests.web.conftest import Site
from tests.web.server import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.rule("HIR-14"),
    pytest.mark.skipif(
        chromium() is None and os.environ.get("CI") != "true", reason="no chromium on this machine: apt-get install it"
    ),
]
PICTURES = os.environ.get("SIGNOFF_TEST_PICTURES")
"""A folder for screenshots, for whoever wants to look."""

LOOKS = (
    ("phone", PHONE, "light", "th"),
    ("phone", PHONE, "dark", "en"),
    ("desk", DESK, "light", "en"),
    ("desk", DESK, "dark", "th"),
)
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TEXT = "document.body.innerText"


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Page]:
    program = chromium()
    assert program, "CI has a browser"
    async with opened(program, tmp_path / "profile") as page:
        yield page


async def test_a_candidate_answers_with_the_keyboard_alone(site: Site, served: Running, tab: Page):
    await tab.look(device=PHONE, scheme="light", language="en")
    await tab.open(served.url + site.link)
    assert tab.complaints() == []
    assert "Opening this page has not answered anything." in await tab.asked(TEXT)

    await tab.tab_to("Decline the offer")
    await tab.press("Enter")
    await tab.tab_to("Yes, decline the offer")
    tab.events.clear()
    await tab.press("Enter")
    await tab.loaded()

    assert "You declined this offer" in await tab.asked(TEXT)
    assert [event.type for event in await site.events()][-1] == "OfferDeclined"


async def test_the_page_fits_phone_and_desk_in_light_and_dark(unmanned: Site, served: Running, tab: Page):
    papers = set()
    for name, device, scheme, language in LOOKS:
        await tab.look(device=device, scheme=scheme, language=language)
        await tab.open(served.url + unmanned.link)
        assert not await tab.asked(WIDER), (name, language)
        assert await tab.asked("document.documentElement.lang") == language
        papers.add((scheme, await tab.asked("getComputedStyle(document.body).backgroundColor")))
        if PICTURES:
            await tab.picture(Path(PICTURES) / f"offer-{name}-{scheme}-{language}.png")

    assert len(papers) == 2
    assert tab.complaints() == []
