"""A disciplinary case of the example company, played to a point by the steps of its example."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.kernel.cases.case import Task
from domain.kernel.effects import Claim, HeldClaim, Release
from domain.people.discipline.definition import DISCIPLINE
from domain.people.discipline.state import DisciplineState
from tests.conformance import company
from tests.conformance.example import Due, Sent, Told, Wait
from tests.conformance.examples import discipline as d
from tests.support.given import Scenario

Steps = Callable[[Any], Iterable[Sent | Told | Due | Wait]]


class Play(Scenario[DisciplineState]):
    """A scenario that also takes the steps of an example, and keeps what the case claims."""

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def today(self) -> date:
        return self.now.date()

    def task(self, kind: str | None = None) -> Task:
        return next(task for task in self.case.tasks.values() if kind in (None, task.kind))

    def steps(self, steps: Iterable[Sent | Told | Due | Wait]) -> "Play":
        for step in steps:
            match step:
                case Sent(name, payload, by):
                    self.when(name, dict(payload), by=by)
                case Due(kind):
                    self.due(kind)
                case Wait(span):
                    self.wait(span)
        return self

    def due(self, kind: str) -> "Play":
        deadline = min((one for one in self.case.deadlines if one.kind == kind), key=lambda one: one.at)
        self.at(max(deadline.at, self.now))
        self.when("deadline", deadline.model_dump(mode="json"), by="system", channel="timer")
        return self

    @property
    def stage(self) -> str:
        return DISCIPLINE.stage(self.state)

    @property
    def claims(self) -> tuple[HeldClaim, ...]:
        """What the case holds by now, as other cases read it."""
        held: dict[tuple[str, str, str], Claim] = {}
        for claim in self._claimed():
            key = (claim.kind, claim.key, claim.item)
            if isinstance(claim, Release):
                held.pop(key, None)
            else:
                held[key] = claim
        return tuple(HeldClaim(claim=claim, stream=self.id, since=self.now) for claim in held.values())

    def _claimed(self) -> Iterator[Claim | Release]:
        state = DISCIPLINE.initial(self.id)
        for event in self.history:
            yield from DISCIPLINE.claims(state, event)
            state = DISCIPLINE.evolve(state, event)


def scene(case: str = "discipline-1", now: datetime = company.NOW, claims: tuple[HeldClaim, ...] = ()) -> Play:
    return Play(DISCIPLINE, company.facts().model_copy(update={"now": now, "claims": claims}), case)


def at(*steps: Steps, **more: Any) -> Play:
    """The case after these parts of the example, one after the other."""
    play = scene(**more)
    for part in steps:
        play.steps(part(play))
    return play


def warning(measure: str, until: date, employee: str = d.EMPLOYEE, stream: str = "discipline-before") -> HeldClaim:
    claim = Claim(kind="discipline-warning", key=employee, item=f"{measure}|{until.isoformat()}")
    return HeldClaim(claim=claim, stream=stream, since=datetime(2026, 6, 1, tzinfo=UTC))


DAY = timedelta(days=1)
