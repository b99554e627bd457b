"""The schema comes from numbered files, applied once, in order."""

from eventstore.database import check_schema, connection


async def test_a_migrated_database_is_current(database_url):
    async with connection(database_url) as conn:
        await check_schema(conn)
        assert await conn.fetchval("select current_user") == "signoff_app"
