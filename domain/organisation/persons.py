"""The stream `person-<id>`: who someone is, sealed, for employees and candidates alike (KRN-52).

Nothing here can be read without the person's key. Sealing is done by the function that the edge passes in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.value import Value
from domain.kernel.values.sealed import Sealed

ID = r"([A-Za-z]{1,4}-?)?[0-9]{1,12}"
"""An employee's number as HR has it. Too short for a citizen's number, which has thirteen digits, and never a name."""
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

    A language that `name` does not have stays as it is, and so does the address if `silent` (ORG-02); None takes away.
    `same_person` says that what nobody can tell from a second person is a change of the same one (ORG-01).
    """

    name: Mapping[str, str | None]
    email: str | None = None
    candidate: bool = False
    silent: bool = False
    same_person: bool = False


def stream_of(person: str) -> str:
    return f"person-{person}"


def person_of(stream: str) -> str:
    """The person whose record a stream is."""
    return stream.removeprefix("person-")


def name_key(text: str) -> str:
    """What two spellings of one name or address have in common."""
    return " ".join(text.split()).casefold()


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

    Raises Refused `erased` for someone who was erased, before anything is sealed, `no-name` if no name remains, and
    `used-id` if neither a name nor the address says that it is the same person, nor `wanted` (ORG-01).
    """
    at = f"{where}: " if where else ""
    if record.erased:
        raise Refused("erased", "{at}{person} was erased; take the name and e-mail out.", at=at, person=record.id)
    stated = {language: text and seal(f"name.{language}", text) for language, text in wanted.name.items()}
    name = {language: text for language, text in {**record.name, **stated}.items() if text}
    if not name:
        raise Refused("no-name", "{at}{person} needs a name in some language.", at=at, person=record.id)
    email = record.email if wanted.silent else seal("email", wanted.email) if wanted.email else None
    if not record.registered:
        return [PersonRegistered(person=record.id, name=name, email=email, candidate=wanted.candidate)]
    if (name, email) == (record.name, record.email):
        return []
    same_name = any(text and record.name.get(language) == text for language, text in stated.items())
    same_address = not wanted.silent and email is not None and email == record.email
    if not (same_name or same_address or wanted.same_person):
        raise Refused(
            "used-id",
            "{at}{person} is the id of someone with other names and another e-mail; give a new person a new id. "
            "If it is the same person, say so: same_person: true.",
            at=at,
            person=record.id,
        )
    return [PersonDetailsChanged(person=record.id, name=name, email=email)]


def erase(record: PersonRecord, reason: str) -> list[Event]:
    """The event that says the key is gone; none if it was gone before. Raises Refused `unknown-person`."""
    if not record.registered:
        raise Refused("unknown-person", "There is no person {person}; check the id.", person=record.id)
    return [] if record.erased else [PersonErased(person=record.id, reason=reason)]
