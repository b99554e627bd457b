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
from web.serving import bound


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_a_signal_ends_the_server_cleanly_and_its_log_names_no_link(unmanned: Site, served: Running, name: str):
    async with httpx.AsyncClient(base_url=served.url) as http:
        statuses = []
        for path in (unmanned.link, unmanned.link + "x"):
            statuses += [(await http.get(path)).status_code, (await http.post(path, data={"answer": "x"})).status_code]
        began = time.monotonic()
        os.kill(served.process.pid, getattr(signal, name))  # while a connection is open
        _, log = await served.process.communicate()

    assert statuses == [200, 400, 404, 404]
    assert (served.process.returncode, b"Traceback" in log) == (0, False)
    assert time.monotonic() - began < 8
    assert unmanned.link.removeprefix("/offer/")[:40].encode() not in log


async def test_a_taken_port_is_one_sentence(unmanned: Site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await launch(unmanned.office, port)
        async with asyncio.timeout(30):
            _, log = await process.communicate()

    assert process.returncode == 2
    assert f"cannot listen at 127.0.0.1:{port}" in log.decode()
    assert "SIGNOFF_WEB_PORT" in log.decode()
    assert "Traceback" not in log.decode()


def test_an_answer_in_two_writes_does_not_wait_for_the_first_to_be_acknowledged():
    with bound("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
