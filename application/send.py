"""Sends a command to the workflow of its case and waits until the decision is in the log."""

import asyncio
import hmac
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.kernel.command import SYSTEM, Command, fingerprint, reused
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.errors import Refused
from domain.kernel.fold import Fold
from domain.kernel.key_ring import KeyRing
from domain.kernel.process import Process
from domain.kernel.signature import sign
from eventstore import log, system_commands
from eventstore.database import Pool
from runtime import metrics
from workflows import names
from workflows.messages import Ack, Refusal, Start

PATIENCE = timedelta(seconds=30)
TASK_TIMEOUT = timedelta(seconds=5)
"""After this the server gives the task of a worker that died to another one; Temporal's default is twice as long."""

ENDING = 0.05
"""Seconds until a command is sent again that met the end of a run."""


class Unconfirmed(Exception):
    """No worker answered in time. The command may still be carried out: repeat it with --command-id {command_id}."""

    def __init__(self, command: Command) -> None:
        self.command = command
        super().__init__((self.__doc__ or "").format(command_id=command.command_id))


class NotRecorded(Exception):
    """Temporal says that command {command_id} was done, but the log does not hold it: it was restored from an
    older copy. Nothing was recorded now; operations must start Temporal empty and run: signoff recover.
    """

    def __init__(self, command_id: UUID) -> None:
        self.command_id = command_id
        super().__init__(" ".join((self.__doc__ or "").split()).format(command_id=command_id))


class _BegunAnew(Exception):
    """The run that had the command was ended before it answered; another may run by now (commands/healing.py)."""


class Sender:
    """Reaches cases. `pool` answers for cases whose workflow has ended: the log knows them all.

    `command_keys` sign what is sent: who may use a sender, says who the actor is. `key` is what update ids are made
    with (`keyring.update_key`).
    """

    def __init__(
        self,
        client: Client,
        pool: Pool,
        processes: Mapping[str, Process[Any]],
        task_queue: str,
        *,
        key: str,
        command_keys: KeyRing,
    ) -> None:
        self._client = client
        self._pool = pool
        self._processes = processes
        self._task_queue = task_queue
        self._key = key.encode()
        self._command_keys = command_keys

    async def send(self, command: Command, *, start: bool, patience: timedelta | None = None, attempt: int = 1) -> Ack:
        """The acknowledgement of an accepted command. A refused one is decided anew under another `attempt` only.

        Raises Refused, Unconfirmed when nobody answered in time, NotRecorded, NotRunning.
        """
        patience = patience or PATIENCE
        waiting = asyncio.timeout(patience.total_seconds() + 1)
        try:
            async with waiting:  # the client asks again for ever: a server that has no worker answers after 20 s
                while True:
                    with suppress(_BegunAnew):
                        return await self._send(command, patience, self.update_id(command, attempt), start=start)
                    if not start:  # Temporal turns the same update away for long; the log knows whether it is over
                        with suppress(NotRunning):
                            return await self._without_workflow(command)
                    await asyncio.sleep(ENDING)
        except TimeoutError:
            if not waiting.expired():
                raise
            raise Unconfirmed(command) from None
        except Refused as refused:
            metrics.REFUSALS.labels(refused.code).inc()
            raise

    async def _send(self, command: Command, patience: timedelta, update: str, *, start: bool) -> Ack:
        if command.actor == SYSTEM:
            async with self._pool.acquire() as conn:
                await system_commands.entrust(conn, command.command_id, fingerprint(as_received(command)))
        command = sign(command, self._command_keys, datetime.now(UTC))
        try:
            if start:
                return await self._held(await self._start(command, patience, update), command)
            handle = self._client.get_workflow_handle(command.case)
            ack: Ack = await handle.execute_update(
                names.COMMAND, command, id=update, result_type=Ack, rpc_timeout=patience
            )
        except WorkflowUpdateFailedError as failed:
            raise _refusal(failed) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise Unconfirmed(command) from None
        except RPCError as error:
            if error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise Unconfirmed(command) from None
            if _is_aborted(error):
                raise _BegunAnew from None
            if not is_not_running(error):
                raise
            return await self._without_workflow(command)
        return await self._held(ack, command)

    async def _held(self, ack: Ack, command: Command) -> Ack:
        """Temporal gives an old answer again for an update id that it knows, also for a log that lost it since."""
        async with self._pool.acquire() as conn:
            seen = await log.find_command(conn, command.command_id, log.origin_of(command))
        if seen is None or seen.stream != ack.case or not _is_of(seen, command):
            raise NotRecorded(command.command_id)
        return ack

    def update_id(self, command: Command, attempt: int = 1) -> str:
        """Temporal answers a known update id without looking at its content, so the content is part of the id.

        So is the expected version: a command that was refused because the case had moved on is, with another, a new
        one. By a key: else whoever reaches Temporal could send something of their own under the id of what will come.
        """
        said = f"{log.origin_of(command)} {fingerprint(command)} {command.expected} {attempt}"
        return f"{command.command_id}.{hmac.digest(self._key, said.encode(), 'sha256').hex()[:32]}"

    async def outcome(self, case: str, update: str, *, patience: timedelta) -> Ack | None:
        """What became of a client's update that was not answered in time; None if nobody knows of it (any more).

        Raises Refused if it was refused, TimeoutError if it is still under way, NotRecorded.
        """
        handle = self._client.get_workflow_handle(case).get_update_handle(update, result_type=Ack)
        try:
            ack: Ack = await handle.result(rpc_timeout=patience)
        except WorkflowUpdateFailedError as failed:
            raise _refusal(failed) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise TimeoutError from None
        except RPCError as error:
            if error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise TimeoutError from None
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return None
        command_id = UUID(update.partition(".")[0])
        async with self._pool.acquire() as conn:
            seen = await log.find_command(conn, command_id)
        if seen is None or seen.stream != ack.case:
            raise NotRecorded(command_id)
        return ack

    async def _start(self, command: Command, patience: timedelta, update: str) -> Ack:
        """Update with start: the case and its first command are one request."""
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            self._processes[command.process].workflow,
            Start(case=command.case, process=command.process),
            id=command.case,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=TASK_TIMEOUT,
            static_summary=f"{command.process}: {command.name} by {command.actor}",
        )
        try:
            ack: Ack = await self._client.execute_update_with_start_workflow(
                names.COMMAND,
                command,
                start_workflow_operation=operation,
                id=update,
                result_type=Ack,
                rpc_timeout=patience,
            )
        except BaseException:
            # The operation keeps the error too; unless someone looks at it there, asyncio prints it some time later.
            with suppress(Exception):
                await asyncio.wait_for(operation.workflow_handle(), timeout=0.1)
            raise
        return ack

    async def _without_workflow(self, command: Command) -> Ack:
        """No workflow runs under this id: the log knows whether the case is over, lost, or never was."""
        async with self._pool.acquire() as conn:
            seen = await log.find_command(conn, command.command_id, log.origin_of(command))
            if seen and not _is_of(seen, command):
                raise reused(command.command_id)
            if seen:
                return Ack(case=command.case, version=seen.version, position=seen.position, repeated=True)
            events = await log.read_stream(conn, command.case)
        if not events:
            raise Refused("no-such-case", "There is no case {case}.", case=command.case)
        fold = Fold(self._processes[command.process], command.case)
        fold.apply(events)
        refuse_closed(fold.process.case(fold.state))
        if fold.process.is_terminal(fold.state):
            raise Refused(
                "finished",
                "Case {case} ended as {stage}; a finished case never reopens. Start a new one that refers to it.",
                case=command.case,
                stage=fold.process.stage(fold.state),
            )
        raise NotRunning(command.case)


class NotRunning(Exception):
    """Case {case} is open in the log, but no workflow runs for it. Bring it back with: signoff recover."""

    def __init__(self, case: str) -> None:
        self.case = case
        super().__init__((self.__doc__ or "").format(case=case))


def _is_of(seen: log.Recorded, command: Command) -> bool:
    """Whether a row of the log is this command's, and not another one's under the same id."""
    return seen.fingerprint == fingerprint(command) or seen.fingerprint == fingerprint(as_received(command))


def as_received(command: Command) -> Command:
    """The command as the other side reads it: an instant in a payload is text there."""
    return Command.model_validate_json(command.model_dump_json())


def is_not_running(error: RPCError) -> bool:
    """Whether it says that no workflow runs under an id. A missing namespace has the same status, but another text."""
    return error.status == RPCStatusCode.NOT_FOUND and "amespace" not in error.message


def _is_aborted(error: RPCError) -> bool:
    """Whether a run ended while it had the update."""
    return error.status == RPCStatusCode.NOT_FOUND and "aborted by closing workflow" in error.message


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == names.REFUSED:
        return Refusal.model_validate(cause.details[0]).raised()
    if isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow":
        return _BegunAnew()
    return failed
