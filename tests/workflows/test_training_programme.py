"""A training programme with its needs on real Temporal and Postgres: money follows each need (TRN-02, TRN-03)."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.people.training.programme_content import ProgrammeState
from tests.support.budgets import give_plans
from tests.support.office import Office
from tests.workflows.test_review_cycle import do, state, until

LEAD, PROGRAMME, RUN = "e1009", "programme-1", "kubernetes-2027-02"
POSITIONS = ["platform-engineer-1", "platform-engineer-2", "network-engineer-1", "service-desk-1"]
WISH = {
    "technology": "Kubernetes", "change": "adopt", "unit": "it-infrastructure", "positions": POSITIONS,
    "cost": "200000 THB",
    "raises": [{"skill": "kubernetes", "level": 3, "course": "kubernetes-admin"}], "line": "hr-training",
    "period": "2027", "by": "2027-06-30", "reason": "The platform moves to Kubernetes",
}  # fmt: skip


def held(found: ProgrammeState) -> Counter[str]:
    return Counter(one.account.value for one in found.holdings.open)


async def approved(office: Office, case: str) -> Any:
    """Each step of the route says yes, as they are asked."""
    while not (found := await state(office, case)).funded:
        for task in [task for task in found.case.tasks.values() if task.kind == "decide"]:
            await office.do(case, "decide", {"task": task.id, "outcome": "approve"}, by=task.people[0])
    return found


async def running(office: Office) -> list[str]:
    """The needs of a programme that has begun."""
    await give_plans(office.services.pool, [("hr-training", "2027", "500000 THB")])
    await office.start("training_programme", WISH, by=LEAD, case=PROGRAMME, name="plan-programme")
    await approved(office, PROGRAMME)
    await do(office, PROGRAMME, "start", "start-programme")
    found = await until(office, PROGRAMME, lambda one: one.started)
    needs = [f"{PROGRAMME}-{key}" for key in found.shares]
    office.started += needs
    for need in needs:
        await until(office, need, lambda one: any(task.kind == "book" for task in one.case.tasks.values()))
    return needs


@pytest.mark.rule("TRN-02", "TRN-03")
@pytest.mark.timeout(180)
async def test_the_money_of_each_need_comes_back(office_at_work: Office):
    office = office_at_work
    needs = await running(office)
    assert len(needs) >= 2
    assert held(await state(office, PROGRAMME)) == {"reserved": len(needs)}

    booked = next(need for need in needs if "e1021" in need)
    await do(office, booked, "book", "book-course", run=RUN)
    await until(office, PROGRAMME, lambda one: held(one) == {"reserved": len(needs) - 1, "committed": 1})
    left = [need for need in needs if need != booked]
    await asyncio.gather(*(office.do(need, "drop-need", {"reason": "not now"}, by=LEAD) for need in left))
    await until(office, PROGRAMME, lambda one: held(one) == {"committed": 1})

    await office.do(PROGRAMME, "cancel-programme", {"reason": "The contract fell through"}, by=LEAD)
    over = await until(office, PROGRAMME, lambda one: one.case.closed is not None)
    assert (over.case.closed, held(over)) == (Status.CANCELLED, {})
    assert {(await state(office, need)).case.closed for need in needs} == {Status.CANCELLED}
