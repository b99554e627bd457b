"""What waits while the server ends is answered in words: whoever sent it learns that, and where, to ask."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.commands.recover import recover
from tests.support.office import Office
from tests.web.api.asking import asking, problem, served
from tests.web.conftest import CASE, Site
from web import serving
from web.serving import bound

REQUESTER = "e1005"
Requests = list[Coroutine[Any, Any, httpx.Response]]


class Arrivals:
    """The application, which tells when so many requests have reached it."""

    def __init__(self, app: Any, count: int) -> None:
        self._app = app
        self._left = count
        self.all = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._left -= 1
        if not self._left:
            self.all.set()
        await self._app(scope, receive, send)


async def answered_at_the_end(office: Office, send: Callable[[httpx.AsyncClient], Requests]) -> list[httpx.Response]:
    """What is answered to two requests by a server that ends once both have come."""
    app = Arrivals(served(office), 2)
    with bound("127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            async with serving.serving(app, listening):
                sent = [asyncio.create_task(one) for one in send(http)]
                await app.all.wait()
            return await asyncio.gather(*sent)


@pytest.mark.rule("KRN-19")
async def test_who_waits_while_the_server_ends_is_told_and_the_same_key_is_done_once(
    unmanned: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "GRACE_SECONDS", 3)
    office, key = unmanned.office, {"Idempotency-Key": str(uuid4())}
    office.started.append(CASE)
    await recover(office.services)  # its workflow is there, and no worker
    place, said = f"/cases/{CASE}/commands/comment", {"text": "a"}

    def both(http: httpx.AsyncClient) -> Requests:
        headers = {**key, "Authorization": f"Bearer {REQUESTER}"}
        program = http.post("/api/v1" + place, json=said, headers=headers)
        return [program, http.post(unmanned.link, data={"answer": "accept"})]

    found, shown = await answered_at_the_end(office, both)

    told = problem(found, 503, "outcome-unknown")
    assert told["facts"]["command_id"] == key["Idempotency-Key"] == found.headers["idempotency-key"]
    assert found.headers["retry-after"]
    assert (shown.status_code, shown.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "whether your answer was recorded" in shown.text
    async with office.working(), asking(office, REQUESTER, patience=timedelta(seconds=20)) as http:
        while (settled := await http.get("http://signoff.test" + found.headers["location"])).status_code == 202:
            pass
        again = await http.post(place, json=said, headers=key)

    assert (settled.status_code, again.status_code) == (200, 200), settled.text
    assert settled.json()["position"] == again.json()["position"]
    assert [event.type for event in await unmanned.events()].count("Commented") == 1
