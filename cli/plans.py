"""`signoff project-plan`: a plan from and to the planner's own program."""

from pathlib import Path
from typing import Any

import click

from application.commands import compose
from application.files.plans import read_plan, read_plan_map, write_plan
from application.visibility import look
from cli.context import Context, everywhere, run
from cli.reader import acting
from domain.kernel.errors import Refused
from domain.projects.delivery.state import ProjectState
from runtime.translations import catalogue

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("project-plan")
def project_plan() -> None:
    """The plan of a project as a file: CSV, XLSX, or XML of Microsoft Project."""


@project_plan.command("import")
@click.argument("case")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, help="YAML: the header of each field, values, ids of people by name.")
@click.option("--plan", is_flag=True, help="Say what it would be, and every wrong row; change nothing.")
@everywhere
def import_(obj: Context, case: str, file: Path, map_file: Path | None, *, plan: bool) -> None:
    """Make FILE the plan of the project CASE."""
    activities = read_plan(file, read_plan_map(map_file))

    async def work() -> dict[str, Any]:
        async with obj.services(temporal=True) as services:
            actor = await acting(obj, services)
            made = await compose.command(services, case, "set-plan", {"activities": activities}, actor)
            return await compose.sent(services, made, start=False)

    told = {"activities": activities} if plan else run(work())
    said = catalogue().gettext(
        "{count} activities are in {file}" if plan else "{count} activities of {file} are the plan"
    )
    obj.emit(told, lambda: click.echo(said.format(count=len(activities), file=file.name)))


@project_plan.command("export")
@click.argument("case")
@click.option("--out", type=FILE, required=True, help="A file that ends in .csv, .xlsx or .xml.")
@everywhere
def export(obj: Context, case: str, out: Path) -> None:
    """Write the plan of the project CASE as it stands."""

    async def work() -> ProjectState:
        async with obj.services() as services:
            who = await services.people.resolve(obj.who) if obj.who else None
            seen = await look(services, case, who)
            if (
                not isinstance(seen.state, ProjectState)
                or not seen.sees_anything
                or seen.redactor.visibility.row == "task"
            ):
                raise Refused("no-plan", "Case {case} has no plan that you may see.", case=case[:120])
            return seen.state

    state = run(work())
    activities = [one.activity for one in state.works.values() if not one.cancelled]
    write_plan(out, activities, state.the_charter.title)
    obj.emit({"file": str(out), "activities": len(activities)}, lambda: click.echo(str(out)))


COMMANDS = [project_plan]
