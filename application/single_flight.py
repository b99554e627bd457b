"""One piece of work for all who ask for it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable


class SingleFlight:
    """Runs a work once for everybody who asked before it began; who comes while it runs waits for the next run."""

    def __init__(self) -> None:
        self._running: asyncio.Future[None] | None = None
        self._next: asyncio.Future[None] | None = None

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Returns when a run that began after the call is over. Raises what that run raises."""
        await asyncio.shield(self._shared(work))  # somebody who hangs up ends nothing for the others

    def _shared(self, work: Callable[[], Awaitable[object]]) -> asyncio.Future[None]:
        if self._running is None or self._running.done():
            self._running = self._next or asyncio.ensure_future(_run(work))
            self._next = None
            return self._running
        if self._next is None:
            self._next = asyncio.ensure_future(self._after(self._running, work))
        return self._next

    async def _after(self, before: asyncio.Future[None], work: Callable[[], Awaitable[object]]) -> None:
        await asyncio.wait({before})
        if self._running is before:  # nobody asked in between
            self._running, self._next = self._next, None
        await work()


async def _run(work: Callable[[], Awaitable[object]]) -> None:
    await work()
