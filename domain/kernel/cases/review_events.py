"""What can happen to a review and its case besides one decision after the other."""

from datetime import datetime

from domain.kernel.cases.case import ApprovalCondition, Attachment
from domain.kernel.events import Event


class StepsCollapsed(Event):
    """`by` decided step `into` with `task` and was found in `step` too: that decision counts for both (KRN-04)."""

    review: str
    step: str
    into: str
    task: str
    by: str


class ConditionSet(Event):
    """An approval holds under this condition; its owner has a task (KRN-17)."""

    review: str
    condition: ApprovalCondition


class ConditionMet(Event):
    review: str
    condition: str
    by: str
    note: str
    on_behalf_of: str | None = None


class ConditionWaived(Event):
    review: str
    condition: str
    by: str
    reason: str


class ConditionsVoided(Event):
    """The decisions that set these conditions do not count any more, or the review is over."""

    review: str
    conditions: tuple[str, ...]
    reason: str


class OverrideUsed(Event):
    """The glass was broken: a step was approved by privilege. `review_task` asks a second person to look (KRN-44)."""

    task: str
    review: str
    step: str
    by: str
    reason: str
    review_task: str
    at: datetime


class OverrideReviewed(Event):
    task: str
    by: str
    finding: str
    comment: str
    on_behalf_of: str | None = None


class HoldLifted(Event):
    """One cause of a hold is gone, another one still holds the case (KRN-45)."""

    cause: str
    by: str
    reason: str
    at: datetime


class Attached(Event):
    """A file was attached: its hash, not its bytes. `by` and `at` are in the attachment (KRN-54)."""

    attachment: Attachment


REVIEW_EVENTS: tuple[type[Event], ...] = (
    StepsCollapsed,
    ConditionSet,
    ConditionMet,
    ConditionWaived,
    ConditionsVoided,
    OverrideUsed,
    OverrideReviewed,
    HoldLifted,
    Attached,
)
