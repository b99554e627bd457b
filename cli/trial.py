"""What a policy trial says to people: one row for each submission that would have gone another way."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.reader import Reader
from cli.render import columned
from runtime.translations import catalogue


def trial(out: Console, told: Mapping[str, Any], reader: Reader) -> None:
    _ = catalogue().gettext
    rows: Sequence[Mapping[str, Any]] = told["rerouted"]
    line = _("{rerouted} of {submissions} submissions would have gone another way.")
    out.print(Text(line.format(rerouted=len(rows), submissions=told["submissions"]), "bold"))
    if told["unreadable"]:
        out.print(Text(_("Not read: {cases}").format(cases=", ".join(told["unreadable"])), "red"))
    if not rows:
        return
    table = columned(_("Case"), _("When"), _("What is different"))
    for row in rows:
        case = Text.assemble(row["case"], "\n", (f"{row['review']} · {row['round']} · v{row['policy']}", "dim"))
        table.add_row(case, reader.when(row["at"]), Text("\n").join(_differences(row, reader)))
    out.print(table)


def _differences(row: Mapping[str, Any], reader: Reader) -> list[Text]:
    _ = catalogue().gettext
    said = []
    if row["refused_before"]:
        said.append(Text(_("was refused: {why}").format(why=reader.text(row["refused_before"]["message"])), "yellow"))
    if row["refused_after"]:
        said.append(Text(_("would be refused: {why}").format(why=reader.text(row["refused_after"]["message"])), "red"))
    return said + [_difference(change, reader) for change in row["changes"]]


def _difference(change: Mapping[str, Any], reader: Reader) -> Text:
    _ = catalogue().gettext
    before, after = _asked(change["before"], reader), _asked(change["after"], reader)
    match change["what"]:
        case "appears":
            what = _("new: {after}")
        case "disappears":
            what = _("gone: {before}")
        case "stuck":
            what = _("stuck, no longer {before}")
        case "quorum":
            what = _("other quorum: {before_quorum}, then {after_quorum}")
        case "order":
            what = _("at another place")
        case _:
            what = _("{before}, then {after}")
    quorums = {f"{side}_quorum": (change[side] or {}).get("quorum", "") for side in ("before", "after")}
    line = Text(reader.said(change["title"]), "bold").append(": ", "bold")
    line.append(what.format(before=before, after=after, **quorums), "red" if change["what"] == "stuck" else "not bold")
    return line


def _asked(step: Mapping[str, Any] | None, reader: Reader) -> str:
    if step is None:
        return ""
    return reader.people([*step["assignees"], *step["veto"]]) or catalogue().gettext("nobody")
