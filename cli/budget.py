"""`signoff report budget`: what is planned, bound, spent and free, on the screen or as a file for spreadsheets."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from application.files.sheet import write_table
from application.queries.process_reports import report
from cli.context import Context, everywhere, run
from cli.queries import AS_OF
from cli.reader import acting
from cli.render import columned
from domain.money.budget.report import BudgetReport, BudgetRow
from runtime.translations import catalogue

COLUMNS = tuple(BudgetRow.model_fields)


@click.command("budget")
@click.option("--year", required=True, help="For example 2027.")
@click.option("--unit", help="Only this unit and those below it.")
@click.option("--out", "file", type=click.Path(path_type=Path), help="Write it to a file that ends in .csv or .xlsx.")
@AS_OF
@everywhere
def budget(obj: Context, year: str, unit: str | None, file: Path | None, as_of: datetime | None) -> None:
    """Report the budgets in force, as the person behind --as may see them."""

    async def work() -> tuple[BudgetReport, dict[str, Any]]:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            asked = {"year": year, "unit": unit}
            body, frozen = await report(services, "budget", asked, as_of=as_of, reader=who)
            assert isinstance(body, BudgetReport)
            return body, frozen.model_dump(mode="json")

    body, frozen = run(work())
    if file is not None:
        count = write_table(file, COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in body.rows))
        obj.emit({"file": str(file), "rows": count}, lambda: click.echo(f"{count} rows in {file}"))
        return
    obj.emit({"report": body.model_dump(mode="json"), "frozen": frozen}, lambda: _print(obj.out, body))


def _print(out: Console, body: BudgetReport) -> None:
    _ = catalogue().gettext
    table = columned(
        _("Budget line"), _("Period"), _("Plan"), _("Reserved"), _("Committed"), _("Actual"), _("Forecast"),
        _("Available"),
    )  # fmt: skip
    for row in body.rows:
        amounts = (row.plan, row.reserved, row.committed, row.actual, row.forecast, row.available)
        table.add_row(row.line, row.period, *("–" if each is None else f"{each:,f}" for each in amounts))
    out.print(table)
