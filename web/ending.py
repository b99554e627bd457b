"""What is answered where the end of the server cuts a request short: uvicorn's own would be a bare 500."""

import asyncio

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import cut_short


class Ending:
    """The application, whose requests are answered also when their server gives them up.

    Whoever sent a command is told that its outcome is not known, and where to ask for it.
    """

    def __init__(self, app: ASGIApp, within: FastAPI) -> None:
        self._app = app
        self._within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except asyncio.CancelledError:
            if begun or scope["type"] != "http":
                raise
            scope.setdefault("app", self._within)
            response = await cut_short(Request(scope))
            await response(scope, receive, send)
