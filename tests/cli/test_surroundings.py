"""Postgres, Temporal or the stack away, and databases of another version: exit 1, a sentence that says what to do."""

import asyncio
import gc
import os
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from application.send import NotRunning, Unconfirmed
from cli.problems import explained
from domain.kernel.command import Command
from eventstore.database import migrate
from eventstore.schema import migrations
from readmodels import ViewsBehind
from tests.cli.conftest import COMPANY, LINE, MANAGER, REQUISITION, Cli

NOBODY = "postgresql://signoff@127.0.0.1:1/signoff"


def test_without_any_stack_it_says_how_to_start_one(cli: Cli, tmp_path: Path) -> None:
    said = cli("inbox", "--as", LINE, "--json", SIGNOFF_HOME=str(tmp_path))
    assert said.failed == "no-stack"
    assert "signoff up" in said.err


@pytest.mark.rule("KRN-19")
def test_with_postgres_away_a_decision_fails_and_can_be_repeated_under_its_id(cli: Cli, case: str) -> None:
    words = ("decide", f"{case}.1", "approve", "--as", LINE, "--command-id", str(uuid4()), "--json")
    before = len(cli.done("timeline", case))
    said = cli(*words, SIGNOFF_DATABASE_URL=NOBODY)
    assert said.failed == "postgres-away"
    assert "Nothing was recorded" in said.err
    assert len(cli.done("timeline", case)) == before
    assert cli(*words).code == 0
    assert [row["type"] for row in cli.done("timeline", case)].count("Decided") == 1


def test_with_the_keys_away_nothing_is_sealed(cli: Cli) -> None:
    said = cli("org", "import", *COMPANY, "--json", SIGNOFF_KEYS_DATABASE_URL=NOBODY)
    assert said.failed == "postgres-away"


def test_with_temporal_away_a_decision_fails_and_looking_goes_on(cli: Cli, case: str) -> None:
    away = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    said = cli("decide", f"{case}.1", "approve", "--as", LINE, "--json", **away)
    assert said.failed == "temporal-away"
    assert "is the stack up?" in said.err
    for words in (["inbox", "--as", LINE], ["show", case], ["timeline", case], ["cases"], ["verify", case]):
        assert cli(*words, **away).code == 0


@pytest.mark.rule("KRN-53")
def test_a_case_whose_workflow_is_gone_asks_for_recover_and_goes_on_after_it(cli: Cli, case: str) -> None:
    asyncio.run(terminate(cli, case))
    words = ("decide", f"{case}.1", "approve", "--as", LINE, "--json")
    said = cli(*words)
    assert said.failed == "not-running"
    assert "signoff recover" in said.err
    assert cli.done("recover")["recovered"] == 1
    assert cli(*words).code == 0


async def terminate(cli: Cli, case: str) -> None:
    client = await Client.connect(cli.ready["temporal_address"])
    await client.get_workflow_handle(case).terminate("a test")


def test_a_namespace_that_temporal_does_not_have_is_named(cli: Cli) -> None:
    words = ("start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--json")
    said = cli(*words, TEMPORAL_NAMESPACE="nowhere")
    assert said.failed == "temporal-refused"
    assert "TEMPORAL_NAMESPACE" in said.err


def test_a_failed_start_leaves_no_error_to_be_printed_later(cli: Cli, caplog: pytest.LogCaptureFixture) -> None:
    cli("start", "hiring", "--file", REQUISITION, "--as", MANAGER, TEMPORAL_NAMESPACE="nowhere")
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_database_that_does_not_exist_is_named(cli: Cli) -> None:
    said = cli("inbox", "--as", LINE, "--json", SIGNOFF_DATABASE_URL=cli.url("nothing"))
    assert said.failed == "database-missing"
    assert "signoff migrate" in said.err


def at_schema(cli: Cli, steps: int, *statements: str) -> dict[str, str]:
    """The environment of a new database after the first `steps` migrations (all if negative) and `statements`."""
    name = f"old_{uuid4().hex[:8]}"
    cli.execute(f"create database {name}")
    known = migrations()
    asyncio.run(migrate(cli.url(name), known if steps < 0 else known[:steps]))
    cli.execute(*statements, database=name)
    return {"SIGNOFF_DATABASE_URL": cli.url(name), "SIGNOFF_KEYS_DATABASE_URL": cli.url("signoff_keys")}


LOOKS = (
    ["inbox", "--as", LINE],
    ["show", "x"],
    ["start", "hiring", "--as", LINE],
    ["verify"],
    ["org", "import", *COMPANY],
)


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
def test_an_old_schema_asks_for_migrate_before_anything_is_done(cli: Cli, words: list[str]) -> None:
    said = cli(*words, "--json", **at_schema(cli, 1))
    assert said.failed == "database-outdated"
    assert "signoff migrate" in said.err


def test_an_old_schema_is_mended_by_migrate(cli: Cli) -> None:
    old = at_schema(cli, 1)
    assert cli("migrate", "--json", **old).json["applied"]
    assert cli("cases", "--json", **old).json == []


def test_an_empty_database_asks_for_migrate(cli: Cli) -> None:
    assert cli("cases", "--json", **at_schema(cli, 0)).failed == "database-outdated"


def test_a_newer_schema_asks_for_a_newer_program(cli: Cli) -> None:
    newer = at_schema(cli, -1, "insert into signoff.migrations (number, name, checksum) values (9999, 'later', 'x')")
    for words in (["cases"], ["migrate"]):
        said = cli(*words, "--json", **newer)
        assert said.failed == "database-newer"
        assert "run a newer version" in said.err


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"SIGNOFF_DATABASE_URL": "mysql://somewhere"}, 2),
        ({"SIGNOFF_POOL_SIZE": "many"}, 2),
        ({"SIGNOFF_MASTER_KEY": "hunter2"}, 1),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(cli: Cli, setting: dict[str, str], code: int) -> None:
    said = cli("inbox", "--as", LINE, "--json", **setting)
    [(name, value)] = setting.items()
    assert said.code == code
    assert name in said.json["message"]
    assert value not in said.out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_checkpoint_that_may_not_be_written_is_refused(cli: Cli, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert cli("checkpoint", "--out", str(tmp_path / "heads.json"), "--json").refused == "checkpoint-file"


def test_what_was_not_confirmed_can_be_repeated_from_its_facts() -> None:
    command = Command(
        case="hiring-1",
        process="hiring",
        name="decide",
        command_id=uuid4(),
        actor=LINE,
        channel="cli",
        authenticated="x",
    )
    problem = explained(Unconfirmed(command))
    assert problem.code == "unconfirmed"
    assert problem.details["command_id"] == str(command.command_id)
    assert str(command.command_id) in problem.message


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (NotRunning("hiring-1"), "not-running", "signoff recover"),
        (ViewsBehind(7, 10.0), "views-behind", "is a worker running"),
        (OSError(28, "No space left on device"), "disk-full", "free some space"),
        (ZeroDivisionError("x"), "failed", "--debug shows where"),
    ],
)
def test_other_failures_say_what_to_do(error: Exception, code: str, sentence: str) -> None:
    problem = explained(error)
    assert problem.code == code
    assert sentence in problem.message
