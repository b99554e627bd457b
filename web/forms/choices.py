"""What a form offers: the organisation's people, units and money, and what is in the case, each under its name."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from typing import Any

from application.services import Services
from application.wording.reader import Reader
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.errors import Refused
from domain.kernel.showing.form_hints import listing, mapping
from domain.kernel.values.message import N_, Message
from web.forms.answers import ROOT, Payload
from web.forms.fields import Field, Kind
from web.forms.wrong import Wrong

FEW = 80
"""So many can be chosen from a list; of more one types a part and is shown what fits."""
MANY = 300
"""So many are still sent along with the page; of more only those that fit what was typed."""
MOST_FOUND = 20
SOUGHT = frozenset({"person", "unit", "position", "budget-line"})
"""Kinds of which a company may have too many to send along."""
ABOUT = {**dict.fromkeys(("add-approver", "ask-information", "override"), DECIDE), "waive-condition": "meet-condition"}
"""Commands about tasks that another command does. Of commands that are not here nor do a task, any task is offered."""
WITH_ID = re.compile(r"\(([^()\s]+)\)\s*$")
"""A name as forms write it, with the id behind it."""

Seek = Callable[[str, str], Awaitable[Mapping[str, str]]]
"""Of a kind, the few values whose name or id has a text in it."""


@dataclass(frozen=True)
class Choices:
    """By kind: each value with its name, in the order in which they are offered. `beside` says where a person is.

    Where there are more than `MANY`, names are there only for what stands in the form, `seek` asks for others, and
    `near` are those that were found for what was typed.
    """

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    beside: Callable[[str], str] = lambda _person: ""
    seek: Seek | None = None
    near: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def offered(self, asked: Field) -> Mapping[str, str]:
        return self.of.get(asked.among.what, {}) if asked.among else {}

    def listed(self, asked: Field) -> bool:
        """Whether a list to choose from is the way to ask; else one types."""
        free = bool(asked.among and asked.among.free)
        return not free and not self.searched(asked) and len(self.offered(asked)) <= FEW

    def searched(self, asked: Field) -> bool:
        return asked.among is not None and asked.among.what == "person"

    def sought(self, asked: Field) -> bool:
        """Whether there are too many to send along: a script asks for those that fit."""
        return asked.among is not None and asked.among.what in SOUGHT and len(self.offered(asked)) > MANY

    def option(self, kind: str, value: str) -> str:
        """What a list of suggestions puts into the field for a value."""
        return written(self.of[kind][value], value) if kind in SOUGHT else value

    def typed(self, asked: Field, value: str) -> str:
        """What stands in the field for a value: a name with its id where one types, else the value itself."""
        found = self.offered(asked).get(value)
        return (
            value
            if not found or self.listed(asked) or asked.among is None or asked.among.free
            else written(found, value)
        )

    async def fitting(self, kind: str, text: str) -> Mapping[str, str]:
        """At most `MOST_FOUND` values whose name or id has `text` in it, whatever its case."""
        there = self.of.get(kind, {})
        if len(there) > MANY and self.seek is not None:
            return await self.seek(kind, text)
        return fitting(there, text)

    def found(self, kind: str, some: Mapping[str, str]) -> "Choices":
        """With the names of what was found, and offering it."""
        of = {**self.of, kind: {**self.of.get(kind, {}), **some}}
        return replace(self, of=of, near={**self.near, kind: {**self.near.get(kind, {}), **some}})

    def along(self, kind: str) -> Mapping[str, str]:
        """What of this kind goes along with the page."""
        there = self.of.get(kind, {})
        return there if len(there) <= MANY else self.near.get(kind, {})


def fitting(there: Mapping[str, str], text: str) -> dict[str, str]:
    """Of values with their names the first `MOST_FOUND` with `text` in either."""
    wanted = text.casefold().strip()
    found = ((value, name) for value, name in there.items() if wanted in name.casefold() or wanted in value.casefold())
    return dict(islice(found, MOST_FOUND)) if wanted else {}


def kinds_in(fields: Iterable[Field]) -> set[str]:
    """The kinds of choice that a form needs."""
    found: set[str] = set()
    for each in fields:
        found |= ({each.among.what} if each.among else set()) | kinds_in(each.inner)
    return found


def of_case(
    shown: Mapping[str, Any], process_choices: Mapping[str, Mapping[str, str]], reader: Reader, command: str
) -> Choices:
    """The choices that a case offers to this reader: only what they may see of it (KRN-43)."""
    inside = mapping(shown["state"], "case")
    reviews = mapping(inside, "reviews")
    tasks = [task for task in shown["tasks"] if isinstance(task, dict) and isinstance(task.get("id"), str)]
    fitting = [task for task in tasks if _fits(task, command)] or tasks
    fields = {name: "" for review in reviews.values() for name in mapping(review, "fields")}
    own = {
        kind: {
            value: " · ".join(_said(part, reader) for part in text.split(" · ") if part) for value, text in each.items()
        }
        for kind, each in process_choices.items()
    }
    return Choices(
        {
            **own,
            "task": {task["id"]: _task(task, reader) for task in fitting},
            "review": {name: reader.word(name) for name in reviews},
            "field": {name: reader.word(name) for name in fields},
            "cause": {str(hold["cause"]): "" for hold in holds(inside) if hold.get("cause")},
        }
    )


def holds(inside: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    first = mapping(inside, "hold")
    return [each for each in (first, *listing(inside, "more_holds")) if each]


def _fits(task: Mapping[str, Any], command: str) -> bool:
    return task.get("command") == ABOUT.get(command, command)


def _task(task: Mapping[str, Any], reader: Reader) -> str:
    title, number = task.get("title"), task["id"].rpartition(".")[2]
    return f"{reader.said(title)} · {number}" if isinstance(title, dict) and "id" in title else str(task["id"])


def _said(part: str, reader: Reader) -> str:
    return reader.names.get(part) or reader.word(part)


def written(name: str, value: str) -> str:
    """A value as forms write it: its name, with itself behind."""
    return f"{name.strip()} ({value})"


@dataclass(frozen=True)
class Resolved:
    """A payload with ids where names, addresses or names with ids were typed; what is nobody's stays and is wrong."""

    payload: Payload
    wrong: list[Wrong]
    choices: Choices


async def resolved(services: Services, fields: Iterable[Field], payload: Payload, choices: Choices) -> Resolved:
    """What was typed, understood; `choices` have the names of what was found."""
    wrong: list[Wrong] = []

    async def one(asked: Field, value: Any, at: str) -> Any:
        nonlocal choices
        match asked.kind, value:
            case Kind.AMONG, str():
                assert asked.among is not None
                meant = await _found(services, asked, value, choices)
                wrong.extend([Wrong(at, meant.why)] if meant.why else [])
                choices = choices.found(asked.among.what, meant.names) if meant.names else choices
                return meant.value
            case ((Kind.GROUP | Kind.MONEY), dict()):
                inner = {each.name: each for each in asked.inner}
                return {name: await one(inner[name], part, f"{at}.{name}") for name, part in value.items()}
            case Kind.LIST, list():
                return [await one(asked.row, part, f"{at}.{number}") for number, part in enumerate(value)]
        return value

    known = {each.name: each for each in fields}
    read = {name: await one(known[name], value, f"{ROOT}.{name}") for name, value in payload.items()}
    return Resolved(read, wrong, choices)


NOBODY = N_("This is nobody who works here: choose from the list, or write an id, an e-mail address or a whole name.")
SEVERAL = N_("Several fit this: {near}. Choose one of them.")
NEAR = N_("There is nothing just like it. Did you mean {near}?")
NOT_THERE = N_("There is no such entry; choose one from the list.")
MOST_SAID = 5


@dataclass(frozen=True)
class _Meant:
    """The value that a text means; `why` is what is wrong if it means none or several, `names` what was found."""

    value: str
    why: Message | None = None
    names: Mapping[str, str] = field(default_factory=dict)


async def _found(services: Services, asked: Field, text: str, choices: Choices) -> _Meant:
    assert asked.among is not None
    offered, kind = choices.offered(asked), asked.among.what
    if text in offered or asked.among.free or kind not in choices.of:
        return _Meant(text)
    if (inside := WITH_ID.search(text)) and inside[1] in offered:
        return _Meant(inside[1])
    if kind == "person" and "@" in text:
        return await _by_address(services, text, offered)
    return await _by_name(text, kind, choices)


async def _by_address(services: Services, address: str, people: Mapping[str, str]) -> _Meant:
    try:
        person = await services.people.resolve(address)
    except Refused:
        return _Meant(address, NOBODY)
    if person not in people:
        return _Meant(address, NOBODY)
    return _Meant(person, names={} if people[person] else {person: await services.people.name(person)})


async def _by_name(text: str, kind: str, choices: Choices) -> _Meant:
    """Only a whole name means somebody; what comes near is offered."""
    near = await choices.fitting(kind, text)
    same = {value: name for value, name in near.items() if name.casefold() == text.casefold()}
    if len(same) == 1:
        return _Meant(next(iter(same)), names=same)
    found = same or near or _alike(text, choices.of[kind])
    if not found:
        return _Meant(text, NOBODY if kind == "person" else NOT_THERE)
    said = ", ".join(written(name, value) for value, name in islice(found.items(), MOST_SAID))
    return _Meant(text, Message(id=(SEVERAL if len(found) > 1 and near else NEAR).id, args={"near": said}), found)


def _alike(text: str, there: Mapping[str, str]) -> dict[str, str]:
    """What is written nearly so, where there is not too much to compare with."""
    if len(there) > MANY:
        return {}
    close = get_close_matches(text, [*there.values(), *there], n=3, cutoff=0.6)
    return {value: name for value, name in there.items() if name in close or value in close}
