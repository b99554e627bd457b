"""Which places the navigation shows to whom. It only points: each page itself asks who may see it."""

import time
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from application.services import Services
from domain.organisation.model import Organisation
from eventstore.database import AWAY
from web.identity.visitor import Visitor
from web.navigation import places_for
from web.staff.surroundings import organisation_of, today_of

KEPT = 60.0
"""Seconds for which the organisation is not asked again: a new role shows its place a minute later."""


class Guided:
    """The application with `signoff.places` in the scope of each request of somebody who is signed in, and
    `signoff.caught` in each: whether this stack catches its mails.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._door = services
        self._organisation: Organisation | None = None
        self._read_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor: Visitor | None = scope.get("signoff.visitor")
        scope["signoff.caught"] = self._door.settings.caught is not None
        if visitor is not None and (organisation := await self._present()):
            today = today_of(organisation, visitor)
            scope["signoff.places"] = places_for(lambda role: visitor.person in organisation.holders(role, None, today))
        await self._app(scope, receive, send)

    async def _present(self) -> Organisation | None:
        """The organisation as it was lately; what was known before while Postgres is away, which the page will say."""
        if self._organisation is None or time.monotonic() - self._read_at > KEPT:
            with suppress(*AWAY):
                self._organisation, self._read_at = await organisation_of(self._door), time.monotonic()
        return self._organisation
