"""Serving an application until a signal comes, and leaving the process to its caller afterwards."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from domain.kernel.errors import Refused

GRACE_SECONDS = 5
"""How long requests under way may take after a stop was asked for."""


IDLE_SECONDS = 75
"""How long an idle connection stays open: longer than proxies and clients keep theirs, so that they close it and none
sends a request into a connection that is just being closed."""


class Server(uvicorn.Server):
    """Uvicorn, save that it does not end the process by the signal it got: the door must be closed first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.handle_exit, name, None)
        yield


@contextlib.contextmanager
def bound(host: str, port: int, *, setting: str = "SIGNOFF_WEB_PORT") -> Iterator[socket.socket]:
    """A socket at this address. Raises Refused `port-taken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Refused(
            "port-taken",
            "Signoff cannot listen at {host}:{port}: {reason}. Choose another port with {setting}.",
            host=host,
            port=port,
            reason=error.strerror,
            setting=setting,
        ) from error
    # asyncio does this for sockets that say they are TCP; those of `create_server` do not, and an answer in two writes
    # then waits 40 ms for the reader's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listening:
        yield listening


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answers until SIGINT or SIGTERM; requests under way get a few seconds. Addresses, which are keys, go unlogged."""
    server = Server(_config(app))
    await server.serve(sockets=[listening])
    if given_up := server.server_state.tasks:
        await asyncio.wait(given_up, timeout=1)  # what was given up after its time is answered still (web/ending.py)


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Answers while the block runs, beside the main work of a program; signals are left to that."""
    server = uvicorn.Server(_config(app))
    task = asyncio.create_task(server._serve([listening]))  # noqa: SLF001 - `serve` would take the signals
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose word counts is SIGNOFF_TRUSTED_PROXIES (web/identity/limits.py)
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=IDLE_SECONDS,
    )
