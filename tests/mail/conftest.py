"""A hiring whose requisition waits for its first decision, played once and copied; a mail server of the test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from application.administration import mail as post
from application.commands.compose import Actor
from application.queries import reading
from application.services import Services
from domain.kernel.values.message import N_, Message
from eventstore import notifications
from eventstore.notifications import Note
from tests.support.hiring import opened
from tests.support.office import Office, opened_office, services_at, settings_for
from tests.support.postbox import Postbox, all_sent, listening
from tests.support.postgres import Server

CASE = "hiring-mail"


@dataclass
class Desk:
    """The office with its case, the task that waits, whom it waits for and their address."""

    office: Office
    task: dict[str, Any]
    person: str
    address: str

    @property
    def services(self) -> Services:
        return self.office.services

    async def tell(self, about: Message, *, person: str | None = None, digest: date | None = None) -> None:
        """Tells a person something about the case, or about the open task if that is what reminders do."""
        task = self.task["id"] if about == REMINDED else None
        note = Note(uuid4(), person or self.person, CASE, task, about.model_dump(mode="json"), digest)
        async with self.services.pool.acquire() as conn:
            await notifications.tell(conn, [note])

    async def prefers(self, *, person: str | None = None, **wanted: str) -> None:
        """How a person wants their mail from now on."""
        actor = Actor(person=person or self.person, channel="web", authenticated="chosen")
        await post.prefer(self.services, actor, **wanted)

    async def rows(self, what: str = "state, attempts, answer") -> list[tuple[Any, ...]]:
        """What the record says of the mails of this desk's person, in the order they are tried."""
        sql = f"select {what} from signoff.mails where person = $1 order by next_try, id"
        async with self.services.pool.acquire() as conn:
            return [tuple(row) for row in await conn.fetch(sql, self.person)]


REMINDED = N_("Still open in {case}: {title}", case=CASE, title="Budget")


@pytest.fixture(scope="session")
async def asked_url(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> str:
    url, queue = await postgres.copy(company_url), f"q-{uuid4().hex[:8]}"
    settings = settings_for(url, temporal.client, tmp_path_factory.mktemp("home"), queue)
    async with services_at(settings, temporal.client) as services:
        office = Office(services, temporal, queue)
        async with office.working():
            await opened(office, CASE)
        await office.handle(CASE).terminate("played")
    return url


@pytest.fixture
async def desk(postgres: Server, asked_url: str, temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Desk]:
    """The office while no workflow runs: mail needs none."""
    async with opened_office(postgres, asked_url, temporal, tmp_path) as office:
        yield await at_desk(office)


async def at_desk(office: Office) -> Desk:
    shown = await reading.show(office.services, CASE, as_of=None, reader=None)
    [task] = [task for task in shown["tasks"] if task["kind"] == "decide"]
    person = task["assignees"][0]
    record = await office.services.people.record(person)
    assert record.email is not None
    address = await office.services.keys.unseal(record.email, "email")
    return Desk(office, task, person, str(address))


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with listening(Postbox()) as found:
        yield found


@pytest.fixture
async def quiet(desk: Desk, box: Postbox) -> Desk:
    """The desk after the mail of its task went out."""
    await all_sent(desk.services, box)
    box.mails.clear()
    return desk


def later(**by: float) -> datetime:
    return datetime.now(UTC) + timedelta(**by)
