"""How clients, workers, tests and replayers are set up alike: converter, sandbox and the list of workflows."""

from dataclasses import replace

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.plugin import SimplePlugin
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from domain.kernel.key_ring import KeyRing
from workflows.codec import EncryptionCodec
from workflows.processes import WORKFLOWS

PASSED_THROUGH = ("domain", "workflows", "pydantic", "pydantic_core", "structlog", "annotated_types")
"""What the sandbox need not load anew for each workflow: deterministic and free of I/O. A test holds the imports to it;
a module that imports asyncpg here would crash the process at its next query."""


def _sandboxed(_existing: WorkflowRunner | None) -> WorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def _plain(_existing: WorkflowRunner | None) -> WorkflowRunner:
    return UnsandboxedWorkflowRunner()


def data_converter(payload_keys: KeyRing | None) -> DataConverter:
    """Payloads, and the words of failures, encrypted with these keys; in the clear without any."""
    if payload_keys is None:
        return pydantic_data_converter
    return replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(payload_keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def signoff_plugin(payload_keys: KeyRing | None, *, sandbox: bool = False) -> SimplePlugin:
    """The plugin that every client, worker and replayer of Signoff takes. None: to replay what was never encrypted.

    The sandbox guards against code that is not deterministic. It is on in the tests that replay, and off in
    production, where it would take a quarter of a worker's processor time (docs/adr/0012).
    """
    return SimplePlugin(
        "signoff",
        data_converter=data_converter(payload_keys),
        workflows=WORKFLOWS,
        workflow_runner=_sandboxed if sandbox else _plain,
    )
