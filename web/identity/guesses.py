"""Tokens that are none: an address that sends too many waits, so that nobody finds one by trying."""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from domain.kernel.errors import Refused
from web.identity.limits import Limits
from web.identity.tokens import BadToken

MOST = 30
"""Tokens a minute without a valid signature, from one address. One that has run out is no guess."""


class Guesses:
    """Addresses that guess, counted in memory like all limits. While nobody does, a good token costs nothing here."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._most = RateLimitItemPerMinute(MOST)
        self._waiting: dict[str, float] = {}

    @asynccontextmanager
    async def counted(self, request: Request) -> AsyncIterator[None]:
        """Around the check of a token. Raises Refused `too-many`, before the check, for an address that must wait."""
        if self._waiting:
            self._refuse_waiting(self._limits.address(request))
        try:
            yield
        except BadToken as error:
            if not error.clock:
                await self._count(self._limits.address(request))
            raise

    async def _count(self, address: str) -> None:
        await self._window.hit(self._most, address)
        left = await self._window.get_window_stats(self._most, address)
        if left.remaining == 0:
            self._waiting[address] = left.reset_time

    def _refuse_waiting(self, address: str) -> None:
        now = time.time()
        self._waiting = {each: until for each, until in self._waiting.items() if until > now}
        if until := self._waiting.get(address):
            raise Refused(
                "too-many",
                "Too many tokens from your address were not valid. Try again in {seconds} seconds.",
                seconds=math.ceil(until - now),
            )


def guesses_of(request: Request) -> Guesses:
    found: Guesses = request.app.state.guesses
    return found
