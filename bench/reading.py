"""Reading the whole log back: `verify` and `rebuild` against fetching the same rows, and the memory of a worker."""

import random
import time
from collections.abc import Awaitable, Callable

import psutil

from bench.cases import Cases
from bench.children import Child
from bench.environment import BenchEnvironment
from bench.figures import Round, Target, rate_ratio
from bench.load import alternate
from bench.plan import Plan
from bench.report import Line, Result, throughput
from domain.processes import PROCESSES
from readmodels.rebuild import rebuild

READING = Target(aim=0.3)
MEMORY_MB = 250
_AT_ONCE = 200


async def reading(environment: BenchEnvironment, plan: Plan, cases: Cases) -> Result:
    """No worker may be running: its views would follow meanwhile."""
    from eventstore import chain  # noqa: PLC0415

    environment.say("verify and rebuild")
    pool = cases.services.pool
    events = await pool.fetchval("select count(*) from signoff.events")

    async def fetch() -> int:
        async with pool.acquire() as conn:
            return len(await conn.fetch("select * from signoff.events order by position"))

    async def verify() -> int:
        async with pool.acquire() as conn:
            report = await chain.verify(conn)
        if report.problems:
            raise RuntimeError(f"verify found {len(report.problems)} problems in the bench's own log")
        return report.events

    async def build() -> int:
        return await rebuild(pool, PROCESSES)

    work = {"reading": fetch, "verify": verify, "rebuild": build}
    turns = {name: _counting(call) for name, call in work.items()}
    sides = await alternate(turns, rounds=plan.log_rounds, rng=random.Random(plan.seed))
    lines = [
        throughput(f"{name}, events", "reading the rows, asyncpg", sides[name], sides["reading"], ratio, READING)
        for name in ("verify", "rebuild")
        for ratio in [rate_ratio(sides[name], sides["reading"])]
    ]
    return Result(lines, notes=[f"verify and rebuild ran over {events:,} events of real cases; rebuild: every view."])


def _counting(call: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[Round]]:
    async def turn() -> Round:
        start = time.perf_counter()
        number = await call()
        return Round(time.perf_counter() - start, [0.0] * number)

    return turn


async def memory(environment: BenchEnvironment, plan: Plan, cases: Cases, worker: Child) -> Result:
    """The resident memory of the worker with many cases open, all in its caches."""
    process = psutil.Process(worker.process.pid)
    before = _megabytes(process)
    opened = await _open(cases)
    environment.say(f"memory: opening {max(plan.open_cases - opened, 0)} cases more")
    while opened < plan.open_cases:
        await cases.start(min(_AT_ONCE, plan.open_cases - opened))
        opened = await _open(cases)
    after = _megabytes(process)
    verdict = "" if plan.open_cases < 1000 else f" ({'below' if after < MEMORY_MB else 'ABOVE'} {MEMORY_MB} MB)"
    line = Line(
        f"worker's memory, {opened:,} open cases", f"aim < {MEMORY_MB} MB with 1,000", f"{after:,.0f} MB{verdict}"
    )
    return Result([line], notes=[f"The worker had {before:,.0f} MB before this part of the bench."])


async def _open(cases: Cases) -> int:
    number: int = await cases.services.pool.fetchval("select count(*) from signoff.streams where process = 'hiring'")
    return number


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6
