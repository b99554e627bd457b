"""One event of each type that came with the complete kernel, for their golden files."""

from domain.kernel.events import Event
from domain.kernel.review_events import StepsCollapsed
from domain.kernel.task_events import AssigneesChanged

LATER: list[Event] = [
    AssigneesChanged(task="case-1.1", removed=("e3",), added=("e2",), reason="my brother sells it"),
    StepsCollapsed(review="purchase", step="hr", into="line", task="case-1.1", by="e3"),
]
