"""The door of the running application, for whoever handles a request."""

from typing import Annotated

from fastapi import Depends, Request

from application.services import Services


def door_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _opened(request: Request) -> Services:
    """A dependency that is not `async` would be run in a thread, for each request."""
    return door_of(request)


Opened = Annotated[Services, Depends(_opened)]
