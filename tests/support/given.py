"""Given a case and its facts, when commands come, then these events: the words of every decider's test.

Each accepted command is folded twice, from the events as they were made and as the log would hand them back; the two
states must be equal, so every test of a process also tests its fold.
"""

import json
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

import pytest

from domain.kernel.cases.case import Case, Task
from domain.kernel.command import Channel, Command
from domain.kernel.effects import Effect, Notify
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, encode
from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.value import Value

S = TypeVar("S", bound=Value)
E = TypeVar("E", bound=Event)
_IDS = UUID("5f3d9a1c-6a0e-4c3b-8d5e-0f2a7b9c4d1e")


class Scenario(Generic[S]):
    """One case of a process. `now` is the clock of the facts; move it with `wait` or `at`."""

    def __init__(self, process: Process[S], facts: Facts, case: str = "case-1") -> None:
        self.process = process
        self.facts = facts
        self.state = process.initial(case)
        self.history: list[Event] = []
        self.last: list[Event] = []
        self.effects: list[Effect] = []
        self._logged = self.state
        self._case = case
        self._count = 0

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def now(self) -> datetime:
        return self.facts.now

    def at(self, now: datetime) -> "Scenario[S]":
        self.facts = self.facts.model_copy(update={"now": now})
        return self

    def wait(self, span: timedelta) -> "Scenario[S]":
        return self.at(self.now + span)

    def given(self, **facts: Any) -> "Scenario[S]":
        """Other facts: `organisation`, `policy` or `claims`."""
        self.facts = self.facts.model_copy(update=facts)
        return self

    def command(
        self,
        name: str,
        payload: Value | dict[str, Any] | None = None,
        *,
        by: str,
        channel: Channel = "web",
    ) -> Command:
        self._count += 1
        data = payload.model_dump(mode="json") if isinstance(payload, Value) else payload or {}
        return Command(
            case=self._case,
            process=self.process.name,
            name=name,
            command_id=uuid5(_IDS, f"{self._case}/{self._count}"),
            actor=by,
            channel=channel,
            authenticated="password",
            payload=data,
            at=self.now,
        )

    def when(
        self,
        name: str,
        payload: Value | dict[str, Any] | None = None,
        *,
        by: str,
        channel: Channel = "web",
    ) -> "Scenario[S]":
        """The command is accepted; its events are in `last` and folded."""
        command = self.command(name, payload, by=by, channel=channel)
        model = self.process.commands[name].model_validate(command.payload)
        events = list(self.process.decide(self.state, command, model, self.facts))
        self.effects = []
        for event in events:
            after = self.process.evolve(self.state, event)
            self.effects += self.process.effects(self.state, event, after)
            self.state = after
            self._logged = self.process.evolve(self._logged, self.read_back(event))
        assert self._logged == self.state, "the fold of the log differs from the state the decision saw"
        self.last = events
        self.history += events
        return self

    def refused(
        self,
        name: str,
        payload: Value | dict[str, Any] | None = None,
        *,
        by: str,
        channel: Channel = "web",
    ) -> str:
        """The command is refused; returns the code. Nothing is folded."""
        with pytest.raises(Refused) as caught:
            self.when(name, payload, by=by, channel=channel)
        return caught.value.code

    def then(self, *kinds: type[Event]) -> "Scenario[S]":
        """The last command made events of exactly these types."""
        assert [type(event) for event in self.last] == list(kinds)
        return self

    def found(self, kind: type[E]) -> E:
        """The only event of this type that the last command made."""
        (event,) = [event for event in self.last if isinstance(event, kind)]
        return event

    def told(self) -> list[Notify]:
        return [effect for effect in self.effects if isinstance(effect, Notify)]

    def open(self, kind: str | None = None) -> Task:
        """The only open task (of a kind)."""
        (task,) = [task for task in self.case.tasks.values() if kind in (None, task.kind)]
        return task

    def read_back(self, event: Event) -> Event:
        """The event as the log hands it back."""
        name, schema_version, payload = encode(event)
        stored = EventRow(
            position=1,
            stream=self._case,
            version=1,
            type=name,
            schema_version=schema_version,
            payload=json.loads(json.dumps(payload)),
            actor="e1",
            command_id=_IDS,
            correlation=_IDS,
            channel="web",
            recorded_at=self.now,
            hash="",
        )
        return self.process.events.decode(stored)
