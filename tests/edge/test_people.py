"""Names at the edge: kept for a moment, and gone with their person in every process (KRN-52)."""

from datetime import timedelta

import pytest

from edge.people import REMEMBERED, People
from tests.support.office import Office


@pytest.mark.rule("KRN-52")
async def test_a_person_erased_by_another_process_loses_their_name_here_too(office_without_worker: Office):
    door = office_without_worker.door
    here = People(door.pool, door.keys, remembered=timedelta(0))
    long = People(door.pool, door.keys)
    assert [await one.name("e1003") for one in (here, long)] == ["Prasert Wongsakul"] * 2

    await door.people.erase("e1003", "asked for it", actor="os:test")

    assert await here.name("e1003") == "e1003 (erased)"
    assert await long.name("e1003") == "Prasert Wongsakul"
    assert timedelta(minutes=1) >= REMEMBERED, "what another process remembers is gone after a minute"
