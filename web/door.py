"""The door of the running application, for whoever handles a request."""

from typing import Annotated

from fastapi import Depends, Request

from edge.door import Door


def door_of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


async def _opened(request: Request) -> Door:
    """A dependency that is not `async` would be run in a thread, for each request."""
    return door_of(request)


Opened = Annotated[Door, Depends(_opened)]
