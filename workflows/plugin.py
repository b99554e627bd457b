"""How clients, workers, tests and replayers are set up alike: converter, sandbox and the list of workflows."""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.processes import WORKFLOWS

PASSED_THROUGH = ("domain", "workflows", "pydantic", "pydantic_core", "structlog", "annotated_types")
"""What the sandbox need not load anew for each workflow: deterministic and free of I/O. A test holds the imports to it;
a module that imports asyncpg here would crash the process at its next query."""


def _sandboxed(_existing: WorkflowRunner | None) -> WorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def _plain(_existing: WorkflowRunner | None) -> WorkflowRunner:
    return UnsandboxedWorkflowRunner()


def signoff_plugin(*, sandbox: bool = False) -> SimplePlugin:
    """The plugin that every client, worker and replayer of Signoff takes.

    The sandbox guards against code that is not deterministic. It is on in the tests that replay, and off in
    production, where it would take a quarter of a worker's processor time (docs/adr/0012).
    """
    return SimplePlugin(
        "signoff",
        data_converter=pydantic_data_converter,
        workflows=WORKFLOWS,
        workflow_runner=_sandboxed if sandbox else _plain,
    )
