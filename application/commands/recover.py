"""After Temporal was lost or terminated: every case that is open in the log gets its workflow back (KRN-53)."""

from dataclasses import dataclass, field

import structlog
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from application.send import TASK_TIMEOUT
from application.services import Services
from domain.kernel.fold import Fold
from eventstore import effects as outbox
from eventstore import log, wakes
from workflows.messages import Start

logger = structlog.get_logger(__name__)


@dataclass
class Recovered:
    """How many workflows were started, how many open cases had one, and which cases this version cannot read."""

    started: int = 0
    running: int = 0
    unreadable: list[str] = field(default_factory=list)


async def recover(services: Services) -> Recovered:
    """Starts a workflow for each open case, and for each finished one whose effects were not all delivered.

    What waited for such a workflow (docs/adr/0021) is tried again at once. A case that this version cannot read gets
    its workflow too, which waits for a version that can.
    """
    assert services.client is not None, "recover needs Temporal"
    done = Recovered()
    for case, process in await _to_run(services, done.unreadable):
        try:
            await services.client.start_workflow(
                services.processes[process].workflow,
                Start(case=case, process=process),
                id=case,
                task_queue=services.settings.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                task_timeout=TASK_TIMEOUT,
                static_summary=f"{process}: recovered from the log",
            )
            done.started += 1
        except WorkflowAlreadyStartedError:
            done.running += 1
    async with services.pool.acquire() as conn:
        await wakes.hurry(conn)
    return done


async def _to_run(services: Services, unreadable: list[str]) -> list[tuple[str, str]]:
    """Read from the log itself, not from a view: a view may be what was lost. Adds to `unreadable`."""
    async with services.pool.acquire() as conn:
        owing = {effect.stream for effect in await outbox.undelivered(conn)}
        found = []
        for stream, name, _version in await log.streams(conn):
            process = services.processes.get(name)
            if process is None:
                continue
            fold, events = Fold(process, stream), await log.read_stream(conn, stream)
            try:
                fold.apply(events)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one case, the others come back
                logger.error("case not readable", case=stream, cause=type(error).__name__)  # noqa: TRY400
                unreadable.append(stream)
            if stream in unreadable or stream in owing or not process.is_terminal(fold.state):
                found.append((stream, name))
    return found
