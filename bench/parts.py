"""What is measured, in which order, with which programs running."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from bench import (
    appends,
    before,
    decisions,
    first_page,
    http,
    kernel,
    ledger,
    pages,
    portfolio,
    reading,
    replay,
    year_end,
)
from bench.cases import Cases
from bench.environment import BenchEnvironment
from bench.plan import Plan
from bench.report import Result

PARTS = (
    "append", "before", "decision", "decisions", "kernel", "http", "ledger", "log", "memory", "pages", "portfolio",
    "up", "year-end",
)  # fmt: skip
REPLAY = "replay"
"""Only when it is asked for: it needs a file that the project does not hold."""


async def measure(at: BenchEnvironment, plan: Plan, parts: Sequence[str]) -> list[Result]:
    """Appends first, while no worker runs; the log is read last, when there is most of it."""
    results = [await appends.measure(at, plan)] if "append" in parts else []
    if "up" in parts:
        results.append(await first_page.measure(at))
    if "ledger" in parts:
        results += await ledger.measure(at, plan)
    if "year-end" in parts:
        results.append(await year_end.measure(at, plan))
    if plan.data is not None:
        results.append(await replay.measure(at, plan.data, plan.requests))
    if set(parts) <= {"append", "ledger", "up", "year-end", REPLAY}:
        return results
    async with AsyncExitStack() as exits:
        cases = await exits.enter_async_context(Cases.opened(at, plan.people))
        async with at.temporal_worker("worker", at.stack.task_queue) as worker:
            await cases.learn()
            if {"decision", "decisions"} & set(parts):
                results += await decisions.measure(
                    at, plan, cases, alone="decision" in parts, busy="decisions" in parts
                )
            if "before" in parts:
                results.append(await before.measure(at, plan, cases))
            if "kernel" in parts:
                results += await kernel.measure(at, plan, cases)
            if "http" in parts:
                results += await http.measure(at, plan, cases)
            if "pages" in parts:
                results += await pages.measure(at, plan, cases)
            if "portfolio" in parts:
                results.append(await portfolio.measure(at, plan, cases))
            if {"memory", "log"} & set(parts):
                results.append(await reading.memory(at, plan, cases, worker))
        if "log" in parts:
            results.append(await reading.reading(at, plan, cases))
    return results
