"""`signoff web` as a process: it answers, ends cleanly, and says in a sentence why it cannot start."""

import asyncio
import os
import signal
import socket
import time

import httpx
import pytest

from tests.web.conftest import Site
from tests.web.server import Running, launch


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_a_signal_ends_the_server_cleanly_within_seconds(unmanned: Site, served: Running, name: str):
    async with httpx.AsyncClient(base_url=served.url) as http:
        found = await http.get(unmanned.link)  # its connection stays open
        began = time.monotonic()
        os.kill(served.process.pid, getattr(signal, name))
        _, log = await served.process.communicate()

    assert found.status_code == 200
    assert (served.process.returncode, b"Traceback" in log) == (0, False)
    assert time.monotonic() - began < 8


async def test_the_log_names_no_link(unmanned: Site, served: Running):
    async with httpx.AsyncClient(base_url=served.url) as http:
        for path in (unmanned.link, unmanned.link + "x"):
            await http.get(path)
            await http.post(path, data={"answer": "maybe"})
    served.process.terminate()
    _, log = await served.process.communicate()

    assert unmanned.link.removeprefix("/offer/")[:40].encode() not in log


async def test_a_taken_port_is_one_sentence(unmanned: Site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await launch(unmanned.office, port)
        async with asyncio.timeout(30):
            _, log = await process.communicate()

    assert process.returncode == 2
    assert f"cannot use 127.0.0.1:{port}" in log.decode()
    assert "SIGNOFF_WEB_PORT" in log.decode()
    assert "Traceback" not in log.decode()
