"""Given the example company's budget and its ledger, when commands come: balances and claims are kept beside."""

from typing import Any

from domain.kernel.command import Channel
from domain.kernel.effects import Claim, HeldClaim, Record, TellCase
from domain.kernel.ledger import Account, Balance, LinePeriod
from domain.kernel.money_events import BINDS, bound_key
from domain.kernel.register import REGISTRY, fold
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.money.budget.definition import BUDGET
from domain.money.budget.state import BudgetState
from tests.conformance.company import Ledger, facts
from tests.support.given import Scenario

OWNER, HARDWARE_OWNER, CONTROLLER, CHIEF = "e1003", "e1004", "e1041", "e1001"
LICENCES, HARDWARE = LinePeriod("it-licences", "2026"), LinePeriod("it-hardware", "2026")


def thb(amount: int | str) -> Money:
    return Money.model_validate(f"{amount} THB")


def row(line: str, amount: str, period: str = "2026", **more: Any) -> dict[str, Any]:
    return {"line": line, "period": period, "amount": amount, **more}


ROWS = [row("it-licences", "3000000 THB"), row("it-hardware", "1200000 THB")]


class BudgetPlay(Scenario[BudgetState]):
    """A budget's case; `ledger` is shared by the cases that are handed it, as are the registers in `facts`."""

    def __init__(self, case: str = "budget-1", ledger: Ledger | None = None, **more: Any) -> None:
        super().__init__(BUDGET, facts().model_copy(update=more), case)
        self.ledger = ledger or Ledger()

    def when(
        self, name: str, payload: Value | dict[str, Any] | None = None, *, by: str, channel: Channel = "web"
    ) -> "BudgetPlay":
        command = self.command(name, payload, by=by, channel=channel)
        model = self.process.commands[name].model_validate(command.payload)
        before = self.state
        self.given(balances=self.ledger.for_decision(self.process, before, command, model))
        super().when(name, payload, by=by, channel=channel)
        self.ledger.after(self.process, before, self.last)
        return self

    def line(self, **changes: Any) -> "BudgetPlay":
        """Changes the line of software licences."""
        return self.lines("it-licences", **changes)

    def lines(self, line: str, **changes: Any) -> "BudgetPlay":
        known = self.facts.organisation.budget_lines
        changed = {**known, line: known[line].model_copy(update=changes)}
        self.given(organisation=self.facts.organisation.model_copy(update={"budget_lines": changed}))
        return self

    def drafted(self, **changes: Any) -> "BudgetPlay":
        draft = {"unit": "it", "year": "2026", "rows": ROWS, "reason": "As agreed", **changes}
        self.when("draft-budget", draft, by=OWNER)
        return self

    def approved(self) -> "BudgetPlay":
        while tasks := [task for task in self.case.tasks.values() if task.kind == "decide"]:
            self.when("decide", {"task": tasks[0].id, "outcome": "approve"}, by=tasks[0].people[0])
        return self

    def delivered(self, about: str = "publication") -> "BudgetPlay":
        """The register holds what the case asked for, and says so."""
        (effect,) = [effect for effect in self.effects if isinstance(effect, Record)]
        events = [REGISTRY.lift(one.type, one.schema_version, one.payload) for one in effect.events]
        self.given(registers=fold(self.facts.registers, events))
        self.when("note-recorded", {"about": about, "position": 7}, by="system", channel="effect")
        return self

    def in_force(self, **changes: Any) -> "BudgetPlay":
        return self.drafted(**changes).approved().delivered()

    def due(self, kind: str) -> "BudgetPlay":
        """Time passes until the deadline, which then acts."""
        due = min((one for one in self.case.deadlines if one.kind == kind), key=lambda one: one.at)
        self.at(max(due.at, self.now))
        self.when(
            "deadline", {"kind": kind, "key": due.key, "at": due.at.isoformat()}, by="system", channel="timer"
        )  # fmt: skip
        return self

    def spent(self, key: LinePeriod, *, reserved: int = 0, committed: int = 0, actual: int = 0) -> "BudgetPlay":
        """Other cases moved so much of a line."""
        known = self.ledger.known[key]
        used = {Account.RESERVED: reserved, Account.COMMITTED: committed, Account.ACTUAL: actual}
        moved = {account.value: getattr(known, account.value) + amount for account, amount in used.items()}
        left = known.available - reserved - committed - actual
        self.ledger.known[key] = known.model_copy(update={**moved, "available": left})
        return self

    def held(self, *cases: tuple[str, LinePeriod, int], process: str = "spending") -> "BudgetPlay":
        """What other cases say that they hold."""
        claims = [
            HeldClaim(
                claim=Claim(kind=BINDS, key=bound_key(key), item=process, amount=thb(amount)),
                stream=case,
                since=self.now,
            )
            for case, key, amount in cases
        ]
        self.given(claims=tuple(claims))
        return self

    def balance(self, key: LinePeriod) -> Balance:
        return self.ledger.known[key]

    def told(self) -> list[TellCase]:
        return [effect for effect in self.effects if isinstance(effect, TellCase)]


def next_version(before: BudgetPlay, case: str = "budget-2") -> BudgetPlay:
    """Another case on the same ledger and registers."""
    play = BudgetPlay(case, before.ledger, registers=before.facts.registers, organisation=before.facts.organisation)
    return play.at(before.now)  # type: ignore[return-value]
