"""Every page, in both languages, light and dark, on a phone and a desk, with and without scripts, and by keyboard."""

import asyncio
from collections.abc import Iterable
from itertools import groupby

import pytest
from playwright.async_api import Browser

from tests.web.browsers import NEEDED, WIDER, Look, Tab, tab
from tests.web.journey import places
from tests.web.journey.company import Company
from tests.web.journey.places import Place

pytestmark = [pytest.mark.browser, NEEDED]

LOOKS = (Look(), Look(360, "dark", "th"))
"""Between them: both widths, both schemes, both languages. What axe finds in one of a kind, it finds in the other."""
OPENED = "document.querySelectorAll('main details').forEach(each => { each.open = true; })"
HEADINGS = """[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(each => each.checkVisibility()).map(each => Number(each.tagName[1]))"""
REACHED = "main => document.activeElement.matches(main)"
FURTHEST = 120
"""Presses of the Tab key: the longest form has fewer fields."""


@pytest.fixture(scope="session")
async def there(company: Company) -> tuple[Place, ...]:
    return await places.play(company)


@pytest.mark.parametrize("look", LOOKS, ids=["desk", "phone"])
async def test_every_page_is_accessible(company: Company, there: tuple[Place, ...], browser: Browser, look: Look):
    async def of(person: str | None, visited: list[Place]) -> list[str]:
        async with tab(browser, company.here, look) as seen:
            if person:
                await seen.sign_in(person)
            return [
                f"{place.path}: {fault}" for place in visited for fault in await faults_of(seen, place, look.language)
            ]

    found = await asyncio.gather(*(of(*each) for each in by_person(there)))
    assert [fault for faults in found for fault in faults] == []


async def test_the_keyboard_reaches_what_one_comes_for_on_every_page_without_a_script(
    company: Company, there: tuple[Place, ...], browser: Browser
):
    missed = []
    for person, visited in by_person(there):
        async with tab(browser, company.here, Look(360, scripts=False)) as seen:
            if person:
                await seen.sign_in(person)
            for place in visited:
                await seen.page.goto(seen.here + place.path)
                if not await reaches(seen, place.main):
                    missed.append((place.path, place.main))
    assert missed == []


async def test_a_form_that_is_not_right_a_forged_one_and_one_sent_too_often_say_so_accessibly(
    company: Company, browser: Browser
):
    faults = []
    for language in ("en", "th"):
        async with tab(browser, company.here, Look(language=language)) as seen:
            await seen.sign_in(places.CIO, "/start/hiring/raise-requisition")
            await submitted(seen, places.SEND, 422)
            faults += await looks_of(seen, language)
            await seen.open("/delegations/out-of-office")
            await seen.page.locator("form.sheet [name=csrf]").evaluate("field => { field.value = 'forged'; }")
            await submitted(seen, places.SEND, 403)
            faults += await looks_of(seen, language)
            await seen.page.context.clear_cookies()
            for _ in range(21):
                await seen.page.request.post(f"{seen.here}/login/choose", form={"person": places.EAGER})
            await seen.page.context.clear_cookies()
            await seen.open("/login")
            await seen.page.locator("[name=person]").select_option(places.EAGER)
            await submitted(seen, "form button", 429)
            faults += await looks_of(seen, language)
    assert faults == []


def by_person(there: Iterable[Place]) -> list[tuple[str | None, list[Place]]]:
    """The places with those who go there, who sign in once."""
    ordered = sorted(there, key=lambda place: place.person or "")
    return [(person, list(visited)) for person, visited in groupby(ordered, lambda place: place.person)]


async def faults_of(seen: Tab, place: Place, language: str) -> list[str]:
    seen.complaints.clear()
    answer = await seen.page.goto(seen.here + place.path)
    found = await looks_of(seen, language)
    assert answer is not None
    if answer.status != place.status:
        found.append(f"status {answer.status}")
    # A browser notes each page that is an error; that is not what this is about.
    return found + [said for said in seen.complaints if place.status == 200 or f"status of {place.status}" not in said]


async def looks_of(seen: Tab, language: str) -> list[str]:
    """What is wrong with the page that is shown, with everything on it unfolded."""
    page = seen.page
    await page.evaluate(OPENED)
    found = await seen.serious()
    size = page.viewport_size
    assert size is not None
    await page.set_viewport_size({"width": 360, "height": 740})
    if await page.evaluate(WIDER):
        found.append("wider than a phone")
    await page.set_viewport_size(size)
    if await page.evaluate("document.documentElement.lang") != language:
        found.append("another language")
    levels = await page.evaluate(HEADINGS)
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
