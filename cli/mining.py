"""`signoff export` writes the history for process mining, `signoff search` finds cases, people, projects and lines."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from application.files.mining import Format
from application.queries import mining, searching
from cli.context import Context, everywhere, run
from cli.queries import Instant
from cli.reader import acting
from cli.render import columned
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
@click.argument("text")
@everywhere
def search(obj: Context, text: str) -> None:
    """Find what has TEXT in its title, name or id, as the person behind --as may see it."""

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
    kinds = {"case": _("Case"), "project": _("Project"), "person": _("Person"), "line": _("Budget line")}
    table = columned(_("What"), _("Id"), _("Title"))
    for row in rows:
        table.add_row(kinds[row["kind"]], row["id"], row["title"])
    out.print(table)


COMMANDS = [export, search]
