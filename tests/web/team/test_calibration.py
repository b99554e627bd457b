"""A calibration that two people hold at once, in real browsers: progress, distribution, moves with their reasons."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from tests.domain.people.review.cycle_world import HR, mark, terms
from tests.web.browsers import NEEDED, PHONE, tab
from tests.web.server import free_port, served
from tests.web.staff.visiting import browsing
from tests.web.team.conftest import HIRING, People
from tests.workflows.test_review_cycle import do

CYCLE, PEOPLE, CHAIR, OUTSIDER = "reviews-team", ("e1011", "e1024", "e1025", "e1026"), "e1003", "e1034"
PAGE = f"/team/reviews/{CYCLE}/it-web"
OWN_PAGES = (
    "/team", "/team/me", "/team/skills", "/team/hiring", f"/team/hiring/{HIRING}",
    f"/team/hiring/{HIRING}/candidates/c-first", "/team/hearings", "/team/reviews", f"/team/reviews/{CYCLE}", PAGE,
)  # fmt: skip


@pytest.fixture(scope="module")
async def rated(people: People) -> People:
    """Every review of a small unit is rated."""
    office, today = people.office, datetime.now(UTC).date()
    days = {"period_from": today - timedelta(days=300), "period_until": today, "assess_from": today}
    form = terms(**{name: day.isoformat() for name, day in days.items()})
    design = {**form, "name": "2026", "unit": "it-web", "as_of": today.isoformat()}
    await office.start("review_cycle", design, by=HR, case=CYCLE, name="design-cycle")
    await do(office, CYCLE, "announce", "announce-cycle")
    await do(office, CYCLE, "freeze", "freeze-population")
    reviews = [f"{CYCLE}-{person}" for person in PEOPLE]
    office.started += reviews
    await asyncio.gather(*(do(office, case, "self", "assess-self", marks=[mark()]) for case in reviews))
    await asyncio.gather(*(do(office, case, "rate", "rate-performance", marks=[mark()]) for case in reviews))
    return people


@pytest.mark.rule("REV-04")
@pytest.mark.rule("REV-09")
async def test_a_rating_moves_with_its_reason_once(rated: People):
    async with browsing(rated.office, CHAIR) as browser:
        progress = await browser.shown(f"/team/reviews/{CYCLE}")
        session = await browser.shown(PAGE)
        old = session.split('name="old" value="')[1].split('"')[0]
        form = {"case": f"{CYCLE}-e1024", "old": old, "new": "2", "reason": "Two releases slipped"}
        moved = await browser.post(PAGE, {"command_id": str(uuid4()), **form})
        again = await browser.post(PAGE, {"command_id": str(uuid4()), **form, "new": "1", "reason": "So I think"})
        after = await browser.shown(PAGE)
    async with browsing(rated.office, OUTSIDER) as browser:
        refused = [await browser.http.get(path) for path in (PAGE, f"/team/reviews/{CYCLE}")]
    async with browsing(rated.office, "e1024") as browser:
        subject = await browser.http.get(PAGE)
    assert "0/4" in progress
    assert session.count('name="new"') == len(PEOPLE)
    assert moved.status_code == 303
    assert again.status_code == 422
    assert "look again" in again.text
    assert "So I think" in again.text, "what was typed is kept"
    assert "Two releases slipped" in after
    assert [answer.status_code for answer in (*refused, subject)] == [404, 403, 404]


@pytest.mark.browser
@NEEDED
@pytest.mark.rule("REV-04")
async def test_another_sees_the_move_at_once(rated: People, browser: Browser):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with (
        served(rated.office.services, port),
        tab(browser, here, checked=True) as one,
        tab(browser, here, PHONE) as other,
    ):
        await one.sign_in(CHAIR, PAGE)
        await other.sign_in(HR, PAGE)
        row = one.page.locator("tr", has=one.page.locator(f"a[href='/cases/{CYCLE}-e1025']"))
        await row.locator("[name=new]").fill("3")
        await row.locator("[name=reason]").fill("Two releases slipped here")
        await row.get_by_role("button").click()
        await other.page.get_by_text("Two releases slipped here").wait_for()
        for path in OWN_PAGES:
            await one.open(path)
            for look in (PHONE, PHONE.opposite):
                await one.take_on(look)
                assert await one.serious() == [], (path, look)
                assert not await one.page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    assert one.complaints == other.complaints == []
