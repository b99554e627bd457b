"""Why something is asked for, and the question to whoever answers, stand first on every door (KRN-32, HIR-01)."""

from uuid import uuid4

import pytest

from application.commands import attachments
from application.commands.attachments import File
from cli.demo import story
from mail.approval_request import matter_of
from mail.items import facts_of
from tests.adversary.office import task_of
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.staff.visiting import browsing

LINE, REQUESTER, ASKED = "e1003", "e1005", "e1060"
WHY = story.requisition()["business_case"]
QUESTION = "Is there a desk for them in Chiang Mai?"


@pytest.fixture
def case() -> str:
    return f"hiring-{uuid4().hex[:10]}"


async def test_the_approver_reads_why_and_the_documents_first(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    await attachments.attach(
        office_at_work.services, case, File("market.txt", b"pay in the market"), office_at_work.actor(REQUESTER)
    )
    async with browsing(office_at_work, LINE) as browser:
        for page in ("/inbox", f"/cases/{case}"):
            said = await browser.shown(page)
            card = said[: said.index('action="/tasks"')]
            assert WHY in card
            assert "market.txt" in card
            assert "/organisation/job-descriptions/" in card


async def test_mail_and_its_page_tell_why_before_the_content(office_at_work: Office, case: str):
    player = await opened(office_at_work, case)
    task = await task_of(player)
    matter = await matter_of(office_at_work.services, case, task.id, LINE)
    assert matter is not None
    labels = [label for label, _ in await facts_of(office_at_work.services, matter, "en", "UTC")]
    assert labels[:3] == ["About", "Business case", "Job description"]
    assert dict(await facts_of(office_at_work.services, matter, "en", "UTC"))["Business case"] == WHY


@pytest.mark.rule("KRN-32")
async def test_question_and_answer_meet(office_at_work: Office, case: str):
    player = await opened(office_at_work, case)
    task = await task_of(player)
    asked = {"task": task.id, "question": QUESTION, "of": ASKED}
    await office_at_work.do(case, "ask-information", asked, by=LINE)
    answer = await task_of(player, "answer-information")
    form = f"/cases/{case}/do/give-information?task={answer.id}"
    async with browsing(office_at_work, ASKED) as browser:
        assert QUESTION in await browser.shown("/inbox")
        said = await browser.shown(form)
        assert f"<h1>{QUESTION}</h1>" in said
        assert "Send answer" in said
        assert "<select" not in said
        sent = {"p.task": answer.id, "p.text": "Yes, two.", "do": "send", "command_id": str(uuid4())}
        done = await browser.post(f"/cases/{case}/do/give-information", sent, on=form)
        assert done.status_code == 303, done.text
    assert "answer-information" not in {one.kind for one in (await player.state()).case.tasks.values()}


@pytest.mark.rule("KRN-32")
async def test_who_asked_sees_whom_it_waits_for(office_at_work: Office, case: str):
    player = await opened(office_at_work, case)
    task = await task_of(player)
    name = await office_at_work.services.people.name(ASKED)
    async with browsing(office_at_work, LINE) as browser:
        assert f"waiting for {name}" not in await browser.shown("/inbox")
        asked = {"task": task.id, "question": QUESTION, "of": ASKED}
        await office_at_work.do(case, "ask-information", asked, by=LINE)
        assert f"waiting for {name}" in await browser.shown("/inbox")
        answer = await task_of(player, "answer-information")
        await office_at_work.do(case, "give-information", {"task": answer.id, "text": "Yes."}, by=ASKED)
        assert f"waiting for {name}" not in await browser.shown("/inbox")


async def test_a_mail_to_whoever_answers_has_the_question(office_at_work: Office, case: str):
    player = await opened(office_at_work, case)
    task = await task_of(player)
    await office_at_work.do(case, "ask-information", {"task": task.id, "question": QUESTION, "of": ASKED}, by=LINE)
    answer = await task_of(player, "answer-information")
    matter = await matter_of(office_at_work.services, case, answer.id, ASKED)
    assert matter is not None
    assert dict(await facts_of(office_at_work.services, matter, "en", "UTC"))["Question"] == QUESTION
