"""The register of job descriptions on its pages, for everybody; what is overdue is marked and listed (JOB-05)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from application.administration.registers import set_skill
from application.queries.registers import descriptions
from application.records import append_record
from domain.kernel.errors import Refused
from domain.organisation.events import JobDescriptionSet
from domain.organisation.jobs import JobVersion, Skill
from domain.organisation.record import STREAM
from domain.organisation.register import in_force
from tests.support.office import Office
from tests.web.staff.reading import table, unclosed
from tests.web.staff.visiting import browsing

DEVELOPER, HEAD, HR = "e1024", "e1003", "e1033"
ID = "jd-web-developer"


async def neglected(office: Office, days: int) -> JobVersion:
    """A newer version of the web developer, at which nobody looked in time."""
    organisation = await office.services.organisation()
    known = in_force(organisation, ID)
    assert known is not None
    day = datetime.now(UTC).date() - timedelta(days=days)
    job = known.model_copy(update={"version": known.version + 1, "review_by": day})
    await append_record(
        office.services.pool,
        stream=STREAM,
        process=STREAM,
        expected_version=organisation.version,
        events=[JobDescriptionSet(job=job, effective=date(2026, 1, 1))],
        actor=HR,
        command_id=uuid4(),
    )
    return job


@pytest.mark.rule("JOB-02", "JOB-05")
async def test_everybody_reads_what_is_in_force_and_sees_what_nobody_looked_at(office_without_worker: Office):
    office = office_without_worker
    job = await neglected(office, days=40)
    async with browsing(office, DEVELOPER) as browser:
        pages = [
            await browser.shown(f"/organisation/job-descriptions{more}")
            for more in ("?lang=en", "?lang=en&overdue=1", f"/{ID}?lang=en", f"/{ID}?lang=en&version={job.version - 1}")
        ]
        missing = (await browser.http.get("/organisation/job-descriptions/jd-moon")).status_code

    every, overdue, one, older = pages
    assert [row[0] for row in table(every, "Job description")] == ["Web Developer", "Platform Engineer"]
    [late] = table(overdue, "Job description")
    assert late[:2] == ["Web Developer", str(job.version)]
    assert "days late" in late[-1]
    assert "Features that work for customers" in one
    assert f"Version {job.version - 1}" in older
    assert missing == 404
    assert all(unclosed(page) == [] for page in pages)


@pytest.mark.rule("JOB-05", "KRN-43")
async def test_the_report_lists_what_is_overdue_for_whoever_oversees_it(office_without_worker: Office):
    office = office_without_worker
    before = datetime.now(UTC)
    await neglected(office, days=40)
    told = await descriptions(office.services, overdue_only=True, reader=HEAD)
    then = await descriptions(office.services, overdue_only=True, as_of=before, reader=None)

    assert [one.description for one in told.listed] == [ID]
    assert told.listed[0].days_late >= 39, "counted by the day where the unit works"
    assert told.in_force == 2
    assert then.listed == (), "at that time it was not known to be late"
    with pytest.raises(Refused, match="managers"):
        await descriptions(office.services, reader=DEVELOPER)


@pytest.mark.rule("JOB-03", "KRN-42")
async def test_skills_are_kept_by_hr_and_what_is_not_said_stays(office_without_worker: Office):
    office = office_without_worker
    rust = Skill(id="rust", name={"en": "Rust"})
    with pytest.raises(Refused, match="HR"):
        await set_skill(office.services, rust, office.actor(DEVELOPER))
    new = await set_skill(office.services, rust, office.actor(HR))
    again = await set_skill(office.services, rust, office.actor(HR))
    ended = await set_skill(office.services, Skill(id="rust", name={}, end=date(2030, 1, 1)), office.actor(HR))

    assert (new["changed"], again["changed"], ended["changed"]) == (True, False, True)
    assert (ended["name"], ended["end"]) == ({"en": "Rust"}, "2030-01-01")
    with pytest.raises(Refused, match="called"):
        await set_skill(office.services, Skill(id="go", name={}), office.actor(HR))
