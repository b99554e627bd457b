"""Reports over requests: the agenda of the board, and what began in an emergency (PRJ-05, PRJ-07)."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.projects.intake.state import RequestState

NAME = "project_request"


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
    boards: dict[date, list[RequestState]] = {}
    for state in snapshot.of(NAME).values():
        if state.board and state.case.closed is None and question.board in (None, state.board):
            boards.setdefault(state.board, []).append(state)
    ranked = ((day, sorted(states, key=_first)) for day, states in sorted(boards.items()))
    return Agenda(items=tuple(_item(day, n, one) for day, some in ranked for n, one in enumerate(some, start=1)))


def _first(state: RequestState) -> tuple[bool, Decimal, str]:
    return not state.mandatory, -(state.score.total if state.score else Decimal(0)), state.case.id


def _item(day: date, rank: int, state: RequestState) -> AgendaItem:
    return AgendaItem(
        board=day, rank=rank, request=state.case.id, title=str(state.case.title), unit=state.case.unit or "",
        mandatory=state.mandatory, score=state.score.total if state.score else None,
        exceptions=len(state.sign_off.exceptions) if state.sign_off else 0,
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
