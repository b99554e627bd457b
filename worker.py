"""The composition root of a worker: settings, pool, client, registrations, views, mail, shutdown."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import structlog
import uvloop
from temporalio.client import Client
from temporalio.worker import Worker

from activities.decide import Decider
from activities.deliver import Deliverer
from activities.gate import Gate
from activities.registrations import registrations
from application.administration import checkpoints, departures, qualifications, regrounding
from application.commands.beginning import Beginner
from application.commands.healing import Healer
from application.commands.waking import wake_cases
from application.keyring import command_keys, master_key, update_key
from application.send import Sender
from application.temporal import connect_temporal
from domain.processes import PROCESSES
from eventstore import database
from eventstore.database import Pool
from eventstore.keys import KeyStore
from mail import sender as mail
from mail.server import server_of
from readmodels.projector import follow
from runtime import logs, tracing
from runtime.exit import leave
from runtime.settings import Settings
from web.operations.exposed import exposed, sdk_runtime

logger = structlog.get_logger(__name__)

GRACE = timedelta(seconds=10)
"""How long running activities may finish after a stop was asked for; what does not is retried elsewhere."""

CACHED = 600
"""Cases a worker keeps in memory, about 150 kB each; one that was dropped is replayed when it is needed."""

STICKY = timedelta(seconds=2)
"""How long a task waits for the worker that has the case in memory; after a crash this is what people wait."""


@dataclass(frozen=True)
class Connected:
    """What a worker works with. Connections of `pool` are not reset between uses: decisions leave nothing behind.

    `gate` refuses what no door of this deployment sent.
    """

    pool: Pool
    client: Client
    sender: Sender
    gate: Gate
    keys: KeyStore | None = None


def make_worker(at: Connected, task_queue: str, *, grace: timedelta = GRACE) -> Worker:
    """A worker with every workflow and activity. Workflows come from the client's plugin.

    At its end what it delivers just then may take as long as `grace`; another worker does it again after that.
    """
    return Worker(
        at.client,
        task_queue=task_queue,
        activities=registrations(
            at.pool, Decider(at.pool, PROCESSES, gate=at.gate), Deliverer(at.pool, at.sender, at.keys)
        ),
        graceful_shutdown_timeout=grace,
        max_cached_workflows=CACHED,
        sticky_queue_schedule_to_start_timeout=STICKY,
        max_concurrent_workflow_tasks=20,  # they share one interpreter: more at once only wait for each other
        max_concurrent_activities=50,
        max_concurrent_local_activities=50,
    )


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Works until `stop` is set; keeps up the views, wakes and heals cases, hands on what leavers hold, mails.

    Raises DatabaseOutdated for another schema, Refused `bad-setting` for a mail server that cannot be one.
    """
    mail_server = server_of(settings)
    async with AsyncExitStack() as exits:
        views = await exits.enter_async_context(await database.pool(settings.database_url, max_size=2, awaited=True))
        async with views.acquire() as conn:
            await database.check_schema(conn)
        url, size = settings.database_url, settings.pool_size
        pool = await exits.enter_async_context(await database.pool(url, max_size=size, reset=False, awaited=True))
        runtime, sdk_port = sdk_runtime(settings)
        client = await connect_temporal(settings, runtime=runtime)
        vault = await exits.enter_async_context(await database.pool(settings.keys_url, max_size=1))
        keys, key = command_keys(settings), update_key(settings)
        sender = Sender(client, pool, PROCESSES, settings.task_queue, key=key, command_keys=keys)
        gate = Gate(keys, signals=settings.takes_signals)
        at = Connected(pool, client, sender, gate, KeyStore(vault, master_key(settings)))
        beside = [
            asyncio.create_task(follow(views, PROCESSES, stop)),
            asyncio.create_task(wake_cases(pool, client, PROCESSES, stop)),
            asyncio.create_task(Healer(pool, Beginner(client, PROCESSES, settings.task_queue)).follow(stop)),
            asyncio.create_task(departures.follow(settings, stop)),
            asyncio.create_task(qualifications.follow(settings, stop)),
            asyncio.create_task(checkpoints.follow(settings, views, stop)),
            asyncio.create_task(regrounding.follow(settings, stop)),
        ]
        if mail_server:
            beside.append(asyncio.create_task(mail.follow(settings, mail_server, stop)))
        async with make_worker(at, settings.task_queue), exposed(settings, sdk_port=sdk_port):
            logger.info("worker ready", task_queue=settings.task_queue, pid=os.getpid())
            await stop.wait()
            logger.info("worker stops")
        await asyncio.gather(*beside)


def main() -> int:
    """`signoff worker`: until SIGINT or SIGTERM."""
    settings = Settings.load()
    logs.configure(settings.log_level, json_lines=settings.log_json)
    tracing.begin(settings, "signoff-worker")

    async def until_signal() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        await run_worker(settings, stop)

    uvloop.run(until_signal())
    tracing.end()
    return 0


if __name__ == "__main__":
    leave(main())
