# ruff: noqa: INP001 - a script for a container's health check, not a module
"""Exit 0 if the worker in this container has asked Temporal for work within the last two minutes, 1 if not."""

import asyncio
import os
import socket
import sys
import time

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from runtime.settings import task_queue_of

SECONDS = 120
"""A poll that finds nothing ends after about a minute and is repeated."""


async def healthy() -> bool:
    """Whether a worker of this host polls. Raises if Temporal does not answer."""
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue_of(os.environ)),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request)
    here = f"@{socket.gethostname()}"
    return any(
        poller.identity.endswith(here) and poller.last_access_time.ToSeconds() > time.time() - SECONDS
        for poller in answer.pollers
    )


def _exit_code() -> int:
    try:
        return 0 if asyncio.run(healthy()) else 1
    except Exception as error:  # noqa: BLE001 - a health check says no, whatever the reason
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    os._exit(_exit_code())
