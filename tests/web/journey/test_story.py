"""One hiring through the pages, from the form to the candidate's yes, while everything runs as it does for people."""

import pytest
from playwright.async_api import Browser

from demo import story
from demo.player import Player
from demo.story import Act, Scene
from domain.kernel.case import Task
from domain.people.hiring.state import OfferStatus
from i18n import catalogue
from tests.web.browsers import NEEDED, PHONE, WIDER, Look, Tab, tab
from tests.web.journey.company import Company, link_in
from tests.web.journey.desks import Desks, desks, fill, send

pytestmark = [pytest.mark.browser, NEEDED]


@pytest.mark.rule("KRN-01", "KRN-19", "HIR-14")
@pytest.mark.parametrize("language", ["en", "th"])
async def test_a_hiring_through_the_pages(company: Company, browser: Browser, language: str):
    async with desks(company, browser, Look(language=language)) as office:
        case = await started(office)
        player = company.player(case)
        await approved_together(office, player)
        await approved_by_mail_on_a_phone_while_the_worker_dies(company, browser, player)
        await approved_in_the_inbox(office, player)
        await candidate_found(office, player, language)
        await offer_extended(office, player)
        await accepted_on_a_phone(company, browser, player, language)
        await shown_at_the_end(office, player)
        assert office.complaints == []

    events, problems = await company.problems()
    assert events > 0
    assert problems == []


async def started(office: Desks) -> str:
    """The manager's form, with who will decide before anything is sent. Returns the new case."""
    desk = await office.of(story.MANAGER)
    page = desk.page
    assert await page.inner_text(".me summary") == await office.company.door.people.name(
        story.MANAGER, office.look.language
    )
    await page.locator("nav.places a[href='/start']").click()
    await page.locator("a[href='/start/hiring/raise-requisition']").click()
    await fill(desk, Act(story.MANAGER, "raise-requisition", story.requisition(), ""))
    await page.locator(".sending button[value=check]").click()
    await page.locator("#preview .route").wait_for()
    assert await page.locator("#preview .route > li").count() == 3  # line, HR, money
    assert await desk.serious() == []
    await desk.picture(f"story-start-{office.look.language}")
    await send(desk, "**/cases/hiring-*?done=*")
    return page.url.partition("/cases/")[2].partition("?")[0]


async def approved_in_the_inbox(office: Desks, player: Player) -> None:
    """Finance, at their desk, in place: who that is depends on what else was asked for lately."""
    task = await next_decision(player)
    desk = await office.approve(player.case, task.id, task.assignees[0])
    assert player.case in (await desk.page.locator(".note.good a").get_attribute("href") or "")
    assert await desk.serious() == []
    assert await is_done(player, task)


async def approved_by_mail_on_a_phone_while_the_worker_dies(company: Company, browser: Browser, player: Player) -> None:
    """HR gets a mail in Thai, opens its link on a phone, and decides there, without signing in (KRN-01)."""
    task = await next_decision(player)
    mail = await company.mail_to(task.assignees[0], player.case)
    async with tab(browser, company.here, Look(PHONE.width, language="th")) as phone:
        await phone.page.goto(link_in(mail))
        content = await phone.text()
        assert "95,000" in content
        assert (
            catalogue("th").gettext("Opening this page has decided nothing. The link works for one decision.")
            in content
        )
        await looks_right(phone, "th")
        await phone.picture(f"story-mail-{player.case}")
        assert not await is_done(player, task), "opening the link decided something"

        worker = company.stack.worker
        assert worker is not None
        await worker.kill()
        async with phone.page.expect_navigation():
            await phone.page.locator("button[name=outcome][value=approve]").click()
        recorded = catalogue("th").gettext("Your decision is recorded")
        if recorded in await phone.text():  # else the worker was not back within the page's patience, and it says so
            assert await is_done(player, task)
        await worker.restarted()
        await company.until(lambda: is_done(player, task))
        await phone.page.goto(link_in(mail))
        assert recorded in await phone.text()
        await looks_right(phone, "th")
        assert [said for said in phone.complaints if "503" not in said] == []


async def approved_together(office: Desks, player: Player) -> None:
    """The line manager decides on two hirings at once."""
    other = office.company.player(f"{player.case}-too")
    await other.open(story.requisition(), by=story.MANAGER, says="")
    tasks = [await next_decision(each) for each in (player, other)]
    [person] = {task.assignees[0] for task in tasks}
    desk = await office.of(person)
    await desk.open("/inbox")
    for task in tasks:
        await desk.page.locator(f"input[form=bulk][value^='{task.id}|']").check()
    await desk.page.locator("#bulk button[value=approve]").click()
    await desk.page.wait_for_load_state()
    assert await desk.serious() == []
    await desk.picture(f"story-bulk-{office.look.language}")
    for each, task in zip((player, other), tasks, strict=True):
        assert await is_done(each, task)


async def candidate_found(office: Desks, player: Player, language: str) -> None:
    """From the candidate's name to the ranking, each kind of command once by its form; the repetitions are played."""
    person = {"name": "Nattapong Srisai", "email": f"nattapong-{language}@mail.example"}
    sourcing, interviews = story.sourcing(story.Cast(first=person)), story.interviews()
    await by_form(office, player, sourcing[0])  # adds the candidate
    await player.play([sourcing[1]])
    await by_form(office, player, sourcing[3])  # advances them
    await player.play([sourcing[4]])
    await by_form(office, player, interviews[0])  # asks for the first interview
    await player.play(interviews[1:6])
    await by_form(office, player, interviews[6])  # hands in the first scorecard
    await player.play(interviews[7:12])
    await by_form(office, player, interviews[12])  # ranks


async def offer_extended(office: Desks, player: Player) -> None:
    """Submitted and extended by forms, approved in the inbox."""
    offer, _, _, extend = story.first_offer(story.start_date(office.company.today))
    await by_form(office, player, offer)
    for _ in range(2):
        task = await next_decision(player)
        await office.approve(player.case, task.id, task.assignees[0])
    await by_form(office, player, extend)


async def accepted_on_a_phone(company: Company, browser: Browser, player: Player, language: str) -> None:
    """The candidate's mail leads to the page that has answered nothing, until they do (HIR-14)."""
    state = await player.state()
    offer = next(iter(state.offers.values()))
    mail = await company.mail_to(offer.candidate, player.case)
    async with tab(browser, company.here, Look(PHONE.width, "dark", language)) as phone:
        await phone.page.goto(f"{link_in(mail).partition('?')[0]}?lang={language}")
        assert "82,000" in await phone.text()
        await looks_right(phone, language)
        await phone.page.locator("button[value=accept]").click()
        await phone.page.get_by_role("status").wait_for()
        assert catalogue(language).gettext("You accepted this offer. Thank you.") in await phone.text()
        await phone.picture(f"story-offer-{language}")
        assert phone.complaints == []


async def shown_at_the_end(office: Desks, player: Player) -> None:
    """The manager's page of the case has the answer in it."""
    desk = await office.of(story.MANAGER)
    await desk.open(f"/cases/{player.case}")
    state = await player.state()
    [offer] = state.offers.values()
    assert offer.status is OfferStatus.ACCEPTED
    assert await desk.page.locator(".timeline > li").count() > 10
    await looks_right(desk, office.look.language)
    await desk.picture(f"story-end-{office.look.language}")


async def by_form(office: Desks, player: Player, scene: Scene) -> None:
    for act in scene(await player.state()):
        await office.give(player.case, act)


async def next_decision(player: Player) -> Task:
    return story.decisions(await player.state())[0]


async def is_done(player: Player, task: Task) -> bool:
    return task.id not in (await player.state()).case.tasks


async def looks_right(seen: Tab, language: str) -> None:
    assert await seen.page.evaluate("document.documentElement.lang") == language
    assert not await seen.page.evaluate(WIDER)
    assert await seen.serious() == []
