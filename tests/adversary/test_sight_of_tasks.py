"""What a task, and a candidacy, give sight of: what they need, through every door, and not how much more there is."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest

from application.commands import attachments
from application.commands.attachments import File
from application.queries import listing, proof, reading
from domain.kernel.showing.task_sight import KERNEL_TASKS
from mail.approval_request import matter_of
from readmodels import Wanted
from tests.adversary.hidden import Hidden
from tests.adversary.office import code, stands_in
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office, opened_office
from tests.web.api.asking import served
from tests.web.staff.visiting import browsing
from web.api.changes import stream
from web.api.follower import Follower

pytestmark = pytest.mark.rule("KRN-43")

CASE = "hiring-tasks-see"
REQUESTER, HR, RECRUITER, INTERVIEWER = "e1005", "e1033", "e1037", "e1010"
DESK, FACILITIES, INTERNAL, STRANGER = "e1007", "e1052", "e1044", "e1060"
PAY = ("60000", "60,000", "85000", "85,000", "82000", "82,000", "1173000", "1,173,000", "1,131,600", "1131600")
CHECKED = ("passed", "criminal")
SCENES = 35
KNOWN = 8
HOLDERS = pytest.mark.parametrize("holder", [DESK, FACILITIES])


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    """A hiring in onboarding, with an employee among the candidates who were not chosen."""
    folder = tmp_path_factory.mktemp("tasks")
    async with opened_office(postgres, company_url, temporal, folder) as one, one.working():
        await cast(one)
        player = await opened(one, CASE)
        await player.play(whole_story()[:KNOWN])
        added = {"candidate": {"name": {"en": "Ina Inside"}}, "internal": INTERNAL, "source": "internal"}
        await one.do(CASE, "add-candidate", added, by=RECRUITER)
        await player.play(whole_story()[KNOWN:SCENES])
        await one.do(CASE, "comment", {"text": "82,000 THB was dear"}, by=REQUESTER)
        file = File("band.csv", b"grade;pay\n5;82000\n")
        await attachments.attach(one.services, CASE, file, one.actor(REQUESTER))
        await one.start("authority", _limit(), by=REQUESTER, name="request-limit")
        yield one


@pytest.fixture
async def at(office: Office) -> AsyncIterator[Hidden]:
    transport = httpx.ASGITransport(served(office), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield Hidden(office, http, "")


def found(said: str, texts: tuple[str, ...] = PAY) -> list[str]:
    return [text for text in texts if text in said]


async def task_of(office: Office, person: str) -> str:
    [row] = [row for row in await reading.inbox(office.services, person) if row["case"] == CASE]
    return str(row["task"])


@HOLDERS
async def test_a_desk_sees_who_starts_where_and_when(office: Office, holder: str):
    shown = await reading.show(office.services, CASE, as_of=None, reader=holder)
    offer = shown["state"]["offers"]["offer-2"]
    assert offer["candidate"] == "c-second"
    assert set(offer["terms"]) == {"start_date"}
    assert set(shown["state"]["requisition"]) == {"position", "unit", "location"}
    assert [task["id"] for task in shown["tasks"]] == [await task_of(office, holder)]


@HOLDERS
async def test_the_api_tells_a_desk_no_pay_and_no_check(at: Hidden, holder: str):
    paths = ("/inbox", "/cases", f"/cases/{CASE}", f"/cases/{CASE}/timeline", f"/cases/{CASE}/proof")
    said = "\n".join([(await at.api(holder, "GET", path)).text for path in paths])
    assert found(said, (*PAY, *CHECKED, "dear", "band.csv")) == []
    assert found((await at.api(HR, "GET", f"/cases/{CASE}")).text) != []


@HOLDERS
async def test_the_pages_tell_a_desk_no_pay_and_no_check(office: Office, holder: str):
    task = await task_of(office, holder)
    async with browsing(office, holder) as browser:
        pages = ("/inbox", "/cases", f"/cases/{CASE}", f"/cases/{CASE}/do/complete-task?task={task}")
        said = "\n".join([await browser.shown(page) for page in pages])
    assert found(said, (*PAY, *CHECKED, "dear", "band.csv")) == []
    assert "C-Second" in said


@HOLDERS
async def test_a_mail_tells_a_desk_no_amount(office: Office, holder: str):
    matter = await matter_of(office.services, CASE, await task_of(office, holder), holder)
    assert matter is not None
    assert (matter.amount, matter.content_hash, dict(matter.fields)) == (None, None, {})


async def test_the_timeline_of_a_desk_is_of_their_task(office: Office):
    rows = await reading.timeline(office.services, CASE, as_of=None, reader=DESK)
    assert [row["type"] for row in rows] == ["TaskAssigned"]
    assert [row["version"] for row in rows] == [1]


async def test_a_list_tells_a_desk_a_title_alone(office: Office):
    [row] = await listing.cases(office.services, Wanted(process="hiring"), reader=DESK)
    told = {name for name, value in row.items() if value != {"hidden": True}}
    assert told == {"case", "process", "closed", "title", "case_title"}


async def test_no_filter_tells_a_desk_where_a_case_stands(office: Office):
    for wanted in (Wanted(stuck=True), Wanted(overdue=True), Wanted(units=frozenset({"it-web"}))):
        assert await listing.cases(office.services, wanted, reader=DESK) == []


async def test_a_desk_gets_no_proof(office: Office):
    assert await code(proof.prove(office.services, CASE, reader=DESK)) == "hidden-from-you"


async def test_a_desk_gets_no_file(office: Office):
    rows = await reading.timeline(office.services, CASE, as_of=None, reader=None)
    sha256 = next(row["data"]["attachment"]["sha256"] for row in rows if row["type"] == "Attached")
    assert await code(attachments.fetch(office.services, sha256, reader=DESK)) == "no-such-file"
    assert await attachments.fetch(office.services, sha256, reader=HR)


async def test_a_desk_is_not_told_of_comments(office: Office):
    told = await reading.notifications(office.services, DESK)
    assert {each["task"] for each in told} == {await task_of(office, DESK)}


async def test_an_interviewer_reads_no_check(office: Office):
    shown = json.dumps(await reading.show(office.services, CASE, as_of=None, reader=INTERVIEWER))
    assert found(shown, (*PAY, "passed")) == []


async def test_one_who_is_asked_reads_the_question_alone(office: Office):
    case = f"hiring-{uuid4().hex[:10]}"
    player = await opened(office, case)
    [task] = [task for task in (await player.state()).case.tasks.values() if task.kind == "decide"]
    asked = {"task": task.id, "question": "Is there a desk?", "of": STRANGER}
    await office.do(case, "ask-information", asked, by=task.assignees[0])
    shown = await reading.show(office.services, case, as_of=None, reader=STRANGER)
    rows = await reading.timeline(office.services, case, as_of=None, reader=STRANGER)
    assert found(json.dumps([shown, rows], default=str)) == []
    assert [row["type"] for row in rows] == ["InformationAsked", "TaskAssigned"]
    assert shown["state"]["requisition"]["position"] == "web-developer-2"


# --- an employee among the candidates --------------------------------------------------------------------------------


async def test_an_internal_candidate_opens_the_page_of_the_case(office: Office):
    async with browsing(office, INTERNAL) as browser:
        said = await browser.shown(f"/cases/{CASE}")
    assert found(said, (*PAY, *CHECKED, "C-First", "C-Second", "dear", "band.csv")) == []


async def test_a_candidate_has_no_row_of_a_rival(office: Office):
    assert await reading.timeline(office.services, CASE, as_of=None, reader=INTERNAL) == []
    rival = await reading.timeline(office.services, CASE, as_of=None, reader="c-second")
    assert [row["version"] for row in rival] == list(range(1, len(rival) + 1))
    assert {row["type"] for row in rival} == {"OfferExtended", "OfferAccepted", "HandedOver"}
    assert "c-first" not in json.dumps(rival)


async def test_a_candidate_is_told_no_version_of_rivals(at: Hidden):
    shown = (await at.api(INTERNAL, "GET", f"/cases/{CASE}")).json()
    listed = (await at.api(INTERNAL, "GET", "/cases")).json()
    assert (shown["version"], shown["stage"], shown["deadlines"], shown["tasks"]) == (0, {"hidden": True}, [], [])
    [row] = [row for row in listed if row["case"] == CASE]
    assert {row[name]["hidden"] for name in ("version", "position", "stage", "waiting_on", "updated_at")} == {True}


async def heard(office: Office, person: str) -> list[dict[str, Any]]:
    """What `person` hears of the case in the stream, up to a change of another that everybody may know of."""
    mark = next(case for case in office.started if case.startswith("authority"))
    told: list[dict[str, Any]] = []
    async for event in stream(office.services, Follower(office.services.pool), person, 0, anyio.Event()):
        told.append(json.loads(str(event.data)))
        if told[-1]["case"] == mark:
            break
    return [each for each in told if each["case"] == CASE]


async def test_a_candidate_hears_nothing_of_rivals_in_the_stream(office: Office):
    assert await heard(office, INTERNAL) == []
    assert [each["version"] for each in await heard(office, "c-second")] == [1, 2, 3]
    assert "Decided" in {each["type"] for each in await heard(office, HR)}


async def test_an_outsider_hears_only_that_a_case_began(office: Office):
    assert [set(each) for each in await heard(office, STRANGER)] == [{"position", "case"}]


async def test_no_precondition_finds_the_version_of_a_case(at: Hidden):
    rows = await reading.timeline(at.office.services, CASE, as_of=None, reader=None)
    for version in (len(rows), len(rows) - 1):
        found_ = await at.api(
            INTERNAL, "POST", f"/cases/{CASE}/commands/declare-relationship",
            json={"candidate": "c-first", "person": STRANGER}, headers={"If-Match": f'"{version}"'},
        )  # fmt: skip
        assert found_.status_code in (403, 409, 412, 422), found_.text
        assert str(len(rows)) not in found_.text


async def test_an_answer_counts_what_its_sender_sees(at: Hidden):
    rows = await reading.timeline(at.office.services, CASE, as_of=None, reader=None)
    answer = await at.command(DESK, "comment", {"text": "where to?"}, case=CASE)
    assert answer.status_code == 200
    assert answer.json()["version"] < len(rows)


def _limit() -> dict[str, str]:
    return {"person": "e1011", "category": "spending", "up_to": "5 THB", "unit": "it-web", "reason": "Licences"}


@pytest.mark.parametrize("reader", [DESK, FACILITIES, INTERNAL])
async def test_the_command_line_tells_no_more(at: Hidden, reader: str):
    for words in (("show", CASE), ("timeline", CASE), ("cases",), ("inbox",), ("notifications",), ("report", "hiring")):
        for form in ((), ("--json",)):
            _, said = await at.cli(*words, *form, "--as", reader)
            assert found(said, (*PAY, *CHECKED, "dear", "band.csv", "Traceback")) == [], words
    status, said = await at.cli("show", CASE, "--as", HR, "--json")
    assert (status, "82000" in said) == (0, True)


async def test_every_kind_of_task_is_named_by_the_process(office: Office):
    rows = await reading.timeline(office.services, CASE, as_of=None, reader=None)
    kinds = {row["data"]["task"]["kind"] for row in rows if row["type"] == "TaskAssigned"}
    known = {*KERNEL_TASKS, *office.services.processes["hiring"].confidential.tasks}
    assert kinds - known == set()
    assert len(kinds) > 4


async def test_a_stand_in_for_a_desk_sees_what_the_desk_sees(office: Office):
    before = await code(reading.show(office.services, CASE, as_of=None, reader="e1061"))
    shown_before = before or (await reading.show(office.services, CASE, as_of=None, reader="e1061"))["state"]
    await stands_in(office, "e1061", FACILITIES)
    shown = await reading.show(office.services, CASE, as_of=None, reader="e1061")
    assert shown_before in ("no-such-case", {"hidden": True})
    assert set(shown["state"]["requisition"]) == {"position", "unit", "location"}
    assert found(json.dumps(shown)) == []
