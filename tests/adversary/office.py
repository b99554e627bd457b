"""What an adversary and their judge need: the log's word on what happened."""

from typing import Any
from uuid import uuid4

from demo.player import Player
from tests.support.hiring import opened
from tests.support.office import Office
from views import timeline


async def types(office: Office, case: str) -> list[str]:
    """The types of a case's events, in order."""
    async with office.door.pool.acquire() as conn:
        return [row.type for row in await timeline(conn, case)]


async def refusals(office: Office, case: str) -> list[str]:
    """The codes of refused signals that the log keeps."""
    async with office.door.pool.acquire() as conn:
        return [row.data["code"] for row in await timeline(conn, case) if row.type == "CommandRefused"]


async def raised(office: Office, **changed: Any) -> Player:
    """A hiring that was just raised, under an id that no other test of the session has."""
    return await opened(office, f"hiring-{uuid4().hex[:10]}", **changed)
