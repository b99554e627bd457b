"""Commands about cases: start, preview, inbox, decide, do, commands, show, timeline, cases."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from cli import render
from cli.context import Context, everywhere, run
from domain.kernel.errors import Refused
from domain.kernel.payloads import payload_model
from domain.processes import PROCESSES
from edge import compose, reading
from edge.door import Door, process_named
from files.document import Located, read_document

FILE = click.Path(path_type=Path)


class Instant(click.ParamType[datetime]):
    """A time as ISO 8601; without a zone it is the reader's own."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-11-23 or 2026-11-23T14:30+07:00", param, ctx)


@dataclass(frozen=True)
class Given:
    """The payload as typed: the file first, then each --set on top."""

    payload: dict[str, Any]
    document: Located | None


def _given(file: Path | None, pairs: tuple[str, ...]) -> Given:
    document = read_document(file) if file else None
    payload = dict(document.data) if document and isinstance(document.data, dict) else {}
    if document and not isinstance(document.data, dict):
        raise Refused("bad-file", "{file}: should be a mapping of names to values.", file=str(file))
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad-set", "Write --set as name=value; {pair} has no '='.", pair=pair[:80])
        compose.put(payload, name, value)
    return Given(payload, document)


@click.command()
@click.argument("process")
@click.option("--file", type=FILE, help="The content of the first command (YAML or JSON).")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE")
@click.option("--id", "case", help="The id of the case; made up if left out.")
@click.option("--command-id", type=UUID, help="Repeating a command with the same id does it once.")
@everywhere
def start(
    obj: Context, process: str, file: Path | None, pairs: tuple[str, ...], case: str | None, command_id: UUID | None
) -> None:
    """Start a case of PROCESS."""
    given = _given(file, pairs)

    async def work() -> dict[str, Any]:
        async with obj.door(temporal=True) as door:
            actor = await _actor(obj, door)
            made = await compose.start(
                door, process, given.payload, actor, case=case, command_id=command_id, document=given.document
            )
            return await compose.sent(door, made, start=True)

    _acknowledged(obj, run(work()))


@click.command()
@click.argument("process")
@click.option("--file", type=FILE)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE")
@everywhere
def preview(obj: Context, process: str, file: Path | None, pairs: tuple[str, ...]) -> None:
    """Who would have to decide this, and by when."""
    given = _given(file, pairs)

    async def work() -> None:
        async with obj.door() as door:
            steps = await compose.preview(
                door, process, given.payload, await _actor(obj, door), document=given.document
            )
            people = await door.people.names({p for step in steps for p in step.assignees})
            obj.emit(steps, lambda: render.preview(obj.out, steps, people))

    run(work())


@click.command()
@everywhere
def inbox(obj: Context) -> None:
    """What waits for a person."""

    async def work() -> None:
        async with obj.door() as door:
            person = (await _actor(obj, door)).person
            rows = await reading.inbox(door, person)
            obj.emit(rows, lambda: render.inbox(obj.out, rows))

    run(work())


@click.command()
@click.argument("task")
@click.argument("outcome")
@click.option("--comment", help="Needed to reject or return.")
@click.option("--field", "fields", multiple=True, help="With return: a field that must change; may be repeated.")
@click.option("--command-id", type=UUID)
@everywhere
def decide(
    obj: Context, task: str, outcome: str, comment: str | None, fields: tuple[str, ...], command_id: UUID | None
) -> None:
    """Decide TASK: approve, reject or return."""
    payload: dict[str, Any] = {"task": task, "outcome": outcome, "fields": list(fields)}
    if comment is not None:
        payload["comment"] = comment
    case = task.rpartition(".")[0] or task
    _acknowledged(obj, run(_send(obj, case, "decide", Given(payload, None), command_id)))


@click.command()
@click.argument("case")
@click.argument("command")
@click.option("--file", type=FILE)
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE")
@click.option("--command-id", type=UUID)
@everywhere
def do(
    obj: Context, case: str, command: str, file: Path | None, pairs: tuple[str, ...], command_id: UUID | None
) -> None:
    """Send any other command of the process to CASE."""
    _acknowledged(obj, run(_send(obj, case, command, _given(file, pairs), command_id)))


async def _send(obj: Context, case: str, command: str, given: Given, command_id: UUID | None) -> dict[str, Any]:
    async with obj.door(temporal=True) as door:
        actor = await _actor(obj, door)
        made = await compose.command(
            door, case, command, given.payload, actor, command_id=command_id, document=given.document
        )
        return await compose.sent(door, made, start=False)


@click.command()
@click.argument("process")
@everywhere
def commands(obj: Context, process: str) -> None:
    """The commands of PROCESS with their JSON schemas."""
    found = process_named(PROCESSES, process)
    schemas = {name: payload_model(found, name).model_json_schema() for name in sorted(found.commands)}
    listed = [{"command": name, "start": name in found.start, "schema": schema} for name, schema in schemas.items()]
    obj.emit(listed, lambda: render.commands(obj.out, listed))


@click.command()
@click.argument("case")
@click.option("--as-of", type=Instant(), help="As it was known at this time.")
@everywhere
def show(obj: Context, case: str, as_of: datetime | None) -> None:
    """Where CASE stands."""

    async def work() -> None:
        async with obj.door() as door:
            reader = (await _actor(obj, door)).person if obj.who else None
            shown = await reading.show(door, case, as_of=as_of, reader=reader)
            names = await door.people.names({p for task in shown["tasks"] for p in task["assignees"]})
            obj.emit(shown, lambda: render.case(obj.out, shown, names))

    run(work())


@click.command()
@click.argument("case")
@click.option("--as-of", type=Instant())
@everywhere
def timeline(obj: Context, case: str, as_of: datetime | None) -> None:
    """Every event of CASE, oldest first."""

    async def work() -> None:
        async with obj.door() as door:
            reader = (await _actor(obj, door)).person if obj.who else None
            rows = await reading.timeline(door, case, as_of=as_of, reader=reader)
            names = await door.people.names({row["actor"] for row in rows})
            obj.emit(rows, lambda: render.timeline(obj.out, rows, names))

    run(work())


@click.command()
@click.option("--process")
@click.option("--open", "open_only", is_flag=True, help="Only cases that are not finished.")
@everywhere
def cases(obj: Context, process: str | None, open_only: bool) -> None:
    """The cases."""

    async def work() -> None:
        async with obj.door() as door:
            rows = await reading.cases(door, process=process, open_only=open_only)
            obj.emit(rows, lambda: render.cases(obj.out, rows))

    run(work())


async def _actor(obj: Context, door: Door) -> compose.Actor:
    person = await door.people.resolve(obj.person_text())
    return compose.Actor(person=person, channel="cli", authenticated=obj.authenticated)


def _acknowledged(obj: Context, ack: dict[str, Any]) -> None:
    again = " (already done: the first result)" if ack["repeated"] else ""
    obj.emit(ack, lambda: obj.out.print(f"{ack['case']}: version {ack['version']}, position {ack['position']}{again}"))


COMMANDS = [start, preview, inbox, decide, do, commands, show, timeline, cases]
