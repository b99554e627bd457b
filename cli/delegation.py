"""Commands for standing in and for stopping: delegate, out-of-office, delegation, delegations, freeze-unit and back."""

from typing import Any
from uuid import UUID

import click
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from application.administration import delegations as administration
from application.administration.delegations import Asked
from application.employees import employee
from cli.cases import ONCE
from cli.context import Context, everywhere, run
from cli.queries import AS_OF
from cli.reader import Reader, acting, reader
from cli.render import columned
from domain.kernel.delegation import Scope
from domain.kernel.errors import Refused
from domain.kernel.showing.redaction import readable
from domain.kernel.values.money import Money
from runtime.translations import catalogue

TO = click.option("--to", "delegate", required=True, metavar="PERSON", help="Who stands in.")
FOR = click.option("--for", "principal", metavar="PERSON", help="Whose tasks, if not one's own.")
FROM = click.option("--from", "start", required=True, metavar="TIME", help="Its first moment, for example 2026-11-23.")
UNTIL = click.option("--until", "end", required=True, metavar="TIME", help="The first moment it no longer holds.")
REASON = click.option("--reason", default="", help="Why.")


@click.command()
@TO
@FOR
@FROM
@UNTIL
@click.option("--process", "processes", multiple=True, help="Only cases of this process; may be repeated.")
@click.option("--unit", "units", multiple=True, help="Only cases of this unit and below; may be repeated.")
@click.option("--up-to", metavar="MONEY", help='Only matters up to this amount, for example "100000 THB".')
@REASON
@ONCE
@everywhere
def delegate(
    obj: Context,
    principal: str | None,
    processes: tuple[str, ...],
    units: tuple[str, ...],
    up_to: str | None,
    command_id: UUID | None,
    **asked: str,
) -> None:
    """Let someone stand in for the person behind --as.

    They see and do the tasks open now, those of groups, and those to come.
    """
    scope = Scope(processes=processes, units=units, up_to=_money(up_to))
    _granted(obj, principal, command_id, scope=scope, **asked)


@click.command("out-of-office")
@TO
@FOR
@FROM
@UNTIL
@REASON
@ONCE
@everywhere
def out_of_office(obj: Context, principal: str | None, command_id: UUID | None, **asked: str) -> None:
    """Say when the person behind --as is away, and who stands in."""
    _granted(obj, principal, command_id, out_of_office=True, **asked)


@click.group()
def delegation() -> None:
    """One delegation."""


@delegation.command()
@click.argument("name", metavar="ID")
@REASON
@ONCE
@everywhere
def revoke(obj: Context, name: str, reason: str, command_id: UUID | None) -> None:
    """End the delegation ID at once. What was done under it stays."""

    async def work() -> None:
        async with obj.services() as services:
            actor = await acting(obj, services)
            row = await administration.revoke(services, name, actor, reason=reason, command_id=command_id)
            shown_to = await reader(obj, services, row)
            obj.emit(row, lambda: _delegations(obj.out, [row], shown_to))

    run(work())


@click.command()
@click.option("--report", is_flag=True, help="With what was done under each.")
@AS_OF
@everywhere
def delegations(obj: Context, *, report: bool, as_of: Any) -> None:
    """List delegations, with --as those of one person."""

    async def work() -> None:
        async with obj.services() as services:
            person = (await acting(obj, services)).person if obj.who else None
            rows = await administration.delegations(services, person, report=report, as_of=as_of)
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: _delegations(obj.out, rows, shown_to))

    run(work())


def _stopping(function: Any) -> Any:
    for option in (
        click.argument("unit"),
        click.option("--process", required=True, help="The kind of cases."),
        click.option("--reason", required=True, help="Why; the people whose cases stop or go on will read it."),
    ):
        function = option(function)
    return function


@click.command("freeze-unit")
@_stopping
@everywhere
def freeze_unit(obj: Context, unit: str, process: str, reason: str) -> None:
    """Stop every open case of a process in UNIT and below it; none can be started there until it is released."""
    _stopped(obj, "freeze_unit", unit, process, reason)


@click.command("unfreeze-unit")
@_stopping
@everywhere
def unfreeze_unit(obj: Context, unit: str, process: str, reason: str) -> None:
    """Release UNIT: what the freeze held goes on, what people put on hold does not."""
    _stopped(obj, "release_unit", unit, process, reason)


def _stopped(obj: Context, name: str, unit: str, process: str, reason: str) -> None:
    from application.administration import freezing  # noqa: PLC0415 - it brings the SDK along, others here do not need it

    async def work() -> dict[str, Any]:
        async with obj.services(temporal=True) as services:
            change = getattr(freezing, name)
            told: dict[str, Any] = await change(services, unit, process, reason, await acting(obj, services))
            return told

    told = run(work())
    _ = catalogue().gettext
    done = told.get("held", told.get("released", []))
    obj.emit(told, lambda: click.echo("\n".join([_("{count} cases").format(count=len(done)), *_failures(told)])))
    if told["failed"]:
        raise click.exceptions.Exit(1)


def _failures(told: dict[str, Any]) -> list[str]:
    return [f"{each['case']} ({each['code']}): {each['message']}" for each in map(readable, told["failed"])]


def _granted(obj: Context, principal: str | None, command_id: UUID | None, *, delegate: str, **asked: Any) -> None:
    async def work() -> None:
        async with obj.services() as services:
            actor = await acting(obj, services)
            whose = await employee(services, principal) if principal else actor.person
            wish = Asked(principal=whose, delegate=await employee(services, delegate), **asked)
            row = await administration.grant(services, wish, actor, command_id=command_id)
            shown_to = await reader(obj, services, row)
            obj.emit(row, lambda: _delegations(obj.out, [row], shown_to))

    run(work())


def _money(text: str | None) -> Money | None:
    try:
        return Money.model_validate(text) if text else None
    except ValidationError:
        raise Refused(
            "bad-amount", "--up-to: write an amount and a currency, for example {example}.", example="100000 THB"
        ) from None


def _delegations(out: Console, rows: list[dict[str, Any]], shown_to: Reader) -> None:
    _ = catalogue().gettext
    if not rows:
        out.print(_("There are no delegations."))
        return
    table = columned(_("Delegation"), _("Who for whom"), _("From"), _("Until"))
    for row in rows:
        who = Text(_("{delegate} for {principal}").format(**_people(row, shown_to)))
        if row["out_of_office"]:
            who.append(f"\n{_('out of office')}", "dim")
        for each in row.get("done", ()):
            who.append(f"\n  {shown_to.when(each['at'])}  {each['task']}: {_(each['did'])}", "dim")
        until = row["revoked_at"] or row["until"]
        style = {"over": "dim", "active": "green"}.get(row["state"], "")
        table.add_row(Text(row["delegation"], style), who, shown_to.when(row["from"]), shown_to.when(until))
    out.print(table)


def _people(row: dict[str, Any], shown_to: Reader) -> dict[str, str]:
    return {name: shown_to.person(row[name]) for name in ("delegate", "principal")}


COMMANDS = [delegate, out_of_office, delegation, delegations, freeze_unit, unfreeze_unit]
