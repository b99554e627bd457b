"""The status of many units at once, in three depths out of the same reports (STS-05)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.direction.business_review.pack import PeopleRow
from domain.direction.status_report.content import Below, Colour, Fact, Kind, MoneyLine, SentReport, Statement
from domain.direction.status_report.facts import PROCESS
from domain.direction.status_report.state import StatusState
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.reference import Reference

Depth = Literal["line", "page", "whole"]
ON_A_PAGE = 5
"""Facts and statements of each kind on one page."""


class StatusListQuestion(Value):
    """`unit`: that one only. `line` is one line each, `page` one page, `whole` everything with its events."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")] | None = None
    depth: Depth = "line"


class StatusRow(Value):
    """`colour` is the author's word, `none` without a fresh report; `computed` what the facts said, with the reasons.

    `left` counts the facts and statements that this depth leaves out.
    """

    case: str
    unit: str
    author: str
    colour: Colour
    computed: Colour | None = None
    why: str = ""
    reasons: tuple[Message, ...] = ()
    headline: str | None = None
    number: int | None = None
    corrects: int | None = None
    at: datetime | None = None
    unread: tuple[str, ...] = ()
    problems: int = 0
    money: tuple[MoneyLine, ...] = ()
    people: PeopleRow | None = None
    facts: tuple[Fact, ...] = ()
    statements: tuple[Statement, ...] = ()
    below: tuple[Below, ...] = ()
    ended: tuple[Fact, ...] = ()
    left: int = 0


class StatusList(Value):
    rows: tuple[StatusRow, ...]


def build(snapshot: Snapshot, asked: StatusListQuestion) -> StatusList:
    rows = [
        _row(case, state, asked.depth)
        for case, state in sorted(snapshot.of(PROCESS).items())
        if state.case.closed is None and asked.unit in (None, state.case.unit)
    ]
    return StatusList(rows=tuple(rows))


def _row(case: str, state: StatusState, depth: Depth) -> StatusRow:
    newest = state.newest
    row = StatusRow(case=case, unit=state.case.unit or "", author=state.author, colour=state.colour)
    if newest is None:
        return row
    row = row.model_copy(
        update={
            "computed": newest.facts.colour, "why": newest.words.why, "headline": newest.words.headline,
            "number": newest.number, "corrects": newest.corrects, "at": newest.at, "problems": len(newest.problems),
            "unread": tuple(person for person in newest.readers if person not in newest.read),
        }
    )  # fmt: skip
    return row if depth == "line" else row.model_copy(update=_page(newest, None if depth == "whole" else ON_A_PAGE))


def _page(report: SentReport, most: int | None) -> dict[str, object]:
    facts = [fact for kind in Kind for fact in report.facts.of(kind)[:most]]
    statements = [one for kind in Kind for one in report.words.of(kind)[:most]]
    whole = len(report.facts.facts) + len(report.words.statements)
    return {
        "reasons": report.facts.reasons, "money": report.facts.money, "people": report.facts.people,
        "facts": tuple(facts), "statements": tuple(statements), "below": report.facts.below,
        "ended": report.facts.ended, "left": whole - len(facts) - len(statements),
    }  # fmt: skip


REPORT: ReportSpec[Snapshot, StatusListQuestion, StatusList] = ReportSpec(
    name="status", title=N_("Status of the units"), question=StatusListQuestion, build=build, processes=(PROCESS,)
)
