"""Whom the table admits attaches and comments at every stage, through every door alike."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from application.commands import attachments
from application.commands.attachments import File
from application.queries.available_commands import commands_for
from tests.adversary.office import code
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office, opened_office
from tests.web.api.asking import asking
from tests.web.staff.visiting import CSRF, browsing

CASE = "hiring-with-papers"
REQUESTER, HR, RECRUITER, INTERVIEWER, OUTSIDER = "e1005", "e1033", "e1037", "e1010", "e1044"
SCENES = 14
ADMITTED = pytest.mark.parametrize("who", [REQUESTER, HR, RECRUITER, INTERVIEWER])


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    """Interviewers are being asked: the recruiter and the HR partner have no task."""
    folder = tmp_path_factory.mktemp("papers")
    async with opened_office(postgres, company_url, temporal, folder) as one, one.working():
        await cast(one)
        await (await opened(one, CASE)).play(whole_story()[:SCENES])
        yield one


def paper() -> File:
    return File("cv.txt", uuid4().hex.encode())


@pytest.mark.rule("KRN-54")
@ADMITTED
async def test_a_file_is_attached_by_the_page(office: Office, who: str):
    assert {"attach", "comment"} <= set(await commands_for(office.services, CASE, who))
    async with browsing(office, who) as browser:
        said = await browser.shown(f"/cases/{CASE}?tab=files")
        assert f'action="/cases/{CASE}/files"' in said
        assert 'id="comment-words"' in said
        file, csrf = paper(), CSRF.search(said)
        assert csrf
        form = {"csrf": csrf[1], "command_id": str(uuid4()), "back": CASE}
        sent = await browser.http.post(f"/cases/{CASE}/files", data=form, files={"file": (file.name, file.data)})
        assert sent.status_code == 303, sent.text


@pytest.mark.rule("KRN-54")
@ADMITTED
async def test_a_file_is_attached_by_the_api_and_the_command_line(office: Office, who: str):
    async with asking(office, who) as http:
        headers = {"Content-Type": "application/octet-stream"}
        given = {"name": "cv.txt"}
        told = await http.post(f"/cases/{CASE}/attachments", params=given, content=paper().data, headers=headers)
        assert told.status_code == 200, told.text
        noted = await http.post(f"/cases/{CASE}/commands/comment", json={"text": "see the paper"})
        assert noted.status_code == 200, noted.text
    assert await code(attachments.attach(office.services, CASE, paper(), office.actor(who))) is None


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize("who", [OUTSIDER, "c-first"])
async def test_who_is_not_admitted_is_refused_by_every_door(office: Office, who: str):
    assert not {"attach", "comment"} & set(await commands_for(office.services, CASE, who))
    assert await code(attachments.attach(office.services, CASE, paper(), office.actor(who))) is not None
