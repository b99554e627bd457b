"""A named class per process: what the workflow UI lists, and what a process is in Temporal. All run the one loop."""

from temporalio import workflow

from workflows.loop import Loop
from workflows.messages import Outcome, Start


@workflow.defn(name="Hiring")
class Hiring(Loop):
    process = "hiring"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Authority")
class Authority(Loop):
    process = "authority"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="JobDescription")
class JobDescription(Loop):
    process = "job_description"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


WORKFLOWS = list(Loop.__subclasses__())
"""What workers run. A test holds it to the list of processes."""
