"""What the form that was just sent has recorded, read back from the log: never what a link claims."""

from typing import Any
from uuid import UUID

from starlette.requests import Request

from edge.door import Door
from edge.looking import reading
from web.identity.visitor import Visitor

Noted = dict[str, Any]


async def told(request: Request, door: Door, visitor: Visitor) -> Noted | None:
    """The first event of the command `?done=`, if this visitor gave it: a row of the timeline with its case."""
    try:
        command = UUID(request.query_params.get("done", ""))
    except ValueError:
        return None
    return await reading.recorded(door, command, reader=visitor.person)
