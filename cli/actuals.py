"""`signoff actuals import` takes what was booked elsewhere."""

from pathlib import Path
from typing import Any

import click

from application.commands.actuals import import_actuals
from cli.context import Context, everywhere, run
from cli.reader import acting
from runtime.translations import catalogue

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def actuals() -> None:
    """What was booked in other books."""


@actuals.command("import")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, help="YAML: the header of each field, fixed values, lines by name.")
@click.option("--plan", is_flag=True, help="Say what would be booked, and every wrong row; change nothing.")
@everywhere
def import_(obj: Context, file: Path, map_file: Path | None, *, plan: bool) -> None:
    """Book the rows of FILE (CSV or XLSX): all or none, each document number once, ever."""

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            return await import_actuals(services, file, await acting(obj, services), map_file=map_file, plan=plan)

    told = run(work())
    _ = catalogue().gettext
    said = _("{rows} rows of {file} would be booked") if plan else _("{rows} rows of {file} are booked")
    lines = [said.format(**told), *(f"  {line}: {amount}" for line, amount in told["totals"].items())]
    obj.emit(told, lambda: click.echo("\n".join(lines)))


COMMANDS = [actuals]
