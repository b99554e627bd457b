"""The page behind a mail's link: whoever fetches it decides nothing, and its person decides once."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from application.commands.recover import recover
from application.queries import reading
from domain.kernel.events import EventRow
from eventstore import log
from mail.links import LIFETIME
from tests.adversary.test_choke_point import Gate
from tests.mail.conftest import CASE, REMINDED, Desk, at_desk, later
from tests.mail.delegation import STAND_IN, address_of, stands_in
from tests.support.office import opened_office
from tests.support.postbox import Postbox, all_sent, link_in, text_of
from tests.support.postgres import Server
from web.app import application

pytestmark = pytest.mark.rule("KRN-01")


@dataclass
class Link:
    """A mail's link in a browser in which nobody is signed in."""

    desk: Desk
    http: httpx.AsyncClient
    path: str

    async def shown(self) -> str:
        found = await self.http.get(self.path)
        assert found.status_code == 200, found.text
        return found.text

    async def post(self, outcome: str, **form: Any) -> httpx.Response:
        found = re.search(r'name="content" value="([0-9a-f]{64})"', (await self.http.get(self.path)).text)
        content = {"content": found[1]} if found else {}
        return await self.http.post(self.path, data={**content, "outcome": outcome, **form})

    async def events(self) -> list[EventRow]:
        async with self.desk.services.pool.acquire() as conn:
            return await log.read_stream(conn, CASE)

    async def decisions(self) -> list[EventRow]:
        return [event for event in await self.events() if event.type == "Decided"]


@asynccontextmanager
async def browser(desk: Desk, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    services = replace(desk.services, settings=desk.services.settings.model_copy(update=settings))
    served = application(services, patience=timedelta(seconds=20))
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield http


async def link_to(desk: Desk, box: Postbox) -> str:
    await all_sent(desk.services, box)
    [mail] = box.to(desk.address)
    return link_in(mail).removeprefix(desk.services.settings.base_url).replace("lang=th", "lang=en")


@pytest.fixture
async def link(desk: Desk, box: Postbox) -> AsyncIterator[Link]:
    """While no worker works: enough to look."""
    async with browser(desk) as http:
        yield Link(desk, http, await link_to(desk, box))


@pytest.fixture
async def working(
    postgres: Server, asked_url: str, temporal: WorkflowEnvironment, tmp_path: Path, box: Postbox
) -> AsyncIterator[Link]:
    """The same in an office at work."""
    async with opened_office(postgres, asked_url, temporal, tmp_path) as office, office.working():
        office.started.append(CASE)
        await recover(office.services)
        desk = await at_desk(office)
        async with browser(desk) as http:
            yield Link(desk, http, await link_to(desk, box))


async def test_scanners_that_fetch_a_link_in_every_way_decide_nothing(link: Link):
    before = await link.events()
    for _ in range(25):
        for method in ("GET", "HEAD", "OPTIONS"):
            found = await link.http.request(method, link.path, headers={"Purpose": "prefetch"})
            assert found.status_code in (200, 405)
        await link.http.get(link.path + "&outcome=approve")
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await link.http.request(method, link.path, data={"outcome": "approve"})).status_code == 405

    assert await link.events() == before
    assert "Approve" in await link.shown(), "and it is as good as new"


async def test_the_page_shows_what_is_decided_on_and_tells_nobody_where_it_came_from(link: Link):
    found = await link.http.get(link.path)

    for told in ("Somchai Rattanakul", "Bangkok", "THB", "Opening this page has decided nothing", "<code>"):
        assert told in found.text
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cache-control"] == "no-store"


async def test_the_page_is_a_way_to_the_one_gate_and_none_around_it(working: Link, monkeypatch: pytest.MonkeyPatch):
    gate = Gate(monkeypatch)

    await working.http.get(working.path)
    assert gate.let_through == []
    await working.post("approve")

    [event] = gate.let_through
    assert (event.actor, event.channel) == (working.desk.person, "mail")


@pytest.mark.rule("KRN-07", "KRN-19")
async def test_a_decision_by_link_is_one_fact_of_the_channel_mail_and_spends_the_link(working: Link):
    answer = await working.post("approve", comment="Go ahead.")
    again = await working.post("reject", comment="On second thought.")
    over = await working.shown()

    assert (answer.status_code, again.status_code) == (303, 409)
    [decided] = await working.decisions()
    assert (decided.actor, decided.channel, decided.payload["outcome"]) == (working.desk.person, "mail", "approve")
    assert decided.payload["authenticated"] == "mail-link"
    assert "Your decision is recorded" in over
    assert "You approved:" in over
    assert "<form" not in over.split("<main>")[1]


@pytest.mark.rule("KRN-19")
async def test_two_answers_at_once_are_one_decision(working: Link):
    content = re.search(r'name="content" value="([0-9a-f]{64})"', await working.shown())[1]
    forms = [{"content": content, "outcome": outcome, "comment": outcome} for outcome in ("approve", "reject") * 3]

    answers = await asyncio.gather(*(working.http.post(working.path, data=form) for form in forms))

    assert len(await working.decisions()) == 1
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert 303 in {answer.status_code for answer in answers}


@pytest.mark.rule("KRN-18")
async def test_a_rejection_without_a_word_is_asked_for_one_and_the_link_still_works(working: Link):
    refused = await working.post("reject")
    assert refused.status_code == 422
    assert "needs a comment" in refused.text
    assert await working.decisions() == []

    returned = await working.post("return", comment="Check the band.", fields=["salary_band"])

    assert returned.status_code == 303
    [decided] = await working.decisions()
    assert (decided.payload["outcome"], decided.payload["fields"]) == ("return", ["salary_band"])


@pytest.mark.rule("KRN-32")
async def test_a_question_stops_the_clock_and_spends_the_link_until_its_answer_brings_another(
    working: Link, box: Postbox
):
    desk = working.desk
    asked = await working.post("ask", comment="Which market?")
    over = await working.shown()
    late = await working.post("approve")
    assert (asked.status_code, late.status_code) == (303, 409)
    assert "Your question is recorded" in over
    [question] = [event for event in await working.events() if event.type == "InformationAsked"]
    assert (question.actor, question.channel, question.payload["question"]) == (desk.person, "mail", "Which market?")

    shown = await reading.show(desk.services, CASE, as_of=None, reader=None)
    [answer] = [task["id"] for task in shown["tasks"] if task["command"] == "give-information"]
    await desk.office.do(CASE, "give-information", {"task": answer, "text": "Laos."}, by="e1005")
    box.mails.clear()
    await all_sent(desk.services, box)
    [mail] = box.to(desk.address)
    new = Link(desk, working.http, link_in(mail).removeprefix(desk.services.settings.base_url))
    assert (await new.post("approve")).status_code == 303


@pytest.mark.rule("KRN-18")
async def test_one_comment_by_a_link_decides_nothing_and_leaves_the_decision_open(working: Link):
    empty = await working.post("comment")
    sent = await working.post("comment", comment="I look at it tomorrow.")
    page = await working.shown()
    second = await working.post("comment", comment="Or on Friday.")

    assert [answer.status_code for answer in (empty, sent, second)] == [400, 303, 409]
    assert "Please write your question" in empty.text
    assert "Your comment is recorded" in page
    assert "Only comment" not in page
    assert [event.payload["text"] for event in await working.events() if event.type == "Commented"] == [
        "I look at it tomorrow."
    ]
    assert await working.decisions() == []
    assert (await working.post("approve")).status_code == 303


@pytest.mark.rule("KRN-20", "KRN-22")
async def test_whoever_stands_in_decides_by_their_own_link_for_the_other(working: Link, box: Postbox):
    desk = working.desk
    await stands_in(desk)
    await desk.tell(REMINDED)
    await all_sent(desk.services, box, now=later(seconds=1))
    [mail] = box.to(await address_of(desk))
    path = link_in(mail).removeprefix(desk.services.settings.base_url)
    link = Link(desk, working.http, path.replace("lang=th", "lang=en"))
    principal = await desk.services.people.name(desk.person, "en")

    assert f"You decide for {principal}" in await link.shown()
    assert (await link.post("approve")).status_code == 303
    [decided] = await link.decisions()
    assert (decided.actor, decided.on_behalf_of) == (STAND_IN, desk.person)
    assert "Nothing left to decide" in await working.shown()


@pytest.mark.rule("KRN-14")
async def test_a_form_about_other_content_decides_nothing_and_says_so(working: Link):
    answer = await working.http.post(working.path, data={"content": "0" * 64, "outcome": "approve"})

    assert answer.status_code == 409
    assert "changed after you opened it" in answer.text
    assert await working.decisions() == []
    assert (await working.post("approve")).status_code == 303, "whoever looks again decides"


@pytest.mark.rule("KRN-14")
async def test_a_mail_about_other_content_than_that_of_now_says_so_before_the_decision(link: Link):
    await as_owner(link, "update signoff.mail_links set content_hash = repeat('0', 64)")

    assert "The content changed since the message was sent" in await link.shown()


@pytest.mark.rule("KRN-14")
async def test_after_a_material_change_the_old_mail_decides_nothing_and_a_new_one_is_sent(working: Link, box: Postbox):
    desk = working.desk
    await desk.office.do(CASE, "amend-requisition", {"seats": 2}, by="e1005")

    assert "its content changed" in await working.shown()
    assert (await working.post("approve")).status_code == 409
    box.mails.clear()
    await all_sent(desk.services, box)
    [mail] = [mail for mail in box.to(desk.address) if "/mail/" in text_of(mail)]
    assert link_in(mail).split("?")[0] not in working.path


async def test_a_forged_a_cut_and_a_strange_token_are_nothing(link: Link):
    path = link.path.split("?")[0]
    for token in (path[:-1], path[:-3] + "abc", "/mail/x", "/mail/" + "A" * 5000, path.replace(".", "")):
        found = await link.http.get(token)
        assert found.status_code == 404, token
        assert (await link.http.post(token, data={"outcome": "approve"})).status_code == 404
    assert await link.decisions() == []


async def test_a_link_expires(link: Link):
    async with link.desk.services.pool.acquire() as conn:
        left = await conn.fetchval("select max(expires_at) - now() from signoff.mail_links")
    assert timedelta(0) < left <= LIFETIME
    await as_owner(link, "update signoff.mail_links set expires_at = now()")

    found = await link.http.get(link.path)

    assert found.status_code == 410
    assert "expired" in found.text
    assert (await link.http.post(link.path, data={"outcome": "approve"})).status_code == 410


async def as_owner(link: Link, sql: str) -> None:
    """What time or an accident would do; the application itself may not change a link."""
    conn = await asyncpg.connect(link.desk.services.settings.migrate_url)
    await conn.execute(sql)
    await conn.close()


async def test_a_session_of_somebody_else_is_never_mixed_with_the_link(link: Link):
    await link.http.post("/login/choose", data={"person": "e1054"})

    found = await link.http.get(link.path)
    posted = await link.post("approve")

    assert (found.status_code, posted.status_code) == (403, 403)
    assert "signed in as another person" in found.text
    assert "THB" not in found.text
    assert await link.decisions() == []


async def test_where_a_login_is_wanted_the_link_leads_there_first(desk: Desk, box: Postbox):
    path = await link_to(desk, box)
    async with browser(desk, mail_decides="login") as http:
        found = await http.get(path)
        assert found.status_code == 303
        assert found.headers["location"].startswith("/login?next=%2Fmail%2F")
        assert (await http.post(path, data={"outcome": "approve"})).headers["location"] == "/login"

        await http.post("/login/choose", data={"person": desk.person})
        shown = (await http.get(path)).text
        without = await http.post(path, data={"outcome": "approve"})

    assert 'name="csrf"' in shown
    assert without.status_code == 403, "a form from elsewhere"


async def test_a_task_that_somebody_else_took_is_said_in_plain_words(working: Link):
    await working.desk.office.do(
        CASE, "decide", {"task": working.desk.task["id"], "outcome": "approve"}, by=working.desk.person
    )

    assert "Nothing left to decide" in await working.shown()
    assert (await working.post("approve")).status_code == 409


async def test_trying_too_often_is_refused_also_without_a_session(desk: Desk, box: Postbox):
    path = await link_to(desk, box)
    async with browser(desk, decision_limit=2) as http:
        answers = [(await http.post(path, data={"outcome": "none"})).status_code for _ in range(3)]

    assert answers == [400, 400, 429]
