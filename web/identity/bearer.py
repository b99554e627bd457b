"""Who asks the API: the person behind a bearer token."""

from fastapi import Request

from web.identity.visitor import LoginNeeded, Visitor


async def bearer(_request: Request) -> Visitor:
    """Raises LoginNeeded."""
    raise LoginNeeded
