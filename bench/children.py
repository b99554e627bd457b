"""Programs beside the load generator: each side's worker has a process of its own, as in production."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from embedded.parent_death import leash

_STOP_SECONDS = 15
_LINE = 1 << 22


class ChildEndedError(Exception):
    """A program of the bench ended too early."""


class Child:
    """A Python module as a process. It may take one JSON line per request and answer with one."""

    def __init__(self, process: Process, log: Path) -> None:
        self.process = process
        self.log = log

    async def ask(self, **request: Any) -> Any:
        """Raises ChildEndedError with the end of its log."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(ConnectionError):
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            await self.process.stdin.drain()
        answer = await self.process.stdout.readline()
        if not answer:
            raise ChildEndedError(self.log.read_text(errors="replace")[-2000:])
        return json.loads(answer)


@asynccontextmanager
async def child(
    command: Sequence[str], *, env: Mapping[str, str], log: Path, folder: Path | None = None
) -> AsyncIterator[Child]:
    """Runs `python -m …` for the length of a block, in `folder` if given; its stderr goes to `log`."""
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            stdin=PIPE,
            stdout=PIPE,
            stderr=out,
            env={**os.environ, **env},
            limit=_LINE,
            cwd=folder,
            preexec_fn=leash(signal.SIGKILL),
        )
    try:
        yield Child(process, log)
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
