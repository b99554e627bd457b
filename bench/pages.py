"""The inbox page among 100,000 open tasks, against the bare SQL for what it shows."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime

import httpx
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

import readmodels
from application.queries.inbox_items import TYPES
from application.services import Services
from bench.cases import Cases
from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio
from bench.load import alternate
from bench.plan import Plan
from bench.report import Result, typical
from domain.processes import PROCESSES
from eventstore import log
from readmodels.joined import asked_since
from readmodels.statements import sql
from runtime import logs
from runtime.settings import Settings
from web.app import application
from web.staff.inbox import PAGE
from web.staff.surroundings import organisation_of

TASKS = 100_000
READERS = 1000
PAGE_TIME = Target(3.0, None, "less")
SMALL = 60_000
"""Bytes of the page with its styles."""


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases) -> list[Result]:
    environment.say("the inbox page among 100,000 tasks")
    await cases.start(max(PAGE, plan.cases_alone * 4))
    return [await inbox_page(environment, plan, cases)]


class Timed:
    """The application, with the seconds that its last answer took: without the caller's own work, which is not ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.taken = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        await self._app(scope, receive, send)
        self.taken = time.perf_counter() - start


async def inbox_page(environment: BenchEnvironment, plan: Plan, cases: Cases) -> Result:
    """Server time of the page, session and all, by the application itself without a network."""
    organisation = await organisation_of(cases.services)
    reader = organisation.holders("hr-partner", "it-web", datetime.now(UTC).date())[0]
    await readmodels.fresh(cases.services.pool, cases.services.processes)
    await _crowd(cases, reader)
    with (environment.stack.home / "logs" / "pages.log").open("w") as log_file:
        with redirect_stderr(log_file):
            logs.configure(json_lines=True)
        # As `signoff web` has it: on uvloop, and through a door that is opened for serving.
        sides, size = await asyncio.to_thread(uvloop.run, _served(cases.services.settings, plan, reader))
    ratio = p50_ratio(sides["page"], sides["bare"])
    line = typical(
        "inbox page among 100,000 tasks, p50", "its bare SQL", sides["page"], sides["bare"], ratio, PAGE_TIME
    )
    return Result(
        [line], notes=[f"inbox page with styles: {size:,} bytes, {'under' if size < SMALL else 'OVER'} {SMALL:,}"]
    )


async def _served(settings: Settings, plan: Plan, reader: str) -> tuple[dict[str, Side], int]:
    """Both sides, and the bytes of the page with its styles."""
    opening = Services.opened(settings, PROCESSES, temporal=True, pool_size=settings.pool_size, serving=True)
    async with opening as services:
        app = Timed(application(services))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://signoff.test") as http:
            await http.post("/login/choose", data={"person": reader})
            sizes = [len((await http.get(path)).content) for path in ("/inbox", "/static/signoff.css")]

            async def page() -> Round:
                found = await http.get("/inbox")
                if found.text.count("<article") != PAGE:
                    raise RuntimeError(f"the page shows other tasks than it should: {found.status_code}")
                return Round(app.taken, [app.taken])

            async def bare() -> Round:
                asked = asked_since(await services.organisation(), reader, datetime.now(UTC))
                start = time.perf_counter()
                await _bare(services, reader, *asked)
                return Round(taken := time.perf_counter() - start, [taken])

            turns = {"page": page, "bare": bare}
            return await alternate(turns, rounds=plan.inbox_rounds, rng=random.Random(plan.seed)), sum(sizes)


async def _bare(services: Services, reader: str, roles: Sequence[tuple[str, str]], before: datetime) -> None:
    """The rows of the reader, also those of roles that they got since, who else is asked, and what was submitted."""
    names, units = zip(*roles, strict=True)
    async with services.pool.acquire() as conn:
        rows = await conn.fetch(sql("inbox_of_person"), reader)
        await conn.fetch(sql("inbox_of_roles"), reader, names, units, before)
        await conn.fetch(sql("shared_tasks"), [row["case_id"] for row in rows], [row["task"] for row in rows])
        await log.read_types(conn, [row["case_id"] for row in rows[:PAGE]], TYPES)


async def _crowd(cases: Cases, reader: str) -> None:
    """A hundred thousand copies of one task on the cases there are; the reader gets a hundred of them."""
    async with cases.services.pool.acquire() as conn:
        await conn.execute(
            f"""
            insert into signoff.inbox
            select (jsonb_populate_record(one, jsonb_build_object(
                'case_id', case_id, 'task', case_id || '.9' || n,
                'person', case n % {READERS} when 77 then '{reader}' else 'reader-' || n % {READERS} end))).*
            from (select i from signoff.inbox i limit 1) as found (one),
                generate_series(1, {TASKS}) as n
                join (select case_id, row_number() over () as number, count(*) over () as many from signoff.cases)
                    as known on known.number = 1 + (n / {READERS}) % known.many
            """
        )
        await conn.execute("analyze signoff.inbox")
