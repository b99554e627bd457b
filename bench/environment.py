"""The ground all sides stand on: one embedded stack in a folder of its own, with the settings that `signoff up` has."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client

from bench.children import Child, child
from bench.peers import plain
from embedded.options import Options
from embedded.stack import Stack

Say = Callable[[str], None]
_WORKER_SECONDS = 60


class BenchEnvironment:
    """Where things are. The database `signoff` holds real cases; `bench` is a second log, which nobody follows."""

    def __init__(self, stack: Stack, say: Say) -> None:
        self.stack = stack
        self.say = say
        self.cases_url = stack.database_url
        self.bench_url = stack.postgres.url("bench")

    @asynccontextmanager
    async def temporal_worker(self, module: str, queue: str, **options: Any) -> AsyncIterator[Child]:
        """A worker in a process of its own, from the moment it serves its queue. Options as of `program`."""
        since = time.time()
        async with self.program(module, **options) as started:
            while not await self.stack.temporal.polled(queue, since=since):
                if started.process.returncode is not None or time.time() > since + _WORKER_SECONDS:
                    raise RuntimeError(started.log.read_text(errors="replace")[-2000:])
                await asyncio.sleep(0.1)
            yield started

    @asynccontextmanager
    async def program(
        self, module: str, *, env: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> AsyncIterator[Child]:
        """A module as a process, with `env` beside the stack's; of another checkout if `folder` says so."""
        whole = {**self.stack.environment, "BENCH_DATABASE_URL": self.bench_url, **(env or {})}
        log = self.stack.home / "logs" / f"{folder.name if folder else 'now'}-{module}.log"
        async with child([module], env=whole, log=log, folder=folder) as started:
            yield started

    async def client(self, **options: Any) -> Client:
        """A Temporal client of our own making; by default with the converter that Temporal has by default."""
        return await Client.connect(self.stack.temporal_address, **options)


@asynccontextmanager
async def environment(say: Say) -> AsyncIterator[BenchEnvironment]:
    """Starts Postgres and Temporal, no worker; everything is deleted at the end.

    The data lies under `.signoff`, on the disk that the embedded stack uses: elsewhere, syncing might cost nothing.
    """
    home = _home()
    options = Options(home=home, web_port=0, temporal_port=0, ui_port=0, worker=False, web=False)
    async with AsyncExitStack() as exits:
        exits.callback(shutil.rmtree, home, ignore_errors=True)
        stack = await exits.enter_async_context(Stack(options, say=say))
        made = BenchEnvironment(stack, say)
        await _second_database(made)
        yield made


def _home() -> Path:
    place = Path(".signoff").absolute()
    place.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="bench-", dir=place))


async def _second_database(made: BenchEnvironment) -> None:
    from eventstore.database import migrate  # noqa: PLC0415

    owner = await asyncpg.connect(made.cases_url)
    await owner.execute("create database bench")
    await owner.close()
    await migrate(made.bench_url)
    conn = await asyncpg.connect(made.bench_url)
    await conn.execute(plain.CREATE)
    await conn.close()
