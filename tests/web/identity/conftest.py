"""The company behind a real OpenID provider, and browsers that are not signed in yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from application.records import append_record
from application.services import Services
from domain.organisation import record
from domain.organisation.events import PersonLeft
from eventstore import log
from runtime.settings import Settings
from tests.support.office import services_at, settings_for
from tests.support.postgres import Server
from tests.web.identity.provider.running import HERE, Provided, new_key, providing
from web.app import application


@dataclass
class Place:
    """One company's database with its pages."""

    services: Services

    def under(self, settings: Settings) -> "Place":
        """The same company, served under other settings."""
        return Place(replace(self.services, settings=settings))

    def over_tls(self) -> "Place":
        return self.under(self.services.settings.model_copy(update={"web_url": HERE}))

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that reaches our pages (another process of the server each time) and, over HTTP, the provider."""
        transport = httpx.ASGITransport(application(self.services), raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(mounts={HERE: transport}, base_url=HERE) as http:
            yield http

    @asynccontextmanager
    async def chosen(self, person: str) -> AsyncIterator[httpx.AsyncClient]:
        """The browser of someone who chose to be `person`."""
        async with self.browser() as http:
            answer = await http.post("/login/choose", data={"person": person})
            assert answer.status_code == 303, answer.text
            yield http

    async def sql(self, statement: str, *given: object) -> list[tuple[object, ...]]:
        async with self.services.pool.acquire() as conn:
            return [tuple(row) for row in await conn.fetch(statement, *given)]

    async def leaves(self, person: str) -> None:
        """Since yesterday the person no longer works here."""
        async with self.services.pool.acquire() as conn:
            version = len(await log.read_stream(conn, record.STREAM))
        left = PersonLeft(person=person, effective=datetime.now(UTC).date() - timedelta(days=1))
        await append_record(
            self.services.pool, stream=record.STREAM, process="organisation", expected_version=version, events=[left],
            actor="os:test", command_id=uuid4(),
        )  # fmt: skip


@asynccontextmanager
async def opened(postgres: Server, company_url: str, home: Path) -> AsyncIterator[Place]:
    url = await postgres.copy(company_url)
    async with services_at(settings_for(url, None, home, "none"), None) as services:
        yield Place(services)
    await postgres.drop(url)


@pytest.fixture(scope="session")
async def place(postgres: Server, company_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Where one chooses who one is; shared by all tests that change nothing but their own sessions."""
    async with opened(postgres, company_url, tmp_path_factory.mktemp("place")) as found:
        yield found


@pytest.fixture
async def own_place(postgres: Server, company_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """The same for one test alone."""
    async with opened(postgres, company_url, tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
async def provided() -> AsyncIterator[Provided]:
    async with providing(new_key("first")) as found:
        yield found


@pytest.fixture
def company(place: Place, provided: Provided) -> Place:
    """Where one signs in at the provider; shared like `place`."""
    return place.under(provided.settings(place.services.settings))


@pytest.fixture
def own_company(own_place: Place, provided: Provided) -> Place:
    return own_place.under(provided.settings(own_place.services.settings))
