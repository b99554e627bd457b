"""`python -m bench [--quick] [--only NAME]`: measures, prints one report, and ends with 0 unless something broke."""

import asyncio
import os
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import click
from rich.console import Console

from bench import appends, books, decisions
from bench.cases import Cases
from bench.ground import Ground, ground
from bench.machine import machine
from bench.plan import Plan
from bench.report import WIDTH, Result, render

PARTS = ("append", "decision", "decisions", "log", "memory")


@click.command()
@click.option("--quick", is_flag=True, help="Fewer and shorter rounds: under a minute, and rougher.")
@click.option("--only", type=click.Choice(PARTS), help="Only this part.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of payloads and of the order of the rounds.")
def bench(*, quick: bool, only: str | None, seed: int) -> None:
    """Measures Signoff against plain parts and against peers, side by side."""
    plan = Plan.quick(seed) if quick else Plan(seed)
    asyncio.run(run(plan, (only,) if only else PARTS))


async def run(plan: Plan, parts: tuple[str, ...]) -> None:
    """Starts the stack, measures, prints."""
    started = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"bench: {time.monotonic() - started:5.0f} s  {text}\n")
        sys.stderr.flush()

    async with ground(say) as at:
        facts = await machine(at, plan)
        results = await measure(at, plan, parts)
        say("done")
    console = Console()
    render(console if console.is_terminal else Console(width=WIDTH), facts, results)


async def measure(at: Ground, plan: Plan, parts: Sequence[str]) -> list[Result]:
    """Appends first, while no worker runs; the log is read last, when there is most of it."""
    results = [await appends.measure(at, plan)] if "append" in parts else []
    if set(parts) == {"append"}:
        return results
    async with AsyncExitStack() as exits:
        cases = await exits.enter_async_context(Cases.opened(at, plan.people))
        async with at.temporal_worker("worker", at.stack.task_queue) as worker:
            await cases.learn()
            if {"decision", "decisions"} & set(parts):
                results += await decisions.measure(
                    at, plan, cases, alone="decision" in parts, busy="decisions" in parts
                )
            if {"memory", "log"} & set(parts):
                results.append(await books.memory(at, plan, cases, worker))
        if "log" in parts:
            results.append(await books.reading(at, plan, cases))
    return results


def leave(code: int) -> None:
    """At once: the Temporal client's runtime sometimes crashes in the interpreter's own exit."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    try:
        bench()
    except SystemExit as end:
        leave(int(end.code or 0))
    except BaseException:  # noqa: BLE001 - told, then left the same way
        traceback.print_exc()
        leave(1)
