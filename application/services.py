"""A door into the office: the log, the keys, the views, and the way to the workflows, opened together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import readmodels
from activities.record_cache import RecordCache, Records
from application.keyring import command_keys, master_key, update_key
from application.people import People
from application.previews import Previews
from application.single_flight import SingleFlight
from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.organisation.model import Organisation
from eventstore import database
from eventstore.database import Pool
from eventstore.keys import KeyStore
from runtime.settings import Settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from application.send import Sender


@dataclass(frozen=True)
class Services:
    """What CLI, pages and API work with. `sender` and `client` are None where Temporal was not asked for.

    `moving` brings the views to the head of the log once for all who ask at the same time, over `views_pool` if there
    is one; `as_shown` reads them as they are.
    `bulks` is how many commits of bulk decisions are under way at the same time, of all bulks together: while one waits
    for the disk others decide, and single decisions find room beside them.
    `books` keeps organisation, policies and delegations folded from one question to the next.
    """

    settings: Settings
    processes: Mapping[str, Process[Any]]
    pool: Pool
    keys: KeyStore
    people: People
    client: "Client | None" = None
    sender: "Sender | None" = None
    record_cache: RecordCache = field(default_factory=RecordCache)
    moving: SingleFlight = field(default_factory=SingleFlight)
    views_pool: Pool | None = None
    as_shown: bool = False
    previews: Previews = field(default_factory=Previews)
    bulks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        settings: Settings,
        processes: Mapping[str, Process[Any]],
        *,
        temporal: bool,
        pool_size: int = 4,
        serving: bool = False,
    ) -> AsyncIterator["Services"]:
        """Opens what is needed and closes it again. Raises what Postgres and Temporal raise when they are away.

        With `serving` each question saves a round trip: its connections are not reset, and the views, whose building
        takes locks of a session, have connections of their own.
        """
        async with AsyncExitStack() as stack:
            url = settings.database_url
            quick = partial(database.pool, awaited=serving)
            pool = await stack.enter_async_context(await quick(url, max_size=pool_size, reset=not serving))
            moving = await stack.enter_async_context(await quick(url, max_size=2)) if serving else None
            vault = await stack.enter_async_context(await quick(settings.keys_url, max_size=2))
            keys = KeyStore(vault, master_key(settings))
            services = cls(settings, processes, pool, keys, People(pool, keys), views_pool=moving)
            yield await _with_temporal(services) if temporal else services

    def process(self, name: str) -> Process[Any]:
        return process_named(self.processes, name)

    async def fresh(self) -> None:
        """Returns once the views show what was in the log by now. Raises ViewsBehind."""
        if not self.as_shown:
            await self.moving.run(self._move)

    async def _move(self) -> None:
        await readmodels.fresh(self.views_pool or self.pool, self.processes, looking=self.pool)

    async def records(self) -> Records:
        """Organisation, policies and delegations as the log has them now."""
        async with self.pool.acquire() as conn:
            return await self.record_cache.records(conn)

    async def organisation(self) -> Organisation:
        """The organisation as the log has it now."""
        return (await self.records()).organisation

    @property
    def send(self) -> "Sender":
        assert self.sender is not None, "this door was opened without Temporal"
        return self.sender


async def _with_temporal(services: Services) -> Services:
    from application.send import Sender  # noqa: PLC0415 - importing the SDK takes a sixth of a second; most doors only read
    from application.temporal import connect_temporal  # noqa: PLC0415

    client = await connect_temporal(services.settings)
    settings = services.settings
    keys, key = command_keys(settings), update_key(settings)
    sender = Sender(client, services.pool, services.processes, settings.task_queue, key=key, command_keys=keys)
    return replace(services, client=client, sender=sender)


def process_named(processes: Mapping[str, Process[Any]], name: str) -> Process[Any]:
    """Raises Refused `unknown-process`."""
    found = processes.get(name)
    if found is None:
        known = ", ".join(sorted(processes))
        raise Refused("unknown-process", "There is no process {name}; there is: {known}.", name=name[:80], known=known)
    return found
