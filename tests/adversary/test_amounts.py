"""Ways of asking for more than an approver may give, in parts, by amending and by giving back (KRN-05, KRN-20)."""

from typing import Any

import pytest

from application.queries import derived_tables
from cli.demo.player import Player
from tests.adversary.office import approved, by_way, decided, raised, stands_in, task_of
from tests.adversary.test_quorum import word
from tests.support.office import Office

REQUESTER, HEAD, CONTROLLER, FRIEND = "e1005", "e1003", "e1041", "e1006"
SMALL: dict[str, Any] = {"salary_band": {"min": "5000 THB", "max": "10000 THB"}}
"""138,000 THB a year. The controller may approve 1,500,000; what `raised` asks for costs 1,311,000."""
LARGE: dict[str, Any] = {"salary_band": {"min": "60000 THB", "max": "95000 THB"}}


async def up_to_money(office: Office, player: Player) -> tuple[str, ...]:
    """Everybody before approves; who is asked about the money."""
    while (task := await task_of(player)).step != "money":
        await decided(office, player)
    return task.people


async def split(office: Office, **small: Any) -> Player:
    """A small request, then a large one, both approved by the controller. Returns the small one."""
    first = await raised(office, **SMALL | small)
    await approved(office, first)
    second = await raised(office)
    assert await up_to_money(office, second) == (CONTROLLER,)
    await approved(office, second)
    return first


async def beyond(office: Office, player: Player) -> None:
    """The money step is not the controller's, by no way and not for whoever is asked."""
    asked = await up_to_money(office, player)
    task = (await task_of(player)).id
    assert CONTROLLER not in asked
    for way in ("cli", "web", "typed", "signal"):
        assert await by_way(office, way, player.case, "decide", word(task), by=CONTROLLER) == "not-your-task"
    moved = {"task": task, "to": CONTROLLER, "reason": "theirs"}
    assert await by_way(office, "cli", player.case, "reassign", moved, by=asked[0]) == "limit-too-low"
    await stands_in(office, FRIEND, asked[0], up_to="1,500,000 THB")
    assert await by_way(office, "cli", player.case, "decide", word(task), by=FRIEND) == "delegation-scope"


@pytest.mark.rule("KRN-05", "KRN-20")
async def test_small_first_then_large_then_the_small_one_amended_up(office_at_work: Office):
    small = await split(office_at_work)
    await office_at_work.do(small.case, "amend-requisition", LARGE, by=REQUESTER)
    await beyond(office_at_work, small)


@pytest.mark.rule("KRN-05")
async def test_amended_up_in_many_small_steps(office_at_work: Office):
    small = await split(office_at_work)
    for top in (40_000, 70_000, 95_000):
        band = {"min": "5000 THB", "max": f"{top} THB"}
        await office_at_work.do(small.case, "amend-requisition", {"salary_band": band}, by=REQUESTER)
    await beyond(office_at_work, small)


@pytest.mark.rule("KRN-05")
async def test_by_seats_while_it_was_returned(office_at_work: Office):
    """The draft of a returned one is edited without anybody being asked; resubmitting asks."""
    office = office_at_work
    small = await raised(office, **SMALL)
    await decided(office, small, "return", comment="Too little", fields=["salary_band"])
    await approved(office, await raised(office))
    await office.do(small.case, "amend-requisition", {"seats": 4}, by=REQUESTER)
    await office.do(small.case, "resubmit-requisition", {}, by=REQUESTER)
    await beyond(office, small)


@pytest.mark.rule("KRN-05")
async def test_given_back_by_a_freeze_while_another_one_takes_the_room(office_at_work: Office):
    office = office_at_work
    first = await raised(office)
    await approved(office, first)
    await office.do(first.case, "freeze", {"reason": "Stop", "release_money": True}, by=HEAD)
    await approved(office, await raised(office))
    await office.do(first.case, "unfreeze", {"reason": "On"}, by=HEAD)
    assert (await task_of(first)).step == "money"
    await beyond(office, first)
    candidate = {"candidate": {"name": "Ann Example", "email": "ann@mail.example"}, "source": "referral"}
    assert await by_way(office, "cli", first.case, "add-candidate", candidate, by=REQUESTER) == "not-open"


@pytest.mark.rule("KRN-05")
async def test_the_claims_made_anew_from_the_log_say_the_same(office_at_work: Office):
    """When an amount was raised survives the loss of the table of claims."""
    office = office_at_work
    small = await split(office)
    await office.do(small.case, "amend-requisition", LARGE, by=REQUESTER)
    rows = "select kind, key, stream, item, amount, since from signoff.claims order by kind, key, stream, item"
    async with office.services.pool.acquire() as conn:
        kept = await conn.fetch(rows)
    await derived_tables.rebuild(office.services)
    async with office.services.pool.acquire() as conn:
        assert await conn.fetch(rows) == kept
    assert "request-raised" in {row["kind"] for row in kept}
