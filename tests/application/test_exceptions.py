"""The exception report and the lists of what is stuck and overdue, over a real log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from activities.decide import new_event
from application.administration import office as setup
from application.queries import listing
from application.queries.exceptions import report
from domain.kernel.cases.case_events import StepStuck
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from eventstore import log
from readmodels import Wanted
from tests.support.hiring import opened
from tests.support.office import COMPANY, Office

EVER = datetime(2026, 1, 1, tzinfo=UTC)


async def told(office: Office, **given: Any) -> list[dict[str, Any]]:
    wish = {"since": EVER, "until": datetime.now(UTC), "process": None, "reader": None}
    return await report(office.services, **{**wish, **given})


@pytest.mark.rule("KRN-31", "KRN-45")
async def test_holds_refused_signals_escalations_and_late_decisions_are_reported(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-exceptions1")
    quiet = await opened(office, "hiring-exceptions1quiet")
    [task] = (await player.state()).case.tasks.values()
    [other] = (await quiet.state()).case.tasks.values()
    await office.do(quiet.case, "decide", {"task": other.id, "outcome": "approve"}, by=other.assignees[0])
    await office.handle(player.case).signal("command", {"name": "nonsense", "actor": "e1005"})
    await office.do(player.case, "hold", {"reason": "The budget is not sure"}, by="e1005")
    await office.do(player.case, "resume", {"reason": "It is"}, by="e1005")
    await office.forward(player.case, timedelta(days=12))
    await office.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])

    rows = await told(office)

    assert [row["kind"] for row in rows] == ["refused", "held", "escalated", "late"]
    refused, held, escalated, late = rows
    assert {row["case"] for row in rows} == {player.case}, "an ordinary case is in no report of exceptions"
    assert (refused["what"], refused["code"], refused["by"]) == ("nonsense", "not-signed", "e1005")
    assert (held["by"], held["reason"]) == ("e1005", "The budget is not sure")
    assert (escalated["task"], escalated["people"]) == (task.id, ["e1001"])
    assert (late["task"], late["what"], late["by"]) == (task.id, "approve", task.assignees[0])
    assert late["late_by"] > timedelta(days=5).total_seconds()


@pytest.mark.rule("KRN-32")
async def test_a_decision_after_a_hold_that_moved_the_due_time_is_not_late(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-exceptions2")
    [task] = (await player.state()).case.tasks.values()
    await office.do(player.case, "hold", {"reason": "Holiday"}, by="e1005")
    await office.forward(player.case, timedelta(days=30))
    await office.do(player.case, "resume", {"reason": "Back"}, by="e1005")
    await office.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])

    assert [row["kind"] for row in await told(office)] == ["held"]


@pytest.mark.rule("KRN-50")
async def test_the_report_is_of_a_time_and_of_a_process(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-exceptions3")
    before = datetime.now(UTC)
    await office.do(player.case, "hold", {"reason": "Later"}, by="e1005")
    now = datetime.now(UTC) + timedelta(seconds=5)

    assert len(await told(office, until=now)) == 1
    assert await told(office, until=before) == []
    assert await told(office, since=now, until=now) == []
    assert len(await told(office, until=now, process="hiring")) == 1
    with pytest.raises(Refused):
        await told(office, process="cooking")


@pytest.mark.rule("KRN-43")
async def test_what_a_reader_may_not_see_keeps_its_place_without_words(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-exceptions4")
    await office.do(player.case, "hold", {"reason": "Later"}, by="e1005")

    [row] = await told(office, reader="e1005")
    assert (row["hidden"], row["reason"]) == (False, "Later")
    assert await told(office, reader="e1060") == [], "of a case that only exists for a reader nothing is reported"
    await office.policy(lambda text: text.replace("fields: [salary_band, salary, cost]", "fields: [cost, comments]"))
    [row] = await told(office, reader="e1003")
    assert (row["hidden"], row["reason"], row["kind"]) == (False, "Later", "held"), "who is asked sees it"
    [row] = await told(office, reader="e1009")
    assert (row["hidden"], row["reason"], row["kind"]) == (True, None, "held"), "operations see that it was held"


@pytest.mark.rule("KRN-13")
async def test_lists_of_what_is_overdue_and_of_what_is_stuck(office_at_work: Office):
    office = office_at_work
    late = await opened(office, "hiring-exceptions5late")
    held = await opened(office, "hiring-exceptions5held")
    [task] = (await late.state()).case.tasks.values()
    await office.do(held.case, "hold", {"reason": "Later"}, by="e1005")
    long_after = task.timing.due_at + timedelta(days=1)

    async def listed(*trouble: str, as_of: datetime | None = None, process: str = "hiring") -> list[str]:
        wanted = Wanted(process=process, **dict.fromkeys(trouble, True))
        rows = await listing.cases(office.services, wanted, reader=None, as_of=as_of)
        return [row["case"] for row in rows]

    assert await listed() == [held.case, late.case]
    assert await listed("overdue") == []
    assert await listed("overdue", as_of=long_after) == [late.case], "what is on hold is not late"
    assert await listed("stuck") == []
    async with office.services.pool.acquire() as conn:
        await conn.execute("update signoff.cases set due_at = now() - interval '1 day', stuck = '{x}'")
    assert await listed("overdue") == [late.case]
    assert await listed("stuck") == [held.case, late.case]
    assert await listed("stuck", "overdue") == [late.case]


@pytest.mark.rule("KRN-44")
async def test_an_override_and_what_the_second_person_found_are_reported(office_at_work: Office, tmp_path: Path):
    office = office_at_work
    roles = next(path for path in COMPANY if path.name == "roles.yaml")
    mine = tmp_path / "roles.yaml"
    granted = "roles:\n  - {role: override, person: e1001}\n  - {role: override-review, person: e1062}\n"
    mine.write_text(roles.read_text().replace("roles:\n", granted, 1))
    files = [path for path in COMPANY if path != roles]
    await setup.import_organisation(office.services, [*files, mine], actor="os:test", today=datetime.now(UTC).date())
    player = await opened(office, "hiring-exceptions6")
    [task] = (await player.state()).case.tasks.values()
    await office.do(player.case, "override", {"task": task.id, "reason": "The launch is tomorrow"}, by="e1001")
    [second] = [task for task in (await player.state()).case.tasks.values() if task.command == "review-override"]
    found = {"task": second.id, "finding": "justified", "comment": "It was"}
    await office.do(player.case, "review-override", found, by=second.assignees[0])

    used, looked = await told(office)

    assert (used["kind"], used["by"], used["step"]) == ("override", "e1001", "line")
    assert used["reason"] == "The launch is tomorrow"
    assert (looked["kind"], looked["by"], looked["what"]) == ("override-reviewed", "e1062", "justified")


@pytest.mark.rule("KRN-13")
async def test_a_step_that_finds_nobody_every_day_is_shown_once(office_at_work: Office):
    stuck = StepStuck(review="requisition", step="line", reason="nobody is there", alarm=("e1009",))
    player = await opened(office_at_work, "hiring-exceptions7")
    stamp = log.Stamp(player.case, "hiring", uuid4(), "x", SYSTEM, "timer", uuid4())
    async with office_at_work.services.pool.acquire() as conn:
        version = await log.stream_version(conn, player.case)
        await log.append(conn, stamp, expected_version=version, events=[new_event(stuck)] * 3)

    [row] = await told(office_at_work)

    assert (row["kind"], row["times"], row["step"], row["people"]) == ("stuck", 3, "line", ["e1009"])
