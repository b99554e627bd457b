"""The company behind a real OpenID provider, and browsers that are not signed in yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from edge.door import Door
from settings import Settings
from tests.support.office import door_at, settings_for
from tests.support.postgres import Server
from tests.web.identity.provider.running import HERE, Provided, new_key, providing
from web.app import application


@dataclass
class Place:
    """One company's database with its pages."""

    door: Door

    def under(self, settings: Settings) -> "Place":
        """The same company, served under other settings."""
        return Place(replace(self.door, settings=settings))

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that reaches our pages (another process of the server each time) and, over HTTP, the provider."""
        served = application(self.door)
        transport = httpx.ASGITransport(served, raise_app_exceptions=False)  # type: ignore[arg-type]
        mounts = {HERE: transport, "http://signoff.test": transport}
        async with httpx.AsyncClient(mounts=mounts, headers=headers, base_url=HERE) as http:
            http.served = served  # type: ignore[attr-defined]
            yield http


@pytest.fixture
async def place(postgres: Server, company_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """Where one chooses who one is."""
    url = await postgres.copy(company_url)
    async with door_at(settings_for(url, None, tmp_path, "none"), None) as door:
        yield Place(door)
    await postgres.drop(url)


@pytest.fixture(scope="session")
async def provided() -> AsyncIterator[Provided]:
    async with providing(new_key("first")) as found:
        yield found


@pytest.fixture
def company(place: Place, provided: Provided) -> Place:
    """Where one signs in at the provider."""
    return place.under(provided.settings(place.door.settings))
