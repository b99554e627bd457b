"""How a case that is in the log gets a workflow: where none runs, or in the place of one that cannot go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from application.send import TASK_TIMEOUT
from domain.kernel.process import Process
from workflows.messages import Start

HEALED = "signoffHealed"
"""The memo that says how often in a row a case's workflow was begun anew because its tasks failed."""


@dataclass(frozen=True)
class Beginner:
    """Begins workflows that load their case from the log."""

    client: Client
    processes: Mapping[str, Process[Any]]
    task_queue: str

    async def missing(self, case: str, process: str, turn: timedelta) -> bool:
        """Whether it was begun: False if one runs. It loads its case after `turn`, or at once for a command."""
        try:
            await self._begin(
                case,
                process,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                start_delay=turn or None,
                static_summary=f"{process}: recovered from the log",
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def anew(self, case: str, process: str, *, healed: int) -> None:
        """Ends the run there is and begins another in one request, so that the case is never without."""
        await self._begin(
            case,
            process,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            memo={HEALED: healed},
            static_summary=f"{process}: begun anew from the log, its tasks failed",
        )

    async def _begin(self, case: str, process: str, **options: Any) -> None:
        await self.client.start_workflow(
            self.processes[process].workflow,
            Start(case=case, process=process),
            id=case,
            task_queue=self.task_queue,
            task_timeout=TASK_TIMEOUT,
            **options,
        )
