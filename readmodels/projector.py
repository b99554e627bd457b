"""Keeps the views at the head of the log. Any number may run; one at a time moves, whoever has the lock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from eventstore import log
from eventstore.database import Connection, Pool
from readmodels import generations
from readmodels.advance import advance
from readmodels.fold import Memory, Processes
from readmodels.generations import Generation
from readmodels.rebuild import RebuildRunning, rebuild
from readmodels.view import VIEWS, View

_BUSY_DELAY = 0.02
_GATHERING = 0.1
"""Between batches that were not full: under load one transaction for many events instead of one for each. Readers do
not wait for it, `fresh` moves the views itself."""
_IDLE_DELAY = 1.0

_logger = structlog.get_logger("signoff.views")


class ViewsBehind(Exception):
    """The views do not show the newest events yet."""

    def __init__(self, position: int, seconds: float) -> None:
        super().__init__(
            f"The views do not show position {position} after {seconds:g} s; is a worker running, and does"
            " `signoff rebuild` end well?"
        )


class Projector:
    """Folds the log into the active generation of each view. Holds states of cases in memory, at most `remembered`.

    Each step is one transaction of at most `batch` events. An event that a view cannot take becomes a dead letter.
    """

    def __init__(
        self,
        pool: Pool,
        processes: Processes,
        *,
        views: Sequence[View] = VIEWS,
        batch: int = 500,
        remembered: int = 500,
    ) -> None:
        self._pool = pool
        self._processes = processes
        self._views = views
        self._batch = batch
        self._memory = Memory(remembered)
        self._turn = log.Turn()

    async def step(self, *, wait: bool = False) -> int:
        """Shows the next events; returns how many. 0: nothing new, or (without `wait`) another projector has the lock.

        Raises ViewsAreNewer. A view that older code built is first built anew beside the old one.
        """
        async with self._pool.acquire() as conn:
            shown = await generations.shown(conn, self._views, self._processes)
            old = [each.view for each in shown if each.older_than(self._processes)]
            if not old:
                return await self._take(conn, shown, wait=wait)
        try:
            await rebuild(self._pool, self._processes, views=old)
        except RebuildRunning:
            return 0
        return await self.step(wait=wait)

    async def catch_up(self) -> int:
        """Steps until there is nothing new or another projector is at work. Returns the number of events shown."""
        total = 0
        while taken := await self.step():
            total += taken
        return total

    async def fresh(self, *, within: float = 10, looking: Pool | None = None) -> int:
        """Brings every view up to the head of the log as it is now and returns that position.

        It is over `looking`, if given, that it looks whether there is anything to do. Raises ViewsBehind after `within`
        seconds.
        """
        async with (looking or self._pool).acquire() as conn:
            head, shown = await generations.head_and_shown(conn, self._views)
        if shown < head:
            await self._reach(head, within)
        return head

    async def _reach(self, head: int, within: float) -> None:
        delay = _BUSY_DELAY / 10
        async with _at_most(within, head):
            while await position_shown(self._pool, self._views) < head:
                if not await self.step(wait=True):
                    await asyncio.sleep(delay := min(delay * 2, _BUSY_DELAY))

    async def follow(self, stop: asyncio.Event) -> None:
        """Shows events as they come until `stop` is set. Looks again after a delay that grows while nothing happens.

        An error (Postgres is away, newer code built a view) is logged by its class, then tried again ever less often.
        """
        delay = _BUSY_DELAY
        while not stop.is_set():
            try:
                moved = await self.step()
                if moved >= self._batch:
                    continue
                delay = _GATHERING if moved else delay
                longest = _IDLE_DELAY
            except Exception as error:  # noqa: BLE001 - a follower that dies of one error would hide all that comes
                _logger.warning("views wait", error=type(error).__name__)
                longest = 10 * _IDLE_DELAY
            delay = min(delay * 1.5, longest)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)

    async def _take(self, conn: Connection, shown: Sequence[Generation], *, wait: bool) -> int:
        """Moves the generations that are furthest behind, up to where the next one stands."""
        after = min(each.position for each in shown)
        behind = [each for each in shown if each.position == after]
        until = min((each.position for each in shown if each.position > after), default=None)
        events = await log.read_all(conn, after=after, limit=self._batch, turn=self._turn)
        events = [event for event in events if until is None or event.position <= until]
        if not events:
            return 0
        async with conn.transaction():
            if wait:
                await generations.wait_to_move(conn)
            elif not await generations.try_to_move(conn):
                return 0
            if shown != await generations.shown(conn, self._views, self._processes):
                return 0  # someone else moved them meanwhile
            batch = await advance(conn, behind, events, processes=self._processes, memory=self._memory)
        self._memory.keep(batch)
        return len(events)


async def project(pool: Pool, processes: Processes) -> int:
    """Shows what is new and returns the number of events; 0 also if another projector is at work."""
    return await Projector(pool, processes).catch_up()


async def follow(pool: Pool, processes: Processes, stop: asyncio.Event) -> None:
    """Keeps the views at the head of the log until `stop` is set."""
    await Projector(pool, processes).follow(stop)


async def fresh(pool: Pool, processes: Processes, *, within: float = 10, looking: Pool | None = None) -> int:
    """Brings the views up to what is in the log now and returns that position, as `Projector.fresh` does."""
    return await Projector(pool, processes).fresh(within=within, looking=looking)


async def wait_for(pool: Pool, position: int, *, within: float = 10) -> None:
    """Returns once every view shows `position`, by whoever projects. Raises ViewsBehind after `within` seconds."""
    delay = _BUSY_DELAY / 10
    async with _at_most(within, position):
        while await position_shown(pool) < position:  # noqa: ASYNC110 - the projector is another process
            await asyncio.sleep(delay := min(delay * 1.5, 5 * _BUSY_DELAY))


async def position_shown(pool: Pool, views: Sequence[View] = VIEWS) -> int:
    """The position up to which all of `views` show the log."""
    async with pool.acquire() as conn:
        return await generations.position_shown(conn, views)


@asynccontextmanager
async def _at_most(within: float, position: int) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError as error:
        raise ViewsBehind(position, within) from error
