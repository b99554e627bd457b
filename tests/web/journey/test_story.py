"""One hiring through the pages, from the form to the filled seat, while everything runs as it does for people."""

from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Browser

from cli.demo import story
from cli.demo.player import Player
from cli.demo.story import Act, Cast, Scene
from domain.kernel.cases.case import Status, Task
from domain.people.hiring.state import OfferStatus
from runtime.translations import catalogue
from tests.web.browsers import DESK, NEEDED, PHONE, WIDER, Look, Tab, tab
from tests.web.journey.company import Company, link_in
from tests.web.journey.desks import Desk, desk_of, fill, send

pytestmark = [pytest.mark.browser, NEEDED]
THAI, THAI_PHONE = Look(language="th"), Look(PHONE.width, "dark", "th")
ANSWERS = {
    "accept": "You accepted this offer. Thank you.",
    "decline": "You declined this offer. Thank you for telling us.",
}


@pytest.mark.rule("KRN-01", "KRN-19", "HIR-13", "HIR-14")
async def test_a_hiring_through_the_pages_until_the_seat_is_filled(company: Company, browser: Browser):
    async with desk_of(company, browser, DESK) as desk, phone_of(company, browser) as phone:
        player = company.player(await started(desk))
        await approved_together(desk, player)
        await approved_by_mail_while_the_worker_dies(company, phone, player)
        await approved_in_the_inbox(desk, player)
        await candidates_ranked(desk, player)
        await offer_extended(desk, player)
        await answered(company, phone, player, "decline", PHONE)
        await player.play(story.second_offer(story.start_date(company.today)))
        await answered(company, phone, player, "accept", PHONE)
        await onboarded(desk, player)
        await shown_as_filled(desk, player)
        assert desk.tab.complaints == []

    events, problems = await company.problems()
    assert events > 0
    assert problems == []


@pytest.mark.rule("KRN-01", "HIR-14")
async def test_a_hiring_through_the_pages_in_thai_until_the_candidate_accepts(company: Company, browser: Browser):
    """What was done by forms in the other language is played."""
    async with desk_of(company, browser, THAI) as desk, phone_of(company, browser) as phone:
        player = company.player(await started(desk))
        await player.play([story.review("")])
        await shown_by_mail(company, phone, player)
        await approve_on(phone)
        assert recorded() in await phone.text()
        await approved_in_the_inbox(desk, player)
        await player.play([*story.sourcing(cast("th")), *story.interviews()])
        await player.play(story.first_offer(story.start_date(company.today)))
        await answered(company, phone, player, "accept", THAI_PHONE)
        await on_the_case(desk, player)
        assert desk.tab.complaints == []


def phone_of(company: Company, browser: Browser) -> AbstractAsyncContextManager[Tab]:
    """A phone on which nobody signs in."""
    return tab(browser, company.here, PHONE, checked=True)


def cast(language: str) -> Cast:
    return Cast(first={"name": "Nattapong Srisai", "email": f"nattapong-{language}@mail.example"})


async def started(desk: Desk) -> str:
    """The manager's form, with who will decide before anything is sent. Returns the new case."""
    await desk.tab.sign_in(story.MANAGER)
    page, language = desk.tab.page, desk.look.language
    assert await page.inner_text(".me summary .name") == await desk.company.services.people.name(
        story.MANAGER, language
    )
    await page.locator("nav a[href='/start']:visible").click()
    await page.locator("a[href='/start/hiring/raise-requisition']").click()
    await fill(desk.tab, Act(story.MANAGER, "raise-requisition", story.requisition(), ""))
    await page.locator(".sending button[value=check]").click()
    await page.locator("#preview .route").wait_for()
    assert await page.locator("#preview .route > li").count() == 3  # line, HR, money
    await looks_right(desk.tab, language)
    await desk.tab.picture(f"story-start-{language}")
    await send(desk.tab, "**/cases/hiring-*?done=*")
    return page.url.partition("/cases/")[2].partition("?")[0]


async def approved_together(desk: Desk, player: Player) -> None:
    """The line manager decides on two hirings at once."""
    other = desk.company.player(f"{player.case}-too")
    await other.open(story.requisition(), by=story.MANAGER, says="")
    tasks = [await next_decision(each) for each in (player, other)]
    [person] = {task.assignees[0] for task in tasks}
    shown = await desk.of(person)
    await shown.open("/inbox")
    for task in tasks:
        await shown.page.locator(f"input[form=bulk][value^='{task.id}|']").check()
    await shown.page.locator("#bulk button[value=approve]").click()
    await shown.page.wait_for_load_state()
    await looks_right(shown, desk.look.language)
    await shown.picture("story-bulk")
    for each, task in zip((player, other), tasks, strict=True):
        assert await is_done(each, task)


async def shown_by_mail(company: Company, phone: Tab, player: Player) -> tuple[str, Task]:
    """HR gets a mail in Thai and opens its link on a phone, which decides nothing (KRN-01). The link and its task."""
    task = await next_decision(player)
    link = link_in(await company.mail_to(task.assignees[0], player.case))
    await phone.page.goto(link)
    content = await phone.text()
    assert "95,000" in content
    assert catalogue("th").gettext("Opening this page has decided nothing. The link works for one decision.") in content
    await looks_right(phone, "th")
    await phone.picture(f"story-mail-{player.case}")
    assert not await is_done(player, task), "opening the link decided something"
    return link, task


async def approve_on(phone: Tab) -> None:
    async with phone.page.expect_navigation():
        await phone.page.locator("button[name=outcome][value=approve]").click()


def recorded() -> str:
    return catalogue("th").gettext("Your decision is recorded")


async def approved_by_mail_while_the_worker_dies(company: Company, phone: Tab, player: Player) -> None:
    """What is approved on the page of a mail while no worker lives is recorded once one does, without another click."""
    link, task = await shown_by_mail(company, phone, player)
    worker = company.stack.worker
    assert worker is not None
    await worker.kill()
    await approve_on(phone)
    if recorded() in await phone.text():  # else the worker was not back within the page's patience, and it says so
        assert await is_done(player, task)
    await worker.restarted()
    await company.until(lambda: is_done(player, task))
    await phone.page.goto(link)
    assert recorded() in await phone.text()
    await looks_right(phone, "th")
    phone.complaints[:] = [said for said in phone.complaints if "503" not in said]


async def approved_in_the_inbox(desk: Desk, player: Player) -> None:
    """Finance, at their desk, in place: who that is depends on what else was asked for lately."""
    task = await next_decision(player)
    shown = await desk.approve(player.case, task.id, task.assignees[0])
    assert player.case in (await shown.page.locator(".note.good a").get_attribute("href") or "")
    await looks_right(shown, desk.look.language)
    assert await is_done(player, task)


async def candidates_ranked(desk: Desk, player: Player) -> None:
    """From the candidate's name to the ranking, each kind of command once by its form; the repetitions are played."""
    sourcing, interviews = story.sourcing(cast("en")), story.interviews()
    await by_form(desk, player, sourcing[0])  # adds the candidate
    await player.play(sourcing[1:3])
    await by_form(desk, player, sourcing[3])  # advances them
    await player.play(sourcing[4:])
    await by_form(desk, player, interviews[0])  # asks for the first interview
    await player.play(interviews[1:6])
    await by_form(desk, player, interviews[6])  # hands in the first scorecard
    await player.play(interviews[7:12])
    await by_form(desk, player, interviews[12])  # ranks


async def offer_extended(desk: Desk, player: Player) -> None:
    """Submitted and extended by forms, approved in the inbox."""
    offer, _, _, extend = story.first_offer(story.start_date(desk.company.today))
    await by_form(desk, player, offer)
    for _ in range(2):
        task = await next_decision(player)
        await desk.approve(player.case, task.id, task.assignees[0])
    await by_form(desk, player, extend)


async def answered(company: Company, phone: Tab, player: Player, answer: str, look: Look) -> None:
    """The candidate's mail leads to the page that has answered nothing, until they do (HIR-14)."""
    state = await player.state()
    offer = state.offers[story.newest_offer(state, OfferStatus.EXTENDED)]
    link = link_in(await company.mail_to(offer.candidate, player.case))
    await phone.take_on(look)
    await phone.page.goto(f"{link.partition('?')[0]}?lang={look.language}")
    assert "82,000" in await phone.text()
    if answer == "decline":
        await phone.page.locator("summary").last.click()
    await looks_right(phone, look.language)
    await phone.page.locator(f"button[value={answer}]").click()
    await phone.page.get_by_role("status").wait_for()
    assert catalogue(look.language).gettext(ANSWERS[answer]) in await phone.text()
    await phone.picture(f"story-{answer}-{look.language}")
    assert phone.complaints == []


async def onboarded(desk: Desk, player: Player) -> None:
    """The checks and the tasks after them, the first of each by its form, and so the end of the probation."""
    first, *others = story.checks()
    await by_form(desk, player, first)
    await player.play(others)
    await by_form(desk, player, story.onboarding)
    await player.play([story.onboarding] * 3)
    await by_form(desk, player, story.onboarding)


async def shown_as_filled(desk: Desk, player: Player) -> None:
    state = await player.state()
    assert state.case.closed is Status.APPROVED
    assert [offer.status for offer in state.offers.values()] == [OfferStatus.DECLINED, OfferStatus.FILLED]
    shown = await on_the_case(desk, player)
    assert "all seats are filled" in await shown.text()
    await shown.picture("story-end")


async def on_the_case(desk: Desk, player: Player) -> Tab:
    """The manager's page of the case, with what happened."""
    shown = await desk.of(story.MANAGER)
    await shown.open(f"/cases/{player.case}?tab=history")
    assert await shown.page.locator(".timeline > li").count() > 10
    assert await shown.page.evaluate("document.documentElement.lang") == desk.look.language
    assert not await shown.page.evaluate(WIDER)
    return shown


async def by_form(desk: Desk, player: Player, scene: Scene) -> None:
    for act in scene(await player.state()):
        await desk.give(player.case, act)


async def next_decision(player: Player) -> Task:
    return story.decisions(await player.state())[0]


async def is_done(player: Player, task: Task) -> bool:
    return task.id not in (await player.state()).case.tasks


async def looks_right(seen: Tab, language: str) -> None:
    assert await seen.page.evaluate("document.documentElement.lang") == language
    assert not await seen.page.evaluate(WIDER)
    assert await seen.serious() == []
