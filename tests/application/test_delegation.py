"""Standing in, from the grant to the report, over the real log and the real workflows (KRN-20 to KRN-22)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from application.queries import listing, reading
from application.records import append_record
from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.delegation import Scope
from domain.kernel.errors import Refused
from domain.kernel.events import declared_name
from domain.kernel.policy import Delegating
from domain.organisation.events import RoleGranted
from domain.organisation.model import RoleHolding
from domain.organisation.policies import publish
from eventstore import log
from readmodels import Wanted
from tests.support.hiring import opened
from tests.support.office import Office

LINE, STAND_IN, REQUESTER, HR = "e1003", "e1004", "e1005", "e1033"


def day(number: int) -> str:
    return (datetime.now(UTC) + timedelta(days=number)).isoformat()


def asked(principal=LINE, delegate=STAND_IN, start=-1, end=7, **more: Any) -> Asked:
    return Asked(principal=principal, delegate=delegate, start=day(start), end=day(end), **more)


async def tasks(office: Office, person: str) -> list[tuple[str, str | None]]:
    return [(row["task"], row["for"]) for row in await reading.inbox(office.services, person)]


async def code(attempt: Any) -> str:
    with pytest.raises(Refused) as refused:
        await attempt
    return refused.value.code


@pytest.mark.rule("KRN-22")
async def test_a_stand_in_sees_decides_and_is_recorded_as_such(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-stand1")
    assert await tasks(office, STAND_IN) == []
    row = await delegations.grant(office.services, asked(out_of_office=True, reason="Leave"), office.actor(LINE))
    assert await tasks(office, STAND_IN) == [("hiring-stand1.1", LINE)], "it covers what was open before"
    assert await tasks(office, LINE) == [("hiring-stand1.1", None)], "and takes nothing away"

    await office.do("hiring-stand1", "decide", {"task": "hiring-stand1.1", "outcome": "approve"}, by=STAND_IN)
    timeline = await reading.timeline(office.services, "hiring-stand1", as_of=None, reader=None)
    [decided] = [event for event in timeline if event["type"] == "Decided"]
    assert (decided["actor"], decided["on_behalf_of"]) == (STAND_IN, LINE)
    assert decided["data"]["delegation"] == row["delegation"]

    [reported] = await delegations.delegations(office.services, LINE, report=True)
    assert (reported["delegation"], reported["out_of_office"]) == (row["delegation"], True)
    [done] = reported["done"]
    assert (done["case"], done["task"], done["outcome"], done["did"], done["delegate"]) == (
        "hiring-stand1", "hiring-stand1.1", "approve", "approve", STAND_IN,
    )  # fmt: skip
    assert await delegations.delegations(office.services, HR, report=True) == []


@pytest.mark.rule("KRN-22")
def test_the_report_has_words_for_whatever_can_be_done_under_a_delegation():
    done = {declared_name(event) for event in KERNEL_EVENTS if "delegation" in event.model_fields}
    assert done == {*delegations.DID, "Decided"}, "that one says its outcome"


async def allow(office: Office, hops: int) -> None:
    """Publishes the example policy with this number of hops."""
    async with office.services.pool.acquire() as conn:
        book = (await office.services.record_cache.records(conn)).policies
    changed = book.in_force.model_copy(update={"delegation": Delegating(hops=hops)})
    await append_record(
        office.services.pool, stream="policy", process="policy", expected_version=book.version,
        events=publish(book, changed, "os:test"), actor="os:test", command_id=uuid4(),
    )  # fmt: skip


@pytest.mark.rule("KRN-21")
@pytest.mark.rule("KRN-22")
async def test_where_the_policy_in_force_allows_it_a_chain_is_shown_decides_and_is_reported(office_at_work: Office):
    office, case, task = office_at_work, "hiring-stand9", "hiring-stand9.1"
    await opened(office, case)
    near = await delegations.grant(office.services, asked(STAND_IN, HR), office.actor(STAND_IN))
    far = await delegations.grant(office.services, asked(), office.actor(LINE))
    decision = {"task": task, "outcome": "approve"}
    assert await tasks(office, HR) == []
    assert await code(office.do(case, "decide", decision, by=HR)) == "not-your-task"
    before = datetime.now(UTC)

    await allow(office, 2)  # the case has pinned the version before
    [row] = await reading.inbox(office.services, HR)
    assert (row["task"], row["for"], row["via"]) == (task, LINE, [STAND_IN])
    assert await reading.inbox(office.services, HR, as_of=before) == []
    assert await reading.inbox(office.services, HR, as_of=datetime.now(UTC)) == [row]
    await office.do(case, "decide", decision, by=HR)

    rows = await reading.timeline(office.services, case, as_of=None, reader=None)
    [decided] = [event["data"] for event in rows if event["type"] == "Decided"]
    assert (decided["actor"], decided["on_behalf_of"], decided["delegation"]) == (HR, LINE, near["delegation"])
    assert decided["via"] == [{"person": STAND_IN, "delegation": far["delegation"]}]
    reported = await delegations.delegations(office.services, STAND_IN, report=True)
    assert [[done["task"] for done in each["done"]] for each in reported] == [[task], [task]], "under each of the chain"


@pytest.mark.rule("KRN-21")
async def test_three_grants_at_once_do_not_make_a_circle(office_without_worker: Office):
    office = office_without_worker
    circle = ((LINE, STAND_IN), (STAND_IN, HR), (HR, LINE))
    made = await asyncio.gather(
        *(delegations.grant(office.services, asked(*pair), office.actor(pair[0])) for pair in circle),
        return_exceptions=True,
    )
    assert [one.code for one in made if isinstance(one, Refused)] == ["delegation-circle"]


@pytest.mark.rule("KRN-20")
async def test_after_it_was_revoked_nothing_is_shown_and_nothing_can_be_decided(office_at_work: Office):
    office = office_at_work
    row = await delegations.grant(office.services, asked(), office.actor(LINE))
    await opened(office, "hiring-stand2")
    assert await tasks(office, STAND_IN) == [("hiring-stand2.1", LINE)], "it covers what comes later"
    assert (
        await code(delegations.revoke(office.services, row["delegation"], office.actor(STAND_IN)))
        == "not-yours-to-revoke"
    )
    ended = await delegations.revoke(office.services, row["delegation"], office.actor(LINE), reason="Back early")
    assert ended["state"] == "over"
    assert await tasks(office, STAND_IN) == []
    decision = {"task": "hiring-stand2.1", "outcome": "approve"}
    assert await code(office.do("hiring-stand2", "decide", decision, by=STAND_IN)) in {
        "delegation-over",
        "not-your-task",
    }
    await office.do("hiring-stand2", "decide", decision, by=LINE)


@pytest.mark.rule("KRN-20")
async def test_what_is_decided_under_it_while_it_is_revoked_is_in_the_log_before_the_end_or_refused(
    office_at_work: Office,
):
    office, cases = office_at_work, [f"hiring-stand20{letter}" for letter in "abcdef"]
    for case in cases:
        await opened(office, case)
    for number in range(0, len(cases), 2):
        row = await delegations.grant(office.services, asked(), office.actor(LINE))
        deciding = (
            office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=STAND_IN)
            for case in cases[number : number + 2]
        )
        ended = delegations.revoke(office.services, row["delegation"], office.actor(LINE))
        _ended, *results = await asyncio.gather(ended, *deciding, return_exceptions=True)
        assert {one.code for one in results if isinstance(one, Refused)} <= {"delegation-over"}
    async with office.services.pool.acquire() as conn:
        events = await log.read_all(conn, after=0, limit=10_000)
    over = {e.payload["delegation"]: e for e in events if e.type == "DelegationRevoked"}
    for decided in (event for event in events if event.type == "Decided"):
        end = over[decided.payload["delegation"]]
        assert decided.position < end.position
        assert datetime.fromisoformat(decided.payload["at"]) < datetime.fromisoformat(end.payload["at"])


@pytest.mark.rule("KRN-20")
async def test_one_of_other_processes_units_or_days_neither_shows_nor_allows_anything(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-stand3")
    others = (
        asked(scope=Scope(units=("sales",))),
        asked(scope=Scope(up_to={"amount": "1", "currency": "THB"})),
        asked(start=1, end=2),
    )
    for one in others:
        await delegations.grant(office.services, one, office.actor(LINE))
    assert await tasks(office, STAND_IN) == []
    decision = {"task": "hiring-stand3.1", "outcome": "approve"}
    assert await code(office.do("hiring-stand3", "decide", decision, by=STAND_IN)) == "delegation-scope"


@pytest.mark.rule("KRN-21")
async def test_a_requester_who_stands_in_for_their_approver_is_not_asked_and_not_heard(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-stand4")
    await delegations.grant(office.services, asked(delegate=REQUESTER), office.actor(LINE))
    assert await tasks(office, REQUESTER) == []
    decision = {"task": "hiring-stand4.1", "outcome": "approve"}
    assert await code(office.do("hiring-stand4", "decide", decision, by=REQUESTER)) in {"own-case", "not-your-task"}


@pytest.mark.rule("KRN-21")
async def test_a_circle_is_refused_also_when_both_are_granted_at_the_same_time(office_at_work: Office):
    office = office_at_work
    answers = await asyncio.gather(
        delegations.grant(office.services, asked(), office.actor(LINE)),
        delegations.grant(office.services, asked(STAND_IN, LINE), office.actor(STAND_IN)),
        return_exceptions=True,
    )
    [refused] = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused.code == "delegation-circle"
    assert len(await delegations.delegations(office.services)) == 1


@pytest.mark.rule("KRN-19")
async def test_the_same_command_id_grants_and_revokes_once(office_without_worker: Office):
    office, once, again = office_without_worker, uuid4(), uuid4()
    wish = asked()
    first = await delegations.grant(office.services, wish, office.actor(LINE), command_id=once)
    assert await delegations.grant(office.services, wish, office.actor(LINE), command_id=once) == first
    other = delegations.grant(office.services, asked(delegate=HR), office.actor(LINE), command_id=once)
    assert await code(other) == "command-id-reused"
    ended = [
        await delegations.revoke(office.services, first["delegation"], office.actor(LINE), command_id=again)
        for _ in range(2)
    ]
    assert ended[0] == ended[1]
    async with office.services.pool.acquire() as conn:
        assert await log.stream_version(conn, "delegations") == 2


@pytest.mark.rule("KRN-50")
async def test_what_was_delegated_can_be_asked_as_of_a_time(office_without_worker: Office):
    office = office_without_worker
    row = await delegations.grant(office.services, asked(), office.actor(LINE))
    granted = datetime.now(UTC)
    await delegations.revoke(office.services, row["delegation"], office.actor(LINE))
    [then] = await delegations.delegations(office.services, as_of=granted)
    [now] = await delegations.delegations(office.services)
    assert (then["state"], now["state"]) == ("active", "over")
    assert await delegations.delegations(office.services, as_of=granted - timedelta(hours=1)) == []


async def test_a_time_without_a_zone_is_the_principals_own(office_without_worker: Office):
    office = office_without_worker
    wish = Asked(principal="e1058", delegate="e1057", start="2099-07-01", end="2099-07-02T09:30")
    row = await delegations.grant(office.services, wish, office.actor("e1058"))
    assert (row["from"], row["until"]) == ("2099-06-30T22:00:00Z", "2099-07-02T07:30:00Z"), "Berlin in summer"
    assert await code(delegations.grant(office.services, asked_at("soon"), office.actor(LINE))) == "bad-time"


def asked_at(start: str) -> Asked:
    return Asked(principal=LINE, delegate=STAND_IN, start=start, end=day(1))


@pytest.mark.rule("KRN-50")
async def test_an_inbox_and_the_cases_of_any_time_are_told_again_from_the_log(office_at_work: Office):
    office, case = office_at_work, "hiring-stand5"
    shown = []

    async def look() -> None:
        people = {person: await reading.inbox(office.services, person) for person in (LINE, STAND_IN, HR)}
        cases = await listing.cases(office.services, Wanted(process="hiring", open_only=True), reader=None)
        shown.append((datetime.now(UTC), people, cases))

    await look()
    row = await delegations.grant(office.services, asked(scope=Scope(units=("it",))), office.actor(LINE))
    await opened(office, case)
    await look()
    await delegations.revoke(office.services, row["delegation"], office.actor(LINE))
    await look()
    await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=LINE)
    await look()
    assert [[len(rows) for rows in people.values()] for _at, people, _cases in shown] == [
        [0, 0, 0],
        [1, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
    ]
    for at, people, cases in shown:
        then = {person: await reading.inbox(office.services, person, as_of=at) for person in people}
        assert then == people
        assert (
            await listing.cases(office.services, Wanted(process="hiring", open_only=True), reader=None, as_of=at)
            == cases
        )


@pytest.mark.rule("KRN-10")
async def test_whoever_gets_a_role_later_sees_and_decides_what_runs(office_at_work: Office):
    office, case, new = office_at_work, "hiring-stand6", "e1034"
    await opened(office, case)
    await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=LINE)
    assert await tasks(office, new) == []
    async with office.services.pool.acquire() as conn:
        version = (await office.services.record_cache.records(conn)).organisation.version
    holding = RoleHolding(role="hr-partner", person=new, unit="it")
    granted = RoleGranted(holding=holding, effective=datetime.now(UTC).date())
    await append_record(
        office.services.pool, stream="organisation", process="organisation", expected_version=version,
        events=[granted], actor="os:test", command_id=uuid4(),
    )  # fmt: skip
    at = datetime.now(UTC)
    assert await tasks(office, new) == await tasks(office, HR) == [(f"{case}.2", None)]
    handed = {"task": f"{case}.2", "instead_of": HR, "to": "e1035", "reason": "Away."}
    await office.do(case, "reassign", handed, by=HR)
    assert await tasks(office, HR) == [], "they hold the role still, but handed it on (KRN-23)"
    assert await reading.inbox(office.services, HR, as_of=datetime.now(UTC)) == []
    await office.do(case, "decide", {"task": f"{case}.2", "outcome": "approve"}, by=new)
    assert await tasks(office, new) == []
    assert [row["task"] for row in await reading.inbox(office.services, new, as_of=at)] == [f"{case}.2"]
