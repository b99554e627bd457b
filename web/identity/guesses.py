"""Tokens that are none: an address that sends too many waits, so that nobody finds one by trying."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from domain.kernel.errors import Refused
from web.identity.limits import MINUTE, Limits
from web.identity.tokens import BadToken
from web.identity.window import Window

MOST = 30
"""Tokens a minute without a valid signature, from one address. One that has run out is no guess."""


class Guesses:
    """Addresses that guess, counted in memory like all limits. While nobody does, a good token costs nothing here."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._window = Window(MINUTE)

    @contextmanager
    def counted(self, request: Request) -> Iterator[None]:
        """Around the check of a token. Raises Refused `too-many`, before the check, for an address that must wait."""
        if len(self._window):
            self._refuse_waiting(self._limits.address(request))
        try:
            yield
        except BadToken as error:
            if not error.clock:
                self._window.take(self._limits.address(request), MOST)
            raise

    def _refuse_waiting(self, address: str) -> None:
        if seconds := self._window.wait(address, MOST):
            raise Refused(
                "too-many",
                "Too many tokens from your address were not valid. Try again in {seconds} seconds.",
                seconds=math.ceil(seconds),
            )


def guesses_of(request: Request) -> Guesses:
    found: Guesses = request.app.state.guesses
    return found
