"""Two people amend one case through the form at once: nothing of either is lost without a word (KRN-19)."""

import asyncio
import html
import re

import httpx
import pytest

from cli.demo import story
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.staff.reading import table
from tests.web.staff.test_forms import field, standing
from tests.web.staff.visiting import Browser, browsing

pytestmark = pytest.mark.rule("KRN-19")
PARTNER = "e1033"


async def taken(browser: Browser, case: str) -> dict[str, str]:
    """The form to amend the requisition, as it stands when it is opened."""
    return form_on(await browser.shown(f"/cases/{case}/do/amend-requisition"))


def form_on(page: str) -> dict[str, str]:
    names = ("csrf", "command_id", "was")
    return {**standing(page), **{name: html.unescape(field(page, name)) for name in names}, "do": "send"}


async def send(browser: Browser, case: str, form: dict[str, str], **changed: str) -> httpx.Response:
    named = {f"p.{name}": value for name, value in changed.items()}
    return await browser.http.post(f"/cases/{case}/do/amend-requisition", data=form | named)


async def stands(office: Office, case: str) -> dict:
    return (await office.state(case))["state"]["requisition"]


async def test_what_both_changed_is_shown_to_the_second_and_what_only_one_changed_is_kept(office_at_work: Office):
    office, case = office_at_work, "hiring-both"
    await opened(office, case)
    async with browsing(office, story.MANAGER) as first, browsing(office, PARTNER) as second:
        mine, theirs = await taken(second, case), await taken(first, case)
        sent = await send(first, case, theirs, location="Chiang Mai", business_case="The first one's case.")
        clash = await send(second, case, mine, location="Phuket", grade="6")
        after = await stands(office, case)
        again = await send(second, case, form_on(clash.text))

    assert (sent.status_code, clash.status_code, again.status_code) == (303, 409, 303)
    [row] = table(clash.text, "Field")
    assert row[:4] == ["Location", "Bangkok", "Chiang Mai", "Phuket"]
    assert (after["location"], after["grade"]) == ("Chiang Mai", 5), "nothing was sent yet"
    found = form_on(clash.text)
    assert (found["p.location"], found["p.grade"]) == ("Phuket", "6"), "what was typed is kept"
    assert found["p.business_case"] == "The first one's case."
    assert found["command_id"] != mine["command_id"]
    now = await stands(office, case)
    assert (now["location"], now["grade"], now["business_case"]) == ("Phuket", 6, "The first one's case.")


async def test_the_second_may_keep_what_the_first_wrote_and_changes_of_different_fields_do_not_clash(
    office_at_work: Office,
):
    office, case = office_at_work, "hiring-keep"
    await opened(office, case)
    async with browsing(office, story.MANAGER) as first, browsing(office, PARTNER) as second:
        mine, theirs = await taken(first, case), await taken(second, case)
        await send(second, case, theirs, location="Phuket", grade="6")
        clash = await send(first, case, mine, location="Chiang Mai", business_case="More work.")
        kept = await send(first, case, form_on(clash.text) | {"keep.location": "now"})
        repeated = await send(second, case, theirs, location="Phuket", grade="6")

    assert (clash.status_code, kept.status_code) == (409, 303)
    assert repeated.status_code == 303, "sent twice it is one command"
    now = await stands(office, case)
    assert (now["location"], now["grade"], now["business_case"]) == ("Phuket", 6, "More work.")


async def test_of_two_that_are_sent_at_the_same_moment_one_is_recorded_and_the_other_is_asked(office_at_work: Office):
    office, case = office_at_work, "hiring-moment"
    await opened(office, case)
    async with browsing(office, story.MANAGER) as first, browsing(office, PARTNER) as second:
        forms = [await taken(first, case), await taken(second, case)]
        both = await asyncio.gather(
            send(first, case, forms[0], location="Chiang Mai"), send(second, case, forms[1], location="Phuket")
        )

    assert sorted(answer.status_code for answer in both) == [303, 409]
    clash = next(answer.text for answer in both if answer.status_code == 409)
    [row] = table(clash, "Field")
    assert (await stands(office, case))["location"] == row[2]
    assert re.search(r'role="alert"', clash)
