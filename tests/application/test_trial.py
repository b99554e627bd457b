"""`signoff policy trial` over a real log: past submissions, the organisation of their day, and nothing recorded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.administration import office as setup
from application.queries.trial import Trial, Window, trial
from domain.kernel.errors import Refused
from domain.processes import NEEDS
from eventstore import log
from tests.support.hiring import opened
from tests.support.office import COMPANY, EXAMPLES, Office

pytestmark = pytest.mark.rule("KRN-41")
EVER = Window(datetime(2026, 1, 1, tzinfo=UTC))
TODAY = datetime.now(UTC).date()
POLICY = (EXAMPLES / "policy.yaml").read_text()


def changed(folder: Path, old: str, new: str) -> Path:
    """The example's policy with one thing changed."""
    assert old in POLICY
    path = folder / "policy.yaml"
    path.write_text(POLICY.replace(old, new, 1))
    return path


async def run(office: Office, path: Path, window: Window = EVER) -> Trial:
    return await trial(office.services, path, NEEDS, window, today=TODAY)


async def test_only_submissions_that_would_have_gone_another_way_are_listed(office_at_work: Office, tmp_path: Path):
    office, junior, senior = office_at_work, "hiring-trial1junior", "hiring-trial1senior"
    await opened(office, junior)
    await opened(office, senior, grade=8, position="web-developer-2")
    async with office.services.pool.acquire() as conn:
        head = await log.head(conn)

    same = await run(office, EXAMPLES / "policy.yaml")
    stricter = await run(office, changed(tmp_path, "field: grade, at_least: 8", "field: grade, at_least: 5"))
    laxer = await run(office, changed(tmp_path, "field: grade, at_least: 8", "field: grade, at_least: 9"))

    assert (same.submissions, same.rerouted, same.unreadable) == (2, [], [])
    assert [(row.case, row.review, row.policy) for row in stricter.rerouted] == [(junior, "requisition", 1)]
    [change] = stricter.rerouted[0].changes
    assert (change.what, change.step) == ("appears", "department")
    assert change.after is not None
    assert change.after.assignees == ("e1003",)
    assert [(row.case, [c.what for c in row.changes]) for row in laxer.rerouted] == [(senior, ["disappears"])]
    async with office.services.pool.acquire() as conn:
        assert await log.head(conn) == head, "a trial records nothing"


async def test_the_organisation_is_that_of_the_day_of_the_submission(office_at_work: Office, tmp_path: Path):
    office = office_at_work
    await opened(office, "hiring-trial2before")
    files = [path for path in COMPANY if path.name != "roles.yaml"]
    roles = tmp_path / "roles.yaml"
    text = next(path for path in COMPANY if path.name == "roles.yaml").read_text()
    holder = next(line for line in text.splitlines() if "department-head" in line and "e1003" in line)
    roles.write_text(text.replace(holder, holder.replace("e1003", "e1004")))
    stricter = changed(tmp_path, "field: grade, at_least: 8", "field: grade, at_least: 5")

    await setup.import_organisation(office.services, [*files, roles], actor="os:test", today=TODAY)
    await opened(office, "hiring-trial2after")
    done = await run(office, stricter)

    asked = {row.case: change.after.assignees for row in done.rerouted for change in row.changes if change.after}
    assert asked["hiring-trial2before"] == ("e1003",)
    assert "e1004" in asked["hiring-trial2after"]


async def test_a_window_bounds_the_submissions(office_at_work: Office):
    await opened(office_at_work, "hiring-trial3")
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    file = EXAMPLES / "policy.yaml"

    counted = [
        (await run(office_at_work, file, window)).submissions
        for window in (
            Window(now - hour),
            Window(now + hour),
            Window(now - 2 * hour, now - hour),
            Window(now - hour, now + hour, "hiring"),
        )
    ]

    assert counted == [1, 0, 0, 1]


async def test_a_resubmission_is_a_submission_of_its_own(office_at_work: Office, tmp_path: Path):
    player = await opened(office_at_work, "hiring-trial4")
    [task] = (await player.state()).case.tasks.values()
    sent_back = {"task": task.id, "outcome": "return", "comment": "Grade 8, surely", "fields": ["grade"]}
    await office_at_work.do(player.case, "decide", sent_back, by=task.assignees[0])
    await office_at_work.do(player.case, "resubmit-requisition", {"grade": 8}, by="e1005")

    laxer = await run(office_at_work, changed(tmp_path, "field: grade, at_least: 8", "field: grade, at_least: 9"))

    assert laxer.submissions == 2
    assert [(row.case, row.round) for row in laxer.rerouted] == [(player.case, 2)]


async def test_the_file_is_checked_first(office_at_work: Office, tmp_path: Path):
    wrong = changed(tmp_path, "{role: department-head, unit: case}", "{role: no-such-role, unit: case}")

    with pytest.raises(Refused) as refused:
        await run(office_at_work, wrong)
    assert refused.value.code == "bad-policy"
    with pytest.raises(Refused) as refused:
        await run(office_at_work, EXAMPLES / "policy.yaml", Window(EVER.since, process="cooking"))
    assert refused.value.code == "unknown-process"


@pytest.mark.rule("KRN-43", "KRN-05")
async def test_what_a_hidden_request_is_added_up_with_is_not_tried(office_at_work: Office, tmp_path: Path):
    """A recruiter sees their own hirings: the sum of one of them with a hidden one would tell of the hidden one."""
    office, path = office_at_work, changed(tmp_path, "at_least: 8", "at_least: 5")
    await opened(office, "hiring-sum-hidden", recruiter="e1036")
    await opened(office, "hiring-sum-shown", recruiter="e1037")
    alone = await opened(office, "hiring-sum-alone", recruiter="e1037", budget_line="it-infrastructure-people")

    mine = await trial(office.services, path, NEEDS, EVER, today=TODAY, reader="e1037")

    assert (mine.submissions, [row.case for row in mine.rerouted]) == (1, [alone.case])
    assert (await run(office, path)).submissions == 3


@pytest.mark.rule("KRN-40")
async def test_a_returned_case_keeps_its_version_when_it_is_sent_again(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-pinned1old")
    [task] = (await player.state()).case.tasks.values()
    sent_back = {"task": task.id, "outcome": "return", "comment": "one more", "fields": ["seats"]}
    await office.do(player.case, "decide", sent_back, by=task.assignees[0])
    await office.policy(lambda text: text.replace("field: grade, at_least: 8", "field: grade, at_least: 5", 1))

    await office.do(player.case, "resubmit-requisition", {"location": "Chiang Mai"}, by="e1005")
    newer = await opened(office, "hiring-pinned1new", position="web-developer-2")

    old, new = [(await each.state()).case for each in (player, newer)]
    assert (old.policy, new.policy) == (1, 2)
    steps = [[step.name for step in case.reviews["requisition"].steps] for case in (old, new)]
    assert ["department" in names for names in steps] == [False, True]
