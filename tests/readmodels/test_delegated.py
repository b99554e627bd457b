"""The inbox of someone who stands in, looked up when asked: it covers what is open, what comes, and nothing after."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import readmodels
from domain.kernel.cases.case import Review, Status, Task
from domain.kernel.delegation import Delegation, Scope
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from eventstore.database import Connection, Pool
from tests.domain.organisation.small_company import organisation
from tests.readmodels.toy_process import EPOCH, ERRANDS, Answered, asked, errand_process, put

DAY = timedelta(days=1)


def standing(principal: str = "e1", *, number: int = 1, **scope: Any) -> Delegation:
    return Delegation(
        id=f"d-{number}",
        principal=principal,
        delegate="e5",
        start=EPOCH,
        end=EPOCH + 9 * DAY,
        scope=Scope(**scope),
    )


async def seen(conn: Connection, *given: Delegation, by: str = "e5", company: Organisation | None = None) -> list[Any]:
    rows = await readmodels.inbox_with_delegated(
        conn, ERRANDS, by, now=EPOCH, standing=[(one,) for one in given], organisation=company or organisation()
    )
    return [(row.task, row.person, row.delegation) for row in rows]


@pytest.mark.rule("KRN-20")
async def test_open_tasks_group_tasks_and_future_ones_are_shown_for_whom_they_are(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"), asked(2, "e1", "e2"), asked(3, "e3"))
    await readmodels.project(pool, ERRANDS)
    assert await seen(conn, standing()) == [("errand-a.1", "e1", "d-1"), ("errand-a.2", "e1", "d-1")]
    await put(conn, "errand-b", asked(1, "e1", after=3 * DAY))
    await put(conn, "errand-a", Answered(number=1))
    await readmodels.project(pool, ERRANDS)
    assert await seen(conn, standing()) == [("errand-a.2", "e1", "d-1"), ("errand-b.1", "e1", "d-1")]


@pytest.mark.rule("KRN-20")
async def test_without_a_delegation_nothing_of_it_is_left(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"), asked(2, "e5"))
    await readmodels.project(pool, ERRANDS)
    assert len(await seen(conn, standing())) == 2
    assert await seen(conn) == [("errand-a.2", "e5", None)]


async def test_ones_own_task_is_ones_own_and_one_of_two_principals_is_shown_once(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1", "e5"), asked(2, "e2", "e1", after=2 * DAY))
    await readmodels.project(pool, ERRANDS)
    both = standing(), standing("e2", number=2)
    assert await seen(conn, *both) == [("errand-a.1", "e5", None), ("errand-a.2", "e1", "d-1")]


@pytest.mark.rule("KRN-21")
async def test_a_delegate_sees_nothing_through_a_principal_who_is_a_delegate(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    assert await seen(conn, standing("e2")) == []


@pytest.mark.rule("KRN-21")
async def test_a_chain_shows_what_every_delegation_of_it_covers_and_names_who_is_between(
    pool: Pool, conn: Connection
) -> None:
    await put(conn, "errand-a", asked(1, "e1"), asked(2, "e2"), asked(3, "e1", "e2"))
    await readmodels.project(pool, ERRANDS)
    first = standing("e2")
    further = standing("e1", number=2).model_copy(update={"delegate": "e2"})
    narrow = further.model_copy(update={"scope": Scope(processes=("chore",))})

    async def shown(*last: Delegation) -> list[Any]:
        chains = [(first,), *((first, one) for one in last)]
        rows = await readmodels.inbox_with_delegated(
            conn, ERRANDS, "e5", now=EPOCH, standing=chains, organisation=organisation()
        )
        return [(row.task, row.person, row.delegation, row.via) for row in rows]

    of_two = [("errand-a.2", "e2", "d-1", ()), ("errand-a.3", "e2", "d-1", ())]
    assert await shown(further) == [("errand-a.1", "e1", "d-1", ("e2",)), *of_two]
    assert await shown(narrow) == await shown() == of_two


@pytest.mark.rule("KRN-20")
async def test_the_scope_bounds_process_unit_and_amount(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await put(conn, "chore-a", asked(1, "e1"), process="chore")
    case = ERRANDS["errand"].case
    processes = {
        "errand": errand_process(case=lambda state: under_review(case(state), "data", "120000")),
        "chore": errand_process("chore", case=lambda state: under_review(case(state), "shop", "90000")),
    }
    await readmodels.project(pool, processes)
    shown = {
        "everything": await seen(conn, standing()),
        "chores": await seen(conn, standing(processes=("chore",))),
        "it": await seen(conn, standing(units=("it",))),
        "small": await seen(conn, standing(up_to=Money(amount=Decimal(100_000), currency="THB"))),
        "euro": await seen(conn, standing(up_to=Money(amount=Decimal(900_000), currency="EUR"))),
    }
    assert {name: [task for task, *_ in rows] for name, rows in shown.items()} == {
        "everything": ["chore-a.1", "errand-a.1"],
        "chores": ["chore-a.1"],
        "it": ["errand-a.1"],
        "small": ["chore-a.1"],
        "euro": [],
    }


@pytest.mark.rule("KRN-21")
async def test_nobody_is_offered_a_matter_of_their_own_as_a_delegate(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    case = ERRANDS["errand"].case
    await readmodels.project(
        pool, {"errand": errand_process(case=lambda state: under_review(case(state), "it", "1", "e5"))}
    )
    assert await seen(conn, standing()) == []
    assert await seen(conn, standing().model_copy(update={"delegate": "e4"}), by="e4") != []


@pytest.mark.rule("KRN-06")
@pytest.mark.rule("KRN-21")
async def test_nor_one_of_somebody_above_them_that_is_to_be_decided(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    case = ERRANDS["errand"].case
    await readmodels.project(
        pool, {"errand": errand_process(case=lambda state: under_review(case(state), "it", "1", "e2"))}
    )
    first = standing("e4").model_copy(update={"delegate": "e5"})
    further = standing("e1", number=2).model_copy(update={"delegate": "e4"})
    assert await seen(conn, further, by="e4") == []
    assert await seen(conn, standing()) != []
    rows = await readmodels.inbox_with_delegated(
        conn, ERRANDS, "e5", now=EPOCH, standing=[(first, further)], organisation=organisation()
    )
    assert rows == [], "nor through one of them"


def under_review(case: Any, unit: str, amount: str, requester: str = "e8") -> Any:
    """The case with every task a step of one review of this unit and amount."""
    review = Review(
        id="review",
        route="r",
        round=1,
        status=Status.IN_REVIEW,
        content_hash="h",
        fields={},
        data={},
        amount=Money(amount=Decimal(amount), currency="THB"),
        requester=requester,
        excluded=(),
        unit=unit,
        steps=(),
    )
    tasks: dict[str, Task] = {
        key: task.model_copy(update={"kind": "decide", "subject": "review"}) for key, task in case.tasks.items()
    }
    return case.model_copy(update={"reviews": {"review": review}, "tasks": tasks})
