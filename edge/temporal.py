"""The one way to a Temporal client."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from settings import Settings
from workflows.plugin import signoff_plugin


async def connect_temporal(settings: Settings) -> Client:
    """A client with the project's plugin. Raises RuntimeError of the SDK if the server does not answer."""
    return await Client.connect(**settings.temporal, plugins=[signoff_plugin()])


def is_not_running(error: RPCError) -> bool:
    """Whether it says that no workflow runs under an id. A missing namespace has the same status, but another text."""
    return error.status == RPCStatusCode.NOT_FOUND and "amespace" not in error.message
