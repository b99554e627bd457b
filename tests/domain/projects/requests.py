"""A request of the example company on its way, for tests: the stories of its example, played by given and when."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from domain.kernel.cases.case import Task
from domain.kernel.command import SYSTEM
from domain.kernel.effects import Notify
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod
from domain.projects.intake.definition import PROJECT_REQUEST
from domain.projects.intake.state import RequestState
from tests.conformance import company
from tests.conformance.example import Due, Sent, Story, Told, Wait
from tests.conformance.examples import project_request as example
from tests.support.given import Scenario

LINE, YEAR = example.LINE, "2027"


def facts(available: str = "5000000", **more: Any) -> Facts:
    balances = {
        LinePeriod(LINE, period): Balance.model_validate(
            {"line": LINE, "period": period, "currency": "THB", "planned": True, "plan": available,
             "available": available}
        )
        for period in ("2026", YEAR, "2028")
    }  # fmt: skip
    return company.facts().model_copy(update={"balances": balances, **more})


class Desk(Scenario[RequestState]):
    """A request that stories can be played on."""

    def __init__(self, given: Facts | None = None, case: str = "request-1") -> None:
        super().__init__(PROJECT_REQUEST, given or facts(), case)

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def stage(self) -> str:
        return self.process.stage(self.state)

    def task(self, kind: str | None = None) -> Task:
        return next(task for task in self.case.tasks.values() if kind in (None, task.kind))

    def play(self, story: Callable[..., Story], *args: Any, **more: Any) -> "Desk":
        for step in story(self, *args, **more):
            match step:
                case Sent(name, payload, by):
                    self.when(name, dict(payload), by=by)
                case Told(name, payload):
                    self.when(name, dict(payload), by=SYSTEM, channel="effect")
                case Due(kind):
                    self.due(kind)
                case Wait(span):
                    self.wait(span)
        return self

    def due(self, kind: str) -> "Desk":
        """Time passes until this deadline, which acts."""
        found = min((one for one in self.case.deadlines if one.kind == kind), key=lambda one: one.at)
        self.at(max(found.at, self.now))
        self.when("deadline", {"kind": kind, "key": found.key, "at": found.at.isoformat()}, by=SYSTEM, channel="timer")
        return self

    def days(self, number: int) -> "Desk":
        self.wait(timedelta(days=number))
        return self

    def held(self) -> dict[str, str]:
        """What is reserved, by period."""
        return {one.period: str(one.left) for one in self.state.holdings.open}

    def messages(self, to: str) -> list[str]:
        """What the last command told a person."""
        return [str(one.about) for one in self.effects if isinstance(one, Notify) and to in one.to]
