"""The state of a budget, its stages, its roles, and its fold."""

from enum import StrEnum

from domain.kernel.decision_context import DecisionContext
from domain.kernel.document import Document
from domain.kernel.document.life import Life
from domain.kernel.duty import Duty
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.items import Items
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import MoneyState
from domain.kernel.recording import Recording
from domain.kernel.routing.eligibility import today_of
from domain.money.budget import events as ev
from domain.money.budget.content import Budget
from domain.money.budget.parameters import OF_POLICY
from domain.money.budget.values import Explanation, ForecastRow, Guidance, Move, Variance, YearEnd


class Stage(StrEnum):
    GUIDANCE = "guidance"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    FROZEN = "frozen"
    CARRIED_OVER = "carried_over"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    CLOSED = "closed"


LIVE = frozenset({Stage.IN_FORCE.value, Stage.FROZEN.value})
"""The stages of a version that is in force."""


class BudgetRole(StrEnum):
    """`LINE_OWNER` owns a line of this budget, `CONTROLLER` controls the money of its unit."""

    LINE_OWNER = "line-owner"
    CONTROLLER = "controller"


class BudgetState(MoneyState):
    """`year_end` is the newest run that was not undone, `variances` and `explained` are the newest by line."""

    document: Document[Budget] = Document[Budget]()
    life: Life = Life()
    recording: Recording = Recording()
    forecast: Duty = Duty()
    measures: Items = Items()
    guidance: Guidance | None = None
    transfers: dict[str, Move] = {}
    frozen: bool = False
    forecasts: tuple[tuple[ForecastRow, ...], ...] = ()
    variances: dict[str, Variance] = {}
    explained: dict[str, Explanation] = {}
    year_end: YearEnd | None = None
    year_closed: bool = False

    @property
    def budget(self) -> Budget:
        return self.document.the_content

    @property
    def line_periods(self) -> tuple[LinePeriod, ...]:
        return self.document.content.line_periods if self.document.content else ()


Wire = DecisionContext[BudgetState]


def unit_of(state: BudgetState) -> str | None:
    return state.document.content.unit if state.document.content else state.case.unit


def controllers(facts: Facts, unit: str | None) -> tuple[str, ...]:
    """The controllers of a unit, by the role that the policy names."""
    return facts.organisation.holders(OF_POLICY.text(facts, "role_controller"), unit, today_of(facts, ""))


def line_owners(state: BudgetState, facts: Facts) -> tuple[str, ...]:
    known = facts.organisation.budget_lines
    lines = state.document.content.lines if state.document.content else ()
    return tuple({known[line].owner for line in lines if line in known})


def evolve(state: BudgetState, event: Event) -> BudgetState:
    """The fold of the budget's own events."""
    return state.model_copy(update=_changes(state, event))


def _changes(state: BudgetState, event: Event) -> dict[str, object]:
    match event:
        case ev.GuidanceIssued(guidance=guidance):
            return {"guidance": guidance}
        case ev.TransferProposed(id=id_, move=move):
            return {"transfers": {**state.transfers, id_: move}}
        case ev.TransferAgreed(id=id_, consent=consent, by=by):
            return _move(state, id_, agreed={**state.transfers[id_].agreed, consent: by})
        case ev.TransferDeclined(id=id_):
            return _move(state, id_, state="declined")
        case ev.TransferMade(id=id_):
            return _move(state, id_, state="made")
        case ev.BudgetFrozen():
            return {"frozen": True}
        case ev.BudgetUnfrozen():
            return {"frozen": False}
        case ev.ForecastGiven(rows=rows):
            return {"forecasts": (*state.forecasts, rows)}
        case ev.VariancesFound(variances=found):
            return {"variances": {**state.variances, **{each.line: each for each in found}}}
        case ev.VarianceExplained(line=line, explanation=explanation):
            return {"explained": {**state.explained, line: explanation}}
        case ev.YearEndRun(result=result):
            before = state.year_end or YearEnd()
            return {"year_end": _added(before, result)}
        case ev.YearEndUndone():
            return {"year_end": None}
        case ev.YearClosed():
            return {"year_closed": True}
    return {}


def _move(state: BudgetState, id_: str, /, **changes: object) -> dict[str, object]:
    return {"transfers": {**state.transfers, id_: state.transfers[id_].model_copy(update=changes)}}


def _added(before: YearEnd, again: YearEnd) -> YearEnd:
    """All that the runs did together."""
    return YearEnd(
        lines=(*before.lines, *again.lines),
        commitments=(*before.commitments, *again.commitments),
        totals=(*before.totals, *again.totals),
    )


def stage(state: BudgetState) -> Stage | None:
    """The stage where it is not that of the document's life."""
    if state.document.content is None:
        return Stage.GUIDANCE if state.guidance else None
    if state.year_end is not None:
        return Stage.CARRIED_OVER
    return Stage.FROZEN if state.frozen else None


def outcome(state: BudgetState) -> str | None:
    return Stage.CLOSED if state.year_closed else state.life.ended
