"""Whether a server can work: each thing that it needs is asked, and what is missing is named."""

from dataclasses import replace
from typing import Any

import pytest
from temporalio.client import Client

from eventstore.database import connection
from tests.support.office import Office, services_at
from web.operations import readiness
from web.operations.readiness import checks


async def reasons(office: Office, client: Client | None = None) -> dict[str, str]:
    services = office.services if client is None else replace(office.services, client=client)
    return {check.name: check.reason for check in await checks(services)}


async def test_an_office_is_ready(office_without_worker: Office):
    assert set((await reasons(office_without_worker)).values()) == {""}


async def test_an_older_schema_is_named_with_what_to_do(office_without_worker: Office):
    async with connection(office_without_worker.services.settings.migrate_url, role=None) as conn:
        await conn.execute("delete from signoff.migrations where number = (select max(number) from signoff.migrations)")
    found = await reasons(office_without_worker)
    assert "signoff migrate" in found.pop("schema")
    assert set(found.values()) == {""}


async def test_views_that_are_far_behind_are_named(office_without_worker: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readiness, "MOST_BEHIND", -1.0)
    assert "behind the log" in (await reasons(office_without_worker))["views"]


async def test_postgres_away_is_named_and_nothing_hangs(office_without_worker: Office):
    async with services_at(office_without_worker.services.settings, office_without_worker.client) as services:
        await services.pool.close()
        found: dict[str, Any] = {check.name: check.reason for check in await checks(services)}
    assert {name for name, reason in found.items() if reason} == {"postgres", "schema", "views"}


async def test_a_temporal_that_is_not_there_is_named(office_without_worker: Office):
    away = await Client.connect("127.0.0.1:1", lazy=True)
    found = await reasons(office_without_worker, away)
    assert {name for name, reason in found.items() if reason} == {"temporal", "search-attributes"}
