"""Reports on spending: commitments without movement, emergencies, contracts by notice date. Pure (SPD-03, 04, 06)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.budget_control import BudgetCheck
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.money.spending.state import SpendingState
from domain.organisation.model import Organisation


class SpendingQuestion(Value):
    """`idle_days` without a movement make a commitment idle; `unit` and all below it, None for everything."""

    idle_days: Annotated[int, Field(ge=0, le=3660)] = 90
    unit: str | None = None


class Commitment(Value):
    """What a case still holds, with the owner of its line and the days since money moved or something came (SPD-06)."""

    case: str
    line: str
    owner: str
    supplier: str | None
    bound: Money
    idle_days: int


class Emergency(Value):
    """What was bought before it was asked for, and where the line would have stopped it (SPD-04)."""

    case: str
    line: str
    cost: Money
    happened_on: date | None
    requester: str
    broke: tuple[BudgetCheck, ...]


class ContractRow(Value):
    case: str
    line: str
    owner: str
    supplier: str | None
    ends: date
    notice_on: date
    noticed: bool


class SpendingReport(Value):
    """Idle commitments, the longest first; emergencies by day; running contracts by the last day for notice."""

    idle: tuple[Commitment, ...]
    emergencies: tuple[Emergency, ...]
    contracts: tuple[ContractRow, ...]


def spending_report(source: Snapshot, question: SpendingQuestion) -> SpendingReport:
    organisation = source.organisation
    today = organisation.day_of(None, source.at)
    states = [state for state in source.of("spending").values() if _in_unit(organisation, state, question.unit)]
    open_ = [state for state in states if state.case.closed is None]
    idle = [row for state in open_ for row in _commitment(organisation, state, today) if row.idle_days]
    return SpendingReport(
        idle=tuple(sorted((row for row in idle if row.idle_days >= question.idle_days), key=lambda r: -r.idle_days)),
        emergencies=tuple(sorted(_emergencies(states), key=lambda row: (row.happened_on or today, row.case))),
        contracts=tuple(sorted(_contracts(organisation, open_), key=lambda row: (row.notice_on, row.case))),
    )


def _commitment(organisation: Organisation, state: SpendingState, today: date) -> Iterable[Commitment]:
    held = state.holdings.open
    if not held or state.touched is None:
        return
    line = organisation.budget_lines[state.content.budget_line]
    bound = Money(amount=state.bound, currency=held[0].currency)
    days = (today - organisation.day_of(line.owner, state.touched)).days
    yield Commitment(
        case=state.case.id, line=line.id, owner=line.owner, supplier=state.content.supplier, bound=bound, idle_days=days
    )  # fmt: skip


def _emergencies(states: Iterable[SpendingState]) -> Iterable[Emergency]:
    for state in states:
        content = state.document.content
        if content is not None and content.kind == "emergency" and state.case.reviews:
            yield Emergency(
                case=state.case.id, line=content.budget_line, cost=content.cost, happened_on=content.happened_on,
                requester=state.case.requester or "", broke=tuple(c for c in state.checks if c.outcome == "stopped"),
            )  # fmt: skip


def _contracts(organisation: Organisation, states: Iterable[SpendingState]) -> Iterable[ContractRow]:
    for state in states:
        if state.term is not None:
            line = organisation.budget_lines[state.content.budget_line]
            yield ContractRow(
                case=state.case.id, line=line.id, owner=line.owner, supplier=state.content.supplier,
                ends=state.term.ends, notice_on=state.term.notice_on, noticed=state.notice is not None,
            )  # fmt: skip


def _in_unit(organisation: Organisation, state: SpendingState, unit: str | None) -> bool:
    content = state.document.content
    if content is None:
        return False
    line = organisation.budget_lines.get(content.budget_line)
    return line is not None and (unit is None or unit in organisation.units_above(line.unit))


SPENDING_REPORT: ReportSpec[Snapshot, SpendingQuestion, SpendingReport] = ReportSpec(
    name="spending",
    question=SpendingQuestion,
    build=spending_report,
    processes=("spending",),
    title=N_("Spending: idle commitments, emergencies, contracts"),
)
