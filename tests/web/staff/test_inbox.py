"""The inbox on a page: what waits for someone, and deciding it there."""

import re

import pytest

from eventstore import log
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.staff.visiting import browsing

CASE = "hiring-inbox"


@pytest.mark.rule("KRN-01", "KRN-07", "KRN-19")
async def test_a_decision_on_the_page_is_one_fact_of_the_channel_web_however_often_it_is_sent(office_at_work: Office):
    await opened(office_at_work, CASE)
    state = await office_at_work.state(CASE)
    [task] = [task for task in state["tasks"] if task["kind"] == "decide"]
    async with browsing(office_at_work, task["assignees"][0]) as browser:
        page = await browser.shown("/inbox")
        form = {
            "task": task["id"],
            "outcome": "approve",
            "command_id": re.search(r'command_id" value="([^"]+)', page)[1],
        }
        csrf = re.search(r'name="csrf" value="([^"]+)', page)[1]
        answers = [await browser.http.post("/inbox", data={**form, "csrf": csrf}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    async with office_at_work.door.pool.acquire() as conn:
        events = await log.read_stream(conn, CASE)
    [decided] = [event for event in events if event.type == "Decided"]
    assert (decided.channel, decided.payload["outcome"]) == ("web", "approve")


async def test_nobody_signed_in_is_led_to_the_login_and_back(office_without_worker: Office):
    async with browsing(office_without_worker, "e1003") as browser:
        browser.http.cookies.clear()
        found = await browser.http.get("/inbox?x=1")

    assert (found.status_code, found.headers["location"]) == (303, "/login?next=%2Finbox%3Fx%3D1")
