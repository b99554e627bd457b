"""A freeze holds every open case it touches, stops new ones, and its release resumes what it held (KRN-45)."""

import pytest

from domain.kernel.errors import Refused
from edge import reading
from edge.freezing import freeze_unit, release_unit
from tests.support.hiring import opened
from tests.support.office import Office

HEAD, MANAGER = "e1003", "e1005"


async def on_hold(office: Office, case: str) -> bool:
    found = await reading.show(office.door, case, as_of=None, reader=None)
    return bool(found["on_hold"])


@pytest.mark.rule("KRN-45")
async def test_a_freeze_holds_what_is_open_below_it_and_a_release_resumes_exactly_that(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-freeze1web")
    await opened(office, "hiring-freeze1data", unit="it-data", position="data-engineer-3")
    await opened(office, "hiring-freeze1byhand")
    await office.do("hiring-freeze1byhand", "hold", {"reason": "Waiting for the new grade table"}, by=MANAGER)
    head = office.actor(HEAD)

    frozen = await freeze_unit(office.door, "it-web", "hiring", "No budget", head)
    assert (frozen["changed"], frozen["held"], frozen["failed"]) == (True, ["hiring-freeze1web"], [])
    assert [await on_hold(office, case) for case in ("hiring-freeze1web", "hiring-freeze1data")] == [True, False]

    again = await freeze_unit(office.door, "it-web", "hiring", "No budget", head)
    assert (again["changed"], again["held"]) == (False, [])

    released = await release_unit(office.door, "it-web", "hiring", "Budget agreed", head)
    assert (released["changed"], released["resumed"], released["failed"]) == (True, ["hiring-freeze1web"], [])
    assert await on_hold(office, "hiring-freeze1byhand"), "what a person put on hold is theirs to resume"
    assert (await release_unit(office.door, "it-web", "hiring", "Budget agreed", head))["changed"] is False


@pytest.mark.rule("KRN-45")
async def test_nothing_starts_or_is_resumed_in_a_frozen_unit_by_anybody(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-freeze2web")
    await freeze_unit(office.door, "it", "hiring", "No budget", office.actor(HEAD))
    for attempt in (
        opened(office, "hiring-freeze2new"),
        office.do("hiring-freeze2web", "resume", {"reason": "I need it"}, by=MANAGER),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "unit-frozen"
    await opened(office, "hiring-freeze2plant", unit="operations-plant", position="quality-officer")
    await office.do("hiring-freeze2web", "withdraw", {"reason": "Not needed"}, by=MANAGER)


@pytest.mark.rule("KRN-45")
async def test_a_release_below_a_frozen_unit_resumes_nothing(office_at_work: Office):
    office, head = office_at_work, office_at_work.actor(HEAD)
    await opened(office, "hiring-freeze3web")
    await freeze_unit(office.door, "it-web", "hiring", "No desks", head)
    await freeze_unit(office.door, "it", "hiring", "No budget", head)
    assert (await release_unit(office.door, "it-web", "hiring", "Desks came", head))["resumed"] == []
    last = await release_unit(office.door, "it", "hiring", "Budget came", head)
    assert (last["resumed"], last["failed"]) == (["hiring-freeze3web"], [])
