"""The candidate's page over HTTP: one hiring with an extended offer, played once and copied for each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from application.commands.offers import offer_link
from application.commands.recover import recover
from domain.kernel.events import EventRow
from domain.people.hiring.state import HiringState
from eventstore import log
from readmodels import case_at
from tests.support.hiring import played
from tests.support.office import Office, opened_office, services_at, settings_for
from tests.support.postgres import Server
from tests.web.server import Running, running
from web.app import application

CASE = "hiring-page"
OFFER = "offer-1"
CANDIDATE = "c-first"
UNTIL_EXTENDED = 28
"""So many scenes of the story end with the first offer on its way to the candidate."""


@dataclass
class Site:
    """The pages of one office, as a candidate's browser meets them."""

    office: Office
    http: httpx.AsyncClient
    link: str
    """The path of the candidate's link."""

    async def events(self, case: str = CASE) -> list[EventRow]:
        async with self.office.services.pool.acquire() as conn:
            return await log.read_stream(conn, case)

    async def state(self) -> HiringState:
        async with self.office.services.pool.acquire() as conn:
            state, _ = await case_at(conn, self.office.services.processes, CASE)
        return state

    async def answer(self, chosen: str, link: str | None = None) -> httpx.Response:
        return await self.http.post(link or self.link, data={"answer": chosen})

    async def shown(self, language: str = "en", link: str | None = None) -> str:
        found = await self.http.get(link or self.link, params={"lang": language})
        assert found.status_code == 200, found.text
        return found.text


@pytest.fixture(scope="session")
async def extended_url(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database in which the first offer of a hiring was extended, to be copied."""
    url, queue = await postgres.copy(company_url), f"q-{uuid4().hex[:8]}"
    settings = settings_for(url, temporal.client, tmp_path_factory.mktemp("home"), queue)
    async with services_at(settings, temporal.client) as services:
        office = Office(services, temporal, queue)
        async with office.working():
            await played(office, CASE, UNTIL_EXTENDED)
        await office.handle(CASE).terminate("played")
    return url


@asynccontextmanager
async def client(office: Office, patience: timedelta) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(office.services, patience=patience), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield http


@asynccontextmanager
async def opened_site(postgres: Server, url: str, temporal: WorkflowEnvironment, home: Path) -> AsyncIterator[Site]:
    async with (
        opened_office(postgres, url, temporal, home) as office,
        client(office, timedelta(seconds=1)) as http,
    ):
        link = await offer_link(office.services, CASE, OFFER)
        yield Site(office, http, link.removeprefix(office.services.settings.base_url))


@pytest.fixture
async def unmanned(
    postgres: Server, extended_url: str, temporal: WorkflowEnvironment, tmp_path: Path
) -> AsyncIterator[Site]:
    """The pages while no worker works and no workflow runs."""
    async with opened_site(postgres, extended_url, temporal, tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
async def looked_at(
    postgres: Server, extended_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """One office for all tests that only look."""
    home = tmp_path_factory.mktemp("looked-at")
    async with opened_site(postgres, extended_url, temporal, home) as found:
        before = await found.events()
        yield found
        assert await found.events() == before, "a test that only looks changed something"


@pytest.fixture
async def site(unmanned: Site) -> AsyncIterator[Site]:
    """The pages of an office at work."""
    async with unmanned.office.working(), client(unmanned.office, timedelta(seconds=20)) as http:
        unmanned.office.started.append(CASE)
        await recover(unmanned.office.services)
        yield Site(unmanned.office, http, unmanned.link)


@pytest.fixture
async def served(unmanned: Site) -> AsyncIterator[Running]:
    """A web server of its own process over the same office."""
    async with running(unmanned.office) as server:
        yield server
