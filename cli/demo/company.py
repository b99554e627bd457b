"""The example company on an embedded stack: where the demo, the pictures and the tests of the pages begin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from application.administration import office
from application.services import Services
from domain.processes import NEEDS, PROCESSES
from embedded.options import Options
from embedded.stack import Stack
from runtime.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
ACTOR = "os:demo"


@dataclass(frozen=True)
class Imported:
    """How many people and events were recorded, and the version of the policy that is in force."""

    people: int
    events: int
    policy: int


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[tuple[Stack, Services]]:
    """A stack under `home` on free ports, and a door to it."""
    async with (
        Stack(Options(home=home, web_port=0, temporal_port=0, ui_port=0)) as stack,
        Services.opened(Settings.load(stack.environment), PROCESSES, temporal=True) as services,
    ):
        yield stack, services


async def import_company(services: Services) -> Imported:
    """Imports the organisation of the examples and publishes their policy. A second time nothing changes."""
    today = datetime.now(UTC).date()
    files = sorted((EXAMPLES / "company").glob("*.yaml"))
    done = await office.import_organisation(services, files, actor=ACTOR, today=today)
    version = await office.publish_policy(services, EXAMPLES / "policy.yaml", NEEDS, actor=ACTOR, today=today)
    return Imported(done["people"], done["events"], version)
