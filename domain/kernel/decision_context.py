"""A decision while it is being made: the state so far, and the events that got it there."""

from collections.abc import Callable
from typing import Generic, TypeVar

from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.value import Value

S = TypeVar("S", bound=Value)


class DecisionContext(Generic[S]):
    """Records events one by one and folds each at once: the next rule sees the state it would find in the log."""

    def __init__(
        self,
        state: S,
        command: Command,
        facts: Facts,
        *,
        evolve: Callable[[S, Event], S],
        case: Callable[[S], Case],
    ) -> None:
        self.state = state
        self.command = command
        self.facts = facts
        self.events: list[Event] = []
        self._evolve = evolve
        self._case = case

    @property
    def case(self) -> Case:
        return self._case(self.state)

    def add(self, *events: Event) -> None:
        for event in events:
            self.events.append(event)
            self.state = self._evolve(self.state, event)
