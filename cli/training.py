"""`signoff report training`: coverage, single points of failure, certificates that end, levels for the money."""

from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from application.queries.training import training
from cli.context import Context, everywhere, run
from cli.queries import AS_OF
from cli.reader import Reader, acting, reader
from cli.render import columned
from domain.people.training.report import TrainingReport
from runtime.translations import catalogue


def _(text: str) -> str:
    return catalogue().gettext(text)


@click.command("training")
@click.option("--unit", help="Only this unit and those below it.")
@AS_OF
@everywhere
def training_report(obj: Context, unit: str | None, as_of: datetime | None) -> None:
    """Report which skills are covered, which certificates end, and what training cost, as --as may see it."""

    async def work() -> None:
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            told = await training(services, unit=unit, as_of=as_of, reader=who)
            shown_to = await reader(obj, services, told.model_dump(mode="json"))
            obj.emit(told, lambda: _print(obj.out, told, shown_to))

    run(work())


def _print(out: Console, told: TrainingReport, shown_to: Reader) -> None:
    out.print(_coverage(told))
    for point in told.single_points:
        said = _("Only {person} can do {skill} in {unit}.")
        out.print(said.format(person=shown_to.people([point.person]), skill=point.skill, unit=point.unit))
    if told.endings or told.coming_rules:
        out.print(_endings(told, shown_to))
    for closed in told.closed:
        said = _("Courses completed: {count}; levels gained: {levels}; spent: {spent}; per level: {each}")
        out.print(
            said.format(count=closed.needs, levels=closed.levels, spent=closed.spent, each=closed.per_level or "–")
        )
    for due in told.repayments:
        said = _("{person} leaves on {day}: {amount} of the course in {case} would be paid back.")
        who = shown_to.people([due.person])
        out.print(said.format(person=who, day=due.leaves, amount=due.amount, case=due.case))


def _coverage(told: TrainingReport) -> Table:
    table = columned(_("Unit"), _("Skill"), _("Needed by"), _("Have it"), _("Only claim it"), _("Levels missing"))
    for row in told.coverage:
        missing = Text(str(row.gap), "red") if row.gap else Text("0")
        table.add_row(row.unit, row.skill, str(row.needed), str(row.covered), str(row.claimed), missing)
    return table


def _endings(told: TrainingReport, shown_to: Reader) -> Table:
    table = columned(_("Certificate"), _("Person"), _("Last day"), _("Roles it blocks"))
    for one in told.endings:
        day = Text(str(one.ends), "red" if one.expired else "")
        table.add_row(one.certificate, shown_to.people([one.person]), day, ", ".join(one.blocks))
    for hit in told.coming_rules:
        day = Text(_("{day} by a new rule").format(day=hit.then or "–"))
        table.add_row(hit.certificate, shown_to.people([hit.person]), day, "")
    return table
