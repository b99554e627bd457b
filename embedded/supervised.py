"""A child that is started again when it dies: the worker and the web server."""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

from domain.kernel.errors import Refused
from embedded.processes import Child, Processes, failed_to_start

_FIRST_DELAY = 0.2
_LONGEST_DELAY = 10.0
_STABLE_SECONDS = 30.0
_START_SECONDS = 60.0
_ATTEMPTS = 3

Say = Callable[[str], None]
Ready = Callable[[float], Awaitable[bool]]


class Supervised:
    """Runs one child until stopped; `ready(since)` tells whether the one started at `since` serves."""

    def __init__(self, child: Child, *, processes: Processes, ready: Ready, say: Say) -> None:
        self.name = child.name
        self._child = child
        self._processes = processes
        self._ready = ready
        self._say = say
        self._process: Process | None = None
        self._since = 0.0
        self._attempts = 0
        self._started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, or None while it is down."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Starts the child and returns when it serves. Raises `Refused("start-failed")` after three deaths."""
        await self._launch()
        self._task = asyncio.create_task(self._keep())
        await self.serving()

    async def serving(self, *, since: float = 0.0) -> None:
        """Returns when the present child serves (after `since`, seconds since 1970), also across restarts."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._attempts < _ATTEMPTS:
            if self.pid is not None and await self._ready(max(self._since, since)):
                self._attempts = 0
                return
            await asyncio.sleep(0.05)
        raise failed_to_start(self.name, self._processes.tail(self.name))

    async def kill(self) -> int:
        """`kill -9`, as a crash would; the supervisor starts it again. Returns the process id that died."""
        process = self._process
        if process is None or process.returncode is not None:
            raise Refused("not-running", "The {name} is not running.", name=self.name)
        self._started.clear()
        process.kill()
        await process.wait()
        return process.pid

    async def restarted(self) -> int:
        """Waits until the child that follows a killed one serves; returns its process id."""
        await asyncio.wait_for(self._started.wait(), _START_SECONDS)
        await self.serving()
        assert self._process is not None
        return self._process.pid

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._process is not None:
            await self._processes.stop(self._child, self._process)
            self._process = None

    async def _launch(self) -> None:
        self._since = time.time()
        self._process = await self._processes.start(self._child)
        self._started.set()

    async def _keep(self) -> None:
        delay = _FIRST_DELAY
        while True:
            assert self._process is not None
            code = await self._process.wait()
            self._attempts += 1
            delay = _FIRST_DELAY if time.time() - self._since > _STABLE_SECONDS else delay
            log = self._processes.log_of(self.name)
            self._say(f"{self.name} ended ({_cause(code)}); starting it again in {delay:.1f} s, its log is {log}")
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY)
            try:
                await self._launch()
            except OSError as error:  # no memory or no process left for the moment: the dead one is waited for again
                self._say(f"the {self.name} could not be started: {error.strerror}")


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
