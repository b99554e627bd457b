"""Server-sent events: nothing that a reader may see is lost or told twice, and nothing else is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
import uvicorn

from cli.demo import story
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.api.asking import problem, served
from web.api import follower as following
from web.api.changes import stream
from web.api.follower import Follower
from web.serving import Server, bound

MANAGER = story.MANAGER
PATIENT = 20


async def taken(services: Any, follower: Follower, reader: str, position: int, number: int) -> list[dict[str, Any]]:
    """The next changes for a reader."""
    found: list[dict[str, Any]] = []
    told = stream(services, follower, reader, position, anyio.Event())
    async with asyncio.timeout(PATIENT):
        async for event in told:
            found.append(json.loads(event.data))
            if len(found) == number:
                break
    await told.aclose()
    return found


async def case_positions(office: Office, case: str) -> list[int]:
    rows = await office.services.pool.fetch(
        "select position from signoff.events where stream = $1 order by position", case
    )
    return [row["position"] for row in rows]


async def test_listeners_hear_what_was_and_what_comes_each_once_and_in_order(
    office_at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(following, "BATCH", 2)
    monkeypatch.setattr(following, "REMEMBERED", 3)
    follower = Follower(office_at_work.services.pool)
    await opened(office_at_work, "hiring-before")
    before = await case_positions(office_at_work, "hiring-before")
    coming = 4
    hearing = [
        asyncio.create_task(taken(office_at_work.services, follower, MANAGER, start, count + coming))
        for start, count in ((0, len(before)), (before[0], len(before) - 1), (before[-1], 0))
    ]
    for number in range(coming):
        await office_at_work.do("hiring-before", "comment", {"text": f"{number}"}, by=MANAGER)

    everything = await case_positions(office_at_work, "hiring-before")
    heard = [[each["position"] for each in await one] for one in hearing]
    assert heard == [everything, everything[1:], everything[-coming:]]


@pytest.mark.rule("KRN-43")
async def test_of_a_case_that_one_only_knows_of_it_is_told_that_it_changed_and_of_records_nothing(
    office_at_work: Office,
):
    follower = Follower(office_at_work.services.pool)
    await opened(office_at_work, "hiring-theirs")
    async with asyncio.timeout(PATIENT):
        [first, *_] = await taken(office_at_work.services, follower, "e1024", 0, 1)

    assert first["case"] == "hiring-theirs"
    assert "type" not in first


@asynccontextmanager
async def serving(office: Office) -> AsyncIterator[tuple[str, Server]]:
    """The application behind a real socket: server-sent events need one."""
    with bound("127.0.0.1", 0) as listening:
        config = uvicorn.Config(served(office), lifespan="off", log_config=None, timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1", server
        finally:
            server.should_exit = True
            await task


async def heard(http: httpx.AsyncClient, number: int, **asked: Any) -> list[str]:
    """The ids of the next events of an answer, which is then broken off."""
    found: list[str] = []
    async with asyncio.timeout(PATIENT), http.stream("GET", "/changes", **asked) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                found.append(line.removeprefix("id: "))
                if len(found) == number:
                    break
    return found


async def test_a_broken_answer_is_resumed_by_the_last_id_and_ends_with_the_server(office_at_work: Office):
    await opened(office_at_work, "hiring-resumed")
    everything = [str(each) for each in await case_positions(office_at_work, "hiring-resumed")]
    async with (
        serving(office_at_work) as (url, server),
        httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {MANAGER}"}) as http,
    ):
        first = await heard(http, 2, params={"after": 0})
        rest = await heard(http, len(everything) - 2, params={"after": 0}, headers={"Last-Event-ID": first[-1]})
        wrong = await http.get("/changes", headers={"Last-Event-ID": "x"})
        async with http.stream("GET", "/changes") as answer:
            server.should_exit = True
            async with asyncio.timeout(PATIENT):
                async for _ in answer.aiter_lines():
                    pass

    assert first + rest == everything
    problem(wrong, 400, "bad-request")


async def test_there_is_an_end_to_how_many_may_listen(office_without_worker: Office):
    follower = Follower(office_without_worker.services.pool, most=1)
    async with follower.listening():
        with pytest.raises(Exception, match="Too many"):
            follower.refuse_too_many()
    follower.refuse_too_many()
