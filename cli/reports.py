"""`signoff report NAME`: any report that a process defines, and how the cases of each process go."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from application.queries.process_reports import report as process_report
from application.queries.process_reports import reports_of
from application.queries.reports import process_report as cases_report
from cli import budget, registers
from cli.context import Context, everywhere, run
from cli.given import content, given
from cli.queries import AS_OF
from cli.reader import Reader, acting, reader
from cli.render import columned, words
from cli.tables import OUT, TABLE, write_report
from domain.kernel.showing.reporting import Funnel, Mark, ProcessReport, Span, Spread, UnitTable
from domain.kernel.values.message import Message
from domain.processes import PROCESSES
from runtime.translations import catalogue

DAY = click.DateTime(["%Y-%m-%d"])
NONE = "–"


def _(text: str) -> str:
    return catalogue().gettext(text)


_REPORTED = frozenset(name for name, process in PROCESSES.items() if not process.reads_recorded)
"""The processes that report their cases: of others nobody learns even how many there are (DIS-09)."""


class Reports(click.Group):
    """The reports that have a command of their own, all that processes define, and how the cases of each go."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *reports_of(PROCESSES), *_REPORTED})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if (own := super().get_command(ctx, name)) is not None:
            return own
        if name in reports_of(PROCESSES):
            return _of_process(name)
        return _of_cases(name) if name in _REPORTED else None


@click.group(cls=Reports, invoke_without_command=True)
@everywhere
def report(obj: Context) -> None:
    """Reports over many cases; without a name, their list."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        names = report.list_commands(ctx)
        obj.emit([{"report": name} for name in names], lambda: click.echo("\n".join(names)))


def _of_process(name: str) -> click.Command:
    """The command of a report that a process defines."""

    @click.command(name, help=catalogue().gettext(reports_of(PROCESSES)[name].title.id))
    @content
    @OUT
    @TABLE
    @AS_OF
    @everywhere
    def command(
        obj: Context,
        file: Path | None,
        pairs: tuple[str, ...],
        out: Path | None,
        table: str | None,
        as_of: datetime | None,
    ) -> None:
        async def work() -> None:
            async with obj.services() as services:
                asked = given(file, pairs, command=name).payload
                person = (await acting(obj, services)).person if obj.who else None
                body, frozen = await process_report(services, name, asked, as_of=as_of, reader=person)
                if out is not None:
                    write_report(obj, out, body, table)
                    return
                told = {"report": body.model_dump(mode="json"), "frozen": frozen.model_dump(mode="json")}
                obj.emit(told, lambda: click.echo(yaml.safe_dump(told["report"], allow_unicode=True, sort_keys=False)))

        run(work())

    return command


def _of_cases(process: str) -> click.Command:
    """The command that reports how the cases of a process go."""

    @click.command(process, help=_("Report how the cases of this process go, as the person behind --as may see it."))
    @click.option("--unit", help=_("Only this unit and those below it."))
    @click.option("--since", type=DAY, help=_("Times of cases raised on this day or later."))
    @click.option("--until", type=DAY, help=_("The same, raised on this day or before."))
    @OUT
    @TABLE
    @AS_OF
    @everywhere
    def command(
        obj: Context,
        unit: str | None,
        since: datetime | None,
        until: datetime | None,
        out: Path | None,
        table: str | None,
        as_of: datetime | None,
    ) -> None:
        async def work() -> None:
            async with obj.services() as services:
                told = await cases_report(
                    services,
                    process,
                    unit=unit,
                    since=since.date() if since else None,
                    until=until.date() if until else None,
                    as_of=as_of,
                    reader=(await acting(obj, services)).person if obj.who else None,
                )
                if out is not None:
                    write_report(obj, out, told, table)
                    return
                shown_to = await reader(obj, services, told.model_dump(mode="json"))
                obj.emit(told, lambda: _print(obj.out, told, shown_to))

        run(work())

    return command


def _print(out: Console, told: ProcessReport, shown_to: Reader) -> None:
    out.print(Text(_("{process}: {count} cases").format(process=words(told.process), count=told.cases), "bold"))
    out.print(_times(told))
    if told.reached is not None:
        out.print(_funnel(told.reached))
    for mark in told.marks:
        out.print(f"{_said(mark.label)}: {_value(mark)} ({_said(mark.note)})")
    if told.by_unit is not None:
        out.print(_by_unit(told.by_unit))
    if told.stages:
        out.print(_stages(told))
    if told.late:
        out.print(_late(told, shown_to))
    else:
        out.print(_("Nothing is late."))


def _said(message: Message) -> str:
    return _(message.id).format(**message.args)


def _value(mark: Mark) -> str:
    if mark.count is not None:
        return str(mark.count)
    return _part(mark.part) if mark.part is not None else _days(mark.span)


def _times(told: ProcessReport) -> Table:
    table = columned(_("Working days"), _("Number"), _("Median"), _("Nine of ten within"))
    for name, found in told.spreads:
        table.add_row(_said(name), str(found.count), *_spread(found))
    return table


def _funnel(told: Funnel) -> Table:
    table = columned(_said(told.head), _("Number"), _("Of those before"), _("Of all"))
    for step in told.steps:
        table.add_row(words(step.reached), str(step.count), _part(step.of_previous), _part(step.of_all))
    return table


def _by_unit(told: UnitTable) -> Table:
    table = columned(_("Unit"), *map(_said, told.heads))
    for unit, numbers in told.rows:
        table.add_row(unit, *map(str, numbers))
    return table


def _stages(told: ProcessReport) -> Table:
    table = columned(_("Stage"), _("Number"), _("Median"), _("Nine of ten within"), _("Oldest"))
    for row in told.stages:
        table.add_row(words(row.stage), str(row.count), *_spread(row.age), _days(row.oldest))
    return table


def _late(told: ProcessReport, shown_to: Reader) -> Table:
    table = columned(_("Task"), _("Unit"), _("Waits for"), _("Late by, working days"))
    for row in told.late:
        who: Sequence[str] = (shown_to.people(row.people), _("candidate") if row.outsiders else "")
        table.add_row(row.task, row.unit or "", ", ".join(filter(None, who)), Text(_days(row.late), "red"))
    return table


def _spread(found: Spread) -> tuple[str, str]:
    return _days(found.median), _days(found.p90)


def _days(found: Span | None) -> str:
    return NONE if found is None else f"{found.working_days:.1f}"


def _part(part: float | None) -> str:
    return NONE if part is None else f"{part:.0%}"


report.add_command(registers.job_descriptions)
report.add_command(budget.budget)
COMMANDS = [report]
