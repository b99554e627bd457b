"""The example company: where a newcomer, the demo, the pictures and the tests of the pages begin."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from application.administration import office
from application.services import Services
from domain.processes import NEEDS

EXAMPLES = Path(__file__).parents[2] / "examples"
"""Only a checkout has it."""


@dataclass(frozen=True)
class Imported:
    """How many people and events were recorded, and the version of the policy that is in force."""

    people: int
    events: int
    policy: int


async def import_company(services: Services, *, actor: str) -> Imported:
    """Imports the organisation of the examples and publishes their policy. A second time nothing changes."""
    today = datetime.now(UTC).date()
    files = sorted((EXAMPLES / "company").glob("*.yaml"))
    done = await office.import_organisation(services, files, actor=actor, today=today)
    version = await office.publish_policy(services, EXAMPLES / "policy.yaml", NEEDS, actor=actor, today=today)
    return Imported(done["people"], done["events"], version)
