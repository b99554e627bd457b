"""`signoff web` as a process of its own, on the test's Postgres and Temporal; or its application in this process."""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from application.services import Services
from tests.support.office import MASTER_KEY, Office
from web.app import application
from web.serving import bound

SIGNOFF = Path(sys.executable).parent / "signoff"


@dataclass
class Running:
    """A web server that answers at `url`."""

    url: str
    process: Process


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def environment(office: Office, port: int) -> dict[str, str]:
    settings = office.services.settings
    return {
        **os.environ,
        "SIGNOFF_HOME": str(settings.home),
        "SIGNOFF_DATABASE_URL": settings.database_url,
        "SIGNOFF_KEYS_DATABASE_URL": settings.keys_url,
        "SIGNOFF_MASTER_KEY": MASTER_KEY,
        "SIGNOFF_TASK_QUEUE": settings.task_queue,
        "SIGNOFF_WEB_PORT": str(port),
        "TEMPORAL_ADDRESS": office.client.service_client.config.target_host,
    }


async def launch(office: Office, port: int) -> Process:
    return await asyncio.create_subprocess_exec(
        str(SIGNOFF), "web", env=environment(office, port), stderr=asyncio.subprocess.PIPE
    )


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[Running]:
    """Returns once the server is healthy; ends it if the test has not."""
    port = free_port()
    process = await launch(office, port)
    found = Running(f"http://127.0.0.1:{port}", process)
    try:
        await _healthy(found)
        yield found
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _healthy(server: Running) -> None:
    async with httpx.AsyncClient() as http, asyncio.timeout(30):
        while server.process.returncode is None:
            try:
                if (await http.get(f"{server.url}/healthz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.02)  # until it listens
    raise AssertionError(f"the server ended: {await server.process.communicate()}")


class _Server(uvicorn.Server):
    """Leaves the signals to the tests."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(services: Services, port: int) -> AsyncIterator[None]:
    """The pages over HTTP from this process, under settings that no environment gives: choosing who one is, say."""
    with bound("127.0.0.1", port) as listening:
        server = _Server(uvicorn.Config(application(services), lifespan="off", log_config=None))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await task
