"""What can happen to the steps of a review besides being decided one after the other."""

from domain.kernel.events import Event


class StepsCollapsed(Event):
    """`by` decided step `into` with `task` and was found in `step` too: that decision counts for both (KRN-04)."""

    review: str
    step: str
    into: str
    task: str
    by: str


REVIEW_EVENTS: tuple[type[Event], ...] = (StepsCollapsed,)
