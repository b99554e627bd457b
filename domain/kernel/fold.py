"""From stored events to a state: one fold for the loop, the decision, and every view."""

from collections.abc import Iterable
from typing import Generic, TypeVar
from uuid import UUID

from domain.kernel.events import StoredEvent
from domain.kernel.process import Process
from domain.kernel.value import Value

S = TypeVar("S", bound=Value)


class GapError(Exception):
    """Events of {stream} are missing between version {have} and {got}: read the stream again from {have}."""

    def __init__(self, stream: str, have: int, got: int) -> None:
        super().__init__((self.__doc__ or "").format(stream=stream, have=have, got=got))


class Fold(Generic[S]):
    """The state of one case after `version` events, and the commands they came from."""

    def __init__(self, process: Process[S], case: str) -> None:
        self.process = process
        self.state = process.initial(case)
        self.version = 0
        self.position = 0
        self.commands: set[UUID] = set()

    def apply(self, events: Iterable[StoredEvent]) -> None:
        """Folds what is new and passes over what is known. Raises GapError where a version is missing."""
        for stored in events:
            if stored.version <= self.version:
                continue
            if stored.version != self.version + 1:
                raise GapError(stored.stream, self.version, stored.version)
            self.state = self.process.evolve(self.state, self.process.events.decode(stored))
            self.version, self.position = stored.version, stored.position
            self.commands.add(stored.command_id)
