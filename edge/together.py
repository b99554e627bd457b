"""One piece of work for all who ask for it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable


class Together:
    """Runs a work once for everybody who asked before it began; who comes while it runs waits for the next run."""

    def __init__(self) -> None:
        self._running: asyncio.Future[None] | None = None
        self._next: asyncio.Future[None] | None = None

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Returns when a run that began after the call is over. Raises what that run raises."""
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(_run(work))
            mine = self._running
        else:
            if self._next is None:
                self._next = asyncio.ensure_future(self._after(self._running, work))
            mine = self._next
        await asyncio.shield(mine)  # somebody who hangs up ends nothing for the others

    async def _after(self, before: asyncio.Future[None], work: Callable[[], Awaitable[object]]) -> None:
        await asyncio.wait({before})
        self._running, self._next = self._next, None
        await work()


async def _run(work: Callable[[], Awaitable[object]]) -> None:
    await work()
