"""A Temporal workflow as one writes it by hand: its update runs one local activity with one INSERT.

`python -m bench.peers.temporal_peer` is its worker, with the settings of Signoff's own.
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    import json

QUEUE = "bench-by-hand"
POOL = 20
CACHED = 600
ACTIVITIES = 50


@dataclass
class Decision:
    case: str
    version: int
    command_id: str
    actor: str
    payload: dict[str, Any]


@workflow.defn(name="ByHand")
class ByHand:
    """Open until it is told to end, like a case that waits for people."""

    def __init__(self) -> None:
        self._version = 0
        self._over = False

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self._over)
        return self._version

    @workflow.update
    async def decide(self, decision: Decision) -> int:
        await workflow.execute_local_activity(
            "record", decision, schedule_to_close_timeout=timedelta(seconds=4), result_type=int
        )
        self._version = decision.version
        return self._version

    @workflow.signal
    async def end(self) -> None:
        self._over = True


async def work() -> None:
    """Serves until SIGTERM."""
    import asyncpg  # noqa: PLC0415 - not where the sandbox would load it anew

    from bench.peers.plain import INSERT  # noqa: PLC0415

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=1, max_size=POOL)

    @activity.defn(name="record")
    async def record(decision: Decision) -> int:
        await pool.execute(INSERT, decision.case, decision.version, json.dumps(decision.payload))
        return decision.version

    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[ByHand],
        activities=[record],
        max_cached_workflows=CACHED,
        max_concurrent_activities=ACTIVITIES,
        max_concurrent_local_activities=ACTIVITIES,
    )
    async with worker:
        await stop.wait()
    await pool.close()


if __name__ == "__main__":
    asyncio.run(work())
    os._exit(0)
