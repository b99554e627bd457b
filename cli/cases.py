"""Commands that act on cases: start, preview, decide, do; and commands, which lists what one can do."""

from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import click

from application.commands import compose
from application.queries import reading
from application.queries.remarks import remarks
from application.services import Services, process_named
from cli import render
from cli.context import Context, everywhere, run
from cli.given import Given, content, given
from cli.reader import acting, reader
from domain.kernel.command import Command
from domain.kernel.commands import Outcome
from domain.kernel.payloads import payload_model
from domain.processes import PROCESSES
from domain.who_may_what import TABLES
from runtime.translations import catalogue

ONCE = click.option("--command-id", type=UUID, metavar="UUID", help="Repeating a command under its id does it once.")

OPENING = click.option("--command", "name", help="The command that opens the case, if PROCESS has several.")


@click.command()
@click.argument("process")
@content
@OPENING
@click.option("--id", "case", help="The id of the case; made up if left out.")
@ONCE
@everywhere
def start(
    obj: Context,
    process: str,
    file: Path | None,
    pairs: tuple[str, ...],
    name: str | None,
    case: str | None,
    command_id: UUID | None,
) -> None:
    """Start a case of PROCESS."""
    known = given(file, pairs, command=f"start {process}")

    async def work() -> dict[str, Any]:
        process_named(PROCESSES, process)
        async with obj.services(temporal=True) as services:
            actor = await acting(obj, services)
            made = await compose.start(
                services,
                process,
                known.payload,
                actor,
                name=name,
                case=case,
                command_id=command_id,
                document=known.document,
            )
            await _say_what_is_odd(obj, services, made)
            return await compose.sent(services, made, start=True)

    _acknowledged(obj, run(work()))


@click.command()
@click.argument("process")
@content
@OPENING
@everywhere
def preview(obj: Context, process: str, file: Path | None, pairs: tuple[str, ...], name: str | None) -> None:
    """Show who would have to decide, and by when."""
    known = given(file, pairs, command=f"preview {process}")

    async def work() -> None:
        async with obj.services() as services:
            actor = await acting(obj, services)
            steps = await compose.preview(services, process, known.payload, actor, name=name, document=known.document)
            made = await compose.start(services, process, known.payload, actor, name=name, document=known.document)
            await _say_what_is_odd(obj, services, made)
            rows = [step.model_dump(mode="json") for step in steps]
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: render.preview(obj.out, rows, shown_to))

    run(work())


@click.command(epilog=f"Outcomes: {', '.join(get_args(Outcome))}.")
@click.argument("task")
@click.argument("outcome")
@click.option("--comment", help="Why; needed to reject or return.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    help="With return: a field to correct; may be repeated. Left out: every field the step answers for.",
)
@ONCE
@everywhere
def decide(
    obj: Context, task: str, outcome: str, comment: str | None, fields: tuple[str, ...], command_id: UUID | None
) -> None:
    """Decide TASK with OUTCOME."""
    payload: dict[str, Any] = {"task": task, "outcome": outcome, "fields": list(fields)}
    if comment is not None:
        payload["comment"] = comment

    async def work() -> dict[str, Any]:
        async with obj.services(temporal=True) as services:
            actor = await acting(obj, services)
            filled = {}
            if outcome == "return" and not fields:
                filled["fields"] = await reading.answered_by(services, task, reader=actor.person)
            case = task.rpartition(".")[0] or task
            made = await compose.command(services, case, "decide", payload, actor, command_id=command_id, filled=filled)
            return await compose.sent(services, made, start=False)

    _acknowledged(obj, run(work()))


@click.command()
@click.argument("case")
@click.argument("command")
@content
@ONCE
@everywhere
def do(
    obj: Context, case: str, command: str, file: Path | None, pairs: tuple[str, ...], command_id: UUID | None
) -> None:
    """Send any other COMMAND of the process to CASE."""
    _acknowledged(obj, run(_send(obj, case, command, given(file, pairs, command=command), command_id)))


@click.command()
@click.argument("process")
@everywhere
def commands(obj: Context, process: str) -> None:
    """List the commands of PROCESS: schema, whether it opens a case, who may give it, in which stages (null: any)."""
    found = process_named(PROCESSES, process)
    listed = [
        {
            "command": name,
            "start": name in found.start,
            "opens": name in found.start,
            "by": [str(role) for role in TABLES[found.name][name]],
            "stages": ["new"] if name in found.start else found.possible_in.get(name),
            "schema": payload_model(found, name).model_json_schema(),
        }
        for name in sorted(set(found.commands) - compose.INTERNAL)
    ]
    obj.emit(listed, lambda: render.commands(obj.out, listed))


async def _send(obj: Context, case: str, command: str, known: Given, command_id: UUID | None) -> dict[str, Any]:
    async with obj.services(temporal=True) as services:
        actor = await acting(obj, services)
        made = await compose.command(
            services, case, command, known.payload, actor, command_id=command_id, document=known.document
        )
        return await compose.sent(services, made, start=False)


async def _say_what_is_odd(obj: Context, services: Services, made: Command) -> None:
    """Beside what is printed: it is allowed all the same."""
    odd = await remarks(services, made)
    told = await reader(obj, services, odd)
    for one in odd:
        click.echo(f"{catalogue().gettext('Note')}: {told.said(one)}", err=True)


def _acknowledged(obj: Context, ack: dict[str, Any]) -> None:
    _ = catalogue().gettext
    line = _("{case}: version {version}, position {position}")
    again = " " + _("(already done: the first result)") if ack["repeated"] else ""
    obj.emit(ack, lambda: click.echo(line.format(**ack) + again))


COMMANDS = [start, preview, decide, do, commands]
