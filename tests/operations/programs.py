"""`signoff web` and a worker as processes of their own over one office, watched: their metrics and what they wrote."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.office import Office
from tests.web.server import SIGNOFF, environment, free_port

PROGRAMS = {"web": (str(SIGNOFF), "web"), "worker": (sys.executable, "-m", "worker")}


@dataclass
class Watched:
    """Both programs; `said` are the files of what they wrote, `metrics` the addresses of their numbers."""

    url: str
    processes: dict[str, Process]
    metrics: dict[str, str]
    said: dict[str, Path]

    async def numbers(self) -> dict[str, str]:
        async with httpx.AsyncClient(trust_env=False) as http:
            return {name: (await http.get(url)).text for name, url in self.metrics.items()}

    def wrote(self) -> str:
        return "".join(file.read_text(encoding="utf-8") for file in self.said.values())


@asynccontextmanager
async def watched(office: Office, folder: Path, **env: str) -> AsyncIterator[Watched]:
    """Returns once both show numbers and the web server is ready; ends both."""
    port, ports = free_port(), {name: free_port() for name in PROGRAMS}
    said = {name: folder / f"{name}.log" for name in PROGRAMS}
    async with AsyncExitStack() as exits:
        started = {}
        for name, command in PROGRAMS.items():
            file = exits.enter_context(said[name].open("wb"))
            more = {"SIGNOFF_METRICS_PORT": str(ports[name]), "SIGNOFF_LOG_FORMAT": "json", **env}
            process = await asyncio.create_subprocess_exec(
                *command, env={**environment(office, port), **more}, stderr=file, stdout=file
            )
            exits.push_async_callback(_end, process)
            started[name] = process
        addresses = {name: f"http://127.0.0.1:{each}/metrics" for name, each in ports.items()}
        found = Watched(f"http://127.0.0.1:{port}", started, addresses, said)
        for url in (*addresses.values(), f"{found.url}/readyz"):
            await _answers(found, url)
        yield found


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def _answers(programs: Watched, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(120):
        while all(process.returncode is None for process in programs.processes.values()):
            try:
                if (await http.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)  # until it listens
    raise AssertionError(f"a program ended: {programs.wrote()}")
