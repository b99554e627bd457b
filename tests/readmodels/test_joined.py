"""Who gets a role later sees the running tasks of that role, and nobody else sees more than before (KRN-10)."""

from datetime import timedelta
from typing import Any

import pytest

import readmodels
from domain.kernel.cases.case import Decision
from domain.kernel.showing.task_roles import role_of
from domain.organisation.events import RoleGranted
from domain.organisation.model import Organisation, RoleHolding
from domain.organisation.record import fold
from eventstore.database import Connection, Pool
from readmodels.fold import Processes
from tests.domain.organisation.small_company import organisation
from tests.readmodels.test_delegated import under_review
from tests.readmodels.toy_process import EPOCH, ERRANDS, asked, errand_process, put

LATER = EPOCH + timedelta(days=3)
CLERK = RoleHolding(role="clerk", person="e5", unit="data")


def granted(*holdings: RoleHolding) -> Organisation:
    return fold(organisation(), [RoleGranted(holding=holding, effective=LATER.date()) for holding in holdings])


async def seen(
    conn: Connection, company: Organisation, person: str = "e5", *, processes: Processes = ERRANDS
) -> list[tuple[str, str]]:
    rows = await readmodels.inbox_with_delegated(conn, processes, person, now=LATER, standing=(), organisation=company)
    return [(row.task, row.person) for row in rows]


async def running(
    pool: Pool, conn: Connection, basis: str, *, requester: str = "e8", review: Any = None, **more: Any
) -> Processes:
    await put(conn, "errand-a", asked(1, "e1", "e2"))
    case = ERRANDS["errand"].case

    def shown(state: Any) -> Any:
        found = under_review(case(state), "data", "1", requester)
        tasks = {key: task.model_copy(update={"basis": basis, **more}) for key, task in found.tasks.items()}
        reviews = {key: one.model_copy(update=review) for key, one in found.reviews.items()}
        return found.model_copy(update={"tasks": tasks, "reviews": reviews})

    processes = {"errand": errand_process(case=shown)}
    await readmodels.project(pool, processes)
    return processes


@pytest.mark.rule("KRN-10")
async def test_a_later_holder_sees_the_running_task_once(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "role clerk in data, limit for spending covers 1 THB")
    assert await seen(conn, organisation()) == []
    assert await seen(conn, granted(CLERK)) == [("errand-a.1", "e5")]
    assert await seen(conn, granted(CLERK.model_copy(update={"person": "e1"})), "e1") == [("errand-a.1", "e1")]


@pytest.mark.rule("KRN-10")
async def test_a_later_member_of_a_group_sees_it_and_leaves_it_with_the_group(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "group board")
    member = RoleHolding(role="board", person="e5", end=LATER.date() + timedelta(days=9))
    assert await seen(conn, granted(member)) == [("errand-a.1", "e5")]
    assert await seen(conn, granted(member.model_copy(update={"end": LATER.date()}))) == []


@pytest.mark.rule("KRN-10")
async def test_a_holder_for_another_unit_or_behind_a_nearer_one_does_not(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "role clerk in data")
    assert await seen(conn, granted(CLERK.model_copy(update={"unit": "shop"}))) == []
    above, nearer = CLERK.model_copy(update={"unit": "it"}), CLERK.model_copy(update={"person": "e4"})
    assert await seen(conn, granted(above)) == [("errand-a.1", "e5")]
    assert await seen(conn, granted(above, nearer)) == []


@pytest.mark.rule("KRN-02")
async def test_the_requester_does_not_get_their_own_matter_with_a_role(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "role clerk in data", requester="e5")
    assert await seen(conn, granted(CLERK)) == []
    assert await seen(conn, granted(CLERK.model_copy(update={"person": "e4"})), "e4") != []


async def test_what_was_offered_to_persons_is_of_no_role(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "manager of requester, level 1")
    assert await seen(conn, granted(CLERK)) == []


RECUSED = Decision(
    task="errand-a.1",
    review="review",
    step="step",
    outcome="recuse",
    actor="e5",
    on_behalf_of=None,
    content_hash="h",
    at=EPOCH,
)


@pytest.mark.rule("KRN-23")
@pytest.mark.parametrize("review", [{"instead": {"step": {"e5": "e1"}}}, {"decisions": (RECUSED,)}])
async def test_whoever_handed_it_on_or_recused_themself_is_not_asked_again(
    pool: Pool, conn: Connection, review: dict[str, Any]
) -> None:
    processes = await running(pool, conn, "role clerk in data", review=review, step="step")
    assert await seen(conn, granted(CLERK), processes=processes) == []
    other = granted(CLERK.model_copy(update={"person": "e4"}))
    assert await seen(conn, other, "e4", processes=processes) == [("errand-a.1", "e4")]


@pytest.mark.rule("KRN-23")
async def test_a_claimed_task_is_its_claimers(pool: Pool, conn: Connection) -> None:
    await running(pool, conn, "role clerk in data", claimed_by="e1")
    assert await seen(conn, granted(CLERK)) == []
    assert [(row.person, row.claimed) for row in await readmodels.inbox(conn, "e1", now=LATER)] == [("e1", True)]


def test_the_words_of_the_kernel_are_understood() -> None:
    state = ERRANDS["errand"].evolve(ERRANDS["errand"].initial("errand-a"), asked(1, "e1"))
    task = state.case.tasks["errand-a.1"].model_copy(update={"kind": "decide"})
    words = {
        "role hr-partner in it-web": ("hr-partner", "it-web"),
        "role executive in None": ("executive", ""),
        "group salary-committee, limit for spending covers 5 THB": ("salary-committee", ""),
        "up the line from role hr-partner in it": (None, None),
        "fallback: role executive in it": (None, None),
        "person e1": (None, None),
    }
    assert {basis: role_of(task.model_copy(update={"basis": basis})) for basis in words} == words
