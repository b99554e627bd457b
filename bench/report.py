"""What the bench prints: the machine and its settings, one table of ratios, one of latencies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Console
from rich.table import Table

from bench.figures import Ratio, Side, Target

WIDTH = 150


@dataclass(frozen=True)
class Line:
    """One comparison. `ours` and `theirs` are texts with their unit; no `ratio` where there is nothing to compare."""

    work: str
    against: str
    ours: str
    theirs: str = ""
    ratio: Ratio | None = None
    target: Target = field(default_factory=Target)


@dataclass(frozen=True)
class Latencies:
    """The percentiles of one side of one comparison."""

    work: str
    who: str
    side: Side


@dataclass(frozen=True)
class Result:
    """What one measurement has to say."""

    lines: Sequence[Line] = ()
    latencies: Sequence[Latencies] = ()
    notes: Sequence[str] = ()


def throughput(work: str, against: str, ours: Side, theirs: Side, ratio: Ratio, target: Target) -> Line:
    return Line(work, against, f"{ours.rate:,.0f}/s", f"{theirs.rate:,.0f}/s", ratio, target)


def typical(work: str, against: str, ours: Side, theirs: Side, ratio: Ratio, target: Target) -> Line:
    return Line(work, against, f"{ours.milliseconds(50):.1f} ms", f"{theirs.milliseconds(50):.1f} ms", ratio, target)


def render(console: Console, machine: Sequence[tuple[str, str]], results: Sequence[Result]) -> None:
    """One table for the ratios with their targets, one for percentiles, then what a reader must know of both."""
    console.print(_machine(machine))
    console.print(_ratios([line for result in results for line in result.lines]))
    latencies = [one for result in results for one in result.latencies]
    if latencies:
        console.print(_latencies(latencies))
    for result in results:
        for note in result.notes:
            console.print(f"- {note}", highlight=False)


def _machine(facts: Sequence[tuple[str, str]]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in facts:
        table.add_row(name, value)
    return table


def _ratios(lines: Sequence[Line]) -> Table:
    table = Table(title="Ratio: Signoff to the other, median of the rounds (lowest to highest)", title_justify="left")
    table.add_column("work", ratio=3)
    table.add_column("against", ratio=2)
    columns: tuple[tuple[str, Literal["left", "right"]], ...] = (
        ("Signoff", "right"),
        ("other", "right"),
        ("ratio", "right"),
        ("must", "right"),
        ("aim", "right"),
        ("verdict", "left"),
    )
    for name, side in columns:
        table.add_column(name, justify=side)
    for line in lines:
        table.add_row(line.work, line.against, line.ours, line.theirs, *_judged(line))
    return table


def _judged(line: Line) -> tuple[str, str, str, str]:
    target = line.target
    if line.ratio is None:
        return "", target.text(target.must), target.text(target.aim), ""
    verdict = target.verdict(line.ratio.middle)
    marked = f"[bold red]{verdict}[/]" if verdict.startswith("MISSED") else verdict
    shown = f"{line.ratio.middle:.2f} ({line.ratio.lowest:.2f} to {line.ratio.highest:.2f})"
    return shown, target.text(target.must), target.text(target.aim), marked


def _latencies(latencies: Sequence[Latencies]) -> Table:
    table = Table(title="From the call to its answer, milliseconds", title_justify="left")
    for name in ("work", "who"):
        table.add_column(name)
    for name in ("p50", "p90", "p99", "answers", "rounds"):
        table.add_column(name, justify="right")
    for one in latencies:
        quantiles = [f"{one.side.milliseconds(q):.2f}" for q in (50, 90, 99)]
        table.add_row(one.work, one.who, *quantiles, f"{len(one.side.latencies):,}", str(len(one.side.rounds)))
    return table
