"""Events as sentences, for a terminal and for pages. What an event holds beyond its sentence is left to its data.

A process whose events have no sentence here is told with its plain values.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from application.wording.grounds import ground
from application.wording.reader import PERSON, Reader
from application.wording.sentences import SAYINGS
from domain.kernel.events import title_of
from domain.kernel.showing.redaction import MASK, readable

Data = Mapping[str, Any]
Told = Callable[[Mapping[str, Any], Data, Reader], str]
_TOLD_BESIDE = ("by", "at", "actor", "reason", "comment", "text", "requester")
_QUOTED = ("comment", "text", "reason", "question", "note")
_WORDS = frozenset(
    {
        "outcome",
        "status",
        "finding",
        "result",
        "check",
        "kind",
        "fields",
        "changed",
        "step",
        "review",
        "offer",
        "key",
        "into",
        "source",
        "recommendation",
    }
)
_OUR_WORD = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
"""Fields whose values are words of ours."""
HASH = 12
"""How many digits of a content hash are shown: enough to tell two contents apart."""


def sentence(row: Mapping[str, Any], reader: Reader) -> str:
    """What happened, for a person: `row` is an event as `application.queries.reading.timeline` gives it."""
    if row["data"].get("hidden"):
        return reader.gettext("not for your eyes, or not yet")
    data = readable(row["data"])
    tell = _TOLD.get(row["type"]) or (_plainly if row["type"] in SAYINGS else _anything)
    try:
        return reader.text(tell(row, data, reader))
    except (AttributeError, KeyError, TypeError, ValueError):  # a part of it is hidden from this reader
        return reader.text(_anything(row, data, reader))


def in_short(row: Mapping[str, Any], reader: Reader) -> str:
    """What happened, without what proves it: hashes, grounds and channels are for whoever audits."""
    try:
        short = _IN_SHORT[row["type"]](readable(row["data"]), reader)
    except (AttributeError, KeyError, TypeError, ValueError):  # another event, or a part of it is hidden
        return sentence(row, reader)
    return reader.text(short)


def quoted(row: Mapping[str, Any], reader: Reader) -> list[str]:
    """The words that people gave for it."""
    given = (row["data"].get(name) for name in _QUOTED)
    written = [words for words in given if isinstance(words, str) and words]
    return [*map(reader.said, written), *opened(row["data"])]


def opened(data: Data) -> list[str]:
    """What was sealed and this reader may read."""
    found = (value.get("text") for value in data.values() if isinstance(value, dict) and "sealed" in value)
    return [words for words in found if isinstance(words, str) and words]


def _verb(data: Data, reader: Reader) -> str:
    verbs = {
        "approve": reader.gettext("approved"),
        "reject": reader.gettext("rejected"),
        "return": reader.gettext("returned"),
        "abstain": reader.gettext("abstained on"),
        "recuse": reader.gettext("recused themself from"),
    }
    return verbs.get(data["outcome"], reader.word(data["outcome"]))


def _decider(data: Data, reader: Reader) -> str:
    who = reader.person(data["actor"])
    if data.get("on_behalf_of"):
        who = reader.gettext("{who} for {other}").format(who=who, other=reader.person(data["on_behalf_of"]))
    if data.get("via"):
        others = reader.people(each["person"] for each in data["via"])
        who = reader.gettext("{who} via {others}").format(who=who, others=others)
    return who


def _decided_in_short(data: Data, reader: Reader) -> str:
    said = reader.gettext("{who} {verb} step {step} of {review}").format(
        who=_decider(data, reader),
        verb=_verb(data, reader),
        step=reader.word(data["step"]),
        review=reader.word(data["review"]),
    )
    return said + _fields(reader.gettext(", to correct: {fields}"), data, reader)


_IN_SHORT: Mapping[str, Callable[[Data, Reader], str]] = {"Decided": _decided_in_short}


def _decided(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    who = _decider(data, reader)
    said = reader.gettext(
        "{who} {verb} step {step} of {review}, on content {hash} ({basis}; {channel}, {authenticated})"
    ).format(
        who=who,
        verb=_verb(data, reader),
        hash=data["content_hash"][:HASH],
        basis=ground(data["basis"], reader),
        **{name: reader.word(data[name]) for name in ("step", "review", "channel", "authenticated")},
    )
    return said + _fields(reader.gettext(", to correct: {fields}"), data, reader)


def _offered(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    task = data["task"]
    return reader.gettext("{title}: {task} to {who}, until {due}").format(
        title=reader.said(task["title"]),
        task=task["id"],
        who=reader.people(task["assignees"]),
        due=reader.when(task["timing"]["due_at"]),
    )


def _opened(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    steps = ", ".join(reader.word(step["name"]) for step in data["steps"])
    said = reader.gettext("{who} asks for approval of {review}, round {round}, by {steps}; content {hash}").format(
        who=reader.person(row["actor"]),
        review=reader.word(data["review"]),
        round=data["round"],
        steps=steps,
        hash=data["content_hash"][:HASH],
    )
    policy = reader.gettext(", policy version {policy}").format(policy=data["policy"]) if "policy" in data else ""
    return said + policy + _fields(reader.gettext(", changed: {fields}"), {"fields": data.get("changed")}, reader)


def _laddered(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    if "added" in data:
        added = reader.people(data["added"]) or reader.gettext("nobody: there is no one above")
        return reader.gettext("{task} was escalated to {who}").format(task=data["task"], who=added)
    late = (
        reader.gettext("{task} is overdue; its people were reminded")
        if data["overdue"]
        else reader.gettext("the people of {task} were reminded")
    )
    return late.format(task=data["task"])


def _stuck(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    told = reader.people(data.get("alarm") or []) or reader.gettext("nobody")
    return reader.gettext("nobody can do step {step} of {review}; told: {told}").format(
        step=reader.word(data["step"]), review=reader.word(data["review"]), told=told
    )


def _refused(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    return reader.gettext("the signal {command} of {who} was refused ({code}): {message}").format(
        command=data["command"], who=reader.person(row["actor"]), code=data["code"], message=data["message"]
    )


def _deadline(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    deadline = data["deadline"]
    return f"{reader.word(deadline['kind'])}, {reader.word(deadline['key'])}: {reader.when(deadline['at'])}"


def _attached(_row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    file = data["attachment"]
    if file == MASK:
        return reader.gettext("not for your eyes, or not yet")
    return reader.gettext("{who} attached {name} ({size} bytes, file {hash})").format(
        who=reader.person(file["by"]), name=file["name"], size=file["size"], hash=file["sha256"][:HASH]
    )


def _conditioned(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    condition = data["condition"]
    return reader.gettext("{who} set a condition for {owner}, due {due}: {text}").format(
        who=reader.person(row["actor"]),
        owner=reader.person(condition["owner"]),
        due=condition["due"],
        text=condition["text"],
    )


def _plainly(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    """A sentence whose places are fields of the event, lists joined."""
    shown = {name: _filled(name, value, reader) for name, value in data.items()}
    return reader.gettext(SAYINGS[row["type"]].id).format(**{"who": reader.person(row["actor"]), **shown})


def _filled(name: str, value: Any, reader: Reader) -> Any:
    if isinstance(value, list):
        return ", ".join(reader.word(str(each)) if name in _WORDS else str(each) for each in value) or "–"
    if isinstance(value, str) and name in _WORDS:
        return reader.word(value)
    return _brief(value, reader) if isinstance(value, str) else value


def _anything(row: Mapping[str, Any], data: Data, reader: Reader) -> str:
    """An event of a process: who did what, and its plain values; people once. Structures are left to --json."""
    seen, parts = {row["actor"]}, [reader.gettext(title_of(row["type"]))]
    for name, value in data.items():
        ours = name in _WORDS and isinstance(value, str)
        brief = reader.word(value) if ours else _brief(value, reader)
        if brief and name not in _TOLD_BESIDE and brief not in seen:
            parts.append(f"{reader.word(name)} {brief}")
            seen |= {brief} if PERSON.fullmatch(brief) else set()
    return f"{reader.person(row['actor'])}: {', '.join(parts)}"


def _brief(value: Any, reader: Reader) -> str:
    match value:
        case {"id": str(template), "args": dict()}:
            return reader.said({"id": template, "args": value["args"]})
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case {"sealed": str(), "text": None}:
            return reader.gettext("(erased)")
        case {"sealed": str(), "text": str()}:
            return ""  # said in quotation marks
        case {"sealed": str()}:
            return reader.gettext("(sealed)")
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return reader.when(value)
        case bool():
            return reader.gettext("yes") if value else ""
        case str() if _OUR_WORD.fullmatch(value):
            return reader.word(value)
        case str() | int():
            return str(value)
    return ""


def _fields(template: str, data: Data, reader: Reader) -> str:
    return template.format(fields=", ".join(map(reader.word, data["fields"]))) if data.get("fields") else ""


_TOLD: Mapping[str, Told] = {
    "Decided": _decided,
    "TaskAssigned": _offered,
    "ReviewOpened": _opened,
    "ReviewResubmitted": _opened,
    "TaskReminded": _laddered,
    "TaskEscalated": _laddered,
    "StepStuck": _stuck,
    "CommandRefused": _refused,
    "DeadlineSet": _deadline,
    "Attached": _attached,
    "ConditionSet": _conditioned,
}
