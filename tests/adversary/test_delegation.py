"""Ways around standing in, leaving, claiming and handing on (KRN-20 to KRN-24), on a running office."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from application.administration.leaving import Asked as Leaver
from application.administration.leaving import apply_leaving
from application.queries import reading
from domain.kernel.delegation import Scope
from tests.adversary.office import by_way, code, decided, raised, stands_in, task_of, types
from tests.adversary.test_quorum import word
from tests.application.test_delegation import allow
from tests.support.office import Office

REQUESTER, LINE, OTHER, HR, CHIEF = "e1005", "e1003", "e1006", "e1033", "e1001"
WAYS = ("cli", "typed", "signal")
DOORS = ("cli", "mail", "typed")
"""Those that need no word of the requester afterwards."""


async def nothing_decided(office: Office, case: str) -> bool:
    return "Decided" not in await types(office, case)


async def refused_by(
    office: Office, case: str, task: str, by: str, *, ways: tuple[str, ...] = WAYS, **more: Any
) -> set[str | None]:
    return {await by_way(office, way, case, "decide", word(task, **more), by=by) for way in ways}


@pytest.mark.rule("KRN-20")
async def test_no_scope_is_widened_by_asking_otherwise(office_at_work: Office):
    """Another process, another unit, a lower amount: by no way in, and not by naming the principal."""
    player = await raised(office_at_work)
    task = (await task_of(player)).id
    for scope in ({"processes": ("authority",)}, {"units": ("finance",)}, {"up_to": "1 THB"}):
        given = await stands_in(office_at_work, OTHER, LINE, **scope)
        assert await refused_by(office_at_work, player.case, task, OTHER) == {"delegation-scope"}
        assert await refused_by(office_at_work, player.case, task, OTHER, on_behalf_of=LINE) == {"delegation-scope"}
        assert await reading.inbox(office_at_work.services, OTHER) == []
        await delegations.revoke(office_at_work.services, given, office_at_work.actor(LINE))
    assert await nothing_decided(office_at_work, player.case)


@pytest.mark.rule("KRN-20", "KRN-22")
async def test_nobody_grants_themself_what_is_anothers_nor_backdates_it(office_at_work: Office):
    office, now = office_at_work, datetime.now(UTC)

    def asked(principal: str, delegate: str, start: datetime = now, end: datetime = now + timedelta(days=3)) -> Asked:
        return Asked(principal, delegate, start.isoformat(), end.isoformat(), Scope(), "", True)

    for wish, by, refusal in (
        (asked(LINE, OTHER), OTHER, "not-yours-to-delegate"),
        (asked(LINE, HR), HR, "delegation-to-granter"),
        (asked(LINE, LINE), LINE, "to-oneself"),
        (asked(LINE, "nobody"), LINE, "not-employed"),
        (asked(LINE, OTHER, now - timedelta(days=9), now - timedelta(days=1)), LINE, "already-over"),
        (asked(LINE, OTHER, now, now - timedelta(days=1)), LINE, "backwards"),
        (asked(LINE, OTHER, now, now + timedelta(days=999)), LINE, "too-long"),
    ):
        found = await code(delegations.grant(office.services, wish, office.actor(by)))
        assert found == refusal, (wish, by, found)
    assert await delegations.delegations(office.services) == []


@pytest.mark.rule("KRN-21", "KRN-22")
async def test_no_way_round_a_chain_of_one_hop_and_none_past_a_party_with_two(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    task = (await task_of(player)).id
    await stands_in(office, REQUESTER, LINE)
    await stands_in(office, OTHER, REQUESTER)
    assert await refused_by(office, player.case, task, OTHER) == {"not-your-task"}
    assert await refused_by(office, player.case, task, OTHER, on_behalf_of=LINE) == {"not-your-task"}
    await allow(office, 2)
    assert await refused_by(office, player.case, task, OTHER) == {"own-case"}, "past the requester"
    assert await reading.inbox(office.services, OTHER) == []
    assert await nothing_decided(office, player.case)


@pytest.mark.rule("KRN-21")
async def test_no_circle_is_closed_by_many_at_once_or_later(office_at_work: Office):
    office = office_at_work
    people = (LINE, OTHER, HR, "e1042")
    pairs = list(zip(people, (*people[1:], people[0]), strict=True))
    first = await asyncio.gather(*(code(stands_in(office, delegate, principal)) for principal, delegate in pairs))
    assert (first.count(None), first.count("delegation-circle")) == (3, 1)
    again = [await code(stands_in(office, delegate, principal)) for principal, delegate in pairs]
    assert again.count("delegation-circle") == 1


@pytest.mark.rule("KRN-22", "KRN-07")
async def test_what_was_done_under_a_delegation_stays_in_its_report_after_it_ended(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    given = await stands_in(office, OTHER, LINE)
    task = (await task_of(player)).id
    assert await by_way(office, "typed", player.case, "decide", word(task), by=OTHER) is None
    await delegations.revoke(office.services, given, office.actor(LINE))
    assert await code(delegations.revoke(office.services, given, office.actor(LINE))) == "delegation-over"
    [row] = await delegations.delegations(office.services, LINE, report=True)
    assert [(done["task"], done["delegate"], done["outcome"]) for done in row["done"]] == [(task, OTHER, "approve")]


@pytest.mark.rule("KRN-23")
async def test_a_claim_keeps_others_out_but_not_for_whoever_may_not_have_it(office_at_work: Office):
    """A task of one person is not to be claimed; and whoever was not asked claims nothing."""
    office, player = office_at_work, await raised(office_at_work)
    await stands_in(office, REQUESTER, LINE)
    task = (await task_of(player)).id
    for who, refusal in ((REQUESTER, "nothing-to-claim"), (LINE, "nothing-to-claim"), (OTHER, "not-your-task")):
        assert await by_way(office, "cli", player.case, "claim", {"task": task}, by=who) == refusal
    assert await by_way(office, "cli", player.case, "release", {"task": task, "reason": "x"}, by=LINE) == "not-claimed"
    assert (await task_of(player)).claimed_by is None


@pytest.mark.rule("KRN-23", "KRN-02")
async def test_a_task_handed_on_is_not_handed_back_into_the_wrong_hands(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    task = (await task_of(player)).id
    await office.do(player.case, "reassign", {"task": task, "to": CHIEF, "reason": "mine is full"}, by=LINE)
    assert await refused_by(office, player.case, task, LINE) == {"not-your-task"}
    for by, to in ((CHIEF, REQUESTER), (LINE, LINE), (OTHER, OTHER), (REQUESTER, LINE)):
        again = {"task": task, "to": to, "instead_of": CHIEF, "reason": "back"}
        assert await by_way(office, "typed", player.case, "reassign", again, by=by), (by, to)
    await office.do(player.case, "decide", word(task), by=CHIEF)


@pytest.mark.rule("KRN-24", "KRN-02")
async def test_whoever_takes_over_a_case_does_not_decide_it_by_any_way(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    await apply_leaving(office.services, Leaver(REQUESTER, successor=LINE), actor="os:test")
    task = await task_of(player)
    assert task.people == (CHIEF,)
    assert await refused_by(office, player.case, task.id, LINE, ways=DOORS) == {"not-your-task"}
    await stands_in(office, LINE, CHIEF)
    assert await refused_by(office, player.case, task.id, LINE, ways=DOORS) == {"not-your-task"}
    assert await refused_by(office, player.case, task.id, LINE, ways=DOORS, on_behalf_of=CHIEF) == {"not-your-task"}
    back = {"task": task.id, "to": LINE, "reason": "yours"}
    assert await by_way(office, "cli", player.case, "reassign", back, by=CHIEF) == "own-case"
    assert await by_way(
        office, "cli", player.case, "add-approver", {"task": task.id, "person": LINE, "reason": "x"}, by=CHIEF
    )
    assert await nothing_decided(office, player.case)


@pytest.mark.rule("KRN-24")
@pytest.mark.parametrize("way", WAYS)
async def test_nobody_rids_a_case_of_its_approver_or_takes_it_over_unasked(office_at_work: Office, way: str):
    office, player = office_at_work, await raised(office_at_work)
    for by, payload in (
        (REQUESTER, {"to": OTHER}),
        (REQUESTER, {"to": LINE}),
        (OTHER, {"to": OTHER}),
        (HR, {"to": LINE, "instead_of": REQUESTER}),
        (CHIEF, {"to": LINE}),
        (LINE, {"to": OTHER, "instead_of": CHIEF}),
        (LINE, {"to": "nobody"}),
    ):
        assert await by_way(office, way, player.case, "hand-over", {**payload, "reason": "x"}, by=by), (by, payload)
    state = (await player.state()).case
    assert (state.responsible, next(iter(state.tasks.values())).people) == (REQUESTER, (LINE,))


@pytest.mark.rule("KRN-24", "KRN-20")
async def test_a_leavers_stand_in_and_a_leaver_as_stand_in_decide_nothing(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    await stands_in(office, OTHER, LINE)
    task = (await task_of(player)).id
    await apply_leaving(office.services, Leaver(OTHER), actor="os:test")
    assert await refused_by(office, player.case, task, OTHER) <= {
        "no-such-case",
        "not-employed",
        "delegation-over",
        "not-your-task",
    }
    assert await code(stands_in(office, OTHER, LINE)) == "not-employed"
    await decided(office, player)
