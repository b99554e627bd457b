"""`signoff export` writes the history for process mining, `signoff search` finds cases, people, projects and lines."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from application.files.mining import Format
from application.queries import analysis, mining, searching
from application.queries.analysis import Analysis
from cli.context import Context, everywhere, run
from cli.queries import Instant
from cli.reader import acting
from cli.render import columned
from domain.kernel.events import title_of
from runtime.translations import catalogue, language


@click.command()
@click.argument("process", required=False)
@click.option("--all", "everything", is_flag=True, help="Cases of every process.")
@click.option("--format", "kind", type=click.Choice(["xes", "ocel", "csv"]), required=True, help="For which tool.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="Where to write it.")
@click.option("--unit", help="Only cases of this unit and those below it.")
@click.option("--since", type=Instant(), help="Only what was recorded at this time or later.")
@click.option("--until", type=Instant(), help="Only what was recorded before this time.")
@everywhere
def export(
    obj: Context,
    process: str | None,
    kind: Format,
    file: Path,
    unit: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    everything: bool,
) -> None:
    """Write the history of PROCESS, or of all, as the person behind --as may see it; people are pseudonyms else."""
    if everything == (process is not None):
        raise click.UsageError("Name one process, or --all.")
    query = mining.MiningQuery(process=process, unit=unit, since=since, until=until)

    async def work() -> dict[str, int]:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            return await mining.export(services, query, kind, file, reader=who)

    counts = run(work())
    answer = {"file": str(file), "format": kind, **counts}
    _ = catalogue().gettext
    line = _("{events} events of {cases} cases in {file}")
    obj.emit(answer, lambda: click.echo(line.format(**answer)))


@click.command()
@click.argument("process")
@click.option("--unit", help="Only cases of this unit and those below it.")
@everywhere
def analyse(obj: Context, process: str, unit: str | None) -> None:
    """Tell what the log says of PROCESS: variants, times of steps, rework, load, and when open cases end."""

    async def work() -> Analysis:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            return await analysis.analyse(services, process, unit=unit, now=datetime.now(UTC), reader=who)

    found = run(work())
    obj.emit(found.model_dump(mode="json"), lambda: _shown(obj.out, found))


def _shown(out: Console, found: Analysis) -> None:
    _ = catalogue().gettext
    hours = _("{hours} h")
    out.print(_("{cases} cases of {process}, {closed} of them over").format(**found.model_dump()))
    table = columned(_("cases"), _("hours"), _("way"))
    for way in found.variants[:10]:
        table.add_row(str(way.cases), hours.format(hours=way.hours), " → ".join(title_of(type_) for type_ in way.way))
    out.print(table)
    table = columned(_("step"), _("count"), _("waiting"), _("working"))
    for step in found.steps:
        table.add_row(step.step, str(step.count), hours.format(hours=step.waiting), hours.format(hours=step.working))
    out.print(table)
    table = columned(_("person"), _("decided"), _("open"), _("hours"), _("never no"))
    for one in found.load:
        table.add_row(one.person, str(one.decided), str(one.open), hours.format(hours=one.hours), "●" * one.never_no)
    out.print(table)
    table = columned(_("case"), _("early"), _("likely"), _("late"))
    for each in found.forecasts:
        table.add_row(each.case, *(f"{day:%Y-%m-%d}" for day in (each.early, each.likely, each.late)))
    out.print(table)
    said = _("Forecasts of {cases} cases that were held back: {within} lay within, the median miss is {miss_hours} h")
    out.print(said.format(**found.tried.model_dump()))


@click.command()
@click.argument("text")
@everywhere
def search(obj: Context, text: str) -> None:
    """Find what has TEXT in its title, name, id or content, as the person behind --as may see it."""

    async def work() -> list[dict[str, Any]]:
        async with obj.services() as services:
            who = (await acting(obj, services)).person
            hits = await searching.search(services, text, reader=who, language=language())
            return [hit.model_dump(mode="json") for hit in hits]

    rows = run(work())
    obj.emit(rows, lambda: _print(obj.out, rows))


def _print(out: Console, rows: list[dict[str, Any]]) -> None:
    _ = catalogue().gettext
    if not rows:
        out.print(_("Nothing that you may see has these words."))
        return
    kinds = {
        "case": _("Case"),
        "project": _("Project"),
        "person": _("Person"),
        "line": _("Budget line"),
        "objective": _("Objective"),
    }
    table = columned(_("What"), _("Id"), _("Title"))
    for row in rows:
        table.add_row(kinds[row["kind"]], row["id"], row["title"])
    out.print(table)


COMMANDS = [analyse, export, search]
