"""One home through its life: started, killed with -9, started again, stopped. Each test goes on from the last."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from domain.kernel.errors import Refused
from runtime.settings import Settings
from tests.stack.running import FREE_PORTS, Running, alive, refused
from workflows.search_attributes import SEARCH_ATTRIBUTES


class Life:
    """What the tests of this module hand on to each other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.stack = Running.start(home)


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    folder = Path(tempfile.mkdtemp(prefix="signoff-life-"))
    life = Life(folder / "home")
    yield life
    life.stack.clean_up()
    shutil.rmtree(folder, ignore_errors=True)


def lock_of_socket(life: Life) -> Path:
    [folder] = parse_qs(urlsplit(life.stack.ready["database_url"]).query)["host"]
    Path(folder).mkdir(mode=0o700, exist_ok=True)
    return Path(folder) / ".s.PGSQL.5432.lock"


async def put(stack: Running) -> None:
    connection = await asyncpg.connect(stack.ready["database_url"])
    await connection.execute("create table public.kept (n int); insert into public.kept values (7)")
    await connection.close()
    client = await Client.connect(stack.ready["temporal_address"])
    await client.start_workflow("Nothing", id="kept", task_queue="nobody-serves-this")


async def kept(stack: Running) -> tuple[int, str]:
    connection = await asyncpg.connect(stack.ready["database_url"])
    number = await connection.fetchval("select n from public.kept")
    await connection.close()
    client = await Client.connect(stack.ready["temporal_address"])
    status = (await client.get_workflow_handle("kept").describe()).status
    assert status is not None
    return number, status.name


async def test_the_ready_line_tells_addresses_that_work(life: Life) -> None:
    assert set(life.stack.ready) == {
        *("ready", "database_url", "temporal_address", "web", "ui", "mail", "metrics_web", "metrics_worker"),
    }
    await put(life.stack)
    assert await kept(life.stack) == (7, "RUNNING")


def test_the_home_is_for_its_owner_alone(life: Life) -> None:
    assert life.home.stat().st_mode & 0o777 == 0o700
    assert (life.home / "temporal.db").stat().st_mode & 0o077 == 0


async def test_a_program_in_this_home_knows_that_the_stack_is_the_embedded_one(life: Life) -> None:
    assert Settings.load({"SIGNOFF_HOME": str(life.home)}).may_choose
    named = {"SIGNOFF_DATABASE_URL": life.stack.ready["database_url"]}
    assert Settings.load({"SIGNOFF_HOME": str(life.home), **named}).may_choose


async def test_the_schema_and_both_databases_are_there(life: Life) -> None:
    connection = await asyncpg.connect(life.stack.ready["database_url"])
    databases = {row["datname"] for row in await connection.fetch("select datname from pg_database")}
    assert {"signoff", "signoff_keys"} <= databases
    assert await connection.fetchval("select to_regclass('signoff.events') is not null")
    await connection.close()


async def test_the_application_role_does_not_own_the_tables(life: Life) -> None:
    connection = await asyncpg.connect(life.stack.ready["database_url"])
    owners = await connection.fetch("select distinct tableowner from pg_tables where schemaname = 'signoff'")
    assert [row["tableowner"] for row in owners] == ["signoff"]
    await connection.execute("set role signoff_app")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("drop table signoff.events")
    await connection.close()


async def test_every_search_attribute_is_registered(life: Life) -> None:
    client = await Client.connect(life.stack.ready["temporal_address"])
    answer = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="default"))
    assert set(SEARCH_ATTRIBUTES) <= set(answer.custom_attributes)


def test_settings_find_the_running_stack(life: Life) -> None:
    settings = Settings.load({"SIGNOFF_HOME": str(life.home), "HOME": "/nonexistent"})
    assert settings.database_url == life.stack.ready["database_url"]
    assert settings.temporal["target_host"] == life.stack.ready["temporal_address"]


def test_a_second_stack_on_the_same_home_is_refused(life: Life) -> None:
    code, said = refused(life.home)
    assert code == 2
    assert "already runs" in said
    assert "Traceback" not in said
    assert life.stack.process.poll() is None


def test_a_taken_port_is_refused(life: Life, tmp_path: Path) -> None:
    port = life.stack.ready["temporal_address"].rsplit(":", 1)[1]
    code, said = refused(tmp_path / "home", "--temporal-port", port, "--ui-port", "0")
    assert code == 2
    assert f"Port {port} for Temporal cannot be used" in said
    assert "Traceback" not in said


async def test_after_kill_9_the_next_start_has_everything(life: Life) -> None:
    before = list(life.stack.children().values())
    life.stack.end(signal.SIGKILL)
    life.stack = Running.start(life.home)
    assert not [process for process in before if alive(process)]
    assert await kept(life.stack) == (7, "RUNNING")


async def test_a_clean_stop_leaves_no_process_and_keeps_the_data(life: Life) -> None:
    children = list(life.stack.children().values())
    assert life.stack.end(signal.SIGINT) == 0
    psutil.wait_procs(children, timeout=1)
    assert not [process for process in children if alive(process)]
    assert not (life.home / "postgres" / "postmaster.pid").exists()


def test_settings_do_not_take_a_stopped_stack_for_a_running_one(life: Life) -> None:
    (life.home / "stack.json").write_text(json.dumps({"pid": 1, **life.stack.ready, "keys_url": "x"}))
    with pytest.raises(Refused) as refusal:
        Settings.load({"SIGNOFF_HOME": str(life.home), "HOME": "/nonexistent"})
    assert refusal.value.code == "no-stack"


async def test_a_stranger_with_an_old_process_id_is_spared_and_stale_lock_files_removed(life: Life) -> None:
    who = "nobody" if os.geteuid() == 0 else None  # as Postgres runs: it takes no other account's process for its own
    with subprocess.Popen(["sleep", "60"], user=who) as stranger:  # noqa: ASYNC220 - nothing else runs here
        record = {"pid": stranger.pid, "started": psutil.Process(stranger.pid).create_time() - 100}
        (life.home / "processes.json").write_text(json.dumps({"temporal": record}))
        (life.home / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{life.home}/postgres\n")
        lock_of_socket(life).write_text(f"{stranger.pid}\n{life.home}/postgres\n0\n5432\n{life.home}/run\n")
        life.stack = Running.start(life.home)
        assert stranger.poll() is None
        stranger.kill()
    assert await kept(life.stack) == (7, "RUNNING")


def test_the_stack_stops_with_the_reason_when_postgres_dies(life: Life) -> None:
    life.stack.children()["postgres"].kill()
    assert life.stack.process.wait(20) == 1
    assert "postgres ended with code -9; the stack stops" in life.stack.said
    assert "Traceback" not in life.stack.said


def test_a_leftover_with_the_recorded_start_time_is_ended(life: Life) -> None:
    leftover = subprocess.Popen(["sleep", "60"])
    record = {"pid": leftover.pid, "started": psutil.Process(leftover.pid).create_time()}
    (life.home / "processes.json").write_text(json.dumps({"worker": record}))
    with socket.socket() as taken:  # it fails after the leftovers are dealt with: no need for a whole start
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(life.home, "--temporal-port", str(taken.getsockname()[1]), *FREE_PORTS[2:])
    assert leftover.wait(1) == -signal.SIGKILL
