"""A story played on the domain alone: no database, no workflow, no door. Every point of it is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from application.personal import pretended
from domain.kernel.cases.case import Case, Deadline, Task
from domain.kernel.command import SYSTEM, Channel, Command
from domain.kernel.effects import ClaimQuery, Effect, HeldClaim, Record
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.organisation import record
from domain.processes import PROCESSES
from tests.conformance import company
from tests.conformance.example import EXAMPLES, Due, Sent, Told, Wait

_IDS = UUID("8a0f4b6e-21c7-5d0e-9f53-64f1d1f6ad21")


@dataclass(frozen=True, eq=False)
class Moment:
    """A case between two commands, with what a decision would rest on."""

    story: str
    process: Process[Any]
    state: Any
    facts: Facts
    ledger: company.Ledger

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def stage(self) -> str:
        return self.process.stage(self.state)

    def decide(self, name: str, payload: dict[str, Any], *, by: str, channel: Channel = "web") -> list[Event]:
        """What the one function answers. Raises Refused."""
        if name in self.process.commands:  # as the edges do before they send it
            payload = pretended(self.process.commands[name], payload)
        parsed = parse_payload(self.process, name, payload)
        command = Command(
            case=self.case.id, process=self.process.name, name=name, actor=by, channel=channel, payload=payload,
            command_id=uuid5(_IDS, f"{self.story} {name} {self.case.next_task}"), at=self.facts.now,
        )  # fmt: skip
        read = {
            "balances": self.ledger.for_decision(self.process, self.state, command, parsed),
            "claims": self._claims(command, parsed),
        }
        return list(self.process.decide(self.state, command, parsed, self.facts.model_copy(update=read)))

    def _claims(self, command: Command, payload: Value) -> tuple[HeldClaim, ...]:
        """Those of other cases that the decision asks for, as the activity reads them."""
        asked = self.process.needs(self.state, command, payload)
        keys = {(query.kind, query.key) for query in asked if isinstance(query, ClaimQuery)}
        return tuple(held for held in self.facts.claims if (held.claim.kind, held.claim.key) in keys)


class Playing:
    """Plays one story; `moments` are its points, `history` its events, `given` the commands that were accepted."""

    def __init__(self, process: str, story: str) -> None:
        self.example = EXAMPLES[process]
        self.process: Process[Any] = PROCESSES[process]
        self.story = story
        self.id = f"{process}-{story}".replace("_", "-")
        given = self.example.given.get(story, lambda facts: facts)
        self.facts = given(company.facts()).model_copy(update={"claims": self.example.claims.get(story, ())})
        self.ledger = company.Ledger(self.example.plans)
        self.state: Any = self.process.initial(self.id)
        self.history: list[Event] = []
        self.given: list[str] = []
        self.sent: list[tuple[Moment, str, dict[str, Any], str]] = []
        self.moments: list[Moment] = [self._moment()]

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    @property
    def today(self) -> date:
        return self.facts.now.date()

    def task(self, kind: str | None = None) -> Task:
        found = next((task for task in self.case.tasks.values() if kind in (None, task.kind)), None)
        if found is None:
            raise LookupError(
                f"{self.id} has no task {kind} in {self.process.stage(self.state)}: {list(self.case.tasks)}"
            )
        return found

    def run(self) -> "Playing":
        for step in self.example.stories[self.story](self):
            match step:
                case Sent(name, payload, by):
                    self._do(name, dict(payload), by, "web")
                case Told(name, payload):
                    self._do(name, dict(payload), SYSTEM, "effect")
                case Wait(span):
                    self.facts = self.facts.model_copy(update={"now": self.facts.now + span})
                case Due(kind):
                    self._pass(kind)
        return self

    def _pass(self, kind: str) -> None:
        due = self.deadline(kind)
        self.facts = self.facts.model_copy(update={"now": max(due.at, self.facts.now)})
        self._do("deadline", {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}, SYSTEM, "timer")

    def deadline(self, kind: str) -> Deadline:
        found = [each for each in self.case.deadlines if each.kind == kind]
        if not found:
            kinds = sorted({each.kind for each in self.case.deadlines})
            raise LookupError(f"{self.id} has no deadline {kind}, only {kinds}")
        return min(found, key=lambda each: each.at)

    def _do(self, name: str, payload: dict[str, Any], by: str, channel: Channel) -> None:
        before = self.moments[-1] if self._unmoved() else self._moment()
        events = before.decide(name, payload, by=by, channel=channel)
        self.sent.append((before, name, payload, by))
        self.ledger.after(self.process, self.state, events)
        for event in events:
            before_it, self.state = self.state, self.process.evolve(self.state, event)
            self._record(self.process.effects(before_it, event, self.state))
        self.history += events
        self.given.append(name)
        self.moments.append(self._moment())

    def _record(self, effects: Sequence[Effect]) -> None:
        """What the organisation is to hold it holds at once; only the word of it comes later."""
        for effect in effects:
            if isinstance(effect, Record) and effect.stream == record.STREAM:
                known = [record.REGISTRY.lift(each.type, each.schema_version, each.payload) for each in effect.events]
                organisation = record.fold(self.facts.organisation, known)
                self.facts = self.facts.model_copy(update={"organisation": organisation})

    def _unmoved(self) -> bool:
        return self.moments[-1].facts is self.facts

    def _moment(self) -> Moment:
        kept = company.Ledger()
        kept.known = dict(self.ledger.known)
        return Moment(self.story, self.process, self.state, self.facts, kept)


@cache
def played(process: str) -> tuple[Playing, ...]:
    """Every story of a process, to its end."""
    return tuple(Playing(process, story).run() for story in EXAMPLES[process].stories)


def moments(process: str) -> Sequence[Moment]:
    return [moment for play in played(process) for moment in play.moments]


def events(process: str) -> Iterator[Event]:
    for play in played(process):
        yield from play.history


def fold(process: Process[Any], case: str, history: Sequence[Event]) -> Value:
    state: Value = process.initial(case)
    for event in history:
        state = process.evolve(state, event)
    return state
