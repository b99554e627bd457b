"""One office for the pages of people: a hiring up to its first offer, a unit that is calibrated, a hearing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conformance.test_real import RealPlay  # isort: skip - it reads the examples in their order
from tests.conformance.examples import discipline
from tests.support.hiring import played
from tests.support.office import Office, opened_office
from tests.support.postgres import Server

HIRING = "hiring-team"
UNTIL_ADDED, UNTIL_ADVANCED = 8, 10


@dataclass
class People:
    """The office with the ids of its cases."""

    office: Office
    hearing: str


@pytest.fixture(scope="package")
async def people(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[People]:
    home = tmp_path_factory.mktemp("people")
    async with opened_office(postgres, company_url, temporal, home) as office, office.working():
        await played(office, HIRING, UNTIL_ADDED)
        play = RealPlay(office, "discipline", "team")
        for step in discipline.invited(play):
            await play.carry_out(step)
        yield People(office, play.id)
