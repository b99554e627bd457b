"""A disciplinary case from outside: whoever has no role in it does not learn that it exists, by any door (DIS-09)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from application.queries.figures import standing
from application.queries.reports import process_report
from domain.kernel.errors import Refused
from domain.kernel.showing.reads import stream_of
from eventstore import chain, log
from tests.adversary.conftest import stands_in
from tests.adversary.hidden import Hidden, limit, plain
from tests.conformance.company import organisation
from tests.conformance.example import Sent
from tests.conformance.examples import discipline as d
from tests.conformance.test_real import RealPlay
from tests.support.office import Office, opened_office
from tests.support.postbox import Postbox, all_sent, listening, text_of
from tests.web.api.asking import served
from tests.web.staff.visiting import browsing
from web.operations import exposed

pytestmark = pytest.mark.rule("DIS-09")

CASE, NONE, SEEN = "discipline-quiet-1", "discipline-empty-1", "authority-quiet-1"
STAND_IN = "e1060"
SECRETS = (
    "password of the shop",
    "IT-7",
    "The log of the shop",
    "my cousin",
    "names the account",
    "Room 3",
    "quiet words",
)
SEES_ALL = (d.HR, d.INVESTIGATOR, d.MANAGER, STAND_IN)
ROLES = (*SEES_ALL, d.EMPLOYEE, d.WITNESS, d.NOTES, d.REPORTER)
OTHERS = tuple(sorted(organisation().people.keys() - set(ROLES)))
DOORS = ("e1009", "e1032", "e1003", "e1034", "e1044")
"""Operations, the head of HR, the employee's department head, another HR partner, an accountant."""


@pytest.fixture(scope="module")
async def quiet(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Hidden]:
    """The case before its hearing. One person stands in for the hearing manager."""
    folder = tmp_path_factory.mktemp("quiet")
    async with opened_office(postgres, company_url, temporal, folder) as office, office.working():
        play = RealPlay(office, "discipline", "quiet 1")
        for step in [*d.formal(play), *_asked(), *_to_the_hearing(play)]:
            await play.carry_out(step)
        await office.do(CASE, "comment", {"text": "quiet words"}, by=d.HR)
        await stands_in(office, STAND_IN, d.MANAGER)
        await stands_in(office, "e1044", "e1040")
        await office.start("authority", limit("e1011"), by=d.MANAGER, name="request-limit", case=SEEN)
        transport = httpx.ASGITransport(served(office), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
            yield Hidden(office, http, "0" * 64)


def _asked() -> list[Sent]:
    return [Sent("ask-witness", {"person": d.WITNESS, "question": "What did you see?"}, by=d.INVESTIGATOR)]


def _to_the_hearing(play: RealPlay) -> list[Any]:
    return list(d.invited(play))[2:]


async def said_to(at: Hidden, person: str) -> list[httpx.Response]:
    """Lists, counts, searches and news: no id is asked for."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    lists = (
        "/inbox", "/cases", "/cases?open=true", "/cases?overdue=true", "/cases?stuck=true", "/cases?process=discipline",
        "/cases?unit=company&below=true", f"/cases?as_of={now}", "/delegations", "/search?text=quiet",
    )  # fmt: skip
    return [await at.api(person, "GET", path) for path in lists]


def leaks(said: str) -> list[str]:
    return [text for text in (CASE, *SECRETS) if text in said]


@pytest.mark.parametrize("person", OTHERS)
async def test_no_list_has_a_row_for_others(quiet: Hidden, person: str):
    said = "\n".join(found.text for found in await said_to(quiet, person))
    assert leaks(said) == []
    listed = (await quiet.api(person, "GET", "/cases?process=discipline")).json()
    assert listed == (await quiet.api(person, "GET", "/cases?process=hiring")).json(), "there is none of that process"


@pytest.mark.parametrize("person", [*DOORS, OTHERS[0], OTHERS[-1], "e9999"])
async def test_for_others_it_is_a_case_that_does_not_exist(quiet: Hidden, person: str):
    commands = quiet.office.services.processes["discipline"].commands

    async def answers(case: str) -> list[Any]:
        paths = ("/cases/{}", "/cases/{}/timeline", "/cases/{}/proof", "/cases/{}?as_of=2026-12-01T00:00:00Z")
        told = [await quiet.api(person, "GET", path.format(case)) for path in paths]
        told += [await quiet.command(person, name, {"reason": "x"}, case=case) for name in commands]
        told += [await quiet.api(person, "POST", "/decisions", json={"tasks": [f"{case}.1"], "outcome": "approve"})]
        return [plain(each, case) for each in told]

    assert await answers(CASE) == await answers(NONE)


@pytest.mark.parametrize("person", DOORS)
async def test_pages_and_command_line_tell_others_nothing(quiet: Hidden, person: str):
    words = (("inbox",), ("cases",), ("notifications",), ("exceptions",), ("show", CASE), ("timeline", CASE))
    said = "\n".join([(await quiet.cli(*each, "--as", person))[1].replace(f"no case {CASE}", "") for each in words])
    async with browsing(quiet.office, person) as browser:
        for path in ("/inbox", "/cases", "/overview", "/cases?unit=it&below=1", "/organisation", "/start"):
            said += (await browser.http.get(path)).text
    assert [text for text in SECRETS if text in said] == []
    assert CASE not in said.replace(f"{CASE};", "")


@pytest.mark.parametrize("person", ["e1009", "e1032", "e1044"])
async def test_the_stream_of_changes_skips_it(quiet: Hidden, person: str):
    assert leaks(await quiet.changes(person, until=SEEN)) == []


async def test_metrics_name_no_process_of_it(quiet: Hidden):
    served_ = exposed.application(lambda: standing(quiet.office.services))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served_), base_url="http://metrics.test") as http:
        said = (await http.get("/metrics")).text
    assert leaks(said) == []
    assert [line for line in said.splitlines() if "discipline" in line and "signoff_internal_errors" not in line] == []
    assert 'signoff_cases_open{process="authority"} 1.0' in said


@pytest.mark.parametrize("person", ["e1003", "e1001", "e1032", "e1009"])
async def test_no_report_counts_it(quiet: Hidden, person: str):
    async with browsing(quiet.office, person) as browser:
        assert "process=discipline" not in (await browser.http.get("/overview")).text
        found = await browser.http.get("/overview?process=discipline")
    with pytest.raises(Refused, match="known to their roles only"):
        await process_report(quiet.office.services, "discipline", reader=person)
    assert found.status_code >= 400 or leaks(found.text) == []


async def test_mail_goes_to_roles_and_says_no_word_of_it(quiet: Hidden):
    async with listening(Postbox()) as box:
        await all_sent(quiet.office.services, box)
    about = [mail for mail in box.mails if CASE in text_of(mail) or "confidential" in str(mail["Subject"])]
    records = [await quiet.office.services.people.record(person) for person in (*ROLES, d.JUDGE)]
    roles = {str(await quiet.office.services.keys.unseal(one.email, "email")) for one in records}
    assert about
    assert {str(mail["To"]) for mail in about} <= roles
    assert [text for mail in about for text in SECRETS if text in str(mail["Subject"]) + text_of(mail)] == []


@pytest.mark.parametrize("person", SEES_ALL)
@pytest.mark.rule("DIS-12")
async def test_who_must_act_can_open_it(quiet: Hidden, person: str):
    said = (await quiet.api(person, "GET", f"/cases/{CASE}")).text
    assert [text for text in SECRETS if text not in said] == []


@pytest.mark.rule("DIS-13")
async def test_the_employee_sees_what_is_alleged_and_served(quiet: Hidden):
    shown = (await quiet.api(d.EMPLOYEE, "GET", f"/cases/{CASE}")).json()
    assert shown["state"]["allegation"].startswith("Gave the password")
    assert "The log of the shop" in str(shown["state"]["evidence"])
    rows = (await quiet.api(d.EMPLOYEE, "GET", f"/cases/{CASE}/timeline")).text
    for text in ("quiet words", "names the account", d.REPORTER, d.WITNESS):
        assert text not in str(shown) + rows, text


async def test_a_witness_sees_the_question_and_nothing_else(quiet: Hidden):
    said = (await quiet.api(d.WITNESS, "GET", f"/cases/{CASE}")).text
    said += (await quiet.api(d.WITNESS, "GET", f"/cases/{CASE}/timeline")).text
    assert "What did you see?" in said
    assert [text for text in (*SECRETS, d.EMPLOYEE, d.REPORTER) if text in said] == []


async def test_the_reporter_knows_only_that_it_goes_on(quiet: Hidden):
    shown = (await quiet.api(d.REPORTER, "GET", f"/cases/{CASE}")).json()
    assert (shown["case"], shown["closed"], shown["state"]) == (CASE, False, {"hidden": True})
    assert (await quiet.api(d.REPORTER, "GET", f"/cases/{CASE}/timeline")).json() == []


async def reads(office: Office) -> list[str]:
    async with office.services.pool.acquire() as conn:
        return [event.payload["reader"] for event in await log.read_stream(conn, stream_of(CASE))]


async def test_each_read_is_an_event_of_its_own(quiet: Hidden):
    before = await reads(quiet.office)
    await quiet.office.do(CASE, "comment", {"text": "quiet words again"}, by=d.HR)
    for person in (d.INVESTIGATOR, d.EMPLOYEE, "e1032", d.REPORTER):
        await quiet.api(person, "GET", f"/cases/{CASE}")
    await quiet.cli("show", CASE)
    assert (await reads(quiet.office))[len(before) :] == [d.INVESTIGATOR, d.EMPLOYEE, "operator"]
    async with quiet.pool.acquire() as conn:
        assert (await chain.verify(conn)).problems == []
        with pytest.raises(Exception, match="permission denied"):
            await conn.execute("delete from signoff.events where stream = $1", stream_of(CASE))


async def test_readers_at_once_are_all_recorded(quiet: Hidden):
    await quiet.office.do(CASE, "comment", {"text": "quiet words at last"}, by=d.HR)
    before = len(await reads(quiet.office))
    people = (d.HR, d.INVESTIGATOR, d.MANAGER, d.EMPLOYEE, STAND_IN, d.NOTES)
    found = await asyncio.gather(*(quiet.api(person, "GET", f"/cases/{CASE}") for person in people))
    assert {one.status_code for one in found} == {200}
    assert sorted((await reads(quiet.office))[before:]) == sorted(people)
