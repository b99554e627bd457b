"""Folding batches of the log into states of cases, with the states kept in memory between batches."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.events import Event, EventRow
from domain.kernel.process import Process
from domain.kernel.showing.milestones import Marks, marked

Processes = Mapping[str, Process[Any]]
"""The processes by name: all that the views know of any of them."""


@dataclass(frozen=True)
class Folded:
    """A case's state after `version` events, its first event, and what it has reached."""

    process: Process[Any]
    state: Any
    first: EventRow
    version: int
    marks: Marks | None = field(default_factory=Marks)


@dataclass(frozen=True)
class Step:
    """One event as it was recorded and as it reads, with the state before it."""

    stored: EventRow
    event: Event
    before: Any


@dataclass(frozen=True)
class Change:
    """What a batch did to one case: its state after the batch, its first event ever, and its events in the batch.

    `steps` are those events one by one; of a case that was read from the start, all there are. `marks` are of all, None
    if the process could not tell them.
    """

    stream: str
    process: Process[Any]
    state: Any
    first: EventRow
    events: tuple[EventRow, ...]
    steps: tuple[Step, ...]
    marks: Marks | None

    @property
    def last(self) -> EventRow:
        return self.events[-1]

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def closed(self) -> bool:
        return self.process.is_terminal(self.state)


@dataclass(frozen=True)
class DeadEvent:
    """An event that could not be folded or shown. `error` is a class name, `blocked_by` a position before it."""

    event: EventRow
    error: str
    blocked_by: int | None = None


@dataclass(frozen=True)
class Batch:
    """A folded batch. `states` are to be remembered once it is kept; `refolded` streams were read from the start."""

    changes: tuple[Change, ...] = ()
    dead: tuple[DeadEvent, ...] = ()
    states: Mapping[str, Folded] = field(default_factory=dict)
    refolded: frozenset[str] = frozenset()


class Memory:
    """The newest states of the cases touched last, at most `size`. Losing one costs reading its stream again."""

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._states: OrderedDict[str, Folded] = OrderedDict()

    def at(self, stream: str, version: int) -> Folded | None:
        """The state after exactly `version` events, if it is the one remembered."""
        found = self._states.get(stream)
        return found if found is not None and found.version == version else None

    def process_of(self, stream: str) -> Process[Any] | None:
        found = self._states.get(stream)
        return None if found is None else found.process

    def keep(self, batch: Batch) -> None:
        """Remembers the open cases of a batch and forgets those that are finished or hold an unreadable event."""
        dead = {each.event.stream for each in batch.dead}
        for stream in dead | {change.stream for change in batch.changes}:
            self._states.pop(stream, None)
        for stream, folded in batch.states.items():
            if stream not in dead and not folded.process.is_terminal(folded.state):
                self._states[stream] = folded
        while len(self._states) > self._size:
            self._states.popitem(last=False)


ReadStream = Callable[[str, int], Awaitable[Sequence[EventRow]]]
"""Reads the events of a stream up to and with a version."""


async def fold_batch(
    events: Sequence[EventRow], of: Mapping[str, Process[Any]], memory: Memory, read: ReadStream
) -> Batch:
    """Folds `events`, which are in the order of the log; `of` maps the streams that are cases to their process."""
    changes: list[Change] = []
    dead: list[DeadEvent] = []
    states: dict[str, Folded] = {}
    refolded: set[str] = set()
    for stream, own in _by_stream(events, of):
        base = memory.at(stream, own[0].version - 1)
        if base is None and own[0].version > 1:
            refolded.add(stream)
            history = await read(stream, own[-1].version)
        else:
            history = own
        folded, steps, bad = fold(of[stream], history, base)
        good = tuple(event for event in own if folded is not None and event.version <= folded.version)
        if folded is not None and good:
            changes.append(Change(stream, of[stream], folded.state, folded.first, good, steps, folded.marks))
            states |= {} if bad else {stream: folded}
        if bad:
            dead += _blocked(own[len(good) :], bad)
    return Batch(tuple(changes), tuple(dead), states, frozenset(refolded))


def fold(
    process: Process[Any], events: Sequence[EventRow], base: Folded | None = None
) -> tuple[Folded | None, tuple[Step, ...], DeadEvent | None]:
    """The state after `events`, or after the last one before an event that cannot be folded; the steps; that event."""
    now = base or Folded(process, process.initial(events[0].stream), events[0], 0)
    steps: list[Step] = []
    bad = None
    for stored in events:
        try:
            event = process.events.decode(stored)
            state = process.evolve(now.state, event)
        except Exception as error:  # noqa: BLE001 - whatever an old or broken event raises, other cases go on
            bad = DeadEvent(stored, type(error).__name__)
            break
        steps.append(Step(stored, event, now.state))
        now = Folded(process, state, now.first, stored.version, _marked(now, event, state, stored.recorded_at))
    return (now if now.version else None), tuple(steps), bad


def _marked(now: Folded, event: Event, state: Any, at: datetime) -> Marks | None:
    """What the case has reached. A process that cannot tell must not hide the case from the other views."""
    try:
        return None if now.marks is None else marked(now.marks, now.process, event, state, at)
    except Exception:  # noqa: BLE001 - whatever the process raises
        return None


def _by_stream(events: Iterable[EventRow], known: Mapping[str, Any]) -> Iterable[tuple[str, list[EventRow]]]:
    streams: dict[str, list[EventRow]] = {}
    for event in events:
        if event.stream in known:
            streams.setdefault(event.stream, []).append(event)
    return streams.items()


def _blocked(events: Sequence[EventRow], bad: DeadEvent) -> list[DeadEvent]:
    return [
        DeadEvent(event, bad.error, None if event.position == bad.event.position else bad.event.position)
        for event in events
    ]
