"""A workflow whose tasks fail is ended and begun anew from the log, which holds all that was decided.

Any number may look: a second one begins a run anew that needs it no longer, and the log makes that harmless.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from application.commands.beginning import HEALED, Beginner
from application.send import is_not_running
from eventstore import log
from eventstore.database import Pool
from runtime import metrics

EVERY = timedelta(seconds=5)
MOST = 50
"""Workflows begun anew in one step: if all fail, something else is wrong, and the workers are left time."""

REST = (timedelta(0), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long a run that was begun anew so many times in a row is left alone: what is wrong may be the code."""

PROBLEMS = "TemporalReportedProblems"
_FAILED = "category=WorkflowTaskFailed"
_ONE_CALL = timedelta(seconds=5)

_logger = structlog.get_logger("signoff.healing")


def failing_workflows(task_queue: str) -> str:
    """The query for running workflows of the office whose tasks fail."""
    return f'TaskQueue = "{task_queue}" AND ExecutionStatus = "Running" AND {PROBLEMS} IS NOT NULL'


@dataclass(frozen=True)
class Healer:
    """Begins anew what fails."""

    pool: Pool
    begin: Beginner

    @property
    def _client(self) -> Client:
        return self.begin.client

    async def step(self, *, at_once: bool = False) -> list[str]:
        """The cases whose workflow was begun anew. `at_once`: also those that are left alone for now (`REST`).

        Raises what Temporal and Postgres raise when they are away.
        """
        query = failing_workflows(self.begin.task_queue)
        found = [each async for each in self._client.list_workflows(query, limit=MOST, rpc_timeout=_ONE_CALL)]
        async with self.pool.acquire() as conn:
            processes = await log.processes_of(conn, [each.id for each in found])
        return [
            each.id
            for each in found
            if each.id in processes and await self._heal(each, processes[each.id], at_once=at_once)
        ]

    async def follow(self, stop: asyncio.Event) -> None:
        """Steps until `stop` is set. Postgres or Temporal may be away meanwhile."""
        while not stop.is_set():
            try:
                await self.step()
            except Exception as error:  # noqa: BLE001 - a follower that dies of one error would heal nothing any more
                _logger.warning("healing waits", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY.total_seconds())

    async def _heal(self, listed: WorkflowExecution, process: str, *, at_once: bool) -> bool:
        """The list lags, so the run itself is asked before it is ended."""
        try:
            now = await self._client.get_workflow_handle(listed.id).describe(rpc_timeout=_ONE_CALL)
        except RPCError as error:
            if is_not_running(error):
                return False
            raise
        reported = now.search_attributes.get(PROBLEMS, ())
        if now.status is not WorkflowExecutionStatus.RUNNING or _FAILED not in reported:
            return False
        healed = int(await now.memo_value(HEALED, 0))
        if not at_once and datetime.now(UTC) - now.start_time < REST[min(healed, len(REST) - 1)]:
            return False
        await self.begin.anew(listed.id, process, healed=healed + 1)
        metrics.HEALED.inc()
        _logger.error("workflow begun anew, its tasks failed", case=listed.id, cause=cause_of(reported), healed=healed)
        return True


def cause_of(reported: object) -> str:
    """The cause in Temporal's list of `category=…` and `cause=…`, without its prefix."""
    words = dict(word.split("=", 1) for word in reported if "=" in word) if isinstance(reported, list | tuple) else {}
    return words.get("cause", "").removeprefix("WorkflowTaskFailedCause") or "unknown"
