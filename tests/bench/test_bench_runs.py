"""The bench runs, with tiny counts, against the real parts: Postgres, Temporal, the worker, and the peers."""

import re
import subprocess
from dataclasses import replace
from io import StringIO
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console

from bench import before
from bench.__main__ import bench
from bench.environment import environment
from bench.machine import machine
from bench.parts import measure
from bench.plan import Plan
from bench.report import render

ROOT = Path(__file__).parents[2]
SHALLOW = subprocess.run(
    ["git", "cat-file", "-e", f"{before.COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
).returncode
"""Not 0 in a clone without the history that the comparison needs."""


async def test_every_part_gives_its_lines():
    """A wrong number is not noticed here; a comparison that no longer runs is."""
    plan = replace(
        Plan.quick(1), rounds=1, seconds=0.05, clients=(1, 2), rounds_alone=1, cases_alone=1, busy_rounds=1,
        busy_cases=2, busy_clients=2, log_rounds=1, open_cases=1, people=3, crowd_seconds=0.1, crowd_cases=1, readers=3,
        deciders=2, budget_lines=3, transfers=500,
    )  # fmt: skip
    async with environment(lambda _: None) as at:
        results = await measure(at, plan, (
            "append", "before", "decision", "decisions", "http", "ledger", "log", "memory", "up",
        ))  # fmt: skip
        facts = await machine(at, plan)
    out = StringIO()
    render(Console(file=out, width=200), facts, results)
    text = out.getvalue()
    for words in (
        "append, 2 clients",
        "plain INSERT",
        "one decision (approve)",
        "decisions, 2 clients",
        "one decision over HTTP",
        "3 readers, 2 deciders",
        "before the kernel was complete was not measured" if SHALLOW else "at 0d6f258",
        "verify",
        "rebuild",
        "first page after",
    ):
        assert words in text
    assert re.search(r"fsync=on, synchronous_commit=on", text)


def test_the_command_names_its_parts():
    told = CliRunner().invoke(bench, ["--help"])
    assert told.exit_code == 0
    assert "--quick" in told.stdout
    assert "append|before|decision|decisions|kernel|http|ledger|log|memory" in told.stdout
