"""The kernel's events: what can happen to the approvals, tasks and times of any case."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.kernel.cases.case import Deadline, RungAt, Status, StepPlan, Task, Timing
from domain.kernel.cases.review_events import REVIEW_EVENTS
from domain.kernel.cases.task_events import TASK_EVENTS
from domain.kernel.delegation import Via
from domain.kernel.events import Event
from domain.kernel.values.money import Money

OVERRIDE_BASIS = "override"
"""The basis of a decision by privilege (KRN-44)."""


class ReviewOpened(Event):
    """Content was submitted for approval; the policy version is pinned here (KRN-40)."""

    review: str
    route: str
    round: int
    policy: int
    content_hash: str
    fields: dict[str, str]
    data: dict[str, Any]
    amount: Money | None
    requester: str
    excluded: tuple[str, ...]
    unit: str
    steps: tuple[StepPlan, ...]


class TaskAssigned(Event):
    task: Task


class Decided(Event):
    """One decision with all that proves it (KRN-07). `after_seconds` is the time since the task was offered.

    `delegation` is the one to the actor; `via` those between them and `on_behalf_of`, each with the next one (KRN-21).
    """

    task: str
    review: str
    step: str
    outcome: str
    actor: str
    on_behalf_of: str | None
    delegation: str | None
    basis: str
    policy: int
    content_hash: str
    channel: str
    authenticated: str
    comment: str | None
    fields: tuple[str, ...] = ()
    after_seconds: Decimal
    at: datetime
    via: tuple[Via, ...] = ()


class StepCompleted(Event):
    review: str
    step: str
    outcome: str


class StepStuck(Event):
    """Nobody can do this step, not up the line, not the fallback: operations must act (KRN-13).

    `alarm` are the people told: whoever held the role `operations` then. At `retry_at` the step is tried again, with
    the organisation of that day.
    """

    review: str
    step: str
    reason: str
    retry_at: datetime | None = None
    alarm: tuple[str, ...] = ()


class ReviewApproved(Event):
    review: str


class ReviewRejected(Event):
    review: str
    reason: str


class ReviewReturned(Event):
    """Back to the requester; the clock stops (KRN-15, KRN-32)."""

    review: str
    by: str
    reason: str
    fields: tuple[str, ...]


class ReviewResubmitted(Event):
    """The same review goes on in a new round; steps whose fields did not change keep their decisions (KRN-15).

    `unit` and `excluded` are None where they stayed the same.
    """

    review: str
    round: int
    content_hash: str
    fields: dict[str, str]
    data: dict[str, Any]
    amount: Money | None
    steps: tuple[StepPlan, ...]
    changed: tuple[str, ...]
    unit: str | None = None
    excluded: tuple[str, ...] | None = None


class DecisionsVoided(Event):
    """Material fields changed after someone decided on them (KRN-14, HIR-07)."""

    review: str
    tasks: tuple[str, ...]
    fields: tuple[str, ...]


class ContentChanged(Event):
    """Only fields that are not material changed: decisions stand, approvers are told (KRN-14)."""

    review: str
    data: dict[str, Any]
    changed: tuple[str, ...]


class ReviewEnded(Event):
    """Ended without an outcome by approvers: withdrawn, expired or cancelled, with the reason."""

    review: str
    status: Status
    reason: str


class TaskDone(Event):
    task: str
    by: str
    on_behalf_of: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()


class TaskCancelled(Event):
    task: str
    reason: str


class TaskReminded(Event):
    """A reminder went out. `missed` counts earlier rungs that passed unseen, covered by this one (KRN-31).

    `late`: it fired well after its instant (nothing ran then), so it is told in a digest.
    """

    task: str
    rung: RungAt
    missed: int
    overdue: bool
    late: bool = False


class TaskEscalated(Event):
    """Approvers were added; nobody was removed (KRN-31). `added` is empty where nobody is left above."""

    task: str
    rung: RungAt
    added: tuple[str, ...]
    late: bool = False


class DeadlineSet(Event):
    deadline: Deadline


class DeadlineCleared(Event):
    kind: str
    key: str


class Commented(Event):
    by: str
    text: str
    at: datetime
    task: str | None = None


class ResponsibilityMoved(Event):
    """From now on `to` answers for what `instead_of` asked for or answered for (KRN-24). What was recorded stays."""

    instead_of: str
    to: str
    by: str
    reason: str
    at: datetime


class CaseHeld(Event):
    """`cause` is empty for a hold by the case's own people (KRN-45)."""

    by: str
    reason: str
    at: datetime
    cause: str = ""


class CaseResumed(Event):
    """The clock goes on: open tasks and deadlines get new instants with the working time that was left (KRN-32)."""

    by: str
    reason: str
    at: datetime
    timings: dict[str, Timing]
    deadlines: tuple[Deadline, ...]


class CaseClosed(Event):
    """Never reopens. Every open task and deadline ends with it."""

    status: Status
    reason: str


class CommandRefused(Event):
    """A signal was refused: nobody waited for the answer, so the log keeps it."""

    command: str
    code: str
    message: str


KERNEL_EVENTS: tuple[type[Event], ...] = (
    ReviewOpened,
    TaskAssigned,
    Decided,
    StepCompleted,
    StepStuck,
    ReviewApproved,
    ReviewRejected,
    ReviewReturned,
    ReviewResubmitted,
    DecisionsVoided,
    ContentChanged,
    ReviewEnded,
    TaskDone,
    TaskCancelled,
    TaskReminded,
    TaskEscalated,
    DeadlineSet,
    DeadlineCleared,
    Commented,
    ResponsibilityMoved,
    CaseHeld,
    CaseResumed,
    CaseClosed,
    CommandRefused,
    *TASK_EVENTS,
    *REVIEW_EVENTS,
)
"""What every process has in its registry beside its own events."""
