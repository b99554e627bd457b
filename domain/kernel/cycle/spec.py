"""A cycle: one case with children by the thousand, started in pages, each of a unit. Its values and events."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import N_

CLAIM = "cycle"
"""The kind of claim by which a child says that it has passed a gate."""

Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]


class CycleLink(Value):
    """What a child knows of its cycle: the case and process, its unit there, and how many children that unit has."""

    cycle: Annotated[str, Field(max_length=80)]
    process: Annotated[str, Field(max_length=80)]
    unit: Annotated[str, Field(max_length=80)]
    size: Annotated[int, Field(ge=1)]

    def claim_key(self, gate: str) -> str:
        return f"{self.cycle}|{self.unit}|{gate}"


class Child(Value):
    """One child to be started. `key` makes its case id; `data` is what its opening command needs besides."""

    key: Key
    data: dict[str, Any] = {}


class UnitPlanned(Event):
    """These children are to be started for a unit; the number is fixed with it."""

    sentence = N_("unit {unit} takes part")
    unit: str
    children: tuple[Child, ...]
    at: datetime


class PageStarted(Event):
    """So many children from `first` on (counted over all units in their order) are started."""

    sentence = N_("{count} more were started")
    first: int
    count: int
    at: datetime


class UnitPassed(Event):
    """Every child of the unit passed the gate."""

    sentence = N_("unit {unit} is through: {gate}")
    unit: str
    gate: str
    at: datetime


class GateClosed(Event):
    """Every unit passed the gate: what waits for all can begin."""

    sentence = N_("all units are through: {gate}")
    gate: str
    at: datetime


class CycleJoined(Event):
    """Recorded by a child when it opens."""

    sentence = N_("it belongs to {cycle}")
    cycle: str
    link: CycleLink


class GatePassed(Event):
    """Recorded by a child. `last`: with it, its whole unit is through; true of exactly one child."""

    sentence = N_("it is through: {gate}")
    gate: str
    last: bool
    at: datetime


class Cycle(Value):
    """A field of the parent's state. `passed` are the units by gate, `closed` the gates that all units passed."""

    planned: dict[str, tuple[Child, ...]] = {}
    started: int = 0
    passed: dict[str, tuple[str, ...]] = {}
    closed: tuple[str, ...] = ()

    @property
    def children(self) -> tuple[tuple[str, Child], ...]:
        """Every child with its unit, in the order in which they are started."""
        return tuple((unit, child) for unit, children in self.planned.items() for child in children)

    @property
    def left(self) -> int:
        """How many are still to be started."""
        return sum(map(len, self.planned.values())) - self.started


class Membership(Value):
    """A field of a child's state. `link` is None for a case that was opened outside a cycle."""

    link: CycleLink | None = None
    passed: tuple[str, ...] = ()
