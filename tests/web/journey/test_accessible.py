"""Every page, in both languages, light and dark, on a phone and a desk, with and without scripts, and by keyboard.

The eight looks are spread over the places: the checker reads each page whole in one of them and its contrast in the
other scheme, at the other width. Where one does something, the keyboard does it without scripts in the other language.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import cycle, groupby

import pytest
from playwright.async_api import Browser
from temporalio.testing import WorkflowEnvironment

from tests.support.office import opened_office
from tests.support.postgres import Server
from tests.web.browsers import DESK, LOOKS, NEEDED, PHONE, WIDER, Look, Tab, tab
from tests.web.journey import places
from tests.web.journey.places import Place
from tests.web.server import free_port, served

pytestmark = [pytest.mark.browser, NEEDED]

OPENED = """{
    document.querySelectorAll('main details').forEach(each => { each.open = true; });
    getComputedStyle(document.body).backgroundColor;
}"""
"""Unfolds everything; its value is the colour of the paper."""
SHAPE = """[document.documentElement.lang, [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(each => each.checkVisibility()).map(each => Number(each.tagName[1]))]"""
REACHED = "main => document.activeElement.matches(main)"
FURTHEST = 120
"""Presses of the Tab key: the longest form has fewer fields."""


@dataclass(frozen=True)
class Premises:
    """The pages at the address `here`, and all places there with the look in which each is read whole."""

    here: str
    places: tuple[tuple[Place, Look], ...]

    async def visits(self, seen: Tab) -> AsyncIterator[tuple[Place, Look]]:
        """Every place, with whoever goes there signed in."""
        for person, visited in groupby(self.places, lambda each: each[0].person):
            await seen.become(person)
            for each in visited:
                yield each


@pytest.fixture(scope="module")
async def premises(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Premises]:
    port, home = free_port(), tmp_path_factory.mktemp("premises")
    async with opened_office(postgres, company_url, temporal, home) as office, office.working():
        named = {"web_url": f"http://127.0.0.1:{port}", "caught": home}
        office.services = replace(office.services, settings=office.services.settings.model_copy(update=named))
        furnished = await places.furnish(office)
        async with served(office.services, port):
            yield Premises(office.services.settings.base_url, tuple(zip(furnished, cycle(LOOKS), strict=False)))


async def test_axe_finds_nothing_serious_on_any_page_and_each_fits_a_phone_and_a_desk(
    premises: Premises, browser: Browser
):
    faults = []
    async with tab(browser, premises.here, checked=True) as seen:
        async for place, look in premises.visits(seen):
            faults += [(place.path, look, fault) for fault in await faults_of(seen, place, look)]
    assert faults == []


async def test_without_a_script_the_keyboard_reaches_what_one_comes_for_in_the_other_language_too(
    premises: Premises, browser: Browser
):
    faults = []
    acting = replace(premises, places=tuple(each for each in premises.places if each[0].main))
    async with tab(browser, premises.here, Look(PHONE.width, scripts=False)) as seen:
        async for place, look in acting.visits(seen):
            language = "th" if look.language == "en" else "en"
            await seen.take_on(replace(PHONE, language=language))
            await seen.page.goto(seen.here + place.path)
            faults += [(place.path, fault) for fault in await misshapen(seen, language)]
            if not await reaches(seen, place.main):
                faults.append((place.path, place.main))
    assert faults == []


async def test_a_phone_reaches_every_place(premises: Premises, browser: Browser):
    async with tab(browser, premises.here, replace(PHONE, scripts=False)) as seen:
        await seen.become(places.CIO)
        await seen.open("/inbox")
        link = seen.page.locator("#places a[href='/money']")
        assert not await link.is_visible()
        await seen.page.locator("nav.bottom a[href='#places']").click()
        await link.click()
        await seen.page.wait_for_url("**/money")


async def test_a_form_that_is_not_right_a_forged_one_and_one_sent_too_often_say_so_accessibly(
    premises: Premises, browser: Browser
):
    async with tab(browser, premises.here, checked=True) as seen:
        await seen.become(places.CIO)
        await seen.open("/start/hiring/raise-requisition")
        await submitted(seen, places.SEND, 422)
        faults = await looks_of(seen, DESK)

        await seen.open("/delegations/out-of-office")
        await seen.page.locator("form.sheet [name=csrf]").evaluate("field => { field.value = 'forged'; }")
        await submitted(seen, places.SEND, 403)
        faults += await looks_of(seen, DESK.opposite)

        for _ in range(21):
            await seen.page.request.post(f"{seen.here}/login/choose", form={"person": places.EAGER})
        await seen.take_on(replace(PHONE, language="th"))
        await seen.open("/login")
        await seen.page.locator("select[name=person]").select_option(places.EAGER)
        await submitted(seen, "form:has(select[name=person]) button", 429)
        faults += await looks_of(seen, replace(PHONE, language="th"))
    assert faults == []


async def faults_of(seen: Tab, place: Place, look: Look) -> list[str]:
    seen.complaints.clear()
    await seen.take_on(look)
    answer = await seen.page.goto(seen.here + place.path)
    found = await looks_of(seen, look)
    assert answer is not None
    if answer.status != place.status:
        found.append(f"status {answer.status}")
    # A browser notes each page that is an error; that is not what this is about.
    return found + [said for said in seen.complaints if place.status == 200 or f"status of {place.status}" not in said]


async def looks_of(seen: Tab, look: Look) -> list[str]:
    """What is wrong with the page that is shown, with everything on it unfolded."""
    page = seen.page
    paper = await page.evaluate(OPENED)
    found = await seen.serious() + await misshapen(seen, look.language)
    await seen.take_on(look.opposite)
    found += await seen.serious("color-contrast") + await misshapen(seen, look.language)
    if await page.evaluate(OPENED) == paper:
        found.append("the same paper in light and dark")
    return found


async def misshapen(seen: Tab, language: str) -> list[str]:
    """What is wrong with the width, the language and the order of headings of a page."""
    found = ["wider than the window"] if await seen.page.evaluate(WIDER) else []
    spoken, levels = await seen.page.evaluate(SHAPE)
    if spoken != language:
        found.append(f"in the language {spoken}")
    if levels.count(1) != 1 or any(below - above > 1 for above, below in zip([0, *levels], levels, strict=False)):
        found.append(f"headings {levels}")
    return found


async def reaches(seen: Tab, main: str) -> bool:
    for _ in range(FURTHEST):
        await seen.page.keyboard.press("Tab")
        if await seen.page.evaluate(REACHED, main):
            return True
    return False


async def submitted(seen: Tab, button: str, status: int) -> None:
    async with seen.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        await seen.page.locator(button).click()
    assert (await sent.value).status == status
    await seen.page.wait_for_load_state()
