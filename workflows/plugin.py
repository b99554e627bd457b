"""How clients, workers, tests and replayers are set up alike: converter, sandbox and the list of workflows."""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.hiring import Hiring

WORKFLOWS = [Hiring]

PASSED_THROUGH = ("domain", "workflows", "pydantic", "pydantic_core", "structlog", "annotated_types")
"""Deterministic and free of I/O, so the sandbox need not load them anew for each workflow. A test holds this list to
the imports; a module that imports asyncpg here crashes the process at its next query."""


def _runner(_existing: WorkflowRunner | None) -> WorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def signoff_plugin() -> SimplePlugin:
    """The plugin that every client, worker and replayer of Signoff takes."""
    return SimplePlugin(
        "signoff",
        data_converter=pydantic_data_converter,
        workflows=WORKFLOWS,
        workflow_runner=_runner,
    )
