"""Who reads: their zone and language, and the names of the people who are mentioned."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.kernel.values.message import Message
from domain.organisation.model import Organisation
from runtime.translations import catalogue, language, said, worded

PERSON = re.compile(r"(?<![\w.-])(?:c-[0-9a-z]+|[A-Za-z]{1,4}-?[0-9]{1,12})(?![\w-])")
"""What may be a person's id in a text. It is shown as a name only if someone is known by it.

A number is none: it may be an amount or a year. One with leading zeros that stands alone is neither (`NUMBERED`).
"""
NUMBERED = re.compile(r"0[0-9]{1,11}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Reader:
    """`zone` None is the machine's own, `code` None the language of the environment.

    `names` are those that may be shown, by person id.
    """

    zone: ZoneInfo | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None

    def gettext(self, text: str) -> str:
        return catalogue(self.code).gettext(text)

    def word(self, name: str) -> str:
        return worded(name, self.code)

    def when(self, instant: datetime | str | None) -> str:
        """An instant in the reader's zone and language, to the minute."""
        from babel.dates import format_datetime  # noqa: PLC0415 - a machine reads no dates

        if instant is None:
            return ""
        at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        return str(format_datetime(at.astimezone(self.zone), "EEE d MMM y HH:mm", locale=self.code or language()))

    def person(self, person: str | None) -> str:
        return self.names.get(person or "", person or "")

    def people(self, people: Iterable[str]) -> str:
        return ", ".join(self.person(person) for person in people)

    def text(self, text: object) -> str:
        """Text with names in place of ids. What would move a terminal's cursor is made visible instead."""
        return _CONTROL.sub("�", PERSON.sub(self._named, str(text)))

    def _named(self, found: re.Match[str]) -> str:
        """The name of an id, once: the name of somebody who was erased is their id and a word after it."""
        person, name = found[0], self.person(found[0])
        after = name.removeprefix(person)
        done = after not in ("", name) and found.string.startswith(after, found.end())
        return person if done else name

    def said(self, message: Message | Mapping[str, Any] | str | None) -> str:
        """A message of an event, or a policy's name for a step, in the reader's language."""
        if isinstance(message, str) or not message:
            return self.text(said("{title}", {"title": message or ""}, self.code))
        found = message if isinstance(message, Message) else Message.model_validate(message)
        args = {
            name: self.names.get(value, value) if isinstance(value, str) else value
            for name, value in found.args.items()
        }
        return self.text(said(found.id, args, self.code))


def titles(organisation: Organisation, code: str) -> dict[str, str]:
    """What units, positions and skills are called in a language, by id."""
    skills = {one.id: in_language(one.name, code, one.id) for one in organisation.skills.values()}
    return {**skills, **position_titles(organisation, code), **unit_names(organisation, code)}


def unit_names(organisation: Organisation, code: str) -> dict[str, str]:
    return {unit.id: in_language(unit.name, code, unit.id) for unit in organisation.units.values()}


def position_titles(organisation: Organisation, code: str) -> dict[str, str]:
    return {one.id: in_language(one.title, code, one.id) for one in organisation.positions.values()}


def in_language(names: Mapping[str, str], code: str, otherwise: str) -> str:
    """The name in this language, or in another one, or `otherwise` where there is none."""
    return names.get(code) or next(iter(names.values()), otherwise)


def called(value: object, names: Mapping[str, str]) -> object:
    """JSON with names in place of the texts that are ids, at any depth."""
    match value:
        case str():
            return names.get(value, value)
        case Mapping():
            return {key: called(each, names) for key, each in value.items()}
        case list() | tuple():
            return [called(each, names) for each in value]
    return value


def mentioned(value: object) -> set[str]:
    """What may be ids of people anywhere in `value`: JSON, messages, texts."""
    return {found for text in texts(value) for found in ((text,) if NUMBERED.fullmatch(text) else PERSON.findall(text))}


def texts(value: object) -> Iterator[str]:
    """Every text anywhere in `value`."""
    match value:
        case str():
            yield value
        case Message():
            yield from value.args.values()
        case Mapping():
            for name, inner in value.items():
                yield from texts(name)
                yield from texts(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from texts(inner)
