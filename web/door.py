"""The door of the running application, for whoever handles a request."""

from typing import Annotated

from fastapi import Depends, Request

from edge.door import Door


def door_of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


Opened = Annotated[Door, Depends(door_of)]
