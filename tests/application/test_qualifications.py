"""A new budget owner without a finance qualification gets the certificate as a need, once (TRN-05)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from application.administration.qualifications import Qualifications
from application.queries.process_reports import report
from application.records import append_record
from domain.kernel.errors import Refused
from domain.organisation.events import RoleGranted
from domain.organisation.model import RoleHolding
from domain.people.training.report import TrainingReport
from eventstore import log
from tests.support.office import Office

PERSON, MANAGER = "e1010", "e1005"
LATER = datetime(2027, 1, 4, 3, tzinfo=UTC)


async def made_owner(office: Office, day: date) -> None:
    async with office.services.pool.acquire() as conn:
        version = await log.stream_version(conn, "organisation")
    holding = RoleHolding(role="budget-owner", person=PERSON, unit="it-erp", start=day)
    await append_record(
        office.services.pool, stream="organisation", process="organisation", expected_version=version,
        events=[RoleGranted(holding=holding, effective=day)], actor="e1009", command_id=uuid4(), channel="cli",
    )  # fmt: skip


@pytest.mark.rule("TRN-05")
async def test_a_new_budget_owner_gets_the_need_once(office_at_work: Office):
    office, day = office_at_work, max(date(2027, 1, 4), datetime.now(UTC).date())
    now = max(LATER, datetime.now(UTC))
    await made_owner(office, day)

    opened = await Qualifications().step(office.services, now=now)
    before = await office.state(opened[0])
    again = await Qualifications().step(office.services, now=now)

    assert opened == again == [f"need-budget-management-{PERSON}-{day:%Y%m%d}"]
    need = await office.state(opened[0])
    assert need["version"] == before["version"]
    (task,) = need["tasks"]
    assert (need["stage"], task["kind"], task["assignees"]) == ("draft", "plan", [MANAGER])


@pytest.mark.rule("TRN-08")
async def test_a_report_of_training_is_for_managers(office_at_work: Office):
    asked = {"unit": "it-platform"}
    body, frozen = await report(office_at_work.services, "training", asked, reader="e1005")
    whole, _ = await report(office_at_work.services, "training", asked, reader=None)
    assert isinstance(body, TrainingReport)
    assert isinstance(whole, TrainingReport)
    assert (frozen.report, body.coverage) == ("training", ())
    with pytest.raises(Refused) as caught:
        await report(office_at_work.services, "training", {}, reader="e1021")
    assert caught.value.code == "not-your-report"
