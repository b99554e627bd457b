"""One decision through several doors at once, and one command id at several: HTTP, pages, mail, bulk, signal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mail import links
from mail.approval_request import matter_of
from tests.adversary import test_separation
from tests.adversary.office import by_way, raised, stands_in, types
from tests.adversary.test_separation import LINE, OTHER, at_the_board, steps_decided
from tests.support.office import Office
from tests.web.api.asking import asking
from tests.web.staff.visiting import Browser, browsing

ASKED = "e1003"
apart = test_separation.apart


@asynccontextmanager
async def doors(office: Office, person: str) -> AsyncIterator[tuple[httpx.AsyncClient, Browser]]:
    async with asking(office, person) as api, browsing(office, person) as browser:
        yield api, browser


async def link(office: Office, case: str, task: str, person: str, behalf: str | None = None) -> tuple[str, str]:
    """The path of the person's link to a task, and the hash in its form."""
    matter = await matter_of(office.services, case, task, person, behalf)
    assert matter is not None
    url = await links.link_for(office.services, uuid4(), matter, person, datetime.now(UTC))
    return url.removeprefix(office.services.settings.base_url), str(matter.content_hash)


@pytest.mark.rule("KRN-03", "KRN-01")
async def test_who_decided_one_step_is_refused_at_the_other_by_every_edge(apart: Office):
    """They stand in for a colleague of the second step, so that each edge has a task to show them."""
    player, task = await at_the_board(apart)
    await stands_in(apart, LINE, OTHER)
    wish = {"outcome": "approve", "on_behalf_of": OTHER}
    async with doors(apart, LINE) as (api, browser):
        said = await api.post(f"/tasks/{task}/decisions", json=wish)
        bulk = await api.post("/decisions", json={"tasks": [task], "outcome": "approve"})
        form = {"task": task, "do": "approve", "for": OTHER, "command_id": str(uuid4())}
        page = await browser.post("/tasks", form, on="/inbox")
        ticked = await browser.post(
            "/inbox/bulk", {"task": f"{task}|", "do": "approve", "command_id": str(uuid4())}, on="/inbox"
        )

    assert (said.status_code, said.json()["code"]) == (422, "acted-already")
    assert bulk.json()[0]["code"] == "acted-already"
    assert page.status_code == 422
    assert "had a part in another step" in ticked.text
    assert await matter_of(apart.services, player.case, task, LINE, OTHER) is None, "no mail offers it"
    assert await steps_decided(apart, player) == [("line", LINE)]


@pytest.mark.rule("KRN-19", "KRN-01")
async def test_of_words_at_the_same_second_by_every_door_one_counts_and_each_other_is_told(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    task, comment = f"{player.case}.1", {"comment": "as I said"}
    path, seen = await link(office, player.case, task, ASKED)
    async with doors(office, ASKED) as (api, browser):
        await browser.shown("/inbox")
        api_says, bulk_says, page_says, mail_says, *typed = await asyncio.gather(
            api.post(f"/tasks/{task}/decisions", json={"outcome": "approve"}),
            api.post("/decisions", json={"tasks": [task], "outcome": "reject", **comment}),
            browser.post("/tasks", {"task": task, "do": "approve", "command_id": str(uuid4())}, on="/inbox"),
            browser.http.post(path, data={"outcome": "reject", "content": seen, **comment}),
            by_way(office, "typed", player.case, "decide", {"task": task, "outcome": "approve"}, by=ASKED),
            by_way(office, "cli", player.case, "decide", {"task": task, "outcome": "reject", **comment}, by=ASKED),
        )

    done = [
        api_says.status_code == 200, bulk_says.json()[0]["recorded"], page_says.status_code == 303,
        mail_says.status_code == 303, *(code is None for code in typed),
    ]  # fmt: skip
    assert done.count(True) == 1, done
    late = {"task-done", "finished"}
    assert done[0] or (api_says.status_code, api_says.json()["code"] in late) == (409, True)
    assert done[1] or bulk_says.json()[0]["code"] in late
    assert done[2] or page_says.status_code == 409
    assert done[3] or mail_says.status_code == 409
    assert {code for code in typed if code} <= late
    assert (await types(office, player.case)).count("Decided") == 1


@pytest.mark.rule("KRN-19", "KRN-07")
async def test_a_command_id_is_good_for_one_word_of_one_person_at_whatever_door(office_at_work: Office):
    """Whatever else is sent under it, by whomever, decides nothing and tells nothing."""
    office, player, key = office_at_work, await raised(office_at_work), str(uuid4())
    task, header = f"{player.case}.1", {"Idempotency-Key": key}
    words = {"task": task, "do": "approve", "command_id": key}
    async with doors(office, ASKED) as (api, browser):
        first = await browser.post("/tasks", words, on="/inbox")
        again = await browser.post("/tasks", words, on="/inbox")
        other = await browser.post("/tasks", words | {"do": "reject", "comment": "no"}, on="/inbox")
        alike = await api.post(f"/tasks/{task}/decisions", json={"outcome": "approve"}, headers=header)
        more = await api.post(f"/tasks/{task}/decisions", json={"outcome": "reject", "comment": "!"}, headers=header)
        told = await api.get(f"/commands/{key}")
    async with asking(office, "e1005") as requester:
        theirs = await requester.post(f"/cases/{player.case}/commands/comment", json={"text": "x"}, headers=header)
        asked = await requester.get(f"/commands/{key}")

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
    assert alike.json()["position"] == told.json()["position"], "the same word of the same person is told its answer"
    for refused in (more, theirs):
        assert (refused.status_code, refused.json()["code"]) == (409, "command-id-reused")
    assert (told.status_code, asked.status_code) == (200, 404)
    assert (await types(office, player.case)).count("Decided") == 1
    assert "Commented" not in await types(office, player.case)


@pytest.mark.rule("KRN-19")
async def test_what_was_not_answered_in_time_is_decided_once_however_it_is_repeated(office_without_worker: Office):
    """202 at two doors, then the bulk decides beside the workflows, then a worker comes and finds both late."""
    office, key = office_without_worker, {"Idempotency-Key": str(uuid4())}
    async with office.working():
        player = await raised(office)
    task, briefly = f"{player.case}.1", timedelta(seconds=1)
    async with asking(office, ASKED, patience=briefly) as api:
        wish: dict[str, Any] = {"outcome": "reject", "comment": "no"}
        pending = [await api.post(f"/tasks/{task}/decisions", json=wish, headers=key) for _ in range(2)]
        bulk = await api.post("/decisions", json={"tasks": [task], "outcome": "approve"})
        async with office.working():
            while (settled := await api.get(f"http://signoff.test{pending[0].headers['location']}")).status_code == 202:
                pass
            late = await api.post(f"/tasks/{task}/decisions", json=wish, headers=key)

    assert [one.status_code for one in pending] == [202, 202]
    assert pending[0].headers["location"] == pending[1].headers["location"]
    assert bulk.json()[0]["recorded"] is True
    assert (settled.status_code, settled.json()["code"]) == (409, "task-done")
    assert (late.status_code, late.json()["code"]) == (409, "task-done")
    assert (await types(office, player.case)).count("Decided") == 1
