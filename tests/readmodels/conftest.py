"""The views' tests run on a real Postgres, with a process of their own (errands.py)."""

from collections.abc import AsyncIterator

import pytest

from eventstore.database import Connection, Pool


@pytest.fixture
async def conn(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as taken:
        yield taken
