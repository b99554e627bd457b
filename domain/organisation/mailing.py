"""The stream `mail-of-<person>`: how somebody wants their mail, and which came back."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.value import Value
from domain.kernel.values.sealed import Sealed

PREFIX = "mail-of-"

Sending = Literal["at-once", "daily", "escalations", "never"]
"""Each mail at once; one a day; none. Escalations and how own requests came out go to all but `never`, at once."""


class MailPreferred(Event):
    """`language` is None for the one that the organisation has for the person."""

    sending: Sending
    language: str | None
    at: datetime


class MailBounced(Event):
    """A mail came back for good, after its server had taken it. `status` is the code of RFC 3463, such as 5.1.1.

    `address` is the one that the person has, sealed; equal ones are equal sealed.
    """

    mail: UUID
    status: str
    address: Sealed | None
    at: datetime


REGISTRY = Registry([MailPreferred, MailBounced])

NO_SUCH_ADDRESS = re.compile(r"5\.(1\.\d+|2\.1)")
"""That an address is none, or closed for good; others say that a mailbox is full or a mail unwelcome."""


class Preference(Value):
    """What holds for whoever said nothing is the default. `since` (UTC) is the last choice.

    `returned` are mails that came back, `dead` the address that turned out to be none.
    """

    sending: Sending = "at-once"
    language: str | None = None
    since: datetime | None = None
    returned: frozenset[UUID] = frozenset()
    dead: Sealed | None = None
    version: int = 0


def stream_of(person: str) -> str:
    return PREFIX + person


def fold(known: Preference, events: Iterable[Event]) -> Preference:
    """The preference after `events`."""
    for event in events:
        known = known.model_copy(update={**_changes(known, event), "version": known.version + 1})
    return known


def _changes(known: Preference, event: Event) -> dict[str, object]:
    match event:
        case MailPreferred(sending=sending, language=language, at=at):
            return {"sending": sending, "language": language, "since": at}
        case MailBounced(mail=mail, status=status, address=address):
            dead = address if NO_SUCH_ADDRESS.fullmatch(status) else known.dead
            return {"returned": known.returned | {mail}, "dead": dead}
        case _:
            raise TypeError(f"{type(event).__name__} is not an event about somebody's mail")


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
