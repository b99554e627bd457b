"""The real program: exit codes, pipes, and a worker that is killed while a decision is on its way."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, PROGRAM, Cli, outside


def test_exit_codes_are_0_2_and_1(cli: Cli, shared: str, tmp_path: Path) -> None:
    assert cli.program("show", shared, "--json").json["case"] == shared
    assert cli.program("show", "hiring-none", "--json").refused == "no-such-case"
    assert cli.program("show", shared, "--json", SIGNOFF_HOME=str(tmp_path)).failed == "no-stack"


@pytest.mark.rule("KRN-53")
def test_a_decision_sent_while_the_worker_is_dead_is_acknowledged_once_it_is_recorded(cli: Cli, case: str) -> None:
    worker = json.loads((cli.home / "processes.json").read_text())["worker"]
    os.kill(worker["pid"], signal.SIGKILL)
    said = cli.program("decide", f"{case}.1", "approve", "--as", LINE, "--json")
    assert said.code == 0, said.err
    recorded = [row["version"] for row in cli.done("timeline", case) if row["type"] == "Decided"]
    assert len(recorded) == 1
    assert recorded[0] <= said.json["version"]


def test_a_second_stack_in_the_same_home_is_refused(cli: Cli) -> None:
    said = cli.program("up", "--home", str(cli.home), "--json")
    assert said.code == 2
    assert said.json["code"] == "already-running"
    assert "--home" in said.json["message"]


def test_a_home_that_cannot_be_used_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = cli.program("up", "--home", str(tmp_path / "file" / "home"))
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_a_reader_who_goes_away_is_no_failure(cli: Cli, shared: str) -> None:
    read, write = os.pipe()
    os.close(read)
    environ = outside(SIGNOFF_HOME=str(cli.home))
    done = subprocess.run(
        [PROGRAM, "timeline", shared], stdout=write, stderr=subprocess.PIPE, text=True, env=environ, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_a_failure(cli: Cli, shared: str) -> None:
    with Path("/dev/full").open("w") as full:
        environ = outside(SIGNOFF_HOME=str(cli.home))
        done = subprocess.run(
            [PROGRAM, "show", shared], stdout=full, stderr=subprocess.PIPE, text=True, env=environ, check=False
        )
    assert done.returncode == 1
    assert "disk is full" in done.stderr


def test_looking_loads_no_temporal() -> None:
    """Its SDK alone takes as long to import as an inbox takes to show."""
    code = "import sys, cli.main, cli.queries; sys.exit('temporalio' in sys.modules)"
    assert subprocess.run([str(Path(PROGRAM).parent / "python"), "-c", code], check=False).returncode == 0
