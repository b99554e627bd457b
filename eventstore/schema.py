"""Numbered SQL files that bring a database to the schema of this version, once each, in order, under a lock."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from domain.kernel.errors import Refused
from eventstore.errors import DatabaseOutdated

if TYPE_CHECKING:
    from eventstore.database import Connection

_FILE = re.compile(r"^(\d{4})_(\w+)\.sql$")
_LOCK = "select pg_advisory_lock(7446, 2)"
_UNLOCK = "select pg_advisory_unlock(7446, 2)"
_TABLE = """
create schema if not exists signoff;
create table if not exists signoff.migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
)"""


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def migrations(folder: str = "migrations") -> tuple[Migration, ...]:
    """The SQL files of `eventstore/<folder>`, by number."""
    found = (
        Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
        for file in files("eventstore").joinpath(folder).iterdir()
        if (match := _FILE.match(file.name))
    )
    return tuple(sorted(found, key=lambda migration: migration.number))


async def migrate(url: str, steps: Sequence[Migration] | None = None) -> list[str]:
    """Applies what is missing to the log's database and returns the names. Several at once wait for each other.

    Raises DatabaseOutdated `database-newer`, Refused `migration-changed` or `database-encoding`, DatabaseUnavailable.
    """
    return await _apply(url, migrations() if steps is None else steps)


async def migrate_keys(url: str) -> list[str]:
    """The same for the key database, which is created if it is not there."""
    await _create_if_missing(url)
    return await _apply(url, migrations("keys_migrations"))


async def check_schema(conn: "Connection") -> None:
    """Raises DatabaseOutdated unless the log's schema is exactly the one of this version."""
    try:
        number = await conn.fetchval("select max(number) from signoff.migrations")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        number = None
    newest = migrations()[-1].number
    if (number or 0) < newest:
        raise DatabaseOutdated(
            "database-outdated",
            "The database is at schema {number}, this version needs {newest}; run `signoff migrate`.",
            number=number or 0,
            newest=newest,
        )
    _not_newer(number, newest)


async def _apply(url: str, steps: Sequence[Migration]) -> list[str]:
    conn = await _open(url)
    try:
        await conn.execute(_LOCK)
        try:
            return await _apply_locked(conn, steps)
        finally:
            if not conn.is_closed():
                await conn.execute(_UNLOCK)
    finally:
        await conn.close()


async def _apply_locked(conn: "asyncpg.Connection[Any]", steps: Sequence[Migration]) -> list[str]:
    await _require_utf8(conn)
    await conn.execute(_TABLE)
    rows = await conn.fetch("select number, name, checksum from signoff.migrations order by number")
    applied = {row["number"]: row for row in rows}
    _not_newer(max(applied, default=0), max((step.number for step in steps), default=0))
    done = []
    for step in steps:
        if step.number in applied:
            _require_unchanged(step, applied[step.number]["checksum"])
        else:
            await _run(conn, step)
            done.append(f"{step.number:04}_{step.name}")
    return done


async def _run(conn: "asyncpg.Connection[Any]", step: Migration) -> None:
    async with conn.transaction():
        await conn.execute(step.sql)
        await conn.execute(
            "insert into signoff.migrations (number, name, checksum) values ($1, $2, $3)",
            step.number,
            step.name,
            step.checksum,
        )


async def _open(url: str) -> "asyncpg.Connection[Any]":
    from eventstore.database import connect  # noqa: PLC0415 - database offers migrate, and migrate connects

    return await connect(url, role=None)


async def _create_if_missing(url: str) -> None:
    try:
        conn = await _open(url)
    except Refused as error:
        if error.code != "database-missing":
            raise
        await _create(url)
    else:
        await conn.close()


async def _create(url: str) -> None:
    parts = urlsplit(url)
    name = parts.path.lstrip("/").replace('"', '""')
    conn = await _open(urlunsplit(parts._replace(path="/postgres")))
    try:
        await conn.execute(f"create database \"{name}\" encoding 'UTF8' template template0")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass  # another migration made it at the same instant
    finally:
        await conn.close()


async def _require_utf8(conn: "asyncpg.Connection[Any]") -> None:
    encoding = await conn.fetchval("select current_setting('server_encoding')")
    if encoding != "UTF8":
        raise Refused(
            "database-encoding", "The database is encoded in {encoding}; create it with UTF8.", encoding=encoding
        )


def _require_unchanged(step: Migration, checksum: str) -> None:
    if step.checksum != checksum:
        raise Refused(
            "migration-changed",
            "Migration {name} was changed after it was applied here; restore the file and add a new one instead.",
            name=f"{step.number:04}_{step.name}",
        )


def _not_newer(number: int, newest: int) -> None:
    if number > newest:
        raise DatabaseOutdated(
            "database-newer",
            "The database is at schema {number}, this version knows {newest}; run a newer version of Signoff.",
            number=number,
            newest=newest,
        )
