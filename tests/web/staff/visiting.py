"""Somebody's browser without a screen: signs in, follows pages, sends their forms."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx

from tests.support.office import Office
from web.app import application

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Browser:
    """One person's session on the pages."""

    http: httpx.AsyncClient
    person: str

    async def shown(self, path: str) -> str:
        found = await self.http.get(path)
        assert found.status_code == 200, (path, found.status_code, found.text)
        return found.text

    async def post(self, path: str, form: dict[str, str], *, on: str | None = None) -> httpx.Response:
        """Sends a form with the secret of this session, as the page at `on` (default: the same path) carries it."""
        found = CSRF.search(await self.shown(on or path))
        assert found, f"{on or path} has no form"
        return await self.http.post(path, data={"csrf": found[1], **form})

    async def upload(self, path: str, form: dict[str, str], file: tuple[str, bytes] | None) -> httpx.Response:
        """Sends a form that may have a file in it, as a browser does: name and bytes, None where none was chosen."""
        found = CSRF.search(await self.shown(path))
        assert found, f"{path} has no form"
        parts = {name: (None, value.encode()) for name, value in {"csrf": found[1], **form}.items()}
        return await self.http.post(path, files={**parts, "file": file or ("", b"")})


@asynccontextmanager
async def browsing(office: Office, person: str) -> AsyncIterator[Browser]:
    """`person` signed in at the pages of the office."""
    served = application(office.services, patience=timedelta(seconds=20))
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        found = await http.post("/login/choose", data={"person": person})
        assert found.status_code == 303, found.text
        yield Browser(http, person)
