"""Tells workflows to look at the log when a decision was made beside them (docs/adr/0021). Any number may run.

A signal that Temporal took is in the case's history, so the row that asked for it is done. Twice is harmless.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError

from application.send import is_not_running
from domain.kernel.fold import Fold
from domain.kernel.process import Process
from eventstore import effects as outbox
from eventstore import log, wakes
from eventstore.database import Pool
from workflows import names

BATCH = 32
"""Cases taken at a time."""

AT_ONCE = 4
"""Cases told at the same time, each until its workflow had its turn: decisions wait behind so few."""

TURN = timedelta(seconds=2)
"""How long a workflow's turn is waited for. If workers are away or busy the signal is kept all the same."""

_BUSY_DELAY, _IDLE_DELAY, _AFTER_ERROR = 0.05, 0.5, 10.0
"""Seconds. A decision beside its workflow waits for an idle follower: half a second at most."""

_logger = structlog.get_logger("signoff.waking")


class Waker:
    """Carries out what `signoff.wakes` says."""

    def __init__(self, pool: Pool, client: Client, processes: Mapping[str, Process[Any]]) -> None:
        self._pool = pool
        self._client = client
        self._processes = processes

    async def step(self) -> int:
        """Tells the next cases; returns how many rows were due. What fails stays, for a later time."""
        async with self._pool.acquire() as conn:
            due = await wakes.take(conn, BATCH)
        if not due:
            return 0
        cases = {wake.stream: wake for wake in due}
        gate = asyncio.Semaphore(AT_ONCE)
        seen = dict(zip(cases, await asyncio.gather(*(self._tell(w, gate) for w in cases.values())), strict=True))
        async with self._pool.acquire() as conn:
            await wakes.settle(conn, [wake.position for wake in due if seen[wake.stream]])
            await wakes.postpone(conn, [wake.position for wake in due if not seen[wake.stream]])
        return len(due)

    async def follow(self, stop: asyncio.Event) -> None:
        """Steps until `stop` is set, ever less often while nothing is due, or while Postgres or Temporal is away."""
        delay = _BUSY_DELAY
        while not stop.is_set():
            try:
                if await self.step():
                    delay = _BUSY_DELAY
                    continue
                longest = _IDLE_DELAY
            except Exception as error:  # noqa: BLE001 - a follower that dies of one error would wake nobody any more
                _logger.warning("waking waits", error=type(error).__name__)
                longest = _AFTER_ERROR
            delay = min(delay * 1.5, longest)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)

    async def _tell(self, wake: wakes.Wake, gate: asyncio.Semaphore) -> bool:
        """Whether nothing is left to do: the workflow will look, or there is none and the case needs none."""
        handle = self._client.get_workflow_handle(wake.stream)
        try:
            async with gate:
                await handle.signal(names.LOOK)
                await _turn_of(handle)
        except RPCError as error:
            if not is_not_running(error):
                _logger.warning("case not woken", case=wake.stream, error=error.status.name)
                return False
            if not await self._over(wake):
                _logger.warning("no workflow to wake; signoff recover brings it back", case=wake.stream)
                return False
        return True

    async def _over(self, wake: wakes.Wake) -> bool:
        """Whether the case ended and all its effects are delivered."""
        async with self._pool.acquire() as conn:
            fold = Fold(self._processes[wake.process], wake.stream)
            fold.apply(await log.read_stream(conn, wake.stream))
            return fold.process.is_terminal(fold.state) and not await outbox.pending(conn, wake.stream)


async def _turn_of(handle: WorkflowHandle[Any, Any]) -> None:
    """Returns when the workflow had its turn, or after `TURN`. The signal is in its history whatever comes of this."""
    open_ones = QueryRejectCondition.NOT_OPEN  # a closed one would be replayed as a whole
    with suppress(RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
        await handle.query(names.SEEN, reject_condition=open_ones, rpc_timeout=TURN)


async def wake_cases(pool: Pool, client: Client, processes: Mapping[str, Process[Any]], stop: asyncio.Event) -> None:
    """Wakes cases until `stop` is set."""
    await Waker(pool, client, processes).follow(stop)
