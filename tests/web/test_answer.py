"""Answering an offer by its link: opening shows, posting decides, once (HIR-14)."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from application.commands.recover import recover
from domain.people.hiring.state import OfferStatus
from tests.web.conftest import CANDIDATE, CASE, OFFER, Site

pytestmark = pytest.mark.rule("HIR-14")


async def answers(site: Site) -> list[str]:
    return [e.type for e in await site.events() if e.type in ("OfferAccepted", "OfferDeclined")]


async def test_opening_the_link_in_any_way_records_nothing(looked_at: Site):
    before = await looked_at.events()

    got = await looked_at.http.get(looked_at.link, params={"answer": "accept"})
    head = await looked_at.http.head(looked_at.link)
    await looked_at.http.options(looked_at.link)

    assert (got.status_code, head.status_code, head.text) == (200, 200, "")
    assert await looked_at.events() == before


@pytest.mark.parametrize(("chosen", "recorded"), [("accept", "OfferAccepted"), ("decline", "OfferDeclined")])
async def test_an_answer_is_recorded_by_the_candidate_through_the_link(site: Site, chosen: str, recorded: str):
    posted = await site.answer(chosen)

    [event] = [e for e in await site.events() if e.type == recorded]
    assert (posted.status_code, posted.headers["location"]) == (303, site.link)
    assert (event.actor, event.channel, event.payload["offer"]) == (CANDIDATE, "link", OFFER)


async def test_the_page_after_the_answer_shows_it_and_no_form(site: Site):
    posted = await site.answer("accept")

    page = (await site.http.get(posted.headers["location"])).text

    assert "You accepted this offer" in page
    assert "<form" not in page


async def test_the_language_that_was_asked_for_is_kept_over_the_answer(site: Site):
    posted = await site.answer("decline", site.link + "?lang=th")

    page = await site.http.get(posted.headers["location"])

    assert page.headers["content-language"] == "th"


async def test_a_repeated_answer_leads_to_the_first_one(site: Site):
    first = await site.answer("accept")
    again = await site.answer("accept")

    assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert await answers(site) == ["OfferAccepted"]


@pytest.mark.rule("KRN-19")
async def test_ten_presses_at_once_are_one_answer(site: Site):
    posted = await asyncio.gather(*(site.answer("decline") for _ in range(10)))

    assert {one.status_code for one in posted} == {303}
    assert await answers(site) == ["OfferDeclined"]


@pytest.mark.rule("KRN-19")
async def test_of_two_different_answers_at_once_one_counts_and_the_other_is_told(site: Site):
    posted = await asyncio.gather(site.answer("accept"), site.answer("decline"))

    assert sorted(one.status_code for one in posted) == [303, 409]
    assert len(await answers(site)) == 1


@pytest.mark.parametrize(
    ("first", "other", "said"),
    [("accept", "decline", "You had already accepted"), ("decline", "accept", "You had already declined")],
)
async def test_the_other_answer_afterwards_is_refused_with_what_was_decided(
    site: Site, first: str, other: str, said: str
):
    await site.answer(first)

    refused = await site.answer(other)

    assert refused.status_code == 409
    assert said in refused.text
    assert len(await answers(site)) == 1


async def test_an_answer_in_another_channel_counts_on_the_page_too(site: Site):
    await site.office.do(CASE, "answer-offer", {"offer": OFFER, "answer": "accept"}, by=CANDIDATE)

    assert (await site.answer("accept")).status_code == 303
    assert (await site.answer("decline")).status_code == 409
    assert await answers(site) == ["OfferAccepted"]


@pytest.mark.parametrize("form", [{}, {"answer": ""}, {"answer": "maybe"}, {"response": "accept"}])
async def test_a_form_without_a_known_answer_records_nothing(site: Site, form: dict[str, str]):
    posted = await site.http.post(site.link, data=form or {"x": ""})

    assert posted.status_code == 400
    assert "choose to accept or to decline" in posted.text
    assert await answers(site) == []


async def test_an_offer_that_lapsed_says_so_and_takes_no_answer(site: Site):
    await site.office.forward(CASE, timedelta(days=20))

    page = await site.shown()
    posted = await site.answer("accept")

    assert "has passed" in page
    assert "<form" not in page
    assert (posted.status_code, "has passed" in posted.text) == (409, True)
    assert (await site.state()).offers[OFFER].status is OfferStatus.LAPSED


async def test_an_offer_that_was_taken_back_says_so_and_not_why(site: Site):
    reason = "reorganisation, confidential"
    await site.office.do(CASE, "rescind-offer", {"candidate": CANDIDATE, "reason": reason}, by=await recruiter(site))

    page = await site.shown()
    posted = await site.answer("accept")

    assert "This offer was withdrawn" in page
    assert "confidential" not in page
    assert posted.status_code == 409
    assert await answers(site) == []


@pytest.mark.rule("KRN-32")
async def test_an_offer_of_a_case_on_hold_waits_and_can_be_answered_afterwards(site: Site):
    await site.office.do(CASE, "hold", {"reason": "budget freeze"}, by="e1005")

    page = await site.shown()
    refused = await site.answer("accept")
    await site.office.do(CASE, "resume", {"reason": "money is there"}, by="e1005")
    accepted = await site.answer("accept")

    assert "on hold" in page
    assert "budget freeze" not in page
    assert "<form" not in page
    assert (refused.status_code, accepted.status_code) == (409, 303)
    assert await answers(site) == ["OfferAccepted"]


@pytest.mark.rule("HIR-09")
async def test_an_offer_on_a_frozen_position_says_so_until_it_is_kept(site: Site):
    frozen = {"reason": "hiring stop", "release_money": False}
    await site.office.do(CASE, "freeze", frozen, by=await hr(site))

    asked = await site.shown()
    await site.office.do(CASE, "decide-frozen-offer", {"offer": OFFER, "choice": "keep"}, by="e1005")
    kept = await site.shown()

    assert "is being reviewed" in asked
    assert "hiring stop" not in asked
    assert "is being reviewed" not in kept
    assert (await site.answer("accept")).status_code == 303


async def test_an_answer_without_a_worker_is_no_success_and_the_next_try_is(unmanned: Site):
    unmanned.office.started.append(CASE)
    await recover(unmanned.office.services)

    unanswered = await unmanned.answer("accept")
    async with unmanned.office.working():
        answered = await until_answered(unmanned)

    assert unanswered.status_code == 503
    assert "cannot say yet" in unanswered.text
    assert answered.status_code == 303
    assert await answers(unmanned) == ["OfferAccepted"]


async def until_answered(site: Site) -> httpx.Response:
    """A candidate who tries again as the page says; the worker needs a moment to read the case."""
    async with asyncio.timeout(20):
        while True:
            found = await site.answer("accept")
            if found.status_code != 503:
                return found


async def test_an_answer_to_a_case_whose_workflow_is_lost_is_no_success(unmanned: Site):
    await recover(unmanned.office.services)
    await unmanned.office.handle(CASE).terminate("lost")

    posted = await unmanned.answer("accept")

    assert posted.status_code == 503
    assert posted.headers["retry-after"]
    assert await answers(unmanned) == []


async def recruiter(site: Site) -> str:
    return (await site.state()).the_team.recruiters[0]


async def hr(site: Site) -> str:
    return (await site.state()).the_team.hr_partners[0]
