"""On the day somebody leaves, what was planned is carried out by itself, so that nothing waits for them (KRN-24).

However it was recorded that they leave: by `org leave --apply` for a later day, or by a file. Any number may run.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime

import structlog

from application.administration.leaving import Asked, apply_leaving
from application.commands.sweeping import UNSENT
from application.services import Services
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.organisation.leaving import gone_lately
from domain.processes import PROCESSES
from runtime.settings import Settings

EVERY = 600.0
"""Seconds between two looks at who is gone by now."""

_logger = structlog.get_logger("signoff.departures")


class Departures:
    """Carries out for everybody who left lately what is left to be done; what is refused it tries again a day later."""

    def __init__(self) -> None:
        self._done: dict[str, date] = {}

    async def step(self, services: Services, *, now: datetime) -> list[str]:
        """Hands on what those hold who are gone at `now` (UTC), and returns whom it handed something on of."""
        handed = []
        for person in gone_lately(await services.organisation(), now):
            if self._done.get(person) != now.date():
                handed += [person] if await self._carry_out(services, person, now.date()) else []
        return handed

    async def _carry_out(self, services: Services, person: str, day: date) -> bool:
        try:
            done = await apply_leaving(services, Asked(person), actor=SYSTEM)
        except Refused as refused:
            _logger.warning("what a leaver holds stays with them", person=person, code=refused.code)
            self._done[person] = day
            return False
        codes = {failed["code"] for failed in done["failed"]}
        if codes:
            _logger.warning("something of a leaver was not handed on", person=person, codes=sorted(codes))
        if not codes & UNSENT:
            self._done[person] = day
        return bool(done["reassigned"] or done["handed"])


async def follow(settings: Settings, stop: asyncio.Event) -> None:
    """Looks until `stop` is set. Postgres or Temporal may be away meanwhile."""
    departures = Departures()
    while not stop.is_set():
        try:
            async with Services.opened(settings, PROCESSES, temporal=True) as services:
                await departures.step(services, now=datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - a follower that dies of one error would hand on nothing any more
            _logger.warning("departures wait", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
