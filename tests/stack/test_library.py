"""The stack as a library: losing Temporal, losing the worker, and what the deployment's one-shot jobs do."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.kernel.errors import Refused
from embedded.options import Options
from embedded.processes import Child, Processes
from embedded.stack import Stack
from embedded.state import prepare_home
from embedded.supervised import Supervised
from eventstore.database import connect, migrate, migrate_keys
from tests.stack.running import ROOT, environment_without_stack
from workflows.search_attributes import SEARCH_ATTRIBUTES


@pytest.fixture(scope="module")
async def stack() -> AsyncIterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="signoff-") as folder:
        home = Path(folder) / ("long-" * 20)  # its socket would not fit into a Unix address
        options = Options(home=home, temporal_port=0, ui_port=0, web_port=0, worker=False, web=False)
        async with Stack(options, say=lambda _: None) as stack:
            yield stack


async def test_a_home_with_a_long_path_gets_a_short_private_socket_folder(stack: Stack) -> None:
    assert len(os.fsencode(stack.postgres.sockets)) < 95
    assert stack.postgres.sockets.stat().st_mode & 0o777 == 0o700


async def test_losing_temporal_forgets_workflows_and_keeps_the_log(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.database_url)
    client = await Client.connect(stack.temporal_address)
    await client.start_workflow("Nothing", id="lost", task_queue="nobody-serves-this")
    await stack.lose_temporal()
    with pytest.raises(RPCError) as missing:
        await client.get_workflow_handle("lost").describe()
    assert missing.value.status == RPCStatusCode.NOT_FOUND
    assert await connection.fetchval("select to_regclass('signoff.events') is not null")
    await connection.close()


async def run(*command: str, **environ: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**environment_without_stack(), **environ},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_the_deployment_prepares_a_namespace_and_may_do_so_again(stack: Stack) -> None:
    command = sys.executable, "deploy/prepare_temporal.py"
    environ = {"TEMPORAL_ADDRESS": stack.temporal_address, "TEMPORAL_NAMESPACE": "office", "PYTHONPATH": str(ROOT)}
    assert "namespace office made" in await run(*command, **environ)
    assert "namespace office there; added: nothing" in await run(*command, **environ)
    client = await Client.connect(stack.temporal_address)
    answer = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="office"))
    assert set(SEARCH_ATTRIBUTES) <= set(answer.custom_attributes)


async def test_the_deployments_login_may_add_events_but_neither_own_nor_change_them(stack: Stack) -> None:
    server = stack.postgres
    admin = await asyncpg.connect(server.url("postgres", user="postgres"))
    for name in ("signoff", "signoff_keys"):  # out of the way: this is the last test that needs this stack
        await admin.execute(f"alter database {name} rename to embedded_{name}")
    await admin.close()
    # The embedded stack made `signoff_app` already; the image's script makes it on an empty server.
    script = (ROOT / "deploy/postgres-init.sh").read_text().replace("create role signoff_app nologin;\n", "")
    await run(
        "bash",
        "-c",
        script,
        PATH=f"{server.programs}:{os.environ['PATH']}",
        PGHOST=str(server.sockets),
        SIGNOFF_OWNER_PASSWORD="o'1",
        SIGNOFF_LOGIN_PASSWORD="l2",
        TEMPORAL_PASSWORD="t3",
    )
    await migrate(server.url("signoff", user="signoff_owner"))
    await migrate_keys(server.url("signoff_keys", user="signoff_owner"))
    login = await connect(server.url("signoff", user="signoff_login"))
    assert await login.fetchval("select count(*) from signoff.events") == 0
    for forbidden in (
        "delete from signoff.events",
        "update signoff.events set actor = 'x'",
        "drop table signoff.events",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await login.execute(forbidden)
    await login.close()
    keys = await connect(server.url("signoff_keys", user="signoff_login"))
    assert await keys.fetchval("select count(*) from signoff.keys") == 0
    await keys.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(server.url("signoff", user="temporal"))


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(prepare_home(tmp_path / "home"))


async def test_a_killed_worker_is_started_again(processes: Processes) -> None:
    said: list[str] = []
    child = Child(name="worker", command=(sys.executable, "-c", "import time; time.sleep(60)"))
    worker = Supervised(child, processes=processes, ready=_since, say=said.append)
    await worker.start()
    died = await worker.kill()
    assert not psutil.pid_exists(died)
    assert await worker.restarted() not in {died, None}
    assert "worker ended (signal 9); starting it again" in said[0]
    await worker.stop()
    assert worker.pid is None


async def test_a_worker_that_never_works_is_refused_with_the_end_of_its_log(processes: Processes) -> None:
    child = Child(name="worker", command=(sys.executable, "-c", "raise SystemExit('the reason')"))
    worker = Supervised(child, processes=processes, ready=lambda _: _since(time.time() + 60), say=lambda _: None)
    with pytest.raises(Refused, match="the reason"):
        await worker.start()
    await worker.stop()


async def _since(moment: float) -> bool:
    return time.time() >= moment
