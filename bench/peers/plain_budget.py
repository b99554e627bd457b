"""The least that checks a request against a budget line: lock the row, compare, insert, update, in one transaction."""

from itertools import count
from typing import Any

import asyncpg

CREATE = """
create schema if not exists plain;
create table if not exists plain.budgets (
    line text primary key,
    available numeric not null check (available >= 0),
    reserved numeric not null default 0
);
create table if not exists plain.requests (
    request text primary key,
    line text not null references plain.budgets,
    amount numeric not null
)
"""
FILL = """
insert into plain.budgets (line, available) select unnest($1::text[]), 1000000000000 on conflict do nothing
"""
LOCK = "select available from plain.budgets where line = $1 for update"
INSERT = "insert into plain.requests (request, line, amount) values ($1, $2, 1)"
UPDATE = "update plain.budgets set available = available - 1, reserved = reserved + 1 where line = $1"


class PlainBudget:
    """One connection with prepared statements."""

    def __init__(self, conn: "asyncpg.Connection[Any]", name: str, statements: tuple[Any, Any, Any]) -> None:
        self._conn = conn
        self._name = name
        self._lock, self._insert, self._update = statements
        self._numbers = count()

    @classmethod
    async def make(cls, conn: "asyncpg.Connection[Any]", name: str) -> "PlainBudget":
        statements = (await conn.prepare(LOCK), await conn.prepare(INSERT), await conn.prepare(UPDATE))
        return cls(conn, name, statements)

    async def request(self, line: str) -> None:
        async with self._conn.transaction():
            if await self._lock.fetchval(line) < 1:
                raise RuntimeError("there is nothing left")
            await self._insert.fetch(f"{self._name}-{next(self._numbers)}", line)
            await self._update.fetch(line)
