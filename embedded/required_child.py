"""A child without which the stack cannot go on: Postgres and Temporal. It is never restarted behind anyone's back."""

import asyncio
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

from domain.kernel.errors import Refused
from embedded.processes import Child, Processes, failed_to_start

_START_SECONDS = 60.0


class RequiredChild:
    """Runs one child; `ready` tells whether it serves."""

    def __init__(self, child: Child, *, processes: Processes, ready: Callable[[], Awaitable[bool]]) -> None:
        self.child = child
        self._processes = processes
        self._ready = ready
        self._process: Process | None = None

    async def start(self) -> None:
        """Returns when the child serves. Raises `Refused("start-failed")` with the end of its log if it does not."""
        self._process = await self._processes.start(self.child)
        deadline = time.monotonic() + _START_SECONDS
        while self._process.returncode is None and time.monotonic() < deadline:
            if await self._ready():
                return
            await asyncio.sleep(0.05)
        raise failed_to_start(self.child.name, self._processes.tail(self.child.name))

    async def stop(self) -> None:
        if self._process is not None:
            await self._processes.stop(self.child, self._process)
            self._process = None

    def death(self) -> Refused | None:
        """Why the child ended, if it did without being asked to."""
        if self._process is None or self._process.returncode is None:
            return None
        return Refused(
            "stack-died",
            "{name} ended with code {status}; the stack stops. The end of its log:\n{output}",
            name=self.child.name,
            status=self._process.returncode,
            output=self._processes.tail(self.child.name) or "(empty)",
        )
