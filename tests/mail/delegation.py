"""Somebody who stands in for the person of the desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

from application.administration import delegations
from application.administration.delegations import Asked
from application.commands.compose import Actor
from tests.mail.conftest import Desk

STAND_IN = "e1006"


async def stands_in(desk: Desk, person: str = STAND_IN, principal: str | None = None, **others: Any) -> str:
    """`person` acts for the desk's person for a week; the delegation's id."""
    of = principal or desk.person
    now = datetime.now(UTC)
    asked = Asked(of, person, now.isoformat(), (now + timedelta(days=7)).isoformat(), **others)
    granted = await delegations.grant(desk.services, asked, Actor(of, "web", "chosen"))
    return str(granted["delegation"])


async def address_of(desk: Desk, person: str = STAND_IN) -> str:
    return str(await desk.services.people.address(person))
