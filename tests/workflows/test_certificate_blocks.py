"""A mandatory certificate ends between the question and the word: the role is gone until it is waived (TRN-04)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.records import append_record
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.organisation.events import CertificateHeld, CertificateRuleSet, CertificateWaived
from domain.organisation.training import CertificateRule, HeldCertificate
from tests.adversary.hidden import limit
from tests.support.office import Office
from tests.workflows.test_review_cycle import state, until

CASE, CONTROLLER, CERTIFICATE = "limit-1", "e1041", "finance-control"


async def record(office: Office, *found: Event) -> None:
    version = (await office.services.organisation()).version
    await append_record(
        office.services.pool, stream="organisation", process="organisation", expected_version=version,
        events=list(found), actor="os:test", command_id=uuid4(),
    )  # fmt: skip


async def ends_on(office: Office, day: date) -> None:
    """The controller has a certificate that the role needs, until that day."""
    given = day - timedelta(days=365)
    rule = CertificateRule(
        id=CERTIFICATE, version=1, name={"en": "Finance control"}, start=given, months=12,
        roles=("finance-controller",), mandatory=True,
    )  # fmt: skip
    held = HeldCertificate(person=CONTROLLER, certificate=CERTIFICATE, version=1, given=given, ends=day)
    await record(office, CertificateRuleSet(rule=rule, effective=given), CertificateHeld(held=held, effective=given))


async def asked(office: Office) -> Any:
    """The controller's step of a limit is open."""
    await office.start("authority", limit("e1011"), by="e1011", name="request-limit", case=CASE)
    found = await state(office, CASE)
    (line,) = found.case.tasks.values()
    await office.do(CASE, "decide", {"task": line.id, "outcome": "approve"}, by=line.people[0])
    (task,) = (await until(office, CASE, lambda one: line.id not in one.case.tasks)).case.tasks.values()
    assert task.people == (CONTROLLER,)
    return task


async def decide(office: Office, task: str, by: str) -> None:
    await office.do(CASE, "decide", {"task": task, "outcome": "approve"}, by=by)


@pytest.mark.rule("TRN-04")
async def test_an_expired_certificate_blocks_the_decision(office_at_work: Office):
    office, today = office_at_work, datetime.now(UTC).date()
    task = await asked(office)
    await ends_on(office, today - timedelta(days=2))
    with pytest.raises(Refused) as refused:
        await decide(office, task.id, CONTROLLER)
    assert refused.value.code == "certificate-expired"
    assert CERTIFICATE in str(refused.value)


@pytest.mark.rule("TRN-04")
async def test_a_waiver_lets_them_decide_again(office_at_work: Office):
    office, today = office_at_work, datetime.now(UTC).date()
    task = await asked(office)
    await ends_on(office, today - timedelta(days=2))
    waived = CertificateWaived(
        person=CONTROLLER, certificate=CERTIFICATE, until=today + timedelta(days=9), by="e1032", effective=today
    )
    await record(office, waived)
    await decide(office, task.id, CONTROLLER)
    assert task.id not in (await state(office, CASE)).case.tasks
