"""Decisions over HTTP against the same through the workflow client, and many readers beside deciders.

The web server is a process of its own, as in production; its callers, of both sides, are this process. Tokens are those
of the embedded stack; the limits of how often somebody may ask are raised, because one address asks for all.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from itertools import count, cycle
from typing import Any

from bench.caller import Answer, Caller
from bench.cases import COMMENT, Case, Cases
from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio
from bench.load import alternate, each_in_order, for_seconds
from bench.plan import Plan
from bench.report import Latencies, Line, Result, typical
from embedded import ports
from web.identity.bearer import embedded_token

OVER_HTTP = Target(1.25, 1.15, "less")
_UNLIMITED = "1000000"
_READY_SECONDS = 60
_CLIENT = "through the workflow client"

Call = Callable[[], Awaitable[object]]


class Web:
    """A web server and the people who ask it, each with a token."""

    def __init__(self, http: Caller, cases: Cases) -> None:
        self._http = http
        self._cases = cases
        self._tokens: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, environment: BenchEnvironment, cases: Cases) -> AsyncIterator["Web"]:
        """Returns once the server is healthy."""
        port = ports.choose(0, purpose="web", option="")
        env = {
            "SIGNOFF_WEB_PORT": str(port),
            "SIGNOFF_API_LIMIT": _UNLIMITED,
            "SIGNOFF_DECISION_LIMIT": _UNLIMITED,
        }
        async with environment.program("bench.web_server", env=env):
            with closing(Caller(ports.HOST, port)) as http:
                await _healthy(http)
                yield cls(http, cases)

    async def known(self, person: str) -> None:
        """Makes sure that the person has a token before the clock runs."""
        if person not in self._tokens:
            token = await embedded_token(self._cases.services, person)
            self._tokens[person] = f"Authorization: Bearer {token}\r\n"

    async def approvals(self, case: Case) -> list[Call]:
        for _, person in case.approvals:
            await self.known(person)
        return [self._approval(case, task, person) for task, person in case.approvals]

    def comment(self, case: Case) -> Call:
        return self._post(f"/api/v1/cases/{case.id}/commands/comment", case.requester, {"text": COMMENT})

    def reading(self, person: str, case: str) -> Call:
        """Somebody who looks at what waits for them, at a list, and at a case."""
        paths = cycle(("/api/v1/inbox", "/api/v1/cases?limit=20", f"/api/v1/cases/{case}"))

        async def read() -> None:
            found = await self._http.get(next(paths), self._tokens[person])
            _refuse_other(found)

        return read

    def _approval(self, case: Case, task: str, person: str) -> Call:
        body = {"outcome": "approve", "comment": COMMENT}
        return self._post(f"/api/v1/tasks/{case.id}.{task}/decisions", person, body)

    def _post(self, path: str, person: str, body: dict[str, Any]) -> Call:
        async def post() -> None:
            found = await self._http.post(path, self._tokens[person], json.dumps(body).encode())
            _refuse_other(found)

        return post


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases) -> list[Result]:
    """A worker of Signoff must be running."""
    async with Web.opened(environment, cases) as web:
        return [await _decisions(environment, plan, cases, web), await _crowd(environment, plan, cases, web)]


async def _decisions(environment: BenchEnvironment, plan: Plan, cases: Cases, web: Web) -> Result:
    environment.say("decisions over HTTP, 1 client")

    async def over_http() -> Round:
        started = await cases.start(plan.cases_alone)
        done = await each_in_order([await web.approvals(case) for case in started], 1)
        await cases.quiet()
        return done

    async def by_client() -> Round:
        started = await cases.start(plan.cases_alone)
        done = await each_in_order([cases.three_approvals(case) for case in started], 1)
        await cases.quiet()
        return done

    sides = await alternate(
        {"HTTP": over_http, _CLIENT: by_client}, rounds=plan.rounds_alone, rng=random.Random(plan.seed)
    )
    ours, theirs = sides["HTTP"], sides[_CLIENT]
    work = "one decision over HTTP, 1 client, p50"
    return Result(
        [typical(work, _CLIENT, ours, theirs, p50_ratio(ours, theirs), OVER_HTTP)],
        [Latencies("one decision over HTTP, 1 client", name, side) for name, side in sides.items()],
    )


async def _crowd(environment: BenchEnvironment, plan: Plan, cases: Cases, web: Web) -> Result:
    """Any answer that is none ends the bench: there is no error, or there is no figure."""
    environment.say(f"{plan.readers} readers and {plan.deciders} deciders for {plan.crowd_seconds:g} s")
    started = await cases.start(plan.crowd_cases)
    calls = [call for case in started for call in await web.approvals(case)]
    for case in started:
        await web.known(case.requester)
    at = count()

    async def decide() -> None:
        """The approvals in their order for each case, then comments: there is always something to send."""
        number = next(at)
        if number < len(started):
            for call in calls[number * 3 : number * 3 + 3]:
                await _timed(call, deciding)
        else:
            await _timed(web.comment(started[number % len(started)]), deciding)

    deciding: list[float] = []
    readers = [web.reading(case.requester, case.id) for case in _many(started, plan.readers)]
    reading, _ = await asyncio.gather(
        for_seconds(plan.crowd_seconds, readers), for_seconds(plan.crowd_seconds, [decide] * plan.deciders)
    )
    decided = Side([Round(reading.seconds, deciding)])
    read = Side([reading])
    work = f"{plan.readers} readers, {plan.deciders} deciders, {plan.crowd_seconds:g} s"
    return Result(
        [
            Line(work, "no error", f"{read.rate:,.0f} reads/s, p99 {read.milliseconds(99):,.0f} ms"),
            Line(work, "no error", f"{decided.rate:,.0f} decisions/s, p99 {decided.milliseconds(99):,.0f} ms"),
        ],
        [Latencies(work, "readers", read), Latencies(work, "deciders", decided)],
    )


async def _timed(call: Call, into: list[float]) -> None:
    before = time.perf_counter()
    await call()
    into.append(time.perf_counter() - before)


def _many(cases: Sequence[Case], number: int) -> list[Case]:
    return [case for case, _ in zip(cycle(cases), range(number), strict=False)]


def _refuse_other(found: Answer) -> None:
    if found.status != 200:
        raise RuntimeError(f"{found.status}: {found.body.decode()}")


async def _healthy(http: Caller) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while True:
            try:
                if (await http.get("/healthz")).status == 200:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.1)
