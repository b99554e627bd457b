"""The command line against one embedded stack, started by `signoff up` itself, for all tests of this folder.

Most commands run inside the test's process: a process of its own costs most of a second.
"""

import asyncio
import contextlib
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from cli.main import called

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(Path(sys.executable).parent / "signoff")
COMPANY = [str(path) for path in sorted((ROOT / "examples" / "company").glob("*.yaml"))]
POLICY = str(ROOT / "examples" / "policy.yaml")
REQUISITION = str(ROOT / "examples" / "requisition.yaml")
MANAGER, LINE, HR, RECRUITER, INTERVIEWER = "e1005", "e1003", "e1033", "e1037", "e1010"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; anything beside it is an error."""
        return json.loads(self.out)

    @property
    def refused(self) -> str:
        """The code of a refusal that keeps the contract: exit 2, a document, the same sentence, no traceback."""
        assert self.code == 2, (self.code, self.out, self.err)
        return self._explained()

    @property
    def failed(self) -> str:
        """The same for a failure that nobody's input is to blame for: exit 1."""
        assert self.code == 1, (self.code, self.out, self.err)
        return self._explained()

    def _explained(self) -> str:
        document = self.json
        assert set(document) == {"code", "message", "facts"}
        assert document["message"] in self.err
        assert "Traceback" not in self.err
        return str(document["code"])


def outside(**more: str) -> dict[str, str]:
    """The environment without any stack, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SIGNOFF_", "TEMPORAL_", "LC_"))}
    return {**kept, "LANG": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80", **more}


@dataclass(frozen=True)
class Cli:
    """`signoff` as a person at this stack types it."""

    home: Path
    ready: dict[str, str]

    def __call__(self, *args: str, **env: str) -> Said:
        """In this process, by the function that the program runs."""
        out, err = io.StringIO(), io.StringIO()
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        with (
            mock.patch.dict(os.environ, outside(**{"SIGNOFF_HOME": str(self.home), **env}), clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = called(list(args))
        root.handlers[:], root.level = handlers, level
        return Said(code, out.getvalue(), err.getvalue())

    def program(self, *args: str, **env: str) -> Said:
        """As a process of its own."""
        environ = outside(**{"SIGNOFF_HOME": str(self.home), **env})
        done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, env=environ, timeout=60, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    def done(self, *args: str) -> Any:
        """The document of a command that must succeed."""
        said = self(*args, "--json")
        assert said.code == 0, said.err
        return said.json

    def decide(self, task: str, by: str, outcome: str = "approve", *more: str) -> Any:
        return self.done("decide", task, outcome, "--as", by, *more)

    def approved(self, case: str) -> None:
        """Whoever is asked says yes, until nobody is."""
        while tasks := [task for task in self.done("show", case)["tasks"] if task["kind"] == "decide"]:
            self.decide(tasks[0]["id"], tasks[0]["assignees"][0])

    def execute(self, *statements: str, database: str = "signoff") -> None:
        """As the owner of the tables."""
        asyncio.run(_execute(self.url(database), statements))

    def url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.ready["database_url"])._replace(path=f"/{database}"))


async def _execute(url: str, statements: tuple[str, ...]) -> None:
    conn = await asyncpg.connect(url)
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[Cli]:
    """A stack without an office in it."""
    folder = Path(tempfile.mkdtemp(prefix="sgc"))
    ports = ("--temporal-port", "0", "--ui-port", "0")
    with (folder / "stderr").open("w") as log:
        process = subprocess.Popen(
            [PROGRAM, "up", "--home", str(folder / "home"), "--no-web", *ports],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=outside(),
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, (folder / "stderr").read_text()
    yield Cli(folder / "home", json.loads(line))
    process.send_signal(signal.SIGINT)
    process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cli(stack: Cli) -> Cli:
    """The same with the example company and its policy."""
    stack.done("org", "import", *COMPANY)
    stack.done("policy", "publish", POLICY)
    return stack


NUMBERS = count(1)


@pytest.fixture
def case(cli: Cli) -> str:
    """A hiring that was just submitted; its first task waits for LINE."""
    chosen = f"hiring-c{next(NUMBERS)}"
    cli.done("start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", chosen)
    return chosen


@pytest.fixture(scope="session")
def shared(cli: Cli) -> str:
    """One case for tests that only look or are refused."""
    cli.done("start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", "hiring-shared")
    return "hiring-shared"
