"""The store's tests run on a real Postgres."""

from tests.support.postgres import database_url, pool, postgres

__all__ = ["database_url", "pool", "postgres"]
