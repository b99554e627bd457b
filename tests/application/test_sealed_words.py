"""What was written about a candidate can be read again by those with a part in the case, and by nobody else."""

from collections.abc import AsyncIterator

import pytest

from application.administration import erasure
from application.queries import reading
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office, opened_office
from tests.web.staff.visiting import browsing

pytestmark = pytest.mark.rule("KRN-43", "KRN-52")

CASE = "hiring-sealed-words"
REQUESTER, LINE, HR, RECRUITER, INTERVIEWER, OPERATIONS = "e1005", "e1003", "e1033", "e1037", "e1010", "e1009"
REASON, NOTES = "No experience with web front ends.", "Clear answers, good examples from practice."
SCENES = 24


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("sealed")
    async with opened_office(postgres, company_url, temporal, folder) as one, one.working():
        await cast(one)
        await (await opened(one, CASE)).play(whole_story()[:SCENES])
        yield one


async def said(office: Office, reader: str | None) -> str:
    shown = await reading.show(office.services, CASE, as_of=None, reader=reader)
    return f"{shown} {await reading.timeline(office.services, CASE, as_of=None, reader=reader)}"


@pytest.mark.parametrize("reader", [REQUESTER, HR, RECRUITER, INTERVIEWER])
async def test_who_has_a_part_reads_notes_and_reasons(office: Office, reader: str):
    told = await said(office, reader)
    assert REASON in told
    assert NOTES in told


@pytest.mark.parametrize("reader", [OPERATIONS, "e1002", "e1044", "c-first", "c-third", None])
async def test_who_has_no_part_reads_no_sealed_word(office: Office, reader: str | None):
    told = await said(office, reader)
    assert REASON not in told
    assert NOTES not in told


async def test_the_page_of_the_case_shows_the_words(office: Office):
    async with browsing(office, HR) as browser:
        told = await browser.shown(f"/cases/{CASE}?tab=history")
    assert told.count(NOTES) > 1
    assert REASON in told


async def test_words_are_gone_with_their_person(office: Office):
    await erasure.erase(office.services, "c-third", "asked for it", actor="os:test")
    told = await said(office, HR)
    assert REASON not in told
    assert "'text': None" in told
    assert NOTES in told
    async with browsing(office, HR) as browser:
        assert "(erased)" in await browser.shown(f"/cases/{CASE}")
