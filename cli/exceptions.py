"""`signoff exceptions`: overrides, refusals, escalations, stuck steps, holds and late decisions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from application.queries.exceptions import report
from application.wording.sentences import EXCEPTIONS
from cli.context import Context, everywhere, run
from cli.queries import Instant
from cli.reader import Reader, acting, reader
from cli.render import columned, words
from runtime.translations import catalogue

WEEK = timedelta(days=7)


@click.command()
@click.option("--since", type=Instant(), help="From this time on; a week ago if left out.")
@click.option("--as-of", type=Instant(), help="As it was known at this time, for example 2026-11-23T14:30+07:00.")
@click.option("--process", help="Only cases of this process.")
@everywhere
def exceptions(obj: Context, since: datetime | None, as_of: datetime | None, process: str | None) -> None:
    """Report what was out of the ordinary: overrides, refusals, escalations, stuck steps, holds, late decisions."""

    async def work() -> None:
        until = as_of or datetime.now(UTC)
        async with obj.services() as services:
            who = (await acting(obj, services)).person if obj.who else None
            rows = await report(services, since=since or until - WEEK, until=until, process=process, reader=who)
            shown_to = await reader(obj, services, rows)
            obj.emit(rows, lambda: _table(obj.out, rows, shown_to))

    run(work())


def _table(out: Console, rows: Sequence[Mapping[str, Any]], shown_to: Reader) -> None:
    _ = catalogue().gettext
    if not rows:
        out.print(_("There were no exceptions."))
        return
    table = columned(_("When"), _("What"), _("Case"), _("Who"))
    for row in rows:
        who = shown_to.people([row["by"], *row["people"]])
        case = "\n".join(part for part in (row["case"], row["task"] or row["step"]) if part)
        table.add_row(shown_to.when(row["at"]), _what(row, shown_to), case, who)
    out.print(table)


def _what(row: Mapping[str, Any], shown_to: Reader) -> Text:
    said = Text(catalogue().gettext(EXCEPTIONS[row["kind"]].id), "bold")
    if row["what"]:
        said.append(f": {words(row['what'])}", "not bold")
    if row["times"] > 1:
        said.append(f" ({row['times']}x)", "not bold")
    if row["reason"]:
        said.append(f"\n{shown_to.text(row['reason'])}", "not bold dim")
    return said


COMMANDS = [exceptions]
