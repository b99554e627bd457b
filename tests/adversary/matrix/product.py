"""Everybody, every command, every point of a case's life: the product that the matrix of who may what is tried on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.people.hiring.process import HIRING
from domain.processes import PROCESSES
from domain.who_may_what import TABLES
from tests.adversary.matrix.columns import held
from tests.adversary.matrix.descriptions import descriptions
from tests.adversary.matrix.hirings import HIRINGS
from tests.adversary.matrix.limits import limits
from tests.adversary.matrix.people import STANDING_IN
from tests.adversary.matrix.sent import payloads
from tests.adversary.matrix.situation import Situation


def _situations() -> Iterator[Situation]:
    for name, make in HIRINGS.items():
        play = make()
        facts = play.facts_now(tuple(play.ledger)).model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, HIRING, play.state, facts)
    for name, scene in limits():
        facts = scene.facts.model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, PROCESSES["authority"], scene.state, facts)
    for name, version in descriptions():
        facts = version.facts.model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, PROCESSES["job_description"], version.state, facts)


@cache
def situations(process: str) -> tuple[Situation, ...]:
    return tuple(found for found in _situations() if found.process.name == process)


@dataclass(frozen=True)
class Attempt:
    """One person sends one command in one situation. `may` is what the table says, `answer` what the rules do."""

    found: Situation
    actor: str
    name: str
    columns: frozenset[str]
    may: bool
    answer: tuple[Event, ...] | Refused

    def __str__(self) -> str:
        said = self.answer.code if isinstance(self.answer, Refused) else "accepted"
        return f"{self.found.process.name}/{self.found.name}: {self.name} by {self.actor!r} ({said})"


@cache
def attempts(process: str) -> tuple[Attempt, ...]:
    """The complete product of people, commands, situations and what makes sense to send there."""
    return tuple(_attempts(process))


def _attempts(process: str) -> Iterator[Attempt]:
    for found in situations(process):
        for name in PROCESSES[process].commands:
            for payload in payloads(found, name):
                for actor, answer in found.tried(name, payload):
                    columns = held(found, actor, payload.get("task"))
                    yield Attempt(found, actor, name, columns, bool(columns & set(TABLES[process][name])), answer)
