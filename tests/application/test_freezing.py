"""A freeze holds every open case it touches, stops new ones, and its release resumes what it held (KRN-45)."""

import asyncio

import pytest

from application.administration.freezing import freeze_unit, release_unit
from application.queries import reading
from domain.kernel.errors import Refused
from tests.support.hiring import opened
from tests.support.office import Office

HEAD, MANAGER, OPERATIONS = "e1003", "e1005", "e1009"


async def on_hold(office: Office, case: str) -> bool:
    found = await reading.show(office.services, case, as_of=None, reader=None)
    return bool(found["on_hold"])


@pytest.mark.rule("KRN-45")
async def test_a_freeze_holds_what_is_open_below_it_and_its_release_lifts_exactly_that(office_at_work: Office):
    office, head = office_at_work, office_at_work.actor(HEAD)
    web, data, by_hand = "hiring-freeze1web", "hiring-freeze1data", "hiring-freeze1hand"
    await opened(office, web)
    await opened(office, data, unit="it-data", position="data-engineer-3")
    await opened(office, by_hand)
    await office.do(by_hand, "hold", {"reason": "Waiting for the new grade table"}, by=MANAGER)

    frozen = await freeze_unit(office.services, "it-web", "hiring", "No budget", head)
    assert (frozen["changed"], sorted(frozen["held"]), frozen["failed"]) == (True, [by_hand, web], [])
    assert [await on_hold(office, case) for case in (web, data, by_hand)] == [True, False, True]
    again = await freeze_unit(office.services, "it-web", "hiring", "No budget", head)
    assert again == {"changed": False, "held": [], "failed": []}

    released = await release_unit(office.services, "it-web", "hiring", "Budget agreed", head)
    assert (released["changed"], sorted(released["released"]), released["failed"]) == (True, [by_hand, web], [])
    assert [await on_hold(office, case) for case in (web, by_hand)] == [False, True], "what a person held is theirs"
    again = await release_unit(office.services, "it-web", "hiring", "Budget agreed", head)
    assert again == {"changed": False, "released": [], "failed": []}


@pytest.mark.rule("KRN-45")
async def test_nothing_starts_or_is_resumed_in_a_frozen_unit_by_anybody(office_at_work: Office):
    office, case = office_at_work, "hiring-freeze2web"
    await opened(office, case)
    await freeze_unit(office.services, "it", "hiring", "No budget", office.actor(HEAD))
    cause = {"reason": "It is urgent", "cause": "freeze of hiring in it"}
    for attempt, code in (
        (opened(office, "hiring-freeze2new"), "unit-frozen"),
        (office.do(case, "resume", {"reason": "I need it"}, by=MANAGER), "held-for-another-cause"),
        (office.do(case, "resume", cause, by=MANAGER), "not-yours-to-hold"),
        (office.do(case, "resume", cause, by=OPERATIONS), "unit-frozen"),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == code
    await opened(office, "hiring-freeze2plant", unit="operations-plant", position="quality-officer")
    await office.do(case, "withdraw", {"reason": "Not needed"}, by=MANAGER)


@pytest.mark.rule("KRN-45")
async def test_a_person_who_resumes_what_they_held_does_not_undo_a_freeze(office_at_work: Office):
    office, case = office_at_work, "hiring-freeze3"
    await opened(office, case)
    await office.do(case, "hold", {"reason": "Waiting for the new grade table"}, by=MANAGER)
    await freeze_unit(office.services, "it", "hiring", "No budget", office.actor(HEAD))
    await office.do(case, "resume", {"reason": "It came"}, by=MANAGER)
    assert await on_hold(office, case)
    await release_unit(office.services, "it", "hiring", "Budget agreed", office.actor(HEAD))
    assert not await on_hold(office, case)


@pytest.mark.rule("KRN-45")
async def test_of_two_freezes_each_is_released_by_itself(office_at_work: Office):
    office, head, case = office_at_work, office_at_work.actor(HEAD), "hiring-freeze4"
    await opened(office, case)
    await freeze_unit(office.services, "it-web", "hiring", "No desks", head)
    await freeze_unit(office.services, "it", "hiring", "No budget", head)
    await release_unit(office.services, "it-web", "hiring", "Desks came", head)
    assert await on_hold(office, case)
    last = await release_unit(office.services, "it", "hiring", "Budget came", head)
    assert (last["released"], last["failed"]) == ([case], [])
    assert not await on_hold(office, case)


@pytest.mark.rule("KRN-43", "KRN-45")
async def test_a_freeze_holds_also_what_its_giver_does_not_see_and_names_none_of_it(office_at_work: Office):
    office, case = office_at_work, "hiring-freeze5"
    await opened(office, case)
    await office.policy(
        lambda text: text.replace("candidate, asked, decider, operations, line,", "candidate, asked,", 1)
    )

    frozen = await freeze_unit(office.services, "it-web", "hiring", "No budget", office.actor(OPERATIONS))

    assert frozen == {"changed": True, "held": [], "failed": []}
    assert await on_hold(office, case)


@pytest.mark.rule("KRN-45")
async def test_frozen_and_released_by_two_at_once_while_a_case_is_opened_nothing_fails_and_nothing_is_left(
    office_at_work: Office,
):
    office, head = office_at_work, office_at_work.actor(HEAD)
    first, new = "hiring-freeze6", "hiring-freeze6new"
    await opened(office, first)

    both = (freeze_unit(office.services, "it-web", "hiring", "No budget", head) for _ in range(2))
    one, other, raised = await asyncio.gather(*both, opened(office, new), return_exceptions=True)
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert (sorted([one["changed"], other["changed"]]), one["failed"], other["failed"]) == ([False, True], [], [])
    assert [held for done in (one, other) for held in done["held"]].count(first) == 1
    assert isinstance(raised, Refused) or await on_hold(office, new)

    both = (release_unit(office.services, "it-web", "hiring", "Budget agreed", head) for _ in range(2))
    one, other = await asyncio.gather(*both)
    assert (sorted([one["changed"], other["changed"]]), one["failed"], other["failed"]) == ([False, True], [], [])
    assert not await on_hold(office, first)
