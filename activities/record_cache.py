"""What decisions rest on besides their case: records that are folded once and kept up with the log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from domain.kernel import register
from domain.kernel.delegation import Delegations
from domain.kernel.events import Event, EventRow, Registry
from domain.kernel.register import Registers
from domain.kernel.value import Value
from domain.organisation import delegations, policies, record
from domain.organisation.model import Organisation
from domain.organisation.policies import PolicyBook
from eventstore import log
from eventstore.database import Connection

V = TypeVar("V", bound=Value)


class CachedStream(Generic[V]):
    """A record stream folded in memory. Reading it costs one query for what is new, nothing is folded twice."""

    def __init__(self, stream: str, empty: V, registry: Registry, fold: Callable[[V, Sequence[Event]], V]) -> None:
        self.stream = stream
        self.value = empty
        self.version = 0
        self._registry = registry
        self._fold = fold

    async def read(self, conn: Connection) -> V:
        """The value as of the reader's snapshot."""
        self.take(await log.read_stream(conn, self.stream, after=self.version))
        return self.value

    def take(self, stored: Sequence[EventRow]) -> None:
        """Folds what is new among the next events of the stream."""
        news = [row for row in stored if row.version > self.version]  # a concurrent reader may have folded some
        if news:
            self.value = self._fold(self.value, [self._registry.decode(row) for row in news])
            self.version = news[-1].version


@dataclass(frozen=True)
class Records:
    """What every decision may rest on, of one snapshot."""

    organisation: Organisation
    policies: PolicyBook
    delegations: Delegations
    registers: Registers


class RecordCache:
    """The books that every decision needs, read with the case in one query: one snapshot, one round trip."""

    def __init__(self) -> None:
        self.organisation = organisation_book()
        self.policies = policy_book()
        self.delegations = delegation_book()
        self.registers = register_book()

    async def read(
        self, conn: Connection, after: Mapping[str, int]
    ) -> tuple[Mapping[str, Sequence[EventRow]], Records]:
        """The events of each case after a version, and the records, as of the reader's snapshot."""
        news = await log.read_streams(conn, {**self._wanted(), **after})
        return news, self._taken(news)

    async def records(self, conn: Connection) -> Records:
        """The records alone, for readers that decide nothing."""
        return self._taken(await log.read_streams(conn, self._wanted()))

    async def with_processes(self, conn: Connection, cases: Sequence[str]) -> tuple[Mapping[str, str], Records]:
        """The process of each of these cases that exists, and the records, in one round trip."""
        processes, news = await log.processes_and_streams(conn, cases, self._wanted())
        return processes, self._taken(news)

    def _wanted(self) -> dict[str, int]:
        return {
            book.stream: book.version for book in (self.organisation, self.policies, self.delegations, self.registers)
        }

    def _taken(self, news: Mapping[str, Sequence[EventRow]]) -> Records:
        self.organisation.take(news.get(self.organisation.stream, ()))
        self.policies.take(news.get(self.policies.stream, ()))
        self.delegations.take(news.get(self.delegations.stream, ()))
        self.registers.take(news.get(self.registers.stream, ()))
        return Records(self.organisation.value, self.policies.value, self.delegations.value, self.registers.value)


def organisation_book() -> CachedStream[Organisation]:
    return CachedStream(record.STREAM, Organisation(), record.REGISTRY, record.fold)


def policy_book() -> CachedStream[PolicyBook]:
    return CachedStream(
        policies.STREAM, PolicyBook(), policies.REGISTRY, lambda book, events: reduce(policies.evolve, events, book)
    )


def delegation_book() -> CachedStream[Delegations]:
    return CachedStream(delegations.STREAM, Delegations(), delegations.REGISTRY, delegations.fold)


def register_book() -> CachedStream[Registers]:
    return CachedStream(register.STREAM, Registers(), register.REGISTRY, register.fold)
