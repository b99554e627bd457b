"""A job description: one version, from its draft to the day it is superseded or retired."""

from temporalio import workflow

from workflows.loop import Loop
from workflows.messages import Outcome, Start


@workflow.defn(name="JobDescription")
class JobDescription(Loop):
    process = "job_description"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)
