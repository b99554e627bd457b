"""Requests beside each other: what lists need of each, the agenda of the board, emergencies (PRJ-05, PRJ-07)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.projects.intake.state import RequestState, stage

NAME = "project_request"


class RequestSummary(Value):
    """A request as lists show it. `sought` is the cost of its plan, `exceptions` those of the sign-off."""

    title: str
    unit: str
    stage: str
    mandatory: bool = False
    score: Decimal | None = None
    exceptions: int = 0
    board: date | None = None
    deferred: date | None = None
    reserved: bool = False
    sought: Money | None = None
    estimated: date | None = None

    @property
    def rank(self) -> tuple[bool, Decimal]:
        """What is mandatory first, then by score (PRJ-04)."""
        return not self.mandatory, -(self.score or Decimal(0))


def summary_of(state: RequestState) -> RequestSummary | None:
    """None once it is closed."""
    if state.case.closed is not None:
        return None
    return RequestSummary(
        title=str(state.case.title), unit=state.case.unit or "", stage=stage(state) or "", mandatory=state.mandatory,
        score=state.score.total if state.score else None, board=state.board, deferred=state.deferred,
        exceptions=len(state.sign_off.exceptions) if state.sign_off else 0, reserved=state.reserved,
        sought=state.plan.cost if state.plan else None, estimated=state.option.estimated if state.option else None,
    )  # fmt: skip


class AgendaQuestion(Value):
    """`board` is the day of one board; None for all to come."""

    board: date | None = None


class AgendaItem(Value):
    """A request on the agenda. `rank` is within its board: what is mandatory, then by score; no amounts, no people."""

    board: date
    rank: int
    request: str
    title: str
    unit: str
    mandatory: bool
    score: Decimal | None
    exceptions: int


class Agenda(Value):
    items: tuple[AgendaItem, ...]


def agenda(snapshot: Snapshot, question: AgendaQuestion) -> Agenda:
    """What the boards to come decide on, nearest first."""
    known = ((case, summary_of(state)) for case, state in snapshot.of(NAME).items())
    open_ = {case: one for case, one in known if one and question.board in (None, one.board)}
    return Agenda(items=agenda_of(open_))


def agenda_of(requests: Mapping[str, RequestSummary]) -> tuple[AgendaItem, ...]:
    """Those that are on the agenda of a board, by board and rank."""
    boards: dict[date, list[tuple[str, RequestSummary]]] = {}
    for case, one in requests.items():
        if one.board:
            boards.setdefault(one.board, []).append((case, one))
    ranked = ((day, sorted(some, key=lambda each: (each[1].rank, each[0]))) for day, some in sorted(boards.items()))
    return tuple(_item(day, n, *one) for day, some in ranked for n, one in enumerate(some, start=1))


def _item(day: date, rank: int, case: str, one: RequestSummary) -> AgendaItem:
    return AgendaItem(
        board=day, rank=rank, request=case, title=one.title, unit=one.unit, mandatory=one.mandatory, score=one.score,
        exceptions=one.exceptions,
    )  # fmt: skip


class EmergencyQuestion(Value):
    """Nothing is asked: it is all that ever began in an emergency."""


class EmergencyRow(Value):
    """`outcome`: waiting for its approval, approved, or ended without one. `beyond`: the line had not so much left."""

    request: str
    title: str
    unit: str
    until: date
    beyond: bool
    outcome: str


class Emergencies(Value):
    rows: tuple[EmergencyRow, ...]


def emergencies(snapshot: Snapshot, _question: EmergencyQuestion) -> Emergencies:
    """What began before its approval, and what became of it (PRJ-07)."""
    found = [state for state in snapshot.of(NAME).values() if state.emergency]
    return Emergencies(rows=tuple(_row(state) for state in sorted(found, key=lambda state: str(state.case.id))))


def _row(state: RequestState) -> EmergencyRow:
    assert state.emergency is not None
    return EmergencyRow(
        request=state.case.id, title=str(state.case.title), unit=state.case.unit or "", until=state.emergency.until,
        beyond=state.emergency.beyond, outcome=_outcome(state),
    )  # fmt: skip


def _outcome(state: RequestState) -> str:
    if state.approved:
        return "approved"
    if state.case.closed is None:
        return "waiting"
    return state.ending.how if state.ending else str(state.case.closed)


REPORTS: tuple[ReportSpec[Snapshot, Any, Any], ...] = (
    ReportSpec(name="board-agenda", question=AgendaQuestion, build=agenda, title=N_("Agenda of the portfolio board"),
               processes=(NAME,)),
    ReportSpec(name="project-emergencies", question=EmergencyQuestion, build=emergencies,
               title=N_("Projects that began in an emergency"), processes=(NAME,)),
)  # fmt: skip
