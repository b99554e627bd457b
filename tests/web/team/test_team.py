"""A team, one's own history and skills of units: readers see what is theirs to see, and no trace of the rest."""

import pytest

from domain.kernel.showing.reads import stream_of
from eventstore import log
from tests.conformance.examples.discipline import EMPLOYEE, INVESTIGATOR, MANAGER
from tests.web.staff.reading import table
from tests.web.staff.visiting import browsing
from tests.web.team.conftest import People

CIO, LEAD, OUTSIDER = "e1003", "e1011", "e1024"


async def test_a_manager_sees_the_team_on_one_page(people: People):
    async with browsing(people.office, MANAGER) as browser:
        page = await browser.shown("/team")
    organisation = await people.office.services.organisation()
    names = [await people.office.services.people.name(one) for one in organisation.people if one in ("e1010", "e1011")]
    rows = table(page, "Person")
    assert len(rows) == 3
    assert all(any(name in row[0] for row in rows) for name in names)


async def test_a_team_is_for_its_line(people: People):
    async with browsing(people.office, CIO) as browser:
        above = await browser.http.get(f"/team?of={MANAGER}")
        missing = await browser.http.get("/team?of=e9999")
    async with browsing(people.office, OUTSIDER) as browser:
        beside = await browser.http.get(f"/team?of={MANAGER}")
        alone = await browser.http.get("/team")
    assert [above.status_code, missing.status_code, beside.status_code] == [200, 404, 403]
    assert (alone.status_code, alone.headers["location"]) == (303, "/team/me")


@pytest.mark.rule("DIS-09")
@pytest.mark.parametrize("reader", [CIO, LEAD, OUTSIDER, "e1033", INVESTIGATOR, EMPLOYEE])
async def test_only_a_part_shows_a_disciplinary_case(people: People, reader: str):
    """The line above the employee learns of it no more than anybody else; who reported it is told no more either."""
    part = reader in ("e1033", INVESTIGATOR, EMPLOYEE)
    async with browsing(people.office, reader) as browser:
        pages = [(await browser.http.get(path)).text for path in ("/team", f"/team?of={LEAD}", "/team/me")]
        hearings = await browser.shown("/team/hearings")
    assert (people.hearing in hearings) is part
    if not part:
        assert all(people.hearing not in page for page in pages)
        assert "confidential" not in " ".join(pages).lower()


@pytest.mark.rule("DIS-09")
async def test_a_look_at_hearings_is_recorded(people: People):
    async def readers() -> set[str]:
        async with people.office.services.pool.acquire() as conn:
            return {row.actor for row in await log.read_stream(conn, stream_of(people.hearing))}

    before = await readers()
    async with browsing(people.office, INVESTIGATOR) as browser:
        page = await browser.shown("/team/hearings")
    assert "not legal advice" in page
    assert "Hearing on" in page
    assert "left" in page
    assert await readers() - before <= {INVESTIGATOR}
    assert INVESTIGATOR in await readers()


async def test_an_employee_sees_their_own_history(people: People):
    async with browsing(people.office, EMPLOYEE) as browser:
        mine = await browser.shown("/team/me")
    async with browsing(people.office, OUTSIDER) as browser:
        other = await browser.shown("/team/me")
    assert people.hearing in mine
    assert people.hearing not in other


@pytest.mark.rule("TRN-08")
async def test_skills_of_others_are_for_overseers(people: People):
    async with browsing(people.office, OUTSIDER) as browser:
        own = await browser.shown("/team/skills")
        refused = await browser.http.get("/team/skills?unit=it-web")
    assert "You oversee no unit" in own
    assert refused.status_code == 403
