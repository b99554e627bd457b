"""The page on which somebody says how they want their mail."""

from uuid import uuid4

import pytest

from domain.organisation import mailing
from eventstore import log
from tests.support.office import Office
from tests.web.staff.visiting import browsing

PLACE = "/preferences"


def form(**wanted: str) -> dict[str, str]:
    return {"command_id": str(uuid4()), "sending": "at-once", "language": "", **wanted}


async def facts(office: Office, person: str) -> list[tuple[str, str, object]]:
    async with office.services.pool.acquire() as conn:
        stored = await log.read_stream(conn, mailing.stream_of(person))
    return [(row.actor, row.channel, row.payload["sending"]) for row in stored]


async def test_a_choice_is_a_fact_of_its_person_and_the_page_shows_it(office_without_worker: Office):
    wanted = form(sending="escalations", language="en")
    async with browsing(office_without_worker, "e1003") as mine, browsing(office_without_worker, "e1005") as theirs:
        before = await mine.shown(PLACE)
        sent, again = await mine.post(PLACE, wanted), await mine.post(PLACE, wanted)
        after, other = await mine.shown(sent.headers["location"]), await theirs.shown(PLACE)

    assert 'value="at-once" checked' in before
    assert sent.headers["location"] == again.headers["location"] == f"{PLACE}?done=1"
    assert await facts(office_without_worker, "e1003") == [("e1003", "web", "escalations")]
    for said in ('value="escalations" checked', 'value="en" lang="en" selected', "Recorded"):
        assert said in after
    assert 'value="at-once" checked' in other


async def test_a_choice_that_is_none_is_refused_and_recorded_nowhere(office_without_worker: Office):
    async with browsing(office_without_worker, "e1003") as mine:
        answers = [await mine.post(PLACE, form(**wrong)) for wrong in ({"sending": "hourly"}, {"language": "xx"})]
        same = await mine.post(PLACE, form())

    assert [answer.status_code for answer in answers] == [400, 400]
    assert same.headers["location"] == f"{PLACE}?done=0"
    assert await facts(office_without_worker, "e1003") == []


@pytest.mark.rule("KRN-50")
async def test_a_person_may_come_back_to_what_the_organisation_says(office_without_worker: Office):
    async with browsing(office_without_worker, "e1003") as mine:
        await mine.post(PLACE, form(sending="daily", language="en"))
        await mine.post(PLACE, form())
        page = await mine.shown(PLACE)

    assert await facts(office_without_worker, "e1003") == [("e1003", "web", "daily"), ("e1003", "web", "at-once")]
    assert "selected" not in page
