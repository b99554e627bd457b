"""The person behind a request, and the two ways to ask for them: for a page, and for the API."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from application.commands.compose import Actor
from domain.kernel.command import Channel


@dataclass(frozen=True)
class Visitor:
    """Someone whom a door knows: `authenticated` says how, and every decision records it (KRN-07).

    `csrf` is what forms of this page carry (see `masking`), `name` what pages call them; both are empty for the API.
    """

    person: str
    channel: Channel
    authenticated: str
    csrf: str = ""
    name: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(person=self.person, channel=self.channel, authenticated=self.authenticated)


class LoginNeeded(Exception):
    """Nobody is signed in, or no longer: a page sends them to /login and back, the API answers 401.

    `challenge` is the value of WWW-Authenticate of that answer.
    """

    def __init__(self, challenge: str = 'Bearer realm="signoff"') -> None:
        super().__init__(challenge)
        self.challenge = challenge


def visitor_of(request: Request) -> Visitor | None:
    """Whoever the middleware found; None if nobody is signed in."""
    found: Visitor | None = request.scope.get("signoff.visitor")
    return found


def signed_in(request: Request) -> Visitor:
    """Raises LoginNeeded."""
    found = visitor_of(request)
    if found is None:
        raise LoginNeeded
    return found


async def _signed_in(request: Request) -> Visitor:
    return signed_in(request)


SignedIn = Annotated[Visitor, Depends(_signed_in)]
