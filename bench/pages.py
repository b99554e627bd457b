"""The inbox page among 100,000 open tasks, against the bare SQL for what it shows."""

import random
import time
from datetime import UTC, datetime

import httpx

import views
from bench.cases import Cases
from bench.figures import Round, Target, p50_ratio
from bench.ground import Ground
from bench.load import alternate
from bench.plan import Plan
from bench.report import Result, typical
from edge.offered import TYPES
from eventstore import log
from views.statements import sql
from web.app import application
from web.staff.inbox import PAGE
from web.staff.surroundings import organisation_of

TASKS = 100_000
READERS = 1000
PAGE_TIME = Target(3.0, None, "less")
SMALL = 60_000
"""Bytes of the page with its styles."""


async def measure(ground: Ground, plan: Plan, cases: Cases) -> list[Result]:
    ground.say("the inbox page among 100,000 tasks")
    await cases.start(max(PAGE, plan.cases_alone * 4))
    return [await inbox_page(plan, cases)]


async def inbox_page(plan: Plan, cases: Cases) -> Result:
    """Server time of the page, session and all, by the application itself without a network."""
    organisation = await organisation_of(cases.door)
    reader = organisation.holders("hr-partner", "it-web", datetime.now(UTC).date())[0]
    await views.fresh(cases.door.pool, cases.door.processes)
    await _crowd(cases, reader)
    transport = httpx.ASGITransport(application(cases.door))
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        await http.post("/login/choose", data={"person": reader})
        sizes = [len((await http.get(path)).content) for path in ("/inbox", "/static/signoff.css")]

        async def page() -> Round:
            start = time.perf_counter()
            found = await http.get("/inbox")
            taken = time.perf_counter() - start
            if found.text.count("<article") != PAGE:
                raise RuntimeError(f"the page shows other tasks than it should: {found.status_code}")
            return Round(taken, [taken])

        async def bare() -> Round:
            start = time.perf_counter()
            await _bare(cases, reader)
            return Round(taken := time.perf_counter() - start, [taken])

        sides = await alternate({"page": page, "bare": bare}, rounds=plan.inbox_rounds, rng=random.Random(plan.seed))
    ratio = p50_ratio(sides["page"], sides["bare"])
    line = typical(
        "inbox page among 100,000 tasks, p50", "its bare SQL", sides["page"], sides["bare"], ratio, PAGE_TIME
    )
    size = sum(sizes)
    return Result(
        [line], notes=[f"inbox page with styles: {size:,} bytes, {'under' if size < SMALL else 'OVER'} {SMALL:,}"]
    )


async def _bare(cases: Cases, reader: str) -> None:
    """The rows of the reader, who else is asked, what is known of the cases on the page, and their submissions."""
    async with cases.door.pool.acquire() as conn:
        rows = await conn.fetch(sql("inbox_of_person"), reader)
        names, part = [row["case_id"] for row in rows], [row["case_id"] for row in rows[:PAGE]]
        await conn.fetch(sql("shared_tasks"), names, [row["task"] for row in rows])
        await conn.fetch(sql("cases_named"), names)
        await log.read_types(conn, part, TYPES)


async def _crowd(cases: Cases, reader: str) -> None:
    """A hundred thousand copies of one task on the cases there are; the reader gets a hundred of them."""
    async with cases.door.pool.acquire() as conn:
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
