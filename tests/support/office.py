"""A whole office for tests: the example company on real Postgres, and the real Temporal server with a clock to turn.

`office` gives each test its own database, task queue and worker; the server is shared by the session.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from activities.gate import Gate
from application.administration import office
from application.commands import compose
from application.keyring import command_keys, master_key, update_key
from application.people import People
from application.records import append_record
from application.send import Sender
from application.services import Services
from domain.kernel.key_ring import KeyRing
from domain.organisation.events import RoleGranted
from domain.organisation.model import RoleHolding
from domain.processes import BY_SYSTEM, NEEDS, PROCESSES
from embedded.temporal import REPORTED_AFTER
from eventstore.database import pool as open_pool
from eventstore.keys import KeyStore
from runtime.settings import Settings, keys_database
from tests.support.postgres import Server
from worker import Connected, make_worker
from workflows.messages import Ack, Outcome
from workflows.plugin import signoff_plugin
from workflows.search_attributes import KEYS

EXAMPLES = Path(__file__).parents[2] / "examples"
COMPANY = sorted((EXAMPLES / "company").glob("*.yaml"))
TEMPORAL = Path(sys.executable).parent / "temporal"
MASTER_KEY = "07" * 64
COMMAND_KEYS = KeyRing.derived([bytes.fromhex(MASTER_KEY)], b"signoff commands")
PAYLOAD_KEYS = KeyRing.derived([bytes.fromhex(MASTER_KEY)], b"signoff payloads")
"""Those of `settings_for`, said here once more: the server of a session serves offices that each have a home."""
EXAMPLE_SIGNALS = "signals: [decide]"
DYNAMIC = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="10ms"',
    f"{REPORTED_AFTER}=2",
)
"""What a test's server does otherwise: clocks can be turned, timers are not late, failing tasks are reported."""


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The real server; each workflow has a clock of its own that stands until `fast_forward`."""
    keys: list[SearchAttributeKey[Any]] = list(KEYS)
    env = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        plugins=[signoff_plugin(PAYLOAD_KEYS)],
        search_attributes=keys,
        dev_server_existing_path=str(TEMPORAL),
        dev_server_log_level="error",
        dev_server_extra_args=[word for value in DYNAMIC for word in ("--dynamic-config-value", value)],
    )
    async with env:
        yield env


def settings_for(url: str, client: Client | None, home: Path, queue: str) -> Settings:
    config = client.service_client.config if client else None
    return Settings(
        home=home,
        database_url=url,
        migrate_url=url,
        keys_url=keys_database(url),
        temporal={"target_host": config.target_host if config else "nowhere", "namespace": "default"},
        task_queue=queue,
        master_key=SecretStr(MASTER_KEY),
        embedded=True,  # knowingly: a test's people sign in by choosing who they are
    )


@asynccontextmanager
async def services_at(settings: Settings, client: Client | None) -> AsyncIterator[Services]:
    """A door over an existing client: the test's own, with its clock. Its connections are those of a web server."""
    async with AsyncExitStack() as exits:
        awaited = partial(open_pool, awaited=True)
        pool = await exits.enter_async_context(await awaited(settings.database_url, max_size=10, reset=False))
        moving = await exits.enter_async_context(await awaited(settings.database_url, min_size=0, max_size=2))
        vault = await exits.enter_async_context(await awaited(settings.keys_url, max_size=2))
        keys = KeyStore(vault, master_key(settings))
        sent = {"key": update_key(settings), "command_keys": command_keys(settings)}
        sender = Sender(client, pool, PROCESSES, settings.task_queue, **sent) if client else None
        yield Services(settings, PROCESSES, pool, keys, People(pool, keys), client, sender, views_pool=moving)


@pytest.fixture(scope="session")
async def company_url(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the example company and its policy, to be copied."""
    url = await postgres.migrated()
    settings = settings_for(url, None, tmp_path_factory.mktemp("home"), "none")
    async with services_at(settings, None) as services:
        today = datetime.now(UTC).date()
        await office.import_organisation(services, COMPANY, actor="os:test", today=today)
        policy = tmp_path_factory.mktemp("policy") / "policy.yaml"
        policy.write_text(by_signal((EXAMPLES / "policy.yaml").read_text(encoding="utf-8")), encoding="utf-8")
        await office.publish_policy(services, policy, NEEDS, actor="os:test", today=today)
    return url


def by_signal(policy: str) -> str:
    """The policy with every command by signal: what rules refuse is tried that way too."""
    named = sorted({name for process in PROCESSES.values() for name in process.commands} - BY_SYSTEM)
    changed = policy.replace(EXAMPLE_SIGNALS, f"signals: [{', '.join(named)}]")
    assert changed != policy
    return changed


@dataclass
class Office:
    """The office of one test."""

    services: Services
    temporal: WorkflowEnvironment
    queue: str
    worker: Worker | None = None
    channel: str = "cli"
    started: list[str] = field(default_factory=list)

    @property
    def client(self) -> Client:
        assert self.services.client is not None
        return self.services.client

    def handle(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(case)

    async def start(self, process: str, payload: dict[str, Any], *, by: str, **options: Any) -> Ack:
        made = await compose.start(self.services, process, payload, self.actor(by), **options)
        self.started.append(made.case)
        return await self.services.send.send(made, start=True)

    async def do(
        self, case: str, name: str, payload: dict[str, Any], *, by: str, command_id: UUID | None = None
    ) -> Ack:
        made = await compose.command(
            self.services, case, name, payload, self.actor(by), command_id=command_id or uuid4()
        )
        return await self.services.send.send(made, start=False)

    async def policy(self, change: Callable[[str], str]) -> None:
        """Publishes the example policy with a change in its text."""
        text = by_signal((EXAMPLES / "policy.yaml").read_text(encoding="utf-8"))
        changed = change(text)
        assert changed != text, "the change found nothing to change"
        path = self.services.settings.home / "changed-policy.yaml"
        path.write_text(changed, encoding="utf-8")
        await office.publish_policy(self.services, path, NEEDS, actor="os:test", today=datetime.now(UTC).date())

    def actor(self, person: str) -> compose.Actor:
        return compose.Actor(person=person, channel="cli", authenticated="test")

    async def state(self, case: str) -> dict[str, Any]:
        """What the workflow answers, once it has read the log."""
        async with asyncio.timeout(20):
            while True:
                try:
                    found: dict[str, Any] = await self.handle(case).query("state")
                except WorkflowQueryFailedError:
                    continue
                return found

    async def until(self, case: str, condition: Callable[[dict[str, Any]], Any]) -> None:
        """Returns when the workflow's answer meets the condition."""
        async with asyncio.timeout(30):
            while not condition(await self.state(case)):  # noqa: ASYNC110 - the workflow is another program
                await asyncio.sleep(0.02)

    async def outcome(self, case: str) -> Outcome:
        """How the case ended, once its workflow is over."""
        return await self.client.get_workflow_handle(case, result_type=Outcome).result()

    async def forward(self, case: str, by: timedelta) -> None:
        """Turns the case's clock; returns when what is due by then was done, which takes longer on a busy machine."""
        then = datetime.now(UTC) + by
        await self.temporal.fast_forward(self.handle(case), by)
        await self.until(case, lambda shown: shown["on_hold"] or not _due(shown, then))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker for this office, for the length of a block."""
        settings = self.services.settings
        gate = Gate(command_keys(settings), signals=settings.takes_signals)
        at = Connected(self.services.pool, self.client, self.services.send, gate, self.services.keys)
        async with make_worker(at, self.queue, grace=timedelta(seconds=1)):
            yield


def _due(shown: dict[str, Any], then: datetime) -> list[dict[str, Any]]:
    return [each for each in shown["deadlines"] if datetime.fromisoformat(each["at"]) <= then]


@asynccontextmanager
async def opened_office(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, home: Path
) -> AsyncIterator[Office]:
    url = await postgres.copy(company_url)
    queue = f"q-{uuid4().hex[:8]}"
    async with services_at(settings_for(url, temporal.client, home, queue), temporal.client) as services:
        one = Office(services, temporal, queue)
        try:
            yield one
        finally:
            for case in one.started:
                await _terminate(one.handle(case))
    await postgres.drop(url)


async def _terminate(handle: WorkflowHandle[Any, Any]) -> None:
    with contextlib.suppress(RPCError):  # it has ended by itself
        await handle.terminate("the test is over")


@pytest.fixture
async def office_without_worker(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path: Path
) -> AsyncIterator[Office]:
    async with opened_office(postgres, company_url, temporal, tmp_path) as one:
        yield one


@pytest.fixture
async def office_at_work(office_without_worker: Office) -> AsyncIterator[Office]:
    async with office_without_worker.working():
        yield office_without_worker


@pytest.fixture
async def second_office(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path: Path
) -> AsyncIterator[Office]:
    """Another company with the same files, to compare with."""
    async with opened_office(postgres, company_url, temporal, tmp_path) as one:
        yield one


async def granted(office: Office, person: str, role: str, unit: str) -> None:
    """Gives somebody a role of the example company."""
    version = (await office.services.organisation()).version
    today = datetime.now(UTC).date()
    event = RoleGranted(holding=RoleHolding(role=role, person=person, unit=unit), effective=today)
    await append_record(
        office.services.pool, stream="organisation", process="organisation", expected_version=version,
        events=[event], actor="os:test", command_id=uuid4(),
    )  # fmt: skip
