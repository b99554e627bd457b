"""Results for people: tables, a timeline, due times in the reader's own zone. Nothing here decides anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.kernel.message import Message
from i18n import catalogue, language

_ = catalogue().gettext


def when(instant: datetime | str | None) -> str:
    """An instant in the reader's zone and language, to the minute."""
    if instant is None:
        return ""
    at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return str(format_datetime(at.astimezone(), "EEE d MMM y HH:mm", locale=language()))


def said(message: Message | Mapping[str, Any] | str | None) -> str:
    """A message of an event in the reader's language."""
    if message is None or isinstance(message, str):
        return message or ""
    found = message if isinstance(message, Message) else Message.model_validate(message)
    return _(found.id).format(**found.args)


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def inbox(out: Console, rows: Sequence[Any]) -> None:
    if not rows:
        out.print(_("Nothing waits for you."))
        return
    table = _table(_("Task"), _("What"), _("Step"), _("Due"))
    for row in rows:
        due = Text(when(row["due_at"]), style="red bold" if row["overdue"] else "")
        table.add_row(row["task"], said(row["message"]), row["step"] or "", due)
    out.print(table)


def cases(out: Console, rows: Sequence[Any]) -> None:
    if not rows:
        out.print(_("There are no cases."))
        return
    table = _table(_("Case"), _("Process"), _("Stage"), _("Version"), _("Closed"))
    for row in rows:
        table.add_row(row["case"], row["process"], row["stage"], str(row["version"]), _("yes") if row["closed"] else "")
    out.print(table)


def case(out: Console, shown: Mapping[str, Any], names: Mapping[str, str]) -> None:
    flag = f"  [bold yellow]{_('on hold')}[/]" if shown["on_hold"] else ""
    out.print(f"[bold]{shown['case']}[/]  {shown['process']}  [cyan]{shown['stage']}[/]  v{shown['version']}{flag}")
    if shown["tasks"]:
        table = _table(_("Task"), _("What"), _("Who"), _("Why these people"), _("Due"))
        for task in shown["tasks"]:
            who = ", ".join(names.get(person, person) for person in task["assignees"])
            due = Text(when(task["timing"]["due_at"]), style="red bold" if task["overdue"] else "")
            table.add_row(task["id"], said(task["title"]), who, task["basis"], due)
        out.print(table)
    for deadline in shown["deadlines"]:
        out.print(f"[dim]{deadline['kind']} {deadline['key']}: {when(deadline['at'])}[/]")


def timeline(out: Console, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    for row in rows:
        who = names.get(row["actor"], row["actor"])
        on_behalf = f" {_('for')} {row['on_behalf_of']}" if row["on_behalf_of"] else ""
        out.print(f"[dim]{row['version']:>4}  {when(row['recorded_at'])}[/]  [bold]{row['type']}[/]  {who}{on_behalf}")
        detail = _brief(row["data"])
        if detail:
            out.print(f"      [dim]{detail}[/]", soft_wrap=True)


def _brief(data: Mapping[str, Any]) -> str:
    """The plain values of an event in one line; sealed ones and structures are left to --json."""
    plain = {k: v for k, v in data.items() if isinstance(v, str | int | bool) and v not in ("", None)}
    return ", ".join(f"{name}={str(value)[:64]}" for name, value in list(plain.items())[:8])


def preview(out: Console, steps: Sequence[Any], names: Mapping[str, str]) -> None:
    table = _table(_("Step"), _("What"), _("Who"), _("Why these people"), _("Due by"))
    for step in steps:
        who = ", ".join(names.get(person, person) for person in step.assignees) or f"[red]{_('nobody')}[/]"
        table.add_row(step.step, said(step.title), who, step.basis, when(step.due_at))
    out.print(table)


def commands(out: Console, listed: Sequence[Mapping[str, Any]]) -> None:
    for entry in listed:
        schema = entry["schema"]
        start = f" [green]({_('opens a case')})[/]" if entry["start"] else ""
        out.print(f"[bold]{entry['command']}[/]{start}  {schema.get('description', '').splitlines()[0:1][0]}")
        required = set(schema.get("required", []))
        for name, field in schema.get("properties", {}).items():
            kind = field.get("type") or field.get("$ref", "").rpartition("/")[2] or "…"
            out.print(f"    {name}{'' if name in required else '?'}: [dim]{kind}[/]")
