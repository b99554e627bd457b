"""A timeline in which each event reads as a sentence. What an event holds beyond it is left to --json."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.reader import PERSON, Reader
from cli.render import unseen, words
from domain.kernel.redaction import MASK, readable
from i18n import catalogue

Data = Mapping[str, Any]
_TOLD_BESIDE = ("by", "at", "actor", "reason", "comment", "text", "requester")
HASH = 12
"""How many digits of a content hash are shown: enough to tell two contents apart."""


def _(text: str) -> str:
    return catalogue().gettext(text)


def timeline(out: Console, rows: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", style="dim", no_wrap=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(str(row["version"]), reader.when(row["recorded_at"]), sentence(row, reader))
    out.print(grid)


def sentence(row: Mapping[str, Any], reader: Reader) -> Text:
    """Who did what, with the words that they gave for it beneath."""
    text = Text.assemble((row["type"], "bold"), "  ")
    data = row["data"]
    if data.get("hidden"):
        return text.append(unseen(), style="dim italic")
    data = readable(data)
    text.append(reader.text(_TOLD.get(row["type"], _anything)(row, data, reader)))
    for quoted in (data.get("comment"), data.get("text"), data.get("reason")):
        if isinstance(quoted, str) and quoted:
            text.append(f"\n“{reader.text(quoted)}”", style="italic")
    return text


def _decided(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    verbs = {
        "approve": _("approved"),
        "reject": _("rejected"),
        "return": _("returned"),
        "abstain": _("abstained on"),
        "recuse": _("recused themself from"),
    }
    who = reader.person(data["actor"])
    if data.get("on_behalf_of"):
        who = _("{who} for {other}").format(who=who, other=reader.person(data["on_behalf_of"]))
    if data.get("via"):
        who = _("{who} via {others}").format(who=who, others=reader.people([each["person"] for each in data["via"]]))
    said = _("{who} {verb} step {step} of {review}, on content {hash} ({basis}; {channel}, {authenticated})").format(
        who=who,
        verb=verbs.get(data["outcome"], words(data["outcome"])),
        hash=data["content_hash"][:HASH],
        **{name: data[name] for name in ("step", "review", "basis", "channel", "authenticated")},
    )
    return said + _fields(_(", to correct: {fields}"), data)


def _offered(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    task = data["task"]
    return _("{title}: {task} to {who}, until {due}").format(
        title=reader.said(task["title"]),
        task=task["id"],
        who=reader.people(task["assignees"]),
        due=reader.when(task["timing"]["due_at"]),
    )


def _opened(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    steps = ", ".join(step["name"] for step in data["steps"])
    said = _("{who} asks for approval of {review}, round {round}, by {steps}; content {hash}").format(
        who=reader.person(row["actor"]),
        review=data["review"],
        round=data["round"],
        steps=steps,
        hash=data["content_hash"][:HASH],
    )
    policy = _(", policy version {policy}").format(policy=data["policy"]) if "policy" in data else ""
    return said + policy + _fields(_(", changed: {fields}"), {"fields": data.get("changed")})


def _laddered(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    if "added" in data:
        added = reader.people(data["added"]) or _("nobody: there is no one above")
        return _("{task} was escalated to {who}").format(task=data["task"], who=added)
    late = (
        _("{task} is overdue; its people were reminded") if data["overdue"] else _("the people of {task} were reminded")
    )
    return late.format(task=data["task"])


def _stuck(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    told = reader.people(data.get("alarm") or []) or _("nobody")
    return _("nobody can do step {step} of {review}; told: {told}").format(
        step=data["step"], review=data["review"], told=told
    )


def _refused(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    return _("the signal {command} of {who} was refused ({code}): {message}").format(
        command=data["command"], who=reader.person(row["actor"]), code=data["code"], message=data["message"]
    )


def _deadline(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    deadline = data["deadline"]
    return f"{words(deadline['kind'])} {deadline['key']}: {reader.when(deadline['at'])}"


def _attached(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    file = data["attachment"]
    if file == MASK:
        return unseen()
    return _("{who} attached {name} ({size} bytes, file {hash})").format(
        who=reader.person(file["by"]), name=file["name"], size=file["size"], hash=file["sha256"][:HASH]
    )


def _plainly(template: str) -> Callable[[Mapping[str, Any], Data, Reader], str]:
    """A sentence whose places are fields of the event, lists joined; {who} is its actor."""

    def tell(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
        shown = {name: ", ".join(map(str, each)) if isinstance(each, list) else each for name, each in data.items()}
        return _(template).format(**{"who": reader.person(row["actor"]), **shown})

    return tell


def _anything(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    """An event of a process: who did it, and its plain values; people once. Structures are left to --json."""
    seen, parts = {row["actor"]}, []
    for name, value in data.items():
        brief = _brief(value, reader)
        if brief and name not in _TOLD_BESIDE and brief not in seen:
            parts.append(f"{words(name)} {brief}")
            seen |= {brief} if PERSON.fullmatch(brief) else set()
    who = reader.person(row["actor"])
    return f"{who}: {', '.join(parts)}" if parts else who


def _brief(value: Any, reader: Reader) -> str:
    match value:
        case {"id": str(template), "args": dict()}:
            return reader.said({"id": template, "args": value["args"]})
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case {"sealed": str()}:
            return _("(sealed)")
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return reader.when(value)
        case bool():
            return _("yes") if value else ""
        case str() | int():
            return str(value)
    return ""


def _fields(template: str, data: Data) -> str:
    return template.format(fields=", ".join(data["fields"])) if data.get("fields") else ""


_TOLD: Mapping[str, Callable[[Mapping[str, Any], Data, Reader], str]] = {
    "Decided": _decided,
    "TaskOffered": _offered,
    "ReviewOpened": _opened,
    "ReviewResubmitted": _opened,
    "TaskReminded": _laddered,
    "TaskEscalated": _laddered,
    "StepStuck": _stuck,
    "CommandRefused": _refused,
    "DeadlineSet": _deadline,
    "Attached": _attached,
    "TaskDone": _plainly("{task} was done by {by}"),
    "TaskCancelled": _plainly("{task} is no longer needed"),
    "StepCompleted": _plainly("step {step} of {review} is {outcome}"),
    "ReviewApproved": _plainly("{review} is approved"),
    "ReviewRejected": _plainly("{review} is rejected"),
    "ReviewReturned": _plainly("{review} goes back, to correct: {fields}"),
    "ReviewEnded": _plainly("{review} ends as {status}"),
    "DecisionsVoided": _plainly("decisions on {review} no longer count ({tasks}): {fields} changed"),
    "ContentChanged": _plainly("{changed} of {review} changed; decisions stand"),
    "DeadlineCleared": _plainly("{kind} {key} no longer runs"),
    "Commented": _plainly("{who} commented"),
    "CaseHeld": _plainly("{who} put the case on hold"),
    "CaseResumed": _plainly("{who} resumed the case, with new due times"),
    "CaseClosed": _plainly("the case ends as {status}"),
}
