"""After Temporal was lost or terminated: every case that is open in the log gets its workflow back (KRN-53)."""

from dataclasses import dataclass

from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.kernel.fold import Fold
from edge.door import Door
from edge.send import TASK_TIMEOUT
from eventstore import effects as outbox
from eventstore import log, wakes
from workflows.messages import Start


@dataclass
class Recovered:
    """How many workflows were started, and how many open cases had one."""

    started: int = 0
    running: int = 0


async def recover(door: Door) -> Recovered:
    """Starts a workflow for each open case, and for each finished one whose effects were not all delivered.

    What waited for such a workflow (docs/adr/0021) is tried again at once.
    """
    assert door.client is not None, "recover needs Temporal"
    done = Recovered()
    for case, process in await _to_run(door):
        try:
            await door.client.start_workflow(
                door.processes[process].workflow,
                Start(case=case, process=process),
                id=case,
                task_queue=door.settings.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                task_timeout=TASK_TIMEOUT,
                static_summary=f"{process}: recovered from the log",
            )
            done.started += 1
        except WorkflowAlreadyStartedError:
            done.running += 1
    async with door.pool.acquire() as conn:
        await wakes.hurry(conn)
    return done


async def _to_run(door: Door) -> list[tuple[str, str]]:
    """Read from the log itself, not from a view: a view may be what was lost."""
    async with door.pool.acquire() as conn:
        owing = {effect.stream for effect in await outbox.undelivered(conn)}
        found = []
        for stream, name, _version in await log.streams(conn):
            process = door.processes.get(name)
            if process is None:
                continue
            fold = Fold(process, stream)
            fold.apply(await log.read_stream(conn, stream))
            if not process.is_terminal(fold.state) or stream in owing:
                found.append((stream, name))
    return found
