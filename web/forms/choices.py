"""What a form offers: the organisation's people, units and money, and what is in the case, each under its name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from domain.kernel.asking import listing, mapping
from domain.kernel.errors import Refused
from domain.kernel.message import N_, Message
from domain.kernel.tasks import ANSWER, DECIDE
from domain.organisation.model import Organisation
from edge.door import Door
from edge.reader import Reader
from web.forms.answers import ROOT, Payload
from web.forms.fields import Field, Kind
from web.forms.wrong import Wrong

FEW = 80
"""So many can be chosen from a list; of more one types a part and is shown what fits."""
MANY = 300
"""So many are still sent along with the page; of more only those that fit, to browsers with a script."""
CURRENCIES = ("THB", "USD", "EUR", "GBP", "JPY", "CNY", "SGD")
ON_A_DECISION = frozenset({"decide", "add-approver", "ask-information", "override"})
WITH_ID = re.compile(r"\(([^()\s]+)\)\s*$")
"""A name as forms write it, with the id behind it."""


@dataclass(frozen=True)
class Choices:
    """By kind: each value with its name, in the order in which they are offered. `beside` says more of a person."""

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    def offered(self, asked: Field) -> Mapping[str, str]:
        return self.of.get(asked.among.what, {}) if asked.among else {}

    def listed(self, asked: Field) -> bool:
        """Whether a list to choose from is the way to ask; else one types."""
        free = bool(asked.among and asked.among.free)
        return not free and not self.searched(asked) and len(self.offered(asked)) <= FEW

    def searched(self, asked: Field) -> bool:
        return asked.among is not None and asked.among.what == "person"

    def typed(self, asked: Field, value: str) -> str:
        """What stands in the field for a value: a name with its id where one types, else the value itself."""
        found = self.offered(asked).get(value)
        return (
            value if not found or self.listed(asked) or asked.among is None or asked.among.free else _full(found, value)
        )


def kinds_in(fields: Iterable[Field]) -> set[str]:
    """The kinds of choice that a form needs."""
    found: set[str] = set()
    for each in fields:
        found |= ({each.among.what} if each.among else set()) | kinds_in(each.inner)
    return found


async def of_organisation(door: Door, organisation: Organisation, kinds: set[str], language: str) -> Choices:
    """The choices that need no case."""
    today = datetime.now(UTC).date()
    here = [person for person in organisation.people if organisation.works_here(person, today)]
    names = await door.people.names(here, language) if "person" in kinds else {}
    people = dict(sorted(names.items(), key=lambda pair: pair[1]))
    units = {unit.id: _named(unit.name, language, unit.id) for unit in organisation.units.values()}
    made: dict[str, Mapping[str, str]] = {
        "person": people,
        "unit": dict(_tree(organisation, units, None, 0)),
        "position": _positions(organisation, units, language, today) if "position" in kinds else {},
        "budget-line": {
            line.id: f"{_named(line.name, language, line.id)} · {units.get(line.unit, line.unit)}"
            for line in organisation.budget_lines.values()
        },
        "process": dict.fromkeys(door.processes, ""),
        "category": {limit.category: "" for limit in organisation.limits},
        "currency": dict.fromkeys((*CURRENCIES, *(limit.up_to.currency for limit in organisation.limits)), ""),
    }
    beside = {person: units.get(organisation.unit_of(person, today) or "", "") for person in people}
    return Choices({kind: made[kind] for kind in kinds if kind in made}, beside)


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
    if command in ON_A_DECISION:
        return task.get("kind") == DECIDE
    return task.get("kind") == ANSWER if command == "give-information" else task.get("command") == command


def _task(task: Mapping[str, Any], reader: Reader) -> str:
    title, number = task.get("title"), task["id"].rpartition(".")[2]
    return f"{reader.said(title)} · {number}" if isinstance(title, dict) and "id" in title else str(task["id"])


def _said(part: str, reader: Reader) -> str:
    return reader.names.get(part) or reader.word(part)


def _tree(
    organisation: Organisation, names: Mapping[str, str], above: str | None, deep: int
) -> Iterator[tuple[str, str]]:
    """Units under their parents, indented; those whose parent is unknown stand on top."""
    for unit in organisation.units.values():
        parent = unit.parent if unit.parent in organisation.units else None
        if parent == above:
            yield unit.id, "\N{EM SPACE}" * deep + names[unit.id]
            yield from _tree(organisation, names, unit.id, deep + 1)


def _positions(organisation: Organisation, units: Mapping[str, str], language: str, day: date) -> dict[str, str]:
    """Positions that are not frozen, the vacant ones first."""
    open_ones = [position for position in organisation.positions.values() if not position.frozen]
    filled = {position.id: organisation.holder_of(position.id, day) is not None for position in open_ones}
    ordered = sorted(open_ones, key=lambda one: (filled[one.id], units.get(one.unit, ""), one.id))
    marks = {False: "\N{WHITE CIRCLE} ", True: "\N{BLACK CIRCLE} "}
    return {
        one.id: f"{marks[filled[one.id]]}{_named(one.title, language, one.id)} · {units.get(one.unit, '')} · {one.id}"
        for one in ordered
    }


def _named(names: Mapping[str, str], language: str, otherwise: str) -> str:
    return names.get(language) or next(iter(names.values()), otherwise)


def _full(name: str, value: str) -> str:
    return f"{name} ({value})"


async def resolved(
    door: Door, fields: Iterable[Field], payload: Payload, choices: Choices
) -> tuple[Payload, list[Wrong]]:
    """The payload with ids where names, addresses or names with ids were typed; what is nobody's stays and is wrong."""
    wrong: list[Wrong] = []

    async def one(asked: Field, value: Any, at: str) -> Any:
        match asked.kind, value:
            case Kind.AMONG, str():
                found, why = await _found(door, asked, value, choices)
                wrong.extend([Wrong(at, why)] if why else [])
                return found
            case ((Kind.GROUP | Kind.MONEY), dict()):
                inner = {each.name: each for each in asked.inner}
                return {name: await one(inner[name], part, f"{at}.{name}") for name, part in value.items()}
            case Kind.LIST, list():
                return [await one(asked.row, part, f"{at}.{number}") for number, part in enumerate(value)]
        return value

    known = {each.name: each for each in fields}
    return {name: await one(known[name], value, f"{ROOT}.{name}") for name, value in payload.items()}, wrong


NOBODY = N_("This is nobody who works here: choose from the list, or write an id, an e-mail address or a whole name.")
SEVERAL = N_("Several people are called this: {near}. Choose one of them.")
NEAR = N_("This is nobody who works here. Did you mean {near}?")
NOT_THERE = N_("There is no such entry; choose one from the list.")


async def _found(door: Door, asked: Field, text: str, choices: Choices) -> tuple[str, Message | None]:
    """The value that a text means; with what is wrong if it means none, or several."""
    assert asked.among is not None
    offered = choices.offered(asked)
    if text in offered or asked.among.free or asked.among.what not in choices.of:
        return text, None
    if (inside := WITH_ID.search(text)) and inside[1] in offered:
        return inside[1], None
    if asked.among.what != "person":
        return text, NOT_THERE
    if "@" in text:
        try:
            person = await door.people.resolve(text)
        except Refused:
            return text, NOBODY
        return (person, None) if person in offered else (text, NOBODY)
    return _by_name(text, offered)


def _by_name(text: str, people: Mapping[str, str]) -> tuple[str, Message | None]:
    wanted = text.casefold()
    same = [person for person, name in people.items() if name.casefold() == wanted]
    if len(same) == 1:
        return same[0], None
    near = same or [person for person, name in people.items() if wanted in name.casefold()]
    if len(near) == 1:
        return text, Message(id=NEAR.id, args={"near": _full(people[near[0]], near[0])})
    if near:
        return text, Message(id=SEVERAL.id, args={"near": ", ".join(_full(people[one], one) for one in near[:5])})
    close = get_close_matches(text, [*people.values(), *people], n=3, cutoff=0.6)
    ids = [one if one in people else next(id_ for id_, name in people.items() if name == one) for one in close]
    return text, Message(
        id=NEAR.id, args={"near": ", ".join(_full(people[one], one) for one in ids)}
    ) if ids else NOBODY
