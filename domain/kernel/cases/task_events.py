"""What can happen to a task between its offer and its end: who has it, and when its clock stands."""

from datetime import datetime
from typing import Literal

from domain.kernel.cases.case import Timing
from domain.kernel.delegation import Via
from domain.kernel.events import Event


class AssigneesChanged(Event):
    """People who recused themself were replaced, or too few were left who may decide (KRN-11, KRN-13)."""

    task: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    reason: str


class TaskClaimed(Event):
    """The task is for `by`, or for whom they stand in, until it is released (KRN-23)."""

    task: str
    by: str
    on_behalf_of: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()


class TaskReleased(Event):
    """Everybody who was asked may do it again. An escalation releases by itself: silence keeps nothing (KRN-31)."""

    task: str
    by: str
    reason: str
    on_behalf_of: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()


class TaskReassigned(Event):
    """`to` has the place of `instead_of`, in this task and whenever its step is asked again (KRN-23).

    `right` is why `by` could: it was their own place (`own`), they manage who leaves it (`line`), by the role
    `operations`, or the `system` did it. Who appoints a decider by the role never decides that step.
    """

    task: str
    by: str
    instead_of: str
    to: str
    reason: str
    right: Literal["own", "line", "operations", "system"] = "system"


class ApproverAdded(Event):
    """`person` must approve besides, before the step ends."""

    task: str
    person: str
    by: str
    reason: str
    on_behalf_of: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()


class InformationAsked(Event):
    """A question about what `task` is to decide. Its clock stands until it is answered (KRN-32)."""

    task: str
    question: str
    of: str
    by: str
    at: datetime
    on_behalf_of: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()


class InformationGiven(Event):
    """The answer of task `task` to what `about` asked."""

    task: str
    about: str
    text: str
    by: str
    at: datetime
    on_behalf_of: str | None = None


class TaskPaused(Event):
    task: str
    at: datetime


class TaskResumed(Event):
    """The clock goes on with the working time that was left (KRN-32)."""

    task: str
    timing: Timing


class DueTimeMoved(Event):
    """A holiday was declared on which the task was due, or its ladder would have acted (ORG-07)."""

    task: str
    timing: Timing


TASK_EVENTS: tuple[type[Event], ...] = (
    AssigneesChanged,
    TaskClaimed,
    TaskReleased,
    TaskReassigned,
    ApproverAdded,
    InformationAsked,
    InformationGiven,
    TaskPaused,
    TaskResumed,
    DueTimeMoved,
)
