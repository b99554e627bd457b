"""Someone leaves: the plan, and carrying it out once through the log and the cases' workflows (KRN-24)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.administration import delegations
from application.administration.departures import Departures
from application.administration.leaving import Asked, apply_leaving, apply_move, plan_leaving, plan_move, told
from application.queries import reading
from application.records import append_record
from domain.kernel.errors import Refused
from domain.organisation.events import PersonLeft
from domain.organisation.persons import Details
from eventstore import log
from tests.support.hiring import opened, played, whole_story
from tests.support.office import Office

LINE, HR, REQUESTER = "e1003", "e1033", "e1005"
CEO, HR_DIRECTOR, MANAGER = "e1001", "e1032", "e1004"


async def tasks(office: Office, person: str) -> list[str]:
    return [row["task"] for row in await reading.inbox(office.services, person)]


async def code(attempt: Any) -> str:
    with pytest.raises(Refused) as refused:
        await attempt
    return refused.value.code


def of(items: list[dict[str, Any]], what: str) -> list[str]:
    return [item["id"] for item in items if item["what"] == what]


@pytest.mark.rule("KRN-43")
async def test_whoever_plans_or_carries_it_out_is_told_of_no_case_that_they_do_not_see(office_at_work: Office):
    office, outsider = office_at_work, "e1044"
    await opened(office, "hiring-leave0")
    plan = await plan_leaving(office.services, Asked(LINE))

    seen, unseen = [await told(office.services, plan, applied=False, reader=who) for who in (REQUESTER, outsider)]
    done = await apply_leaving(office.services, Asked(LINE), actor=outsider, reader=outsider)

    assert of(seen["items"], "task") == ["hiring-leave0.1"]
    assert "hiring-leave0" not in f"{unseen} {done}"
    assert of(unseen["items"], "person") == of(seen["items"], "person")
    assert await tasks(office, CEO) == ["hiring-leave0.1"], "it was carried out in every case"


@pytest.mark.rule("KRN-24")
async def test_the_plan_names_tasks_cases_delegations_and_authority_and_changes_nothing(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave1")
    await opened(office, "hiring-leave1own", hiring_manager=LINE)
    until = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    wish = delegations.Asked(principal=LINE, delegate=MANAGER, start=datetime.now(UTC).isoformat(), end=until)
    row = await delegations.grant(office.services, wish, office.actor(LINE))
    async with office.services.pool.acquire() as conn:
        before = await log.head(conn)
        plan = await told(office.services, await plan_leaving(office.services, Asked(LINE)), applied=False)
        assert await log.head(conn) == before
    assert plan["heir"] == CEO
    assert "hiring-leave1.1" in of(plan["items"], "task")
    assert of(plan["items"], "delegation") == [row["delegation"]]
    assert {"department-head it", "budget-owner it"} <= set(of(plan["items"], "role"))
    assert REQUESTER in of(plan["items"], "report")
    requester = await told(office.services, await plan_leaving(office.services, Asked(REQUESTER)), applied=False)
    assert "hiring-leave1" in of(requester["items"], "case")


@pytest.mark.rule("KRN-24")
async def test_a_leavers_open_task_goes_on_with_the_next_who_may_and_only_once(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave2")
    assert await tasks(office, LINE) == ["hiring-leave2.1"]
    done = await apply_leaving(office.services, Asked(LINE), actor="os:test")
    assert (done["reassigned"], done["failed"]) == ([{"task": "hiring-leave2.1", "to": CEO}], [])
    assert await tasks(office, LINE) == []
    assert await tasks(office, CEO) == ["hiring-leave2.1"]

    async with office.services.pool.acquire() as conn:
        before = await log.head(conn)
        again = await apply_leaving(office.services, Asked(LINE), actor="os:test")
        assert await log.head(conn) == before, "applying again changes nothing"
    assert (again["reassigned"], again["failed"]) == ([], [])

    decision = {"task": "hiring-leave2.1", "outcome": "approve"}
    assert await code(office.do("hiring-leave2", "decide", decision, by=LINE)) == "no-such-case"
    await office.do("hiring-leave2", "decide", decision, by=CEO)


@pytest.mark.rule("KRN-24")
async def test_a_task_in_a_case_on_hold_changes_hands_too_and_the_case_stays_held(office_at_work: Office):
    office, case = office_at_work, "hiring-leave10"
    await opened(office, case)
    await office.do(case, "hold", {"reason": "Budget talks"}, by=REQUESTER)
    done = await apply_leaving(office.services, Asked(LINE), actor="os:test")
    assert (done["reassigned"], done["failed"]) == ([{"task": f"{case}.1", "to": CEO}], [])
    assert (await office.state(case))["on_hold"]
    await office.do(case, "resume", {"reason": "Agreed"}, by=REQUESTER)
    assert await tasks(office, CEO) == [f"{case}.1"]
    await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=CEO)


@pytest.mark.rule("KRN-24")
@pytest.mark.rule("KRN-02")
async def test_cases_a_leaver_asked_for_are_the_managers_to_answer_for_and_not_to_decide(office_at_work: Office):
    office, case, line = office_at_work, "hiring-leave11", "hiring-leave11.1"
    await opened(office, case)
    await office.do(case, "ask-information", {"task": line, "question": "Why now?"}, by=LINE)
    done = await apply_leaving(office.services, Asked(REQUESTER, successor=LINE), actor="os:test")
    assert (done["handed"], done["failed"]) == ([{"case": case, "to": LINE}], [])
    [moved] = [row for row in await reading.timeline(office.services, case, as_of=None, reader=None)
               if row["type"] == "ResponsibilityMoved"]  # fmt: skip
    assert (moved["data"]["instead_of"], moved["data"]["to"], moved["actor"]) == (REQUESTER, LINE, "system")
    [task] = await tasks(office, CEO)
    assert (await tasks(office, LINE)) == [], "their own approval went on to the next above, its question with it"
    decision = {"task": task, "outcome": "return", "comment": "Too many seats", "fields": ["seats"]}
    assert await code(office.do(case, "decide", decision, by=LINE)) == "not-your-task"
    await office.do(case, "decide", decision, by=CEO)
    found = await reading.show(office.services, case, as_of=None, reader=None)
    assert found["state"]["case"]["requester"] == REQUESTER
    assert await code(office.do(case, "resubmit-requisition", {}, by=REQUESTER)) == "no-such-case"
    await office.do(case, "resubmit-requisition", {"seats": 1}, by=LINE)
    assert await tasks(office, LINE) == []

    async with office.services.pool.acquire() as conn:
        before = await log.head(conn)
        again = await apply_leaving(office.services, Asked(REQUESTER, successor=LINE), actor="os:test")
        assert await log.head(conn) == before
    assert (again["handed"], again["failed"], of(again["items"], "case")) == ([], [], [])
    plan = await told(office.services, await plan_leaving(office.services, Asked(LINE)), applied=False)
    assert of(plan["items"], "case") == [case]


@pytest.mark.rule("KRN-24")
@pytest.mark.rule("KRN-06")
async def test_a_case_that_nobody_could_decide_any_more_is_named_and_stays_as_it_is(office_at_work: Office):
    office, case = office_at_work, "hiring-leave12"
    await opened(office, case)
    done = await apply_leaving(office.services, Asked(REQUESTER, successor="e1062"), actor="os:test")  # above everybody
    assert [(each["case"], each["task"], each["code"]) for each in done["failed"]] == [(case, None, "nobody-left")]
    assert await tasks(office, LINE) == [f"{case}.1"]
    again = await apply_leaving(office.services, Asked(REQUESTER, successor=LINE), actor="os:test")
    assert again["handed"] == [{"case": case, "to": LINE}]


@pytest.mark.rule("KRN-24")
async def test_whoever_moves_keeps_what_they_asked_for_and_were_asked_and_is_told_so(office_at_work: Office):
    office, case = office_at_work, "hiring-leave13"
    await opened(office, case)
    start, end = (datetime.now(UTC) + timedelta(days=days) for days in (5, 6))
    wish = delegations.Asked(LINE, MANAGER, start.isoformat(), end.isoformat())
    given = (await delegations.grant(office.services, wish, office.actor(LINE)))["delegation"]
    _events, items, _day = await plan_move(office.services, LINE, "senior-manager-digital", day=None)
    kept = {(item.what, item.id) for item in items if item.stays}
    assert kept >= {("task", f"{case}.1"), ("delegation", given)}
    _events, items, _day = await plan_move(office.services, REQUESTER, "data-engineer-3", day=None)
    assert [(item.id, item.stays) for item in items if item.what == "case"] == [(case, True)]


@pytest.mark.rule("KRN-24")
async def test_nobody_inherits_a_matter_of_their_own(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave3")
    done = await apply_leaving(office.services, Asked(LINE, successor=REQUESTER), actor="os:test")
    [given] = done["reassigned"]
    assert given["to"] != REQUESTER
    assert await tasks(office, REQUESTER) == []


@pytest.mark.rule("KRN-24")
async def test_a_decision_made_before_stays_as_it_was_made(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave4")
    await office.do("hiring-leave4", "decide", {"task": "hiring-leave4.1", "outcome": "approve"}, by=LINE)
    before = await reading.timeline(office.services, "hiring-leave4", as_of=None, reader=None)
    await apply_leaving(office.services, Asked(LINE), actor="os:test")
    after = await reading.timeline(office.services, "hiring-leave4", as_of=None, reader=None)
    assert after[: len(before)] == before
    [decided] = [event for event in after if event["type"] == "Decided"]
    assert decided["actor"] == LINE


@pytest.mark.rule("KRN-24")
async def test_before_the_day_tasks_stay_and_on_the_day_applying_again_hands_them_over(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave5")
    later = datetime.now(UTC).date() + timedelta(days=30)
    done = await apply_leaving(office.services, Asked(LINE, later), actor="os:test")
    assert (done["due"], done["reassigned"]) == (False, [])
    assert await tasks(office, LINE) == ["hiring-leave5.1"]
    plan = await plan_leaving(office.services, Asked(LINE), now=datetime.now(UTC) + timedelta(days=31))
    assert plan.leaving.due
    assert [each.task for each in plan.tasks] == ["hiring-leave5.1"]


@pytest.mark.rule("KRN-24")
async def test_on_the_day_it_is_carried_out_by_itself_with_the_successor_who_was_named(office_at_work: Office):
    office, task, departures = office_at_work, "hiring-leave20.1", Departures()
    await opened(office, "hiring-leave20")
    now = datetime.now(UTC)
    organisation = await office.services.organisation()
    planned = PersonLeft(person=LINE, effective=organisation.day_of(LINE, now), successor="e1006")
    await append_record(
        office.services.pool, stream="organisation", process="organisation", expected_version=organisation.version,
        events=[planned], actor="os:test", command_id=uuid4(),
    )  # fmt: skip
    assert await departures.step(office.services, now=now - timedelta(days=2)) == []
    assert await departures.step(office.services, now=now) == [LINE]
    assert (await tasks(office, LINE), await tasks(office, "e1006")) == ([], [task])
    assert (await office.services.organisation()).budget_lines["it-people"].owner == "e1006"
    assert await Departures().step(office.services, now=now) == [], "another worker finds nothing left to be done"


@pytest.mark.rule("KRN-24")
async def test_a_task_of_a_group_stays_with_the_others_and_leaves_the_inbox_of_whoever_left(office_at_work: Office):
    office = office_at_work
    await played(office, "hiring-leave6", scenes=len(whole_story()) - 5)  # up to the onboarding
    [task, *_] = await tasks(office, "e1014")
    assert task in await tasks(office, "e1007")
    done = await apply_leaving(office.services, Asked("e1014"), actor="os:test")
    assert task not in [each["task"] for each in done["reassigned"]]
    assert await tasks(office, "e1014") == []
    assert task in await tasks(office, "e1007")


@pytest.mark.rule("KRN-24")
async def test_what_no_command_can_hand_on_is_named_with_what_to_do(office_at_work: Office):
    office = office_at_work
    await played(office, "hiring-leave8", scenes=17)  # up to the interviews
    interviews = await tasks(office, "e1010")
    done = await apply_leaving(office.services, Asked("e1010"), actor="os:test")
    assert {(each["task"], each["code"]) for each in done["failed"]} == {(t, "assign-instead") for t in interviews}
    assert interviews


@pytest.mark.rule("KRN-24")
async def test_applied_twice_at_once_it_is_done_once(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-leave9")
    both = await asyncio.gather(*(apply_leaving(office.services, Asked(LINE), actor="os:test") for _ in range(2)))
    assert [each["failed"] for each in both] == [[], []]
    assert len([given for each in both for given in each["reassigned"]]) == 1
    async with office.services.pool.acquire() as conn:
        events = await log.read_stream(conn, "organisation")
    assert len([event for event in events if event.type == "PersonLeft"]) == 1


@pytest.mark.rule("KRN-24")
async def test_a_move_is_planned_then_carried_out_once(office_without_worker: Office):
    office = office_without_worker
    events, items, _day = await plan_move(office.services, "e1024", "data-engineer-3", day=None)
    assert (len(events), [item.id for item in items if item.what == "person"]) == (1, ["e1024"])
    assert ("report", "e1024", "e1012") in [(item.what, item.id, item.to) for item in items]
    assert await apply_move(office.services, "e1024", "data-engineer-3", day=None, actor="os:test") == items
    assert await apply_move(office.services, "e1024", "data-engineer-3", day=None, actor="os:test") == []


@pytest.mark.rule("KRN-24")
async def test_whoever_gets_the_leavers_address_is_another_person_and_sees_none_of_their_tasks(office_at_work: Office):
    office, address = office_at_work, "prasert.w@siam-orchard.example"
    await opened(office, "hiring-leave7")
    later = datetime.now(UTC).date() + timedelta(days=2)  # tomorrow of UTC may be today in Bangkok
    await apply_leaving(office.services, Asked(LINE, later), actor="os:test")

    async def write(person: str, email: str, **name: str) -> None:
        await office.services.people.write(person, Details(name=name, email=email), actor="os:test", command_id=uuid4())

    assert await code(write("e1063", address, en="Somebody New")) == "mail-taken"
    assert await office.services.people.resolve(address) == LINE
    await write(LINE, "former@siam-orchard.example", en="Prasert Wongsakul", th="ประเสริฐ วงศ์สกุล")
    await write("e1063", address, en="Somebody New")
    assert await office.services.people.resolve(address) == "e1063"
    assert await tasks(office, "e1063") == []
    assert await tasks(office, LINE) == ["hiring-leave7.1"]
