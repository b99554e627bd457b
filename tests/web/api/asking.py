"""Somebody's program over HTTP: whoever its token names. How tokens are checked is proved in tests/web/identity."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from fastapi import Request

from tests.support.office import Office
from web.app import application
from web.identity.bearer import bearer
from web.identity.visitor import LoginNeeded, Visitor

PATIENCE = timedelta(seconds=20)


async def named(request: Request) -> Visitor:
    """The token is the person's id."""
    scheme, _, person = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not person:
        raise LoginNeeded
    return Visitor(person, "api", "bearer:test")


def served(office: Office, *, patience: timedelta = PATIENCE) -> Any:
    """The application of an office, with tokens that are ids."""
    return application(office.services, patience=patience, instead=frozenset({(bearer, named)}))


@asynccontextmanager
async def asking(office: Office, person: str, *, patience: timedelta = PATIENCE) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `person`."""
    transport = httpx.ASGITransport(served(office, patience=patience), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://signoff.test/api/v1", headers={"Authorization": f"Bearer {person}"}
    ) as http:
        yield http


def problem(found: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem details of an answer, which must be one."""
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json"), found.text
    told: dict[str, Any] = found.json()
    assert (told["code"], told["status"], told["type"]) == (code, status, f"urn:signoff:problem:{code}")
    assert told["message"]
    assert told["message"] == told["detail"]
    return told
