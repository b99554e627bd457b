"""Commands that set up the office: org import, policy check, policy publish, policy trial."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from application.administration import office
from application.administration.exporting import exported
from application.files.hr_table import read_hr_map
from application.files.policy import policy_schema, read_policy
from application.queries import impact as impacts
from application.queries import policies as edge_policies
from application.queries import trial as past
from application.queries.impact import Impact
from application.services import Services
from cli import leaving, policy_table, registers
from cli import trial as shown
from cli.context import Context, everywhere, run
from cli.queries import AS_OF, Instant
from cli.reader import reader
from domain.kernel.policy import Policy
from domain.organisation.policy_checks import not_in_use
from domain.processes import NEEDS
from runtime.translations import language

FILE = click.Path(path_type=Path)


@click.group()
def org() -> None:
    """The organisation: people, units, roles, limits."""


@org.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--plan", "planned", is_flag=True, help="Change nothing: list all differences and all wrong rows.")
@click.option("--map", "map_", type=FILE, help="Which header each field has, for CSV and XLSX (docs/organisation.md).")
@click.option("--complete", is_flag=True, help="The files name everybody: list who works here and is not in them.")
@click.option("--skip-bad", is_flag=True, help="Take the good rows; the others are listed.")
@click.option("--same-person", multiple=True, help="This person's lone name was corrected; give it for each.")
@everywhere
def import_(
    obj: Context, files: tuple[Path, ...], *, planned: bool, map_: Path | None, complete: bool, skip_bad: bool,
    same_person: tuple[str, ...],
) -> None:  # fmt: skip
    """Import FILES (YAML, CSV, XLSX) as one: only what differs becomes an event."""
    ask = office.Ask(
        hr=read_hr_map(map_) if map_ else None, complete=complete, skip_bad=skip_bad, same=frozenset(same_person)
    )

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            if planned:
                return (await office.plan_organisation(services, files, today=_today(), ask=ask)).told()
            actor = await _actor(obj, services)
            return await office.import_organisation(services, files, actor=actor, today=_today(), ask=ask)

    done = run(work())
    obj.emit(done, lambda: _planned(done) if planned else _imported(done))


def _planned(told: dict[str, Any]) -> None:
    for name, people in told["people"].items():
        click.echo(f"{name}: {len(people)}" + (f" ({', '.join(people)})" if people else ""))
    click.echo(f"unresolved managers: {len(told['unresolved'])}")
    for change in told["changes"]:
        click.echo(f"{change['change']}: {change['id']} {change.get('effective', '')}".rstrip())
    _problems(told["problems"])
    click.echo(f"{len(told['changes'])} changes, {len(told['problems'])} problems; nothing was recorded")


def _imported(done: dict[str, Any]) -> None:
    moved = f", {done['due_times']} tasks due later for a new holiday" if done.get("due_times") else ""
    click.echo(f"imported: {done['events']} events, {done['people']} people{moved}")
    for unit, held in done.get("still_in", {}).items():
        click.echo("\n".join(f"still in {unit}: {what}" for what in held))
    for person in done.get("missing", ()):
        click.echo(f"not in the files: {person}; if they left: signoff org leave {person}")
    _problems(done.get("skipped", ()))


def _problems(problems: Sequence[dict[str, Any]]) -> None:
    for one in problems:
        place = ", ".join(str(part) for part in (one["file"], one["row"], one["column"]) if part)
        click.echo(f"{place}: {one['message']}")


@org.command("export")
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--format", "format_", type=click.Choice(["yaml", "csv", "xlsx"]), default="yaml", show_default=True)
@everywhere
def export(obj: Context, folder: Path, format_: str) -> None:
    """Write the organisation to a folder in the shape that import reads; importing it changes nothing."""

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            return {"files": [str(path) for path in await exported(services, folder, format_)]}

    done = run(work())
    obj.emit(done, lambda: click.echo("\n".join(done["files"])))


@click.group()
def policy() -> None:
    """Approval routes, limits and ladders."""


@policy.command()
@click.argument("file", type=FILE)
@everywhere
def check(obj: Context, file: Path) -> None:
    """Check FILE against the organisation without publishing it."""

    async def work() -> list[str]:
        async with obj.services() as services:
            found = await office.check_policy(services, read_policy(file), NEEDS, today=_today())
            return not_in_use(found, NEEDS)

    unused = run(work())
    obj.emit({"ok": True} | ({"not_in_use": unused} if unused else {}), lambda: _checked(unused))


@policy.command()
@click.argument("file", type=FILE)
@everywhere
def publish(obj: Context, file: Path) -> None:
    """Publish FILE as the next version. Open cases keep the version they were submitted under."""

    async def work() -> int:
        async with obj.services() as services:
            return await office.publish_policy(services, file, NEEDS, actor=await _actor(obj, services), today=_today())

    version = run(work())
    obj.emit({"version": version}, lambda: click.echo(f"policy version {version} is in force"))


@policy.command()
@click.argument("which", required=False)
@click.option("--unit", help="Name the people whom cases of this unit ask, before anybody is excluded.")
@AS_OF
@everywhere
def show(obj: Context, which: str | None, unit: str | None, as_of: datetime | None) -> None:
    """Show the policy in force as tables, or WHICH: a version or a file. Rows are cases, columns are steps."""

    async def work() -> None:
        async with obj.services() as services:
            wanted, day = _version_or_file(which), (as_of or datetime.now(UTC)).date()
            found = await edge_policies.tables(services, wanted, language(), unit=unit, today=day, as_of=as_of)
            told = {"routes": [each.model_dump(mode="json") for each in found]}
            shown_to = await reader(obj, services, told)
            obj.emit(told, lambda: policy_table.tables(obj.out, found, shown_to))

    run(work())


@policy.command()
@everywhere
def schema(obj: Context) -> None:
    """Print the JSON schema of policy files, for editors that complete and mark them. `check` sees much more."""
    found = policy_schema()
    obj.emit(found, lambda: click.echo(json.dumps(found, indent=2)))


def _version_or_file(which: str | None) -> int | Policy | None:
    if which is None or which.isdecimal():
        return int(which) if which else None
    return read_policy(Path(which)).policy


@policy.command()
@click.argument("file", type=FILE)
@click.option("--since", type=Instant(), required=True, help="Submissions from this time on, for example 2026-01-01.")
@click.option("--until", type=Instant(), help="Submissions before this time.")
@click.option("--process", help="Only submissions of this process.")
@everywhere
def trial(obj: Context, file: Path, since: datetime, until: datetime | None, process: str | None) -> None:
    """List the past submissions that FILE would have routed differently. Nothing is recorded."""

    async def work() -> None:
        async with obj.services() as services:
            window = past.Window(since, until, process)
            who = await services.people.resolve(obj.who) if obj.who else None
            told = (await past.trial(services, file, NEEDS, window, today=_today(), reader=who)).told()
            shown_to = await reader(obj, services, told)
            obj.emit(told, lambda: shown.trial(obj.out, told, shown_to))

    run(work())


@policy.command()
@click.argument("file", type=FILE, required=False)
@everywhere
def impact(obj: Context, file: Path | None) -> None:
    """List what FILE would change for open cases, what would be decided anew, and the way back; without FILE, which
    open cases these programs see otherwise than those before. Nothing is recorded.
    """

    async def work() -> Impact:
        async with obj.services() as services:
            who = await services.people.resolve(obj.who) if obj.who else None
            now = datetime.now(UTC)
            return await impacts.impact(services, file, NEEDS, today=_today(), now=now, reader=who)

    found = run(work())
    obj.emit(found.model_dump(mode="json"), lambda: _impact(found))


def _impact(found: Impact) -> None:
    for one in found.touched:
        click.echo(
            f"{one.case}: {one.stage}" + (f", shown as {one.shown}" if one.shown not in (None, one.stage) else "")
        )
        for change in one.changes:
            click.echo(f"  {change.step} {change.what}")
        for lost in one.lost:
            click.echo(f"  decided anew: {lost.step}, {lost.outcome} by {lost.by}")
        if one.refused:
            click.echo(f"  refused: {one.refused}")
    for case in found.unreadable:
        click.echo(f"{case}: has events that these programs cannot read")
    click.echo(f"{len(found.touched)} of {found.open} open cases are touched. Way back: {found.back}")


def _checked(unused: Sequence[str]) -> None:
    click.echo("the policy fits the organisation")
    for process in unused:
        click.echo(f"not in use: {process} (no routes here, so nobody can start one; its page in docs/ shows some)")


async def _actor(obj: Context, services: Services) -> str:
    """The person behind --as; before anyone is imported, the operator's system user."""
    return await services.people.resolve(obj.who) if obj.who else obj.authenticated


def _today() -> date:
    return datetime.now(UTC).date()


org.add_command(leaving.leave)
org.add_command(leaving.move)
org.add_command(registers.skill)
COMMANDS = [org, policy]
