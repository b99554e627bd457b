"""The one way to a Temporal client."""

from temporalio.client import Client
from temporalio.runtime import Runtime

from application.keyring import payload_keys
from runtime import tracing
from runtime.settings import Settings
from workflows.plugin import signoff_plugin


async def connect_temporal(settings: Settings, *, runtime: Runtime | None = None) -> Client:
    """A client with the project's plugin. Raises RuntimeError of the SDK if the server does not answer."""
    return await Client.connect(
        **settings.temporal,
        plugins=[signoff_plugin(payload_keys(settings))],
        interceptors=tracing.interceptors(),
        runtime=runtime,
    )
