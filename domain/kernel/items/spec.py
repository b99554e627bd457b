"""What items are: things with owner, due date, state and history inside a case, and what a process says of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.kernel.definition.rows import CaseState
from domain.kernel.facts import Facts
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import Message

OPEN, CARRIED = "open", "carried"
"""The states of an item besides the outcomes that a process names."""


class NoDetails(Value):
    """For items that have nothing but text, owner and due date."""


D = TypeVar("D", bound=Value)


class Origin(Value):
    """Where an item was before: the case, its id there, how often it was carried with this time, since when it is."""

    case: str
    process: str
    item: str
    carried: int = 1
    since: datetime | None = None


class ItemChange(Value):
    """One earlier shape of an item, and why it is another now (CRD-02)."""

    owner: str
    due: date
    text: str
    by: str
    reason: str
    at: datetime


class Item(Value):
    """`id` is `<noun>-<n>`. `details`: further fields of its process, as JSON. `state`: open, carried or an outcome.

    `sent_to` is the case that is to take it, until that one says that it has. `due` is a day of the owner's calendar.
    """

    id: str
    text: str
    owner: str
    due: date
    details: dict[str, Any] = {}
    state: str = OPEN
    note: str | None = None
    since: datetime
    ended: datetime | None = None
    origin: Origin | None = None
    sent_to: str | None = None
    history: tuple[ItemChange, ...] = ()

    @property
    def carried(self) -> int:
        """How often it was carried to another case (QBR-05)."""
        return self.origin.carried if self.origin else 0

    @property
    def written(self) -> datetime:
        """When it was first written, in whichever case that was: its age (QBR-03)."""
        return self.origin.since if self.origin and self.origin.since else self.since


class Items(Value):
    """A field of the state: the items by id, in the order in which they came."""

    entries: dict[str, Item] = {}

    @property
    def open(self) -> tuple[Item, ...]:
        return tuple(item for item in self.entries.values() if item.state == OPEN)


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class ItemsSpec(Generic[D]):
    """What one process says of its items.

    `noun` names the commands (`add-action`, `change-action`, `close-action`) and the kind of the tasks; `name` is the
    field of the state. `labels` and `helps` are by verb (`add`, `change`, `close`). `outcomes` are the words with which
    an item can be closed. `details` is the model of further fields. `editors` add, change and close; the owner closes.
    `when` are the stages for adding and changing (None: any). `check(facts, item)` raises Refused for what must not be.
    `most` bounds how many can be open. `ladder` is that of the owner's task, which no silence ends.
    `carries_to` names the process whose cases take items over (with an `ItemsSpec` of the same noun). `carries` is
    False where items neither come from other cases nor go there.
    """

    noun: str
    name: str
    labels: Mapping[str, Message]
    helps: Mapping[str, Message]
    outcomes: tuple[str, ...] = ("done", "dropped")
    details: type[D]
    editors: tuple[StrEnum, ...] = (CaseRole.REQUESTER,)
    when: frozenset[str] | None = None
    check: Callable[[Facts, Item], None] = _nothing
    most: int = 200
    ladder: str = "standard"
    carries_to: str | None = None
    carries: bool = True

    def of(self, state: CaseState) -> Items:
        """The items of a state."""
        items = getattr(state, self.name)
        assert isinstance(items, Items)
        return items

    def details_of(self, item: Item) -> D:
        """The further fields of an item, typed."""
        return self.details.model_validate(item.details)
