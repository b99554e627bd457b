"""`signoff balance` says what is left on a budget line, `signoff ledger export` writes all that moved."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from application.queries import balances
from cli.context import Context, everywhere, run
from cli.queries import AS_OF
from cli.reader import acting
from cli.render import columned
from domain.kernel.ledger import Account
from runtime.translations import catalogue


@click.command()
@click.argument("line")
@click.option("--period", help="A year or a month, for example 2027 or 2027-03; this year if left out.")
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="Only what counts from this day or before.")
@AS_OF
@everywhere
def balance(obj: Context, line: str, period: str | None, effective: datetime | None, as_of: datetime | None) -> None:
    """Show what is planned, available, reserved, committed and spent on LINE."""
    day: date | None = effective.date() if effective else None

    async def work() -> dict[str, Any]:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            return await balances.balance(services, line, period=period, as_of=as_of, effective=day, reader=who)

    told = run(work())
    obj.emit(told, lambda: _print(obj.out, told))


def _print(out: Console, told: dict[str, Any]) -> None:
    _ = catalogue().gettext
    names = {
        Account.PLAN: _("Plan"),
        Account.TRANSFERRED: _("From other lines"),
        Account.CARRIED: _("From other years"),
        Account.AVAILABLE: _("Available"),
        Account.RESERVED: _("Reserved"),
        Account.COMMITTED: _("Committed"),
        Account.ACTUAL: _("Actual"),
    }
    table = columned(f"{told['line']} {told['period']}", str(told["currency"] or ""))
    for account, name in names.items():
        amount = told[account.value]
        none = (
            _("no plan") if account in (Account.PLAN, Account.AVAILABLE) and told["plan"] is None else _("not for you")
        )
        table.add_row(name, none if amount is None else f"{amount}")
    out.print(table)


@click.group()
def ledger() -> None:
    """The ledger as a whole."""


@ledger.command()
@click.option("--format", "kind", type=click.Choice(["beancount", "csv"]), required=True, help="For which book-keeper.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="Where to write it.")
@everywhere
def export(obj: Context, kind: Literal["beancount", "csv"], file: Path) -> None:
    """Write every transfer; the text for beancount also says what each account must hold."""

    async def work() -> int:
        async with obj.services() as services:
            return await balances.export(services, kind, file)

    count = run(work())
    answer = {"file": str(file), "format": kind, "transfers": count}
    obj.emit(answer, lambda: click.echo(f"{count} transfers in {file}"))


COMMANDS = [balance, ledger]
