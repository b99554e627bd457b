"""What operations ask of Temporal: who works, what waits, which workflows fail, and which cases have none.

Every question is bounded in time and size. `TemporalAway` is the one answer when Temporal does not give any.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from application.commands.healing import PROBLEMS, cause_of, failing_workflows
from application.send import is_not_running
from application.services import Services
from workflows import names
from workflows.search_attributes import SEARCH_ATTRIBUTES

PATIENCE = 4.0
"""Seconds for one question."""

NO_WORKFLOW = "NoWorkflow"
FRESH = timedelta(seconds=90)
"""A worker asks more often: its long poll ends after a minute."""

MOST_RUNNING = 20_000
MOST_LOST = 100
MOST_FAILING = 200
_ONE_CALL = timedelta(seconds=PATIENCE)


class TemporalAway(Exception):
    """Temporal does not answer."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One half of a task queue. `workers` are identities (process and machine) with the last time they asked (UTC)."""

    kind: str
    workers: Mapping[str, datetime]
    waiting: int

    def fresh(self, now: datetime) -> int:
        return sum(now - seen <= FRESH for seen in self.workers.values())


@dataclass(frozen=True, slots=True)
class Failing:
    """A workflow whose tasks fail: `cause` is Temporal's word for it, without its prefix."""

    case: str
    cause: str


@dataclass(frozen=True, slots=True)
class Trying:
    """An activity of a case that did not succeed yet: how often it was tried, and the class of the last error.

    `NO_WORKFLOW` stands for that class where nobody tries: no workflow runs for the case.
    """

    attempts: int
    error: str


def client_of(services: Services) -> Client:
    """The client of a door that was opened with Temporal."""
    assert services.client is not None, "this door was opened without Temporal"
    return services.client


async def queues(client: Client, task_queue: str) -> list[Queue]:
    """The task queue of the office: decisions (`workflow`) and effects (`activity`). Raises TemporalAway."""
    kinds = {
        "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    }
    async with _answering():
        return [await _queue(client, task_queue, name, kind) for name, kind in kinds.items()]


async def _queue(client: Client, task_queue: str, name: str, kind: "TaskQueueType.ValueType") -> Queue:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind, report_stats=True
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=_ONE_CALL)
    workers = {poller.identity: _instant(poller.last_access_time) for poller in answer.pollers}
    return Queue(name, workers, answer.stats.approximate_backlog_count)


async def missing_search_attributes(client: Client) -> set[str]:
    """Those of ours that are not registered: a workflow that sets one would fail for ever. Raises TemporalAway."""
    async with _answering():
        request = ListSearchAttributesRequest(namespace=client.namespace)
        answer = await client.operator_service.list_search_attributes(request, timeout=_ONE_CALL)
    return set(SEARCH_ATTRIBUTES) - set(answer.custom_attributes)


async def failing(client: Client, task_queue: str) -> list[Failing]:
    """Running workflows of the office whose tasks fail, at most MOST_FAILING. Raises TemporalAway."""
    async with _answering():
        return [
            Failing(each.id, cause_of(each.search_attributes.get(PROBLEMS, ())))
            async for each in client.list_workflows(
                failing_workflows(task_queue), limit=MOST_FAILING, rpc_timeout=_ONE_CALL
            )
        ]


async def how_many_fail(client: Client, task_queue: str) -> int:
    """The number of `failing`, without a limit. Raises TemporalAway."""
    async with _answering():
        return (await client.count_workflows(failing_workflows(task_queue), rpc_timeout=_ONE_CALL)).count


def _failing(task_queue: str) -> str:
    return f'TaskQueue = "{task_queue}" AND ExecutionStatus = "Running" AND TemporalReportedProblems IS NOT NULL'


async def without_workflow(client: Client, task_queue: str, open_cases: Mapping[str, str]) -> dict[str, str]:
    """Those of the open cases for which no workflow runs, at most MOST_LOST. Raises TemporalAway.

    The list of running workflows lags, so each case that it does not name is asked for.
    """
    query = f'TaskQueue = "{task_queue}" AND ExecutionStatus = "Running"'
    async with _answering():
        running = {each.id async for each in client.list_workflows(query, limit=MOST_RUNNING, rpc_timeout=_ONE_CALL)}
        suspects = [case for case in open_cases if case not in running][:MOST_LOST]
        lost = await asyncio.gather(*(_is_lost(client, case) for case in suspects))
    return {case: open_cases[case] for case, gone in zip(suspects, lost, strict=True) if gone}


async def _is_lost(client: Client, case: str) -> bool:
    try:
        found = await client.get_workflow_handle(case).describe(rpc_timeout=_ONE_CALL)
    except RPCError as error:
        if is_not_running(error):
            return True
        raise
    return found.status is not WorkflowExecutionStatus.RUNNING


async def deliveries(client: Client, cases: set[str]) -> dict[str, Trying]:
    """By case, the delivery that was tried most often. A case without a try is missing. Raises TemporalAway."""
    async with _answering():
        found = await asyncio.gather(*(_trying(client, case) for case in sorted(cases)))
    return {case: tried for case, tried in zip(sorted(cases), found, strict=True) if tried}


async def _trying(client: Client, case: str) -> Trying | None:
    try:
        found = await client.get_workflow_handle(case).describe(rpc_timeout=_ONE_CALL)
    except RPCError as error:
        if is_not_running(error):
            return Trying(0, NO_WORKFLOW)
        raise
    if found.status is not WorkflowExecutionStatus.RUNNING:
        return Trying(0, NO_WORKFLOW)
    pending = [each for each in found.raw_description.pending_activities if each.activity_type.name == names.DELIVER]
    most = max(pending, key=lambda each: each.attempt, default=None)
    return Trying(most.attempt, most.last_failure.application_failure_info.type) if most else None


def _instant(at: Timestamp) -> datetime:
    return at.ToDatetime(tzinfo=UTC)


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except (RPCError, RuntimeError, TimeoutError) as error:
        raise TemporalAway from error
