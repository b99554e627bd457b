"""A client of Temporal that shares no code with Signoff: JSON, the SDK as it comes, and what its documentation says.

It reaches the server and the task queue, and holds no key.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

GARBAGE = Payload(metadata={"encoding": b"binary/encrypted", "encryption-key-id": b"000000000000"}, data=b"\x01" * 64)
UNREADABLE = "Unknown payload encoding binary/encrypted"
"""A refusal, as a stranger hears it: not even the reason is told."""
_SECONDS = timedelta(seconds=20)


@workflow.defn(name="Thief")
class Thief:
    """Asks the office's own worker for an activity, as every workflow of the namespace can."""

    @workflow.run
    async def run(self, activity: str, queue: str, argument: RawValue) -> RawValue:
        done: RawValue = await workflow.execute_activity(
            activity, argument, task_queue=queue, result_type=RawValue, start_to_close_timeout=timedelta(seconds=10),
            schedule_to_close_timeout=timedelta(seconds=15),
        )  # fmt: skip
        return done


@dataclass
class Stranger:
    """`queue` is the office's task queue."""

    client: Client
    queue: str
    own_queue: str = field(default_factory=lambda: f"thief-{uuid4().hex[:8]}")

    @classmethod
    async def reaching(cls, address: str, queue: str) -> "Stranger":
        return cls(await Client.connect(address), queue)

    async def update(self, case: str, message: Any, **more: Any) -> str:
        """'done', or the words of the failure as a stranger reads them."""
        handle = self.client.get_workflow_handle(case)
        try:
            await handle.execute_update("command", message, result_type=RawValue, rpc_timeout=_SECONDS, **more)
        except KeyError as unreadable:  # the SDK fails at the words of the failure
            return str(unreadable.args[0])
        except WorkflowUpdateFailedError as failed:
            return str(failed.cause)
        except RPCError as error:
            return error.message
        return "done"

    async def signal(self, case: str, message: Any) -> None:
        await self.client.get_workflow_handle(case).signal("command", message)

    async def steal(self, activity: str, argument: Payload) -> Payload | None:
        """What the office's worker answers to an activity that a stranger's workflow asks for; None for a failure."""
        runner = UnsandboxedWorkflowRunner()
        async with Worker(self.client, task_queue=self.own_queue, workflows=[Thief], workflow_runner=runner):
            try:
                found: RawValue = await self.client.execute_workflow(
                    Thief.run, args=[activity, self.queue, RawValue(argument)], id=f"thief-{uuid4().hex[:8]}",
                    task_queue=self.own_queue,
                )  # fmt: skip
            except WorkflowFailureError:
                return None
        return found.payload

    async def payloads(self, case: str) -> bytes:
        """Everything that the server keeps of a case, in one piece."""
        history = await self.client.get_workflow_handle(case).fetch_history()
        return b"".join(event.SerializeToString() for event in history.events)
