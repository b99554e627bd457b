"""Who reads what is printed: their zone and language, and the names of the people who are mentioned."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from activities.books import organisation_book
from cli.context import Context
from domain.kernel.message import Message
from edge import compose
from edge.door import Door
from i18n import language, said

PERSON = re.compile(r"(?<![\w.-])(?:c-[0-9a-z]+|[a-z]{1,3}-?[0-9]{1,12})(?![\w-])")
"""What may be a person's id in a text. It is shown as a name only if someone is known by it."""
_CONTROL = {code: "�" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


@dataclass(frozen=True)
class Reader:
    """`zone` None is the machine's own. `names` are those that may be shown, by person id."""

    zone: ZoneInfo | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def when(self, instant: datetime | str | None) -> str:
        """An instant in the reader's zone and language, to the minute."""
        from babel.dates import format_datetime  # noqa: PLC0415 - a machine reads no dates

        if instant is None:
            return ""
        at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        return str(format_datetime(at.astimezone(self.zone), "EEE d MMM y HH:mm", locale=language()))

    def person(self, person: str | None) -> str:
        return self.names.get(person or "", person or "")

    def people(self, people: list[str] | tuple[str, ...]) -> str:
        return ", ".join(self.person(person) for person in people)

    def text(self, text: object) -> str:
        """Text with names in place of ids. What would move a terminal's cursor is made visible instead."""
        return PERSON.sub(lambda found: self.person(found[0]), str(text)).translate(_CONTROL)

    def said(self, message: Message | Mapping[str, Any] | str | None) -> str:
        """A message of an event, or a policy's name for a step, in the reader's language."""
        if isinstance(message, str) or not message:
            return self.text(said("{title}", {"title": message or ""}))
        found = message if isinstance(message, Message) else Message.model_validate(message)
        return self.text(said(found.id, found.args))


async def acting(obj: Context, door: Door) -> compose.Actor:
    """The person behind --as. Raises Refused `no-person`, `unknown-person`."""
    person = await door.people.resolve(obj.person_text())
    return compose.Actor(person=person, channel="cli", authenticated=obj.authenticated)


async def reader(obj: Context, door: Door, rows: object) -> Reader:
    """Who reads `rows`: the zone of the calendar of --as, the names of everyone mentioned. A machine needs neither."""
    if obj.as_json:
        return Reader()
    mentioned = {found for text in _texts(rows) for found in PERSON.findall(text)}
    return Reader(await _zone(obj, door), await door.people.names(sorted(mentioned), language()))


async def _zone(obj: Context, door: Door) -> ZoneInfo | None:
    if not obj.who:
        return None
    person = await door.people.resolve(obj.who)
    async with door.pool.acquire() as conn:
        organisation = await organisation_book().read(conn)
    # A candidate has no calendar: they read times of the machine.
    return ZoneInfo(organisation.calendar_of(person).zone) if person in organisation.people else None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Message():
            yield from value.args.values()
        case Mapping():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
