"""The children of the stack: started on a leash, written down with their start time, ended in order.

The written record is how the next start finds what a killed parent left behind without ever ending a stranger that got
an old process id.
"""

import asyncio
import contextlib
import json
import os
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # comes with the embedded extra, without types

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from embedded.parent_death import Account, leash

_TAIL_LINES = 12
_DISK_FULL = ("No space left on device", "Check free disk space", "database or disk is full")


class Child(Value):
    """How to run one child. `stop` asks it to end; `orphaned` is what the system sends it when the stack is killed.

    `patience`: seconds from asking to killing.
    """

    name: str
    command: tuple[str, ...]
    stop: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    patience: float = 15.0
    account: Account | None = None
    env: Mapping[str, str] = {}


class Record(Value):
    """A process as the system knows it: an id alone is used again, an id with its start time is not."""

    pid: int
    started: float


class Processes:
    """Starts and ends children and keeps `<home>/processes.json` true."""

    def __init__(self, home: Path) -> None:
        self._file = home / "processes.json"
        self._logs = home / "logs"
        self._records: dict[str, Record] = {}

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    async def start(self, child: Child) -> Process:
        """Starts `child`, its output appended to its log. Raises `Refused("missing-program")` if it is not there."""
        env = {**os.environ, **child.env}
        with self.log_of(child.name).open("ab") as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *child.command,
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=env,
                    preexec_fn=leash(child.orphaned, child.account),
                )
            except FileNotFoundError as error:
                raise missing(child.command[0]) from error
        self._note(child.name, process.pid)
        return process

    async def stop(self, child: Child, process: Process) -> None:
        """Asks the child to end and, past its `patience`, ends it. Returns when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(child.stop)
        try:
            await asyncio.wait_for(process.wait(), child.patience)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        self.forget(child.name)

    def forget(self, name: str) -> None:
        self._records.pop(name, None)
        with contextlib.suppress(OSError):  # a full disk must not keep the others from being stopped
            self._write()

    def tail(self, name: str) -> str:
        """The last lines of a child's log, for a message that says why it ended."""
        with contextlib.suppress(OSError):
            lines = self.log_of(name).read_text(errors="replace").splitlines()
            return "\n".join(lines[-_TAIL_LINES:])
        return ""

    async def end_leftovers(self) -> list[str]:
        """Ends what an earlier, killed stack left running in this home; returns the names of what had to be ended."""
        ended = []
        for name, record in self._read().items():
            found = find(record)
            if found is not None:
                await asyncio.to_thread(_end, found)
                ended.append(name)
        self._write()
        return ended

    def _note(self, name: str, pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._records[name] = Record(pid=pid, started=psutil.Process(pid).create_time())
        self._write()

    def _write(self) -> None:
        text = json.dumps({name: record.model_dump() for name, record in self._records.items()}, indent=2)
        partial = self._file.with_suffix(".partial")
        partial.write_text(text + "\n")
        partial.replace(self._file)

    def _read(self) -> dict[str, Record]:
        try:
            raw = json.loads(self._file.read_text())
            return {name: Record.model_validate(value) for name, value in raw.items()}
        except (OSError, ValueError, AttributeError):
            return {}


def find(record: Record) -> psutil.Process | None:
    """The process of this record, or None if it ended (even if another now has its id)."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(record.pid)
        # The clock of a machine may be set between two readings; ids do not come round within a second.
        if abs(process.create_time() - record.started) < 1.0 and _alive(process):
            return process
    return None


def missing(program: str) -> Refused:
    return Refused(
        "embedded-missing",
        "The program {program} of the embedded stack is not installed. Run `make setup`, or set "
        "SIGNOFF_DATABASE_URL and TEMPORAL_ADDRESS to use a stack of your own.",
        program=Path(program).name,
    )


def failed_to_start(name: str, output: str) -> Refused:
    """The refusal for a program that ended while starting; a full disk is named as such."""
    if any(sign in output for sign in _DISK_FULL):
        return Refused(
            "disk-full", "The disk is full: {name} could not start. Free some space and try again.", name=name
        )
    return Refused(
        "start-failed", "{name} did not start. The end of its log:\n{output}", name=name, output=output or "(empty)"
    )


def _end(process: psutil.Process) -> None:
    """Waits for an orphan that is ending by itself, then ends it with its children."""
    family = [process, *process.children(recursive=True)]
    if not _gone(family, seconds=2):
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        _gone(family, seconds=5)


def _gone(family: Sequence[psutil.Process], *, seconds: float) -> bool:
    """Whether all end within `seconds`. A zombie counts as ended: not every container's first process reaps them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(_alive(process) for process in family):
            return True
        time.sleep(0.02)
    return False


def _alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False
