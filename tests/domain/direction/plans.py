"""Plans for tests: driven by the steps of the conformance example, on the domain alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.direction.strategy.definition import STRATEGY
from domain.direction.strategy.state import StrategyState
from tests.conformance import company
from tests.conformance.example import Sent
from tests.conformance.examples import strategy as example
from tests.support.given import Scenario

__all__ = ["example"]
HEAD, LEAD, WATCHER, CHIEF = "e1003", "e1005", "e1006", "e1001"
Plan = Scenario[StrategyState]


class Played:
    """The `Play` of an example over a `Scenario`."""

    def __init__(self, play: Plan) -> None:
        self.play = play

    @property
    def case(self) -> Any:
        return self.play.case

    @property
    def today(self) -> Any:
        return self.play.now.date()

    def task(self, kind: str | None = None) -> Any:
        return next(task for task in self.play.case.tasks.values() if kind in (None, task.kind))


def drive(play: Plan, story: Callable[[Any], Any], *, until: str | None = None) -> Plan:
    """Plays a story to its end, or to before the first command with this name."""
    for step in story(Played(play)):
        if step.name == until:
            break
        if isinstance(step, Sent):
            play.when(step.name, dict(step.payload), by=step.by)
        else:
            play.when(step.name, dict(step.payload), by="system", channel="effect")
    return play


def begun() -> Plan:
    return Scenario(STRATEGY, company.facts(), "strategy-1")


def prepared(until: str | None = None) -> Plan:
    return drive(begun(), example.prepared, until=until)


def in_force() -> Plan:
    return drive(begun(), example.published)


def objectives(play: Plan, *changes: dict[str, Any]) -> dict[str, Any]:
    """The payload of `set-objectives` with the first objectives changed."""
    rows = list(example.objectives(Played(play)))  # type: ignore[arg-type]
    for index, change in enumerate(changes):
        rows[index] = {**rows[index], **change}
    return {"objectives": rows, "assumptions": list(example.assumptions(Played(play)))}  # type: ignore[arg-type]


def passed(play: Plan, kind: str) -> Plan:
    """The next deadline of this kind comes."""
    due = min((each for each in play.case.deadlines if each.kind == kind), key=lambda each: each.at)
    play.at(max(due.at, play.now) + timedelta(seconds=1))
    given = {"kind": kind, "key": due.key, "at": due.at.isoformat()}
    return play.when("deadline", given, by="system", channel="timer")


def approve(play: Plan, outcome: str = "approve") -> Plan:
    while tasks := [task for task in play.case.tasks.values() if task.kind == "decide"]:
        given = {"task": tasks[0].id, "outcome": outcome, "comment": "Because of it"}
        play.when("decide", given, by=tasks[0].people[0])
    return play
