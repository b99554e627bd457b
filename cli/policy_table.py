"""A policy printed as tables: for each route a row for each kind of case, a column for each step."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from application.wording.policy_tables import Column, RouteTable
from application.wording.policy_words import NONE
from cli.reader import Reader
from cli.render import columned
from runtime.translations import catalogue, worded


def tables(out: Console, found: Iterable[RouteTable], reader: Reader) -> None:
    _ = catalogue().gettext
    for each in found:
        out.print(Text.assemble((f"{worded(each.process)} · {worded(each.route)}", "bold")))
        table = columned(_("Cases"), *(column.title for column in each.columns))
        table.add_row(Text(_("Who decides"), "dim"), *(_who(column, reader) for column in each.columns))
        for line in each.lines:
            table.add_row(line.cases, *line.cells)
        out.print(table)
        out.print(Text(_("If nobody is found: {who}").format(who=each.fallback), "dim"))
        out.print()


def _who(column: Column, reader: Reader) -> Text:
    _ = catalogue().gettext
    people = [reader.people(column.people)] if column.people else []
    limit = [_("limit for {category}").format(category=column.authority)] if column.authority != NONE else []
    days = _("working days: {count}").format(count=column.due_days)
    return Text("\n".join([column.who, *people, column.quorum, *limit, days]), "dim")
