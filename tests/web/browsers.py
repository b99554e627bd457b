"""Debian's Chromium under playwright: one browser for all tests, a fresh context for each look, and the checker axe."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.web.npm.modules import installed
from web.languages import COOKIE

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same browser without windows, toolbars and what else nobody sees here: a third less work."""
PICTURES = os.environ.get("SIGNOFF_TEST_PICTURES")
"""A folder for screenshots, for whoever wants to look."""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
AXE = """only => axe
    .run(document, {resultTypes: ['violations'], preload: false, ...(only.length ? {runOnly: only} : {})})
    .then(found => found.violations)"""
SERIOUS = frozenset({"serious", "critical"})


def chromium() -> str | None:
    """The browser of this machine."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


NEEDED = pytest.mark.skipif(
    chromium() is None and os.environ.get("CI") != "true", reason="no chromium on this machine: apt-get install it"
)


@dataclass(frozen=True)
class Look:
    """Like whom a page is opened: width in CSS pixels, light or dark, the language, and whether scripts run."""

    width: int = 1200
    scheme: Any = "light"
    language: str = "en"
    scripts: bool = True

    @property
    def height(self) -> int:
        return 740 if self.width < 500 else 800

    @property
    def opposite(self) -> "Look":
        """The other width in the other scheme, in the same language."""
        width = DESK.width if self.width == PHONE.width else PHONE.width
        return replace(self, width=width, scheme="dark" if self.scheme == "light" else "light")


PHONE, DESK = Look(width=360), Look()
LOOKS = tuple(Look(*each) for each in product((DESK.width, PHONE.width), ("light", "dark"), ("en", "th")))


@dataclass
class Tab:
    """One page of one person, with everything that the browser complained of, and whatever it asked of other hosts."""

    page: Page
    here: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        found = await self.page.goto(self.here + path)
        assert found is not None
        assert found.status < 500, (path, found.status)

    async def sign_in(self, person: str, path: str = "/inbox") -> None:
        """By the login of the embedded stack, on its page."""
        await self.open(f"/login?next={path}")
        await self.page.locator("[name=person]").first.evaluate("(field, person) => { field.value = person; }", person)
        await self.page.locator("form:has([name=person]) button").first.click()
        await self.page.wait_for_url(f"{self.here}{path}*")

    async def become(self, person: str | None) -> None:
        """Another person at the same browser, or nobody: much cheaper than a browser of their own."""
        await self.page.goto("about:blank")  # what the page before asks meanwhile is not to fail for another person
        await self.page.context.clear_cookies()
        if person:
            answer = await self.page.request.post(f"{self.here}/login/choose", form={"person": person}, max_redirects=0)
            assert answer.status == 303, (person, answer.status)

    async def text(self) -> str:
        return await self.page.inner_text("body")

    async def picture(self, name: str) -> None:
        if PICTURES:
            await self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)

    async def take_on(self, look: Look) -> None:
        """Another look from here on: the language as a reader chooses it, so what is shown keeps its own."""
        await self.page.set_viewport_size({"width": look.width, "height": look.height})
        await self.page.emulate_media(color_scheme=look.scheme)
        await self.page.context.add_cookies([{"name": COOKIE, "value": look.language, "url": self.here}])

    async def serious(self, *rules: str) -> list[str]:
        """What axe finds of weight on the page as it is, by all its rules or by these: rule, sentence, first place."""
        found = await self.page.evaluate(AXE, rules)
        return [
            f"{each['id']}: {each['help']} {each['nodes'][0]['html'][:160]}"
            for each in found
            if each["impact"] in SERIOUS
        ]


@asynccontextmanager
async def tab(browser: Browser, here: str, look: Look = DESK, *, checked: bool = False) -> AsyncIterator[Tab]:
    """A tab in a context of its own that reaches `here` and nothing else; axe is on its pages if they are `checked`."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        reduced_motion="reduce",  # a colour on its way to another one has no contrast of its own
        locale=look.language,
        extra_http_headers={"Accept-Language": look.language},
        java_script_enabled=look.scripts,
    )
    if checked:
        await context.add_init_script(path=installed() / "axe-core" / "axe.min.js")
    page = await context.new_page()
    opened = Tab(page, here)
    # The browser's own word on what failed to load has the address in its location.
    page.on("console", lambda said: opened.complaints.append(f"{said.text} {said.location.get('url')}"))
    page.on("request", lambda asked: opened.complaints.extend([] if _ours(asked.url, here) else [f"asked {asked.url}"]))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    try:
        yield opened
    finally:
        await context.close()


def _ours(address: str, here: str) -> bool:
    """Nothing is asked of anyone else."""
    return address.startswith((f"{here}/", "data:", "blob:"))


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the session."""
    program = chromium()
    assert program, "CI has a browser"
    async with async_playwright() as tools:
        opened = await tools.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        await opened.close()
