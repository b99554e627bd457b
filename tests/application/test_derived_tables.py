"""What no hash covers and decisions rest on is compared with the events, and made anew from them."""

import pytest

from application.queries import derived_tables, keys
from eventstore.database import connection
from tests.support.hiring import opened
from tests.support.office import Office


@pytest.mark.rule("KRN-51")
async def test_claims_and_processes_that_were_altered_are_named_and_claims_made_anew(office_at_work: Office):
    services, case, other = office_at_work.services, "hiring-beside", "hiring-aside"
    await opened(office_at_work, case)
    await opened(office_at_work, other)
    assert await derived_tables.verify(services, None) == []
    async with connection(services.settings.database_url, role=None) as conn:
        await conn.execute("delete from signoff.claims where stream = $1", case)
        await conn.execute("update signoff.claims set amount = 1 where stream = $1", other)
        await conn.execute("insert into signoff.claims values ('a', 'b', 'ghost', '', false, null, null, now())")
        found = await derived_tables.verify(services, None)
        assert [(each.stream, each.version) for each in found] == [(other, 4), (case, 4), ("ghost", 1)]
        assert all("signoff rebuild claims" in each.what for each in found[:2])
        assert [each.stream for each in await derived_tables.verify(services, case)] == [case]

        assert await derived_tables.rebuild(services) == 4
        assert await derived_tables.verify(services, None) == []

        await conn.execute("update signoff.streams set process = 'authority' where stream = $1", case)
        await conn.execute("update signoff.streams set process = 'person' where stream = $1", other)
    found = await derived_tables.verify(services, None)
    assert [(each.stream, each.version) for each in found] == [(other, 1), (case, 1)]


SWAPPED = """
update signoff.keys k set wrapped = o.wrapped from signoff.keys o where k.person = 'e1003' and o.person = 'e1004'
"""


async def by_hand(office: Office, statement: str, *values: object, keys: bool = False) -> None:
    """As somebody who owns the database, past every trigger."""
    settings = office.services.settings
    async with connection(settings.keys_url if keys else settings.database_url, role=None) as conn:
        if not keys:
            await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute(statement, *values)


@pytest.mark.rule("KRN-51")
async def test_a_claim_moved_back_in_time_is_found(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-since")
    assert await derived_tables.verify(office.services, None) == []
    await by_hand(office, "update signoff.claims set since = since - interval '1 day'")
    assert player.case in {problem.stream for problem in await derived_tables.verify(office.services, None)}


@pytest.mark.rule("KRN-51")
async def test_values_that_contradict_their_hashes_are_found(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-contrary")
    assert await derived_tables.verify(office.services, player.case) == []
    await by_hand(
        office,
        'update signoff.events set payload = replace(payload::text, \'"grade":"\', \'"grade":"9\')::json'
        " where stream = $1 and type = 'ReviewOpened'",
        player.case,
    )
    async with office.services.pool.acquire() as conn:
        text = await conn.fetchval(
            "select payload::text from signoff.events where stream = $1 and type = 'ReviewOpened'", player.case
        )
    assert "grade" in text
    found = await derived_tables.verify(office.services, player.case)
    assert "do not give the hashes" in found[0].what


@pytest.mark.rule("KRN-52")
@pytest.mark.parametrize(
    ("edit", "who", "said"),
    [
        ("update signoff.keys set mail_hash = decode('00ff', 'hex') where person = 'e1003'", "e1003", "the address"),
        ("update signoff.keys set mail_hash = null where person = 'e1003'", "e1003", "the address"),
        ("update signoff.keys set wrapped = decode('00ff', 'hex') where person = 'e1003'", "e1003", "damaged"),
        (
            SWAPPED,
            "e1003",
            "another person's",
        ),
    ],
)
async def test_keys_and_addresses_changed_by_hand_are_found(
    office_without_worker: Office, edit: str, who: str, said: str
):
    office = office_without_worker
    assert await keys.verify(office.services) == []
    await by_hand(office, edit, keys=True)
    [problem] = await keys.verify(office.services)
    assert problem.stream == f"person-{who}"
    assert said in problem.what


@pytest.mark.rule("KRN-52")
async def test_an_address_moved_to_another_row_is_found(office_without_worker: Office):
    office = office_without_worker
    async with connection(office.services.settings.keys_url, role=None) as conn:
        moved = await conn.fetchval("update signoff.keys set mail_hash = null where person = 'e1044' returning 1")
        await conn.execute(
            "update signoff.keys set mail_hash = $1 where person = 'e1003'",
            office.services.keys.hashed("stranger@mail.example"),
        )
    assert moved
    assert {each.stream for each in await keys.verify(office.services)} == {"person-e1003", "person-e1044"}


@pytest.mark.rule("KRN-52")
async def test_a_whole_key_of_another_making_is_found(office_without_worker: Office):
    office = office_without_worker
    await by_hand(
        office,
        "update signoff.keys set wrapped = $1 where person = 'e1003'",
        office.services.keys.wrap("e1003", bytes(64)),
        keys=True,
    )
    [problem] = await keys.verify(office.services)
    assert "does not open" in problem.what
