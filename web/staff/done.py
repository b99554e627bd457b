"""What the form that was just sent has recorded, read back from the log: never what a link claims."""

from typing import Any
from uuid import UUID

from starlette.requests import Request

from application.queries import reading
from application.services import Services
from web.identity.visitor import Visitor

Noted = dict[str, Any]


async def told(request: Request, services: Services, visitor: Visitor) -> Noted | None:
    """The first event of the command `?done=`, if this visitor gave it: a row of the timeline with its case."""
    try:
        command = UUID(request.query_params.get("done", ""))
    except ValueError:
        return None
    return await reading.recorded(services, command, reader=visitor.person)
