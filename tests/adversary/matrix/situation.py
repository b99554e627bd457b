"""A case at some point of its life, before the one function of its process: no database, no workflow and no door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from tests.adversary.matrix.people import PEOPLE


@dataclass(frozen=True, eq=False)
class Situation:
    """A case at some point of its life, and what its decisions rest on."""

    name: str
    process: Process[Any]
    state: Any
    facts: Facts

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    def tried(
        self, name: str, payload: Mapping[str, Any], people: Sequence[str] = PEOPLE
    ) -> Iterator[tuple[str, tuple[Event, ...] | Refused]]:
        """What the one function of the process says to each person: no database, no workflow and no door."""
        due = name == "deadline" and self.case.deadlines
        facts = self.facts.model_copy(update={"now": datetime.fromisoformat(payload["at"])}) if due else self.facts
        parsed = parse_payload(self.process, name, dict(payload))
        command = Command(
            case=self.case.id, process=self.process.name, name=name, actor=SYSTEM, payload=dict(payload), at=facts.now
        )
        for actor in people:
            channel = "effect" if actor == SYSTEM else "api"
            sent = command.model_copy(update={"actor": actor, "channel": channel})
            try:
                yield actor, tuple(self.process.decide(self.state, sent, parsed, facts))
            except Refused as refused:
                yield actor, refused
