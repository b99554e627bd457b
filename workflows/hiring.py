"""Hiring, from requisition to filled seat."""

from temporalio import workflow

from workflows.loop import Loop
from workflows.messages import Outcome, Start


@workflow.defn(name="Hiring")
class Hiring(Loop):
    process = "hiring"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)
