"""Names at the edge: kept for a moment, and gone with their person in every process (KRN-52)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from application.people import People
from application.wording.reader import Reader
from domain.kernel.errors import Refused
from domain.organisation.persons import Details
from eventstore.database import connection
from tests.support.office import Office


@pytest.mark.rule("KRN-52")
async def test_a_person_erased_by_another_process_loses_their_name_here_too(office_without_worker: Office):
    services = office_without_worker.services
    here = People(services.pool, services.keys, remembered=timedelta(0))
    long = People(services.pool, services.keys, remembered=timedelta(days=1))
    assert [await one.name("e1003") for one in (here, long)] == ["Prasert Wongsakul"] * 2

    await services.people.erase("e1003", "asked for it", actor="os:test")

    assert [await one.name("e1003") for one in (here, long)] == ["e1003 (erased)"] * 2


@pytest.mark.rule("KRN-52")
async def test_keys_that_were_restored_or_lost_are_named_and_names_are_ids_then(office_without_worker: Office):
    services = office_without_worker.services
    await services.people.erase("e1044", "asked for it", actor="os:test")
    assert await services.people.risen_and_lost() == ([], [])
    async with connection(services.settings.keys_url, role=None) as conn:
        await conn.execute("delete from signoff.keys where person in ('e1044', 'e1003')")
    await services.keys.adopt("e1044", None)  # as an older copy of the keys has it
    risen, lost = await services.people.risen_and_lost()
    assert ([row.stream for row in risen], [row.stream for row in lost]) == (["person-e1044"], ["person-e1003"])
    assert await services.people.names(["e1003", "e1044"]) == {"e1003": "e1003", "e1044": "e1044 (erased)"}
    with pytest.raises(Refused, match="restore the database of the keys"):
        await services.people.plan("e1003", Details(name={"en": "Prasert Wongsakul"}))
    await services.people.erase("e1044", "again", actor="os:test")
    assert (await services.people.risen_and_lost())[0] == []


def test_whoever_was_erased_is_called_so_once():
    reader = Reader(ZoneInfo("UTC"), {"e1003": "e1003 (erased)", "e1004": "Anong"})
    assert reader.text(reader.text("e1003 (erased) and e1004 for e1003, e1003")) == (
        "e1003 (erased) and Anong for e1003 (erased), e1003 (erased)"
    )
