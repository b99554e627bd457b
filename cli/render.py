"""Results for people as tables that stay readable at 80 columns. Nothing here decides anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.reader import Reader
from domain.kernel.showing.redaction import HIDDEN
from runtime.translations import catalogue


def _(text: str) -> str:
    return catalogue().gettext(text)


def inbox(out: Console, rows: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    if not rows:
        out.print(_("Nothing waits for you."))
        return
    table = columned(_("Task"), _("What"), _("Due"))
    for row in rows:
        what = Text.assemble(reader.said(row["message"]), "\n", (reader.said(row["case_title"]), "dim"))
        if row.get("for"):
            what.append("\n" + _("for {who}").format(who=reader.person(row["for"])), "yellow")
        if row.get("via"):
            what.append(" " + _("via {others}").format(others=reader.people(row["via"])), "yellow")
        table.add_row(row["task"], what, _due(row["due_at"], reader, late=row["overdue"], held=row["on_hold"]))
    out.print(table)
    _zone(out, reader)


def notifications(out: Console, rows: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    if not rows:
        out.print(_("You were told nothing yet."))
        return
    table = columned(_("When"), _("What"))
    for row in rows:
        digest = Text(f" ({_('in the digest of that day')})" if row["digest"] else "", "dim")
        table.add_row(reader.when(row["at"]), Text(reader.said(row["message"])) + digest)
    out.print(table)
    _zone(out, reader)


def cases(out: Console, rows: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    if not rows:
        out.print(_("There are no cases."))
        return
    table = columned(_("Case"), _("What"), _("Stage"), _("Waits for"))
    for row in rows:
        if row["stage"] == HIDDEN:
            table.add_row(row["case"], row["process"], unseen(), _("finished") if row["closed"] else "")
            continue
        waits = _("finished") if row["closed"] else reader.people(row["waiting_on"])
        held = Text(f" ({_('on hold')})" if row["on_hold"] else "", "yellow")
        stage = Text(words(row["stage"]), "red" if row["overdue"] else "") + held
        table.add_row(row["case"], reader.said(row["case_title"]) or row["process"], stage, waits)
    out.print(table)


def case(out: Console, shown: Mapping[str, Any], reader: Reader) -> None:
    if shown["state"] == HIDDEN:
        out.print(Text.assemble((shown["case"], "bold"), f"  {shown['process']}  ", (unseen(), "dim italic")))
        return
    head = Text.assemble((shown["case"], "bold"), f"  {shown['process']}  ", (words(shown["stage"]), "cyan"))
    head.append(f"  v{shown['version']}", "dim")
    head.append(f"  {_('on hold')}" if shown["on_hold"] else "", "yellow")
    head.append(f"  {_('finished')}" if shown["closed"] else "", "green")
    out.print(head)
    out.print(_whose(shown["state"].get("case") or {}, reader))
    if shown["tasks"]:
        table = columned(_("Task"), _("What"), _("Who"), _("Due"))
        for task in shown["tasks"]:
            what = Text.assemble(reader.said(task["title"]), "\n", (reader.text(task["basis"]), "dim"))
            who = reader.people([*task["assignees"], *task["escalated_to"]])
            due = _due(task["timing"]["due_at"], reader, late=task["overdue"], held=shown["on_hold"])
            table.add_row(task["id"], what, who, due)
        out.print(table)
    for deadline in shown["deadlines"]:
        text = f"{words(deadline['kind'])} {deadline['key']}"
        if deadline["kind"] == "task":
            text = _("next reminder of {task}").format(task=deadline["key"])
        out.print(Text(f"{text}: {reader.when(deadline['at'])}", "dim"))
    _zone(out, reader)


def _whose(kernel: Mapping[str, Any], reader: Reader) -> Text:
    """What the case is about and who asked for it, as far as the reader may know."""
    asked = _("asked for by {who}").format(who=reader.person(kernel["requester"])) if kernel.get("requester") else ""
    return Text(" · ".join(part for part in (reader.said(kernel.get("title")), asked) if part))


def preview(out: Console, steps: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    table = columned(_("Step"), _("Who"), _("Due by"))
    for step in steps:
        what = Text.assemble(reader.said(step["title"]), "\n", (reader.text(step["stuck"] or step["basis"]), "dim"))
        who = Text(reader.people(step["assignees"])) if step["assignees"] else Text(_("nobody"), "red")
        table.add_row(what, who, reader.when(step["due_at"]))
    out.print(table)
    _zone(out, reader)


def commands(out: Console, listed: Sequence[Mapping[str, Any]]) -> None:
    for entry in listed:
        schema = entry["schema"]
        head = Text.assemble((entry["command"], "bold"), (f" ({_('opens a case')})" if entry["start"] else "", "green"))
        out.print(head)
        if said := schema.get("description"):
            out.print(Text(f"    {said}", "dim"), soft_wrap=True)
        required = set(schema.get("required", []))
        for name, field in schema.get("properties", {}).items():
            optional = "" if name in required else f" ({_('may be left out')})"
            out.print(Text(f"    {name}: {_kind(field, schema)}{optional}"), soft_wrap=True)


def unseen() -> str:
    """In place of what this reader may not see."""
    return _("not for your eyes, or not yet")


def words(name: str) -> str:
    """`in_approval` and `criminal-record` as a person writes them."""
    return _(name.replace("_", " ").replace("-", " "))


def _kind(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The kind of value a field takes, in a few words."""
    match field:
        case {"enum": values}:
            return " | ".join(str(value) for value in values)
        case {"const": value}:
            return str(value)
        case {"$ref": ref}:
            name = str(ref).rpartition("/")[2]
            inner = schema.get("$defs", {}).get(name, {}).get("properties")
            return f"{{{', '.join(inner)}}}" if inner else name
        case {"anyOf": kinds}:
            return " | ".join(_kind(kind, schema) for kind in kinds if kind != {"type": "null"})
        case {"type": "array", "items": items}:
            return _("list of {what}").format(what=_kind(items, schema))
        case {"type": kind, "format": form}:
            return f"{kind} ({form})"
    return str(field.get("type", "…"))


def columned(*columns: str) -> Table:
    """An empty table that folds long cells instead of cutting them: the look of every listing."""
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _due(instant: datetime | str | None, reader: Reader, *, late: bool, held: bool) -> Text:
    text = Text(reader.when(instant), "red bold" if late else "")
    return text.append(f"\n{_('the clock stands')}", "yellow") if held else text


def _zone(out: Console, reader: Reader) -> None:
    """In whose zone the times are."""
    zone = reader.zone.key if reader.zone else datetime.now().astimezone().tzname()
    out.print(Text(_("Times in {zone}").format(zone=zone), "dim"))
