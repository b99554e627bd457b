"""The report `coordination-times`: which department used how much of a request's time (CRD-07)."""

from collections.abc import Sequence
from datetime import datetime

from domain.direction.coordination.state import CoordinationState
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_


class TimesQuestion(Value):
    """`unit`: only requests that this department had."""

    unit: str | None = None


class Row(Value):
    """Whole hours by the clock, around it nights and holidays; a hold is not taken out."""

    case: str
    hours: dict[str, int]
    whole: int
    promises: int


class Times(Value):
    rows: tuple[Row, ...]
    hours: dict[str, int]


def times_of(case: str, state: CoordinationState, now: datetime) -> Row:
    """The seconds of each department are added up, then cut to hours."""
    seconds: dict[str, float] = {}
    for span in state.spans:
        seconds[span.unit] = seconds.get(span.unit, 0) + ((span.until or now) - span.since).total_seconds()
    hours = {unit: int(each // 3600) for unit, each in seconds.items()}
    return Row(case=case, hours=hours, whole=int(sum(seconds.values()) // 3600), promises=len(state.promises))


def build(source: Snapshot, question: TimesQuestion) -> Times:
    known = sorted(source.of("coordination").items())
    rows = [times_of(case, state, source.at) for case, state in known if state.asked is not None]
    if question.unit is not None:
        rows = [row for row in rows if question.unit in row.hours]
    return Times(rows=tuple(rows), hours=_total(rows))


def _total(rows: Sequence[Row]) -> dict[str, int]:
    units = sorted({unit for row in rows for unit in row.hours})
    return {unit: sum(row.hours.get(unit, 0) for row in rows) for unit in units}


REPORTS = (
    ReportSpec(
        name="coordination-times", question=TimesQuestion, build=build, processes=("coordination",),
        title=N_("Who used how much of the time of requests"),
    ),
)  # fmt: skip
