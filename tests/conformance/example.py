"""An example of a process: stories that give every command and record every event, from the first to an end.

A story is a generator function: it is handed the case as it stands (`Play`) and yields what happens next. The suite
carries that out, on the domain alone or on real Temporal and Postgres; the story goes on with the case as it is then.

    def granted(play: Play) -> Story:
        yield Sent("request-limit", {"person": "e1010", …}, by="e1005")
        yield from approvals(play)
        yield Told("note-recorded", {"position": 7})

    EXAMPLE = Example(process="authority", stories={"granted": granted})
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from domain.kernel.cases.case import Case, Task
from domain.kernel.effects import HeldClaim
from domain.kernel.facts import Facts


class Play(Protocol):
    """The case of a story as it stands."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> Any: ...
    @property
    def case(self) -> Case: ...
    @property
    def today(self) -> date: ...
    def task(self, kind: str | None = None) -> Task:
        """The oldest open task, of a kind. Raises LookupError."""


@dataclass(frozen=True)
class Sent:
    """A person gives a command."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class Told:
    """The system says something: a record that now holds it, another case. On the real stack it comes by itself."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """Time passes until the next deadline of this kind, which then acts."""

    kind: str


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    span: timedelta


Story = Iterator[Sent | Told | Due | Wait]


@dataclass(frozen=True)
class Example:
    """`stories` by name; those in `real` also run on real Temporal and Postgres (one at least).

    `plans` are budgets that exist before: line, period, amount. `idle` are open stages in which nobody has a task and
    nothing is due by itself; a draft is one. `claims` are by story those of other cases that its decisions see,
    `given` what it finds otherwise than the example company and its policy say.
    """

    process: str
    stories: Mapping[str, Callable[[Play], Story]]
    real: tuple[str, ...]
    plans: tuple[tuple[str, str, str], ...] = ()
    idle: frozenset[str] = frozenset({"draft"})
    claims: Mapping[str, tuple[HeldClaim, ...]] = field(default_factory=dict)
    given: Mapping[str, Callable[[Facts], Facts]] = field(default_factory=dict)


def year_end(line: str, period: str, decision: str = "carry", **more: Any) -> Told:
    """The budget says what becomes of what the case holds there; it goes to the year after."""
    target = f"{int(period) + 1}"
    return Told("move-commitment", {"line": line, "period": period, "target": target, "decision": decision, **more})


def approvals(play: Play, outcome: str = "approve", **more: Any) -> Story:
    """Every decision that is asked for, by the first person who has not yet given a word on it, until none is left."""
    while decisions := [task for task in play.case.tasks.values() if task.kind == "decide"]:
        task = decisions[0]
        words = [word for review in play.case.reviews.values() for word in review.decisions if word.task == task.id]
        free = next(person for person in task.people if person not in {word.actor for word in words})
        yield Sent("decide", {"task": task.id, "outcome": outcome, **more}, by=free)
        if outcome != "approve":
            return


def load() -> dict[str, Example]:
    """The examples that there are, by process."""
    folder = Path(__file__).parent / "examples"
    names = sorted(path.stem for path in folder.glob("*.py"))
    found = [import_module(f"tests.conformance.examples.{name}").EXAMPLE for name in names]
    return {example.process: example for example in found}


EXAMPLES = load()
