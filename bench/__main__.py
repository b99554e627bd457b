"""`python -m bench [--quick] [--only NAME]`: measures, prints one report, and ends with 0 unless something broke."""

import asyncio
import os
import signal
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from bench.environment import environment
from bench.machine import machine
from bench.parts import PARTS, REPLAY, measure
from bench.plan import Plan
from bench.report import WIDTH, render
from runtime.exit import leave


@click.command()
@click.option("--quick", is_flag=True, help="Fewer and shorter rounds: under a minute, and rougher.")
@click.option("--only", type=click.Choice([*PARTS, REPLAY]), help="Only this part.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of payloads and of the order of the rounds.")
@click.option(
    "--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file that `replay` plays."
)
def bench(*, quick: bool, only: str | None, seed: int, data: Path | None) -> None:
    """Measures Signoff against plain parts and against peers, side by side."""
    if (only == REPLAY) != (data is not None):
        raise click.UsageError(f"--only {REPLAY} plays real payment requests and needs their file: --data FILE.")
    plan = replace(Plan.quick(seed) if quick else Plan(seed), data=data)
    asyncio.run(run(plan, (only,) if only else PARTS))


async def run(plan: Plan, parts: tuple[str, ...]) -> None:
    """Starts the stack, measures, prints."""
    started = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"bench: {time.monotonic() - started:5.0f} s  {text}\n")
        sys.stderr.flush()

    async with environment(say) as at:
        facts = await machine(at, plan)
        results = await measure(at, plan, parts)
        say("done")
    console = Console()
    render(console if console.is_terminal else Console(width=WIDTH), facts, results)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended like by Ctrl-C: the stack stops, its data goes
    try:
        bench()
    except SystemExit as end:
        leave(int(end.code or 0))
    except BaseException:  # noqa: BLE001 - told, then left the same way
        traceback.print_exc()
        leave(1)
