"""Events as values and as stored facts: declared names, integer versions, and lifting of old versions."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict

from domain.kernel.value import Value
from domain.kernel.values.message import Message


class Event(Value):
    """A fact. Its declared name is the class name unless `type_name` says else; `schema_version` counts its shapes.

    `sentence` is what timelines say of it: its places are the event's own fields, and `{who}` for its actor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    type_name: ClassVar[str | None] = None
    schema_version: ClassVar[int] = 1
    sentence: ClassVar[Message | None] = None


class StoredEvent(Value):
    """An event as far as folding needs it: what a workflow gets back from the store."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    position: int
    stream: str
    version: int
    type: str
    schema_version: int
    payload: dict[str, Any]
    command_id: UUID


class EventRow(StoredEvent):
    """An event as the log holds it. `hash` is hex SHA-256 over this row and the previous hash of its stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str
    on_behalf_of: str | None = None
    correlation: UUID
    causation: int | None = None
    channel: str
    recorded_at: datetime
    hash: str


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def declared_name(kind: type[Event]) -> str:
    return kind.type_name or kind.__name__


def title_of(name: str) -> str:
    """What an event type is called in English, the id of its translation: `TaskAssigned` is "Task assigned"."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", name)


class Registry:
    """The event types of one process. `upcasters[(name, n)]` lifts a payload from version n to n + 1."""

    def __init__(
        self, kinds: Iterable[type[Event]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None
    ) -> None:
        self.kinds = {declared_name(kind): kind for kind in kinds}
        self.upcasters = dict(upcasters or {})

    def decode(self, stored: StoredEvent) -> Event:
        """The event of a stored row, lifted to the current version. Raises KeyError for an unknown name."""
        return self.lift(stored.type, stored.schema_version, stored.payload)

    def lift(self, name: str, schema_version: int, payload: dict[str, Any]) -> Event:
        """The same from its parts."""
        kind = self.kinds[name]
        for version in range(schema_version, kind.schema_version):
            payload = self.upcasters[(name, version)](payload)
        return kind.model_validate(payload)


def encode(event: Event) -> tuple[str, int, dict[str, Any]]:
    """Name, version and JSON-shaped payload of an event."""
    return declared_name(type(event)), event.schema_version, event.model_dump(mode="json")
