"""What a new policy, or a new version of the programs, would do to cases under way (LOG-03)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.queries.impact import Impact, impact
from domain.processes import NEEDS
from eventstore import log
from eventstore.database import connection
from tests.application.test_trial import EXAMPLES, changed
from tests.support.hiring import opened
from tests.support.office import Office

pytestmark = pytest.mark.rule("LOG-03")


async def run(office: Office, path: Path | None, reader: str | None = None) -> Impact:
    now = datetime.now(UTC)
    return await impact(office.services, path, NEEDS, today=now.date(), now=now, reader=reader)


async def test_each_open_case_says_what_changes_and_what_is_lost(office_at_work: Office, tmp_path: Path):
    office, case = office_at_work, "hiring-impact-1"
    await opened(office, case)
    await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by="e1003")
    async with office.services.pool.acquire() as conn:
        head = await log.head(conn)
    assert (await run(office, EXAMPLES / "policy.yaml")).touched == ()
    found = await run(office, changed(tmp_path, "who: {manager_of: requester}", "who: {role: executive}"))
    (one,) = [each for each in found.touched if each.case == case]
    assert (one.stage, one.review, one.policy) == ("in_approval", "requisition", 1)
    assert [(change.step, change.what) for change in one.changes if change.step == "line"] == [("line", "people")]
    assert [(lost.step, lost.by, lost.outcome) for lost in one.lost] == [("line", "e1003", "approve")]
    assert "version 1 again" in found.back
    async with office.services.pool.acquire() as conn:
        assert await log.head(conn) == head, "nothing is recorded"


async def test_without_a_file_it_tells_what_these_programs_see_otherwise(office_at_work: Office):
    office, case = office_at_work, "hiring-impact-2"
    await opened(office, case)
    assert (await run(office, None)).touched == ()
    async with connection(office.services.settings.database_url, role=None) as conn:
        await conn.execute("update signoff.cases set stage = 'screening' where case_id = $1", case)
    (one,) = (await run(office, None)).touched
    assert (one.case, one.stage, one.shown) == (case, "in_approval", "screening")
    assert (await run(office, None, reader="e1062")).open == 0, "a reader hears of what they see"
