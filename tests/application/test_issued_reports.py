"""Packs of a business review on the real stack: made at the cut-off, made again, restated, and missed when forged."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from application.queries import issued_reports
from domain.kernel.errors import Refused
from eventstore.database import connection
from tests.support.budgets import give_plans
from tests.support.office import Office
from tests.web.staff.visiting import browsing

CASE, ORGANISER = "review-issued", "e1006"


def cut_off_day() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)


async def packed(office: Office, **more: Any) -> None:
    """The cut-off is to come, whatever the hour: what is booked here is booked before it."""
    cut_off = cut_off_day()
    year = str(cut_off.year)
    await give_plans(office.services.pool, [("it-licences", year, "500000 THB"), ("hr-training", year, "9000 THB")])
    details = {
        "unit": "it", "kind": "monthly", "period": "now", "cut_off": cut_off.isoformat(), "chair": "e1001",
        "meeting": (cut_off + timedelta(days=30)).isoformat(), "members": ["e1004"], **more,
    }  # fmt: skip
    await office.start("business_review", details, by=ORGANISER, case=CASE, name="schedule-review")
    await office.forward(CASE, timedelta(days=12))
    await until_issued(office, 1)


async def until_issued(office: Office, count: int) -> list[issued_reports.IssuedReport]:
    async with asyncio.timeout(20):
        while len(found := await issued_reports.issued(office.services, CASE)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # the delivery is another program
    return found


@pytest.mark.rule("QBR-01", "QBR-02", "STS-04")
async def test_a_pack_is_made_again_from_the_log(office_at_work: Office):
    office, year = office_at_work, str(cut_off_day().year)
    await packed(office)
    (first,) = await issued_reports.issued(office.services, CASE)
    assert first.body is not None
    assert [(row["line"], row["period"], row["plan"]) for row in first.body["money"]] == [
        ("it-licences", year, "500000")
    ]
    assert first.body["people"]["positions"] > first.body["people"]["hirings"] == 0

    await give_plans(office.services.pool, [("it-licences", year, "20000 THB")])
    (again,) = await issued_reports.issued(office.services, CASE)
    assert again == first, "what came later is not in it"
    assert await issued_reports.verify(office.services, None) == []


@pytest.mark.rule("QBR-01")
async def test_a_correction_is_shown_as_a_restatement(office_at_work: Office):
    office, year = office_at_work, str(cut_off_day().year)
    await packed(office)
    await give_plans(office.services.pool, [("it-licences", year, "20000 THB")])
    await office.do(CASE, "restate-pack", {"reason": "A plan was booked late"}, by=ORGANISER)
    old, new = await until_issued(office, 2)
    assert (old.corrected_by, new.frozen.position > old.frozen.position) == (2, True)
    changed = {one.where: (one.before, one.after) for one in await issued_reports.restatements(office.services, CASE)}
    assert changed[f"it-licences {year} plan"] == ("500,000", "520,000")
    assert await issued_reports.verify(office.services, CASE) == []


@pytest.mark.rule("STS-04", "KRN-51")
async def test_verify_names_a_report_that_is_another(office_at_work: Office):
    office = office_at_work
    await packed(office)
    async with connection(office.services.settings.database_url, role=None) as conn:
        found = await conn.fetchrow(
            "select position, version, payload from signoff.events where stream = $1 and type = 'ReportIssued'", CASE
        )
        payload = found["payload"] if isinstance(found["payload"], dict) else json.loads(found["payload"])
        payload["frozen"]["hash"] = "0" * 64
        await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute("update signoff.events set payload = $1 where position = $2", payload, found["position"])
        await conn.execute("alter table signoff.events enable trigger all")
    (problem,) = await issued_reports.verify(office.services, None)
    assert (problem.stream, problem.version) == (CASE, found["version"])
    assert "business-pack" in problem.what
    assert (await issued_reports.issued(office.services, CASE))[0].body is None


async def test_a_review_without_a_pack_says_so(office_at_work: Office):
    today = datetime.now(UTC).date()
    days = {"cut_off": (today + timedelta(days=9)).isoformat(), "meeting": (today + timedelta(days=30)).isoformat()}
    details = {"unit": "it", "kind": "monthly", "period": "now", "chair": "e1001", "members": ["e1004"], **days}
    await office_at_work.start("business_review", details, by=ORGANISER, case=CASE, name="schedule-review")
    with pytest.raises(Refused, match="no pack yet"):
        await issued_reports.restatements(office_at_work.services, CASE)


@pytest.mark.rule("QBR-02", "KRN-43")
async def test_a_pack_is_a_page_and_a_pdf(office_at_work: Office):
    office = office_at_work
    await packed(office)
    async with browsing(office, ORGANISER) as browser:
        assert f"/cases/{CASE}/pack" in await browser.shown("/direction")
        shown = await browser.shown(f"/cases/{CASE}/pack?lang=en")
        made = [await browser.http.get(f"/cases/{CASE}/pack.pdf") for _ in range(2)]
    assert "it-licences" in shown
    assert made[0].content.startswith(b"%PDF")
    async with browsing(office, "e1059") as other:
        assert (await other.http.get(f"/cases/{CASE}/pack.pdf")).status_code == 404
        assert (await other.http.get(f"/cases/{CASE}/pack")).status_code == 404
