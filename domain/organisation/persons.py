"""The stream `person-<id>`: who someone is, sealed, for employees and candidates alike (KRN-52).

Nothing here can be read without the person's key. Sealing is done by the function that the edge passes in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.value import Value
from domain.kernel.values.sealed import Sealed

Seal = Callable[[str, str], Sealed]
"""`seal(context, text)` under the key of the person at hand."""


class PersonRegistered(Event):
    """Someone is known by this id. `name` is by language: {"en": …, "th": …}."""

    person: str
    name: dict[str, Sealed]
    email: Sealed | None
    candidate: bool


class PersonDetailsChanged(Event):
    person: str
    name: dict[str, Sealed]
    email: Sealed | None


class PersonErased(Event):
    """The key of this person was destroyed: what was sealed can never be read again."""

    person: str
    reason: str


REGISTRY = Registry([PersonRegistered, PersonDetailsChanged, PersonErased])


class PersonRecord(Value):
    """What is known of one person. `registered` is False for an id that was never seen."""

    id: str
    registered: bool = False
    candidate: bool = False
    erased: bool = False
    name: dict[str, Sealed] = {}
    email: Sealed | None = None
    version: int = 0


@dataclass(frozen=True, repr=False)
class Details:
    """Readable name and address of a person on their way to being sealed. Has no repr, so that no log shows them.

    `partial`: languages that are not given stay as they are, and the address without `says_email` (ORG-02).
    `same_person`: the word of whoever imports that nobody else got the id (ORG-01).
    """

    name: Mapping[str, str]
    email: str | None = None
    candidate: bool = False
    partial: bool = False
    says_email: bool = True
    same_person: bool = False


def stream_of(person: str) -> str:
    return f"person-{person}"


def person_of(stream: str) -> str:
    """The person whose record a stream is."""
    return stream.removeprefix("person-")


def evolve(record: PersonRecord, event: Event) -> PersonRecord:
    """The record after one event."""
    match event:
        case PersonRegistered():
            changes = {
                "registered": True,
                "candidate": event.candidate,
                "name": event.name,
                "email": event.email,
            }
        case PersonDetailsChanged():
            changes = {"name": event.name, "email": event.email}
        case PersonErased():
            changes = {"erased": True, "name": {}, "email": None}
        case _:
            raise TypeError(f"{type(event).__name__} is not an event of a person")
    return record.model_copy(update={**changes, "version": record.version + 1})


def plan_details(record: PersonRecord, wanted: Details, seal: Seal, *, where: str = "") -> list[Event]:
    """The events that make the record say `wanted`; none if it does. `where` (`file:line`) leads a refusal.

    Raises Refused `erased` for someone who was erased, before anything is sealed, and `used-id` if not one name and
    not the address stayed the same: that looks like a second person under a used id (KRN-42).
    """
    at = f"{where}: " if where else ""
    if record.erased:
        raise Refused("erased", "{at}{person} was erased; take the name and e-mail out.", at=at, person=record.id)
    name = {language: seal(f"name.{language}", text) for language, text in wanted.name.items()}
    email = seal("email", wanted.email) if wanted.email else None
    if wanted.partial:
        name = {**record.name, **name}
    if not wanted.says_email:
        email = record.email
    if not record.registered:
        return [PersonRegistered(person=record.id, name=name, email=email, candidate=wanted.candidate)]
    if (name, email) == (record.name, record.email):
        return []
    if not wanted.same_person and not _same_person(record, name, email):
        raise Refused(
            "used-id",
            "{at}{person} is the id of someone with other names and another e-mail; give a new person a new id, "
            "or say same_person: true in the row (--same-person {person}) where it is the same one.",
            at=at,
            person=record.id,
        )
    return [PersonDetailsChanged(person=record.id, name=name, email=email)]


def erase(record: PersonRecord, reason: str) -> list[Event]:
    """The event that says the key is gone; none if it was gone before. Raises Refused `unknown-person`."""
    if not record.registered:
        raise Refused("unknown-person", "There is no person {person}; check the id.", person=record.id)
    return [] if record.erased else [PersonErased(person=record.id, reason=reason)]


def _same_person(record: PersonRecord, name: Mapping[str, Sealed], email: Sealed | None) -> bool:
    """One thing must stay: else nobody can tell a change from another person. What is added to it is no change."""
    kept_name = any(record.name.get(language) == sealed for language, sealed in name.items())
    return kept_name or (email is not None and record.email == email)
