"""The log as it grows, followed once for all who listen: each of them takes what is new from the same short memory."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from application import visibility
from application.services import Services
from application.visibility import Folded
from domain.kernel.errors import Refused
from eventstore import log
from eventstore.database import AWAY, Pool

logger = structlog.get_logger(__name__)

BATCH = 500
REMEMBERED = 5_000
"""Events; who is further behind reads the log for itself."""
BUSY_DELAY, IDLE_DELAY = 0.05, 1.0
MOST = 500
"""Listeners of one web server."""
FOLDED = 200
"""Cases that are kept folded for all listeners: each would fold the same one for the same change."""


@dataclass(frozen=True)
class Change:
    """An event of a stream, without its content."""

    position: int
    stream: str
    version: int
    type: str


class Follower:
    """Follows while anybody listens. One poll of the log serves them all."""

    def __init__(self, pool: Pool, *, most: int = MOST) -> None:
        self._pool = pool
        self._most = most
        self._listeners = 0
        self._turn = log.Turn()
        self._task: asyncio.Task[None] | None = None
        self._recent: deque[Change] = deque(maxlen=REMEMBERED)
        self._from = 0
        self._news = asyncio.Condition()
        self._folded: OrderedDict[str, Folded] = OrderedDict()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """For the length of a block. Raises Refused `too-many-listeners`."""
        self.refuse_too_many()
        self._listeners += 1
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners and self._task:
                self._task.cancel()
                self._task = None

    def refuse_too_many(self) -> None:
        """Raises Refused `too-many-listeners`."""
        if self._listeners >= self._most:
            raise Refused("too-many-listeners", "Too many listen to changes just now; try again in a minute.")

    async def folded(self, services: Services, case: str, *, at: int) -> Folded:
        """A case as it was at a position of the log or later."""
        known = self._folded.get(case)
        if known is None or known.events[-1].position < at:
            known = self._folded[case] = await visibility.folded(services, case)
            while len(self._folded) > FOLDED:
                self._folded.popitem(last=False)
        return known

    async def head(self) -> int:
        """Where the log ends now: everything that commits later stands behind it."""
        turn = log.Turn()
        while True:
            async with self._pool.acquire() as conn:
                position = await turn.settled(conn)
            if position is not None:
                return position
            await asyncio.sleep(BUSY_DELAY)

    async def after(self, position: int) -> Sequence[Change]:
        """The next changes after a position, at least one, in the order of the log: none is passed over."""
        while True:
            if self._covers(position):
                async with self._news:
                    await self._news.wait_for(lambda: not self._covers(position) or self._newest > position)
                if self._covers(position):
                    return [change for change in self._recent if change.position > position][:BATCH]
            elif found := await self._read(position):
                return found
            elif not self._following:
                await self._begin(position)
            else:
                await asyncio.sleep(BUSY_DELAY)  # writers are busy

    @property
    def _following(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def _newest(self) -> int:
        return self._recent[-1].position if self._recent else 0

    def _covers(self, position: int) -> bool:
        """Whether the memory holds, or will hold, everything after a position."""
        return self._following and self._from <= position

    async def _begin(self, position: int) -> None:
        async with self._pool.acquire() as conn:
            head = await log.head(conn)
        if not self._following:
            self._recent.clear()
            self._from = min(position, head)
            self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        """An outage of Postgres is a pause: nobody misses anything."""
        position, delay = self._from, BUSY_DELAY
        while True:
            found: Sequence[Change] = ()
            try:
                found = await self._read(position)
            except AWAY as error:
                logger.warning("changes wait", cause=type(error).__name__)
            if found:
                position, delay = found[-1].position, BUSY_DELAY
                async with self._news:
                    self._remember(found)
                    self._news.notify_all()
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 1.5, IDLE_DELAY)

    def _remember(self, found: Sequence[Change]) -> None:
        """What drops out at the front is no longer answered from memory."""
        self._recent.extend(found)
        if len(self._recent) == REMEMBERED:
            self._from = max(self._from, self._recent[0].position - 1)

    async def _read(self, position: int) -> Sequence[Change]:
        async with self._pool.acquire() as conn:
            events = await log.read_all(conn, after=position, limit=BATCH, turn=self._turn)
        return [Change(each.position, each.stream, each.version, each.type) for each in events]
