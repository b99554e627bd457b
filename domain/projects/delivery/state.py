"""The state of a project, and where it stands."""

from datetime import date

from domain.kernel.duty import Duty
from domain.kernel.items import Items
from domain.kernel.money_events import MoneyState
from domain.kernel.value import Value
from domain.kernel.values.money import Money, total
from domain.projects.delivery.content import (
    Baseline,
    Benefit,
    Charter,
    Commitment,
    External,
    Letter,
    Requirement,
    Stage,
    StatusReport,
    Work,
)


class Change(Value):
    """A proposed baseline; `review` is the approval it goes through."""

    review: str
    reason: str
    impact: str
    baseline: Baseline
    state: str = "open"


class Gate(Value):
    """A gate: what is asked, what proves it, and what was decided (DEL-03)."""

    review: str
    name: str
    criteria: tuple[tuple[str, str], ...]
    outcome: str | None = None


class Handover(Value):
    """A change of the project manager under way; `position` is what the one before signs (DEL-08)."""

    to: str
    reason: str
    position: str | None = None
    facts: dict[str, str] = {}
    hash: str | None = None
    signed_by: str | None = None


class Measured(Value):
    value: str
    met: bool
    note: str
    on: date


class ProjectState(MoneyState):
    charter: Charter | None = None
    letter: Letter | None = None
    requirements: dict[str, Requirement] = {}
    benefits: tuple[Benefit, ...] = ()
    works: dict[str, Work] = {}
    baselines: tuple[Baseline, ...] = ()
    changes: dict[str, Change] = {}
    gates: dict[str, Gate] = {}
    log: Items = Items()
    status: Duty = Duty()
    reports: tuple[StatusReport, ...] = ()
    steps: frozenset[str] = frozenset()
    estimate: Money | None = None
    commitments: dict[str, Commitment] = {}
    spent: dict[str, Money] = {}
    turned: dict[str, Money] = {}
    broken: tuple[str, ...] = ()
    external: dict[str, External] = {}
    waits_on: tuple[str, ...] = ()
    told: int = 0
    handover: Handover | None = None
    started: bool = False
    closing: bool = False
    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = {}
    lessons: str | None = None
    ended: str | None = None
    measured: dict[str, Measured] = {}
    archived: bool = False

    @property
    def the_charter(self) -> Charter:
        assert self.charter is not None
        return self.charter

    @property
    def manager(self) -> str:
        """The project manager: who answers for the case."""
        return self.case.responsible or ""

    @property
    def approved(self) -> Baseline | None:
        return self.baselines[-1] if self.baselines else None

    @property
    def currency(self) -> str:
        return next(iter(self.the_charter.periods.values())).currency

    @property
    def budget(self) -> Money:
        """What is approved: the charter's sum until there is a baseline."""
        periods = self.approved.periods if self.approved else self.the_charter.periods
        return total(periods.values(), self.currency)

    @property
    def periods(self) -> dict[str, Money]:
        """What is approved for each period, after what was moved at the end of a year since (BUD-09)."""
        approved = self.approved.periods if self.approved else self.the_charter.periods
        zero = self.budget * 0
        moved = {period: approved.get(period, zero) + change for period, change in self.turned.items()}
        return {period: amount for period, amount in {**approved, **moved}.items() if amount.amount}

    @property
    def committed(self) -> Money:
        return total((one.left for one in self.commitments.values()), self.currency)

    @property
    def actual(self) -> Money:
        return total(self.spent.values(), self.currency)

    @property
    def open_commitments(self) -> tuple[Commitment, ...]:
        return tuple(one for one in self.commitments.values() if one.left.amount)

    @property
    def pending(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes.values() if one.state == "open")


def stage(state: ProjectState) -> Stage:
    if state.ended == "finished":
        return Stage.FINISHED if len(state.measured) == len(state.benefits) else Stage.BENEFITS
    if state.ended == "stopped":
        return Stage.WINDING_UP if state.open_commitments else Stage.STOPPED
    if state.letter is None:
        return Stage.INITIATING
    if state.approved is None:
        return Stage.PLANNING
    if state.closing:
        return Stage.CLOSING
    if state.broken:
        return Stage.EXCEPTION
    return Stage.EXECUTING if state.started else Stage.BASELINED


LIVE = frozenset(
    {Stage.PLANNING.value, Stage.BASELINED.value, Stage.EXECUTING.value, Stage.EXCEPTION.value, Stage.CLOSING.value}
)
"""The stages in which a delegated project is worked on."""
RUNNING = LIVE - {Stage.PLANNING.value}
