"""A version on the real Temporal server and the real Postgres: approved, registered, hired on, and superseded."""

from datetime import timedelta

import pytest

from application.queries.registers import descriptions
from cli.demo import story
from domain.kernel.errors import Refused
from domain.organisation.register import described_by, in_force
from tests.support.jobs import OWNER, PLATFORM, approved, assessed, revised
from tests.support.office import Office

HR = "e1033"
SEEN_BY = (
    'seen_by: [requester, subject, asked, decider, operations, line, "role:hr-partner", "role:finance-controller"]'
)
OLD, NEW = "jd-platform-4", "jd-platform-5"
REQUISITION = story.requisition() | {
    "position": "platform-engineer-3",
    "unit": "it-platform",
    "job_description": {"id": PLATFORM, "version": "3"},
    "budget_line": "it-infrastructure-people",
}


@pytest.mark.rule("JOB-02", "JOB-04", "JOB-05")
async def test_a_version_comes_into_force_is_hired_on_and_gives_way_to_the_next(office_at_work: Office):
    office = office_at_work
    await revised(office, OLD)
    with pytest.raises(Refused) as second:
        await revised(office, "jd-platform-twice", purpose="At the same time")
    await assessed(office, OLD)
    await approved(office, OLD)
    register = await office.services.organisation()
    found = described_by(register, "platform-engineer-3")
    with pytest.raises(Refused) as outdated:
        await office.start("hiring", REQUISITION, by="e1009", case="hiring-on-platform-3")
    current = {"job_description": {"id": PLATFORM, "version": "4"}}
    await office.start("hiring", REQUISITION | current, by="e1009", case="hiring-on-platform-4")

    await office.forward(OLD, timedelta(days=345))
    await office.until(OLD, lambda shown: [task["kind"] for task in shown["tasks"]] == ["yearly-review"])
    await revised(office, NEW, purpose="Keeps the platform running, day and night.")
    await approved(office, NEW)
    outcome = await office.outcome(OLD)

    assert second.value.code == "claim-taken"
    assert found is not None
    assert (found.id, found.version, found.case, found.description.grade) == (PLATFORM, 4, OLD, 6)
    assert outdated.value.code == "not-in-force"
    assert (outcome.stage, outcome.status) == ("superseded", "approved")
    [told] = [one for one in (await descriptions(office.services, reader=None)).listed if one.description == PLATFORM]
    await office.policy(lambda text: text.replace(SEEN_BY, "seen_by: [requester]").replace("exists", "nothing"))
    [hidden] = [one for one in (await descriptions(office.services, reader=HR)).listed if one.description == PLATFORM]
    assert (told.case, hidden.case) == (NEW, None), "the register tells nobody of a case they must not know (KRN-43)"
    newest = in_force(await office.services.organisation(), PLATFORM)
    assert newest is not None
    assert (newest.version, newest.case) == (5, NEW)
    assert (await office.state(NEW))["state"]["case"]["requester"] == OWNER
