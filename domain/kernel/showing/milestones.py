"""When a case first reached what reports ask about, and since when it is in its stage. Pure, folded event by event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.kernel.cases.case_events import ReviewApproved, ReviewOpened
from domain.kernel.events import Event
from domain.kernel.process import Process
from domain.kernel.value import Value

SUBMITTED, APPROVED, CLOSED = "submitted", "approved", "closed"
"""The milestones of every process: its first review opened, a review approved for the first time, the case finished."""


@dataclass(frozen=True)
class Marks:
    """`first` holds by milestone the instant (UTC) it was reached first; `since` is when the case entered `stage`."""

    stage: str = ""
    since: datetime | None = None
    first: Mapping[str, datetime] = field(default_factory=dict)


class Milestones(Value):
    """One case for reports: where it is, since when (UTC), and its process's own `figures`. No content, no amounts."""

    case: str
    process: str
    unit: str | None
    requester: str | None
    stage: str
    stage_since: datetime
    on_hold: bool
    closed: bool
    raised_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    closed_at: datetime | None
    figures: dict[str, Any]


def marked(marks: Marks, process: Process[Any], event: Event, after: Any, at: datetime) -> Marks:
    """The marks once an event that was recorded at `at` made the state `after`."""
    stage = process.stage(after)
    reached = [*_of_every_case(event), *process.milestones(event)]
    if process.is_terminal(after):
        reached.append(CLOSED)
    new = {name: at for name in reached if name not in marks.first}
    if not new and stage == marks.stage:
        return marks
    since = marks.since if stage == marks.stage else at
    return Marks(stage, since, {**marks.first, **new})


def _of_every_case(event: Event) -> tuple[str, ...]:
    match event:
        case ReviewOpened():
            return (SUBMITTED,)
        case ReviewApproved():
            return (APPROVED,)
    return ()
