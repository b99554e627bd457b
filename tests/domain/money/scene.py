"""A case of money in the example company: the ledger follows each command, as in the store."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from domain.kernel.effects import Claim, HeldClaim, Release
from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.process import Process
from domain.kernel.report import Snapshot
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from tests.conformance import company
from tests.support.given import Scenario

S = TypeVar("S", bound=Value)
LINE = "it-licences"
LEAD, MANAGER, OWNER, CEO = "e1011", "e1005", "e1003", "e1001"
BUYER, PAYABLES, CONTROLLER, SYSTEM = "e1050", "e1043", "e1041", "system"


class Office:
    """What cases share: the balances of lines, and claims."""

    def __init__(self, *plans: tuple[str, str, str]) -> None:
        self.ledger = company.Ledger(plans)
        self.claims: list[HeldClaim] = []

    def balance(self, period: str, line: str = LINE) -> Balance:
        return self.ledger.known[LinePeriod(line, period)]

    def left(self, period: str, line: str = LINE) -> int:
        return int(self.balance(period, line).available)


class MoneyScenario(Scenario[S]):
    """A case of an office: its decisions see the balances they name, its transfers and claims are kept."""

    def __init__(self, process: Process[S], office: Office, case: str = "case-1") -> None:
        super().__init__(process, company.facts(), case)
        self.office = office

    def when(
        self, name: str, payload: Value | dict[str, Any] | None = None, *, by: str, channel: Any = "web"
    ) -> "MoneyScenario[S]":
        command = self.command(name, payload, by=by, channel=channel)
        parsed = self.process.commands[name].model_validate(command.payload)
        balances = self.office.ledger.for_decision(self.process, self.state, command, parsed)
        self.given(balances=balances, claims=tuple(self.office.claims))
        before = self.state
        super().when(name, payload, by=by, channel=channel)
        self.office.ledger.after(self.process, before, self.last)
        self._claim(before, self.last)
        return self

    def approve(self, outcome: str = "approve", **more: Any) -> "MoneyScenario[S]":
        """Every open step, by the first who is asked; the people who decided are in `deciders`."""
        self.deciders: list[str] = []
        while tasks := [task for task in self.case.tasks.values() if task.kind == "decide"]:
            self.deciders.append(tasks[0].people[0])
            self.when("decide", {"task": tasks[0].id, "outcome": outcome, **more}, by=tasks[0].people[0])
            if outcome != "approve":
                break
        return self

    def do(self, kind: str, name: str, payload: dict[str, Any], *, by: str | None = None) -> "MoneyScenario[S]":
        """The command that the open task of this kind asks for."""
        task = self.open(kind)
        return self.when(name, {"task": task.id, **payload}, by=by or task.people[0])

    def due(self, kind: str) -> "MoneyScenario[S]":
        deadline = min((one for one in self.case.deadlines if one.kind == kind), key=lambda one: one.at)
        self.at(max(self.now, deadline.at))
        payload = {"kind": kind, "key": deadline.key, "at": deadline.at.isoformat()}
        return self.when("deadline", payload, by=SYSTEM, channel="timer")

    def _claim(self, before: S, events: Sequence[Value]) -> None:
        state = before
        for event in events:
            for claim in self.process.claims(state, event):  # type: ignore[arg-type]
                self._take(claim, self.now)
            state = self.process.evolve(state, event)  # type: ignore[arg-type]

    def _take(self, claim: Claim | Release, at: datetime) -> None:
        mine = [h for h in self.office.claims if h.stream == self._case and _same(h.claim, claim)]
        if isinstance(claim, Claim) and claim.exclusive:
            others = [
                h
                for h in self.office.claims
                if h not in mine and (h.claim.kind, h.claim.key) == (claim.kind, claim.key)
            ]
            assert not others, f"{claim.key} is taken"
        since = mine[0].since if mine else at
        self.office.claims = [held for held in self.office.claims if held not in mine]
        if isinstance(claim, Claim):
            self.office.claims.append(HeldClaim(claim=claim, stream=self._case, since=since))


def _same(one: Claim, other: Claim | Release) -> bool:
    return (one.kind, one.key, one.item) == (other.kind, other.key, other.item)


def snapshot(process: str, *plays: MoneyScenario[Any], today: date) -> Snapshot:
    """What a report sees of these cases, at noon of a day."""
    at = datetime.combine(today, time(5), tzinfo=UTC)
    cases = {process: {play.case.id: play.state for play in plays}}
    return Snapshot(at=at, position=9, organisation=plays[0].facts.organisation, cases=cases)


def thb(amount: int | str) -> Money:
    return Money.model_validate(f"{amount} THB")
