"""What decisions rest on besides their case: organisation and policies, folded once and kept up with the log."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Generic, TypeVar

from domain.kernel.events import Event, Registry
from domain.kernel.value import Value
from domain.organisation import policies, record
from domain.organisation.model import Organisation
from domain.organisation.policies import PolicyBook
from eventstore import log
from eventstore.database import Connection

V = TypeVar("V", bound=Value)


class Book(Generic[V]):
    """A record stream folded in memory. Reading it costs one query for what is new, nothing is folded twice."""

    def __init__(self, stream: str, empty: V, registry: Registry, fold: Callable[[V, Sequence[Event]], V]) -> None:
        self.stream = stream
        self.value = empty
        self.version = 0
        self._registry = registry
        self._fold = fold

    async def read(self, conn: Connection) -> V:
        """The value as of the reader's snapshot."""
        stored = await log.read_stream(conn, self.stream, after=self.version)
        news = [row for row in stored if row.version > self.version]  # a concurrent reader may have folded some
        if news:
            self.value = self._fold(self.value, [self._registry.decode(row) for row in news])
            self.version = news[-1].version
        return self.value


def organisation_book() -> Book[Organisation]:
    return Book(record.STREAM, Organisation(), record.REGISTRY, record.fold)


def policy_book() -> Book[PolicyBook]:
    return Book(
        policies.STREAM, PolicyBook(), policies.REGISTRY, lambda book, events: reduce(policies.evolve, events, book)
    )
