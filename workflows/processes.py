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


@workflow.defn(name="JobDescription")
class JobDescription(Loop):
    process = "job_description"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Authority")
class Authority(Loop):
    process = "authority"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Spending")
class Spending(Loop):
    process = "spending"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Saving")
class Saving(Loop):
    process = "saving"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Discipline")
class Discipline(Loop):
    process = "discipline"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="ReviewCycle")
class ReviewCycle(Loop):
    process = "review_cycle"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Review")
class Review(Loop):
    process = "review"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="ProjectRequest")
class ProjectRequest(Loop):
    process = "project_request"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Budget")
class Budget(Loop):
    process = "budget"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Actuals")
class Actuals(Loop):
    process = "actuals"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Project")
class Project(Loop):
    process = "project"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Training")
class Training(Loop):
    process = "training"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Certificate")
class Certificate(Loop):
    process = "certificate"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="TrainingProgramme")
class TrainingProgramme(Loop):
    process = "training_programme"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Strategy")
class Strategy(Loop):
    process = "strategy"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="BusinessReview")
class BusinessReview(Loop):
    process = "business_review"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="StatusReport")
class StatusReport(Loop):
    process = "status_report"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


@workflow.defn(name="Coordination")
class Coordination(Loop):
    process = "coordination"

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await self._run(start)


WORKFLOWS = list(Loop.__subclasses__())
"""What workers run. A test holds it to the list of processes."""
