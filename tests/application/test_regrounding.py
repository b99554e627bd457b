"""Off the list of a group is off its open tasks: nobody who was taken off decides, and the task goes on (ORG-03)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import readmodels
from application.administration.office import import_organisation
from application.administration.regrounding import Regrounding
from domain.kernel.errors import Refused
from tests.adversary.hidden import limit
from tests.support.office import COMPANY, Office

FILES = Path(__file__).parent / "imports"
REQUESTER, TAKEN_OFF, MEMBER = "e1005", "e1039", "e1032"

pytestmark = pytest.mark.rule("ORG-03")


async def imported(office: Office, name: str) -> None:
    await import_organisation(office.services, [FILES / name], actor="os:test", today=datetime.now(UTC).date())


@pytest.fixture
async def case(office_at_work: Office) -> str:
    """A limit on which the salary committee decides first, two of three."""

    line = "title: Limit approved by the line manager\n            who: {manager_of: beneficiary}"
    committee = "title: The committee\n            who: {group: salary-committee}\n            quorum: 2"
    await office_at_work.policy(lambda text: text.replace(line, committee))
    made = await office_at_work.start("authority", limit("e1011"), by=REQUESTER, name="request-limit")
    return made.case


async def committee(office: Office, case: str) -> dict[str, Any]:
    shown = await office.state(case)
    [task] = [task for task in shown["tasks"] if task["step"] == "line"]
    return dict(task)


async def vote(office: Office, case: str, by: str) -> None:
    task = await committee(office, case)
    await office.do(case, "decide", {"task": task["id"], "outcome": "approve"}, by=by)


async def inbox(office: Office, person: str) -> list[str]:
    await office.services.fresh()
    async with office.services.pool.acquire() as conn:
        return [row.case for row in await readmodels.inbox(conn, person, now=datetime.now(UTC))]


@pytest.mark.parametrize("file", ["a3.yaml", "a3-end.yaml"])
async def test_who_was_taken_off_completes_no_quorum(office_at_work: Office, case: str, file: str):
    office = office_at_work
    await vote(office, case, MEMBER)
    await imported(office, file)

    with pytest.raises(Refused) as refused:
        await vote(office, case, TAKEN_OFF)

    assert refused.value.code == "ground-lost"
    assert await committee(office, case)


async def test_the_task_leaves_the_inbox_of_who_was_taken_off(office_at_work: Office, case: str):
    office, regrounding = office_at_work, Regrounding()
    assert case in await inbox(office, TAKEN_OFF)
    await imported(office, "a3.yaml")
    await imported(office, "a3-full.yaml")
    await imported(office, "a3.yaml")

    assert await regrounding.step(office.services, now=datetime.now(UTC)) == [case]

    assert case not in await inbox(office, TAKEN_OFF)
    assert case in await inbox(office, MEMBER)
    assert await regrounding.step(office.services, now=datetime.now(UTC)) == []


async def test_back_on_the_list_is_back_in_the_decision(office_at_work: Office, case: str):
    office = office_at_work
    await imported(office, "a3.yaml")
    await imported(office, "a3-full.yaml")
    await vote(office, case, TAKEN_OFF)
    assert TAKEN_OFF in (await committee(office, case))["voted"]


@pytest.mark.rule("ORG-07")
async def test_an_import_says_what_a_late_holiday_moves(office_at_work: Office, case: str, tmp_path: Path):
    office, regrounding = office_at_work, Regrounding()
    task = await committee(office, case)
    organisation = await office.services.organisation()
    calendar = organisation.calendar_of(MEMBER)
    day = calendar.local_date(datetime.fromisoformat(task["timing"]["due_at"]))
    text = COMPANY[0].parent.joinpath("structure.yaml").read_text(encoding="utf-8")
    extra = f"      extra:\n        - {{date: {day}, name: Declared by the cabinet}}\n"
    (tmp_path / "late.yaml").write_text(text.replace("      extra:\n", extra), encoding="utf-8")

    done = await import_organisation(
        office.services, [tmp_path / "late.yaml"], actor="os:test", today=datetime.now(UTC).date()
    )

    assert done["due_times"] == 1
    assert await regrounding.step(office.services, now=datetime.now(UTC)) == [case]
    moved = datetime.fromisoformat((await committee(office, case))["timing"]["due_at"])
    assert calendar.local_date(moved) > day
