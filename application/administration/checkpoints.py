"""Signs the heads of all streams every minute and at stop, in every place that the settings name (KRN-51).

A worker does it, any number may: they take turns. A place that cannot be written is told of, and the others are.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.keyring import signing_key
from eventstore import checkpoint_log, log
from eventstore.checkpoint import Checkpoint
from eventstore.database import Connection, Pool
from eventstore.sqlfiles import queries
from runtime import metrics
from runtime.settings import Settings

EVERY = 60.0
"""Seconds between two looks at what is new: for so long a forged event could go unnoticed."""

_SQL = queries("chain")
_logger = structlog.get_logger("signoff.checkpoints")


class Checkpoints:
    """Writes what is new. Holds the heads that it knows, so that a look reads only new events."""

    def __init__(self, places: tuple[Path, ...], key: Ed25519PrivateKey) -> None:
        self._places = places
        self._key = key
        self._heads: dict[str, tuple[int, str]] = {}
        self._turn = log.Turn()
        self._position = 0

    async def step(self, pool: Pool) -> int:
        """Signs the heads as they are now; in how many places something was written."""
        async with pool.acquire() as conn:
            await self._look(conn)
            async with conn.transaction():
                await conn.execute(_SQL["alone"])
                return sum([await asyncio.to_thread(self._write, place) for place in self._places])

    async def _look(self, conn: Connection) -> None:
        """Reads the new events that are settled: no earlier one can appear any more. Else the next look does."""
        until = await self._turn.settled(conn)
        if until is None or until <= self._position:
            return
        for row in await conn.fetch(_SQL["heads_between"], self._position, until):
            self._heads[row["stream"]] = (row["version"], row["hash"].hex())
        self._position = until

    def _write(self, place: Path) -> bool:
        try:
            written = checkpoint_log.append(place, self._heads, self._key, now=datetime.now(UTC))
        except OSError as error:
            _logger.warning("signed heads cannot be written", place=str(place), error=error.strerror or str(error))
            metrics.CHECKPOINTS.labels("failed").inc()
            return False
        metrics.CHECKPOINTS.labels("written" if written else "unchanged").inc()
        return written


def kept(settings: Settings) -> tuple[Checkpoint | None, list[str]]:
    """The newest signed heads of all places, and what is wrong there, each with its place."""
    places = [place for place in settings.checkpoint_places if any(place.glob("heads-*.jsonl"))]
    if not places:
        return None, []  # and no key is made for it
    public = signing_key(settings).public_key()
    chains = {str(place): checkpoint_log.read(place, public) for place in places}
    return checkpoint_log.newest(chains), [f"{name}: {what}" for name, one in chains.items() for what in one.problems]


async def follow(settings: Settings, pool: Pool, stop: asyncio.Event) -> None:
    """Signs until `stop` is set, and once more then. Postgres may be away meanwhile."""
    checkpoints = Checkpoints(settings.checkpoint_places, signing_key(settings))
    while True:
        ending = stop.is_set()
        try:
            await checkpoints.step(pool)
        except Exception as error:  # noqa: BLE001 - a follower that dies of one error would sign nothing any more
            _logger.warning("signed heads wait", error=type(error).__name__)
        if ending:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
