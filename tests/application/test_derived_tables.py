"""What no hash covers and decisions rest on is compared with the events, and made anew from them."""

import pytest

from application.queries import derived_tables
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

        assert await derived_tables.rebuild(services) == 2
        assert await derived_tables.verify(services, None) == []

        await conn.execute("update signoff.streams set process = 'authority' where stream = $1", case)
        await conn.execute("update signoff.streams set process = 'person' where stream = $1", other)
    found = await derived_tables.verify(services, None)
    assert [(each.stream, each.version) for each in found] == [(other, 1), (case, 1)]
