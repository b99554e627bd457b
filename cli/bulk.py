"""The command that decides many tasks: one answer for each, so that a refusal among hundreds is not lost."""

from typing import Any
from uuid import UUID, uuid4

import click
from rich.table import Table

from application.commands.bulk import Result, decide_many
from cli.cases import ONCE
from cli.context import Context, everywhere, run
from cli.reader import acting
from cli.render import columned
from runtime.translations import catalogue

REFUSED, FAILED = 2, 1


@click.command("decide-many")
@click.argument("outcome")
@click.argument("tasks", nargs=-1, required=True)
@click.option("--comment", help="Why; needed to reject. The same for all.")
@ONCE
@everywhere
def decide_many_command(
    obj: Context, outcome: str, tasks: tuple[str, ...], comment: str | None, command_id: UUID | None
) -> int:
    """Decide many TASKS with one OUTCOME; each gets its own answer.

    Ends with 0 if all were decided, 2 if any was refused, 1 if any is not known.
    """

    async def work() -> list[Result]:
        async with obj.services() as services:
            actor = await acting(obj, services)
            return await decide_many(services, tasks, outcome, actor, comment=comment, command_id=command_id or uuid4())

    results = run(work())
    obj.emit([_answer(result) for result in results], lambda: obj.out.print(_table(results)))
    if any(result.unconfirmed for result in results):
        return FAILED
    return REFUSED if any(result.refused for result in results) else 0


def _answer(result: Result) -> dict[str, Any]:
    if result.ack:
        return {"task": result.task, "decided": True, **result.ack.model_dump(mode="json")}
    why = result.refused or result.unconfirmed
    assert why is not None
    return {"task": result.task, "decided": False, "code": why.code, "message": why.message}


def _table(results: list[Result]) -> Table:
    """The refused ones first: they are what someone must look at."""
    _ = catalogue().gettext
    table = columned(_("Task"), _("Decided"), _("Why not"))
    for result in sorted(results, key=lambda result: result.ack is not None):
        why = result.refused or result.unconfirmed
        table.add_row(result.task, _("yes") if result.ack else _("no"), why.message if why else "")
    return table


COMMANDS = [decide_many_command]
