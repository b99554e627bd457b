"""Building views anew beside those that are shown, then changing over in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from domain.kernel.errors import Refused
from eventstore import log
from eventstore.database import Connection, Pool
from readmodels import generations
from readmodels.advance import advance
from readmodels.fold import Memory, Processes
from readmodels.generations import Generation
from readmodels.view import VIEWS, View

_WRITERS_DELAY = 0.01


class RebuildRunning(Refused):
    """Another session builds this view anew."""

    def __init__(self, view: str) -> None:
        super().__init__(
            "rebuild-running", "The view {view} is being built anew by another session; wait for its end.", view=view
        )


async def rebuild(
    pool: Pool,
    processes: Processes,
    name: str | None = None,
    *,
    views: Sequence[View] = VIEWS,
    batch: int = 2000,
    remembered: int = 5000,
) -> int:
    """Builds one view (or all) from the first event on and shows it instead of the old one. Returns the events read.

    Readers and the projector keep the old rows until the change; those are deleted afterwards. A rebuild that was cut
    off leaves rows nobody sees, deleted by the next one. Raises Refused `no-such-view`, `rebuild-running`.
    """
    chosen = _chosen(views, name)
    async with pool.acquire() as conn, _building(conn, chosen):
        for view in chosen:
            await generations.sweep(conn, view)
        new = [await generations.begin(conn, view, processes) for view in chosen]
        builder = _Builder(conn, processes, new, batch=batch, remembered=remembered)
        for _ in range(2):  # the second time is short: what was written during the first
            await builder.read_up_to(await log.head(conn))
        await conn.execute("SELECT signoff.analyze_views()", timeout=generations.LONG)
        async with _projectors_stopped(conn):
            await builder.read_up_to(await generations.highest_shown(conn, chosen))
            async with conn.transaction():
                await generations.show(conn, new)
        for view in chosen:
            await generations.sweep(conn, view)
    return builder.events


class _Builder:
    """Takes generations that nobody sees yet through the log."""

    def __init__(
        self, conn: Connection, processes: Processes, new: Sequence[Generation], *, batch: int, remembered: int
    ) -> None:
        self._conn = conn
        self._processes = processes
        self._new = new
        self._batch = batch
        self._memory = Memory(remembered)
        self._position = 0
        self._turn = log.Turn()
        self.events = 0

    async def read_up_to(self, position: int) -> None:
        """Not to the head, wherever that is by then: writers may be faster."""
        while self._position < position:
            if not await self._take():
                await asyncio.sleep(_WRITERS_DELAY)

    async def _take(self) -> int:
        events = await log.read_all(self._conn, after=self._position, limit=self._batch, turn=self._turn)
        if events:
            async with self._conn.transaction():
                done = await advance(self._conn, self._new, events, processes=self._processes, memory=self._memory)
            self._memory.keep(done)
            self._position = events[-1].position
            self.events += len(events)
        return len(events)


def _chosen(views: Sequence[View], name: str | None) -> list[View]:
    chosen = [view for view in views if name in (None, view.name)]
    if not chosen:
        known = ", ".join(view.name for view in views)
        raise Refused("no-such-view", "There is no view {name}; there are: {known}.", name=name, known=known)
    return sorted(chosen, key=lambda view: view.name)


@asynccontextmanager
async def _building(conn: Connection, views: Sequence[View]) -> AsyncIterator[None]:
    taken: list[View] = []
    try:
        for view in views:
            if not await generations.try_to_build(conn, view):
                raise RebuildRunning(view.name)
            taken.append(view)
        yield
    finally:
        if not conn.is_closed():
            for view in taken:
                await generations.stop_building(conn, view)


@asynccontextmanager
async def _projectors_stopped(conn: Connection) -> AsyncIterator[None]:
    await generations.stop_moving(conn)
    try:
        yield
    finally:
        if not conn.is_closed():
            await generations.go_on_moving(conn)
