"""The stream `mail-of-<person>`: how somebody wants their mail, each change a fact."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.value import Value

PREFIX = "mail-of-"

Sending = Literal["at-once", "daily", "escalations", "never"]
"""Each mail at once; one a day; none. Escalations and how own requests came out go to all but `never`, at once."""


class MailPreferred(Event):
    """`language` is None for the one that the organisation has for the person."""

    sending: Sending
    language: str | None
    at: datetime


REGISTRY = Registry([MailPreferred])


class Preference(Value):
    """What holds for whoever said nothing is the default. `since` (UTC) is the last change."""

    sending: Sending = "at-once"
    language: str | None = None
    since: datetime | None = None
    version: int = 0


def stream_of(person: str) -> str:
    return PREFIX + person


def fold(known: Preference, events: Iterable[Event]) -> Preference:
    """The preference after `events`."""
    for event in events:
        match event:
            case MailPreferred(sending=sending, language=language, at=at):
                known = Preference(sending=sending, language=language, since=at, version=known.version + 1)
            case _:
                raise TypeError(f"{type(event).__name__} is not an event about somebody's mail")
    return known


def prefer(
    known: Preference, *, sending: str, language: str | None, languages: Iterable[str], at: datetime
) -> list[Event]:
    """The event of a change; none where nothing changes. Raises Refused `bad-preference`."""
    chosen = next((each for each in get_args(Sending) if each == sending), None)
    if chosen is None:
        raise _bad(sending, get_args(Sending))
    if language is not None and language not in languages:
        raise _bad(language, languages)
    if (chosen, language) == (known.sending, known.language):
        return []
    return [MailPreferred(sending=chosen, language=language, at=at)]


def _bad(given: str, known: Iterable[str]) -> Refused:
    return Refused("bad-preference", "{given} is not one of {known}.", given=given[:40], known=", ".join(known))
