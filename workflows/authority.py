"""Authority: a limit granted or revoked, by approval."""

from temporalio import workflow

from workflows.loop import Loop
from workflows.messages import Outcome, Start


@workflow.defn(name="Authority")
class Authority(Loop):
    process = "authority"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)
