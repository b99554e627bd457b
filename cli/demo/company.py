"""An embedded stack for the example company: where the demo, the pictures and the tests of the pages begin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from application.services import Services
from domain.processes import PROCESSES
from embedded.options import Options
from embedded.stack import Stack
from runtime.settings import Settings

ACTOR = "os:demo"


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[tuple[Stack, Services]]:
    """A stack under `home` on free ports, and a door to it."""
    async with (
        Stack(Options(home=home, web_port=0, temporal_port=0, ui_port=0)) as stack,
        Services.opened(Settings.load(stack.environment), PROCESSES, temporal=True) as services,
    ):
        yield stack, services
