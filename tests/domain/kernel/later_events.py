"""One event of each type that came with the complete kernel, for their golden files."""

from datetime import date, timedelta

from domain.kernel.cases.case import ApprovalCondition, Attachment, RungAt, Timing
from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.cases.review_events import (
    Attached,
    ConditionMet,
    ConditionSet,
    ConditionsVoided,
    ConditionWaived,
    HoldLifted,
    OverrideReviewed,
    OverrideUsed,
    StepsCollapsed,
)
from domain.kernel.cases.task_events import (
    ApproverAdded,
    AssigneesChanged,
    DueTimeMoved,
    InformationAsked,
    InformationGiven,
    TaskClaimed,
    TaskPaused,
    TaskReassigned,
    TaskReleased,
    TaskResumed,
)
from domain.kernel.events import Event
from tests.domain.kernel.purchase import MONDAY

LATER_TIMING = Timing(
    offered_at=MONDAY,
    due_at=MONDAY + timedelta(days=2),
    rungs=(RungAt(at=MONDAY + timedelta(days=1), do="remind", number=1),),
    calendar="bkk",
)
LATER: list[Event] = [
    AssigneesChanged(task="case-1.1", removed=("e3",), added=("e2",), reason="my brother sells it"),
    TaskClaimed(task="case-1.1", by="e9", on_behalf_of="e3", delegation="d-1"),
    TaskReleased(task="case-1.1", by="e3", reason="no time"),
    TaskReassigned(task="case-1.1", by="e2", instead_of="e3", to="e6", reason="away"),
    ApproverAdded(task="case-1.1", person="e8", by="e3", reason="knows the market"),
    InformationAsked(task="case-1.1", question="which desk?", of="e4", by="e3", at=MONDAY),
    InformationGiven(task="case-1.2", about="case-1.1", text="the long one", by="e4", at=MONDAY),
    TaskPaused(task="case-1.1", at=MONDAY),
    TaskResumed(task="case-1.1", timing=LATER_TIMING),
    DueTimeMoved(task="case-1.1", timing=LATER_TIMING),
    StepsCollapsed(review="purchase", step="hr", into="line", task="case-1.1", by="e3"),
    ConditionSet(
        review="purchase",
        condition=ApprovalCondition(
            id="case-1.2",
            text="sell the old one",
            owner="e4",
            due=date(2026, 4, 20),
            set_by=("e9", "e3"),
            decision="case-1.1",
        ),
    ),
    ConditionMet(review="purchase", condition="case-1.2", by="e4", note="sold"),
    ConditionWaived(review="purchase", condition="case-1.2", by="e3", reason="it broke"),
    ConditionsVoided(review="purchase", conditions=("case-1.2",), reason="the content was changed"),
    OverrideUsed(
        task="case-1.1",
        review="purchase",
        step="line",
        by="e8",
        reason="the server burns",
        review_task="case-1.2",
        at=MONDAY,
    ),
    OverrideReviewed(task="case-1.2", by="e20", finding="justified", comment="it did burn"),
    ResponsibilityMoved(instead_of="e4", to="e2", by="system", reason="e4 left on 2026-04-06", at=MONDAY),
    HoldLifted(cause="freeze:dev", by="system", reason="budget approved", at=MONDAY),
    Attached(
        attachment=Attachment(
            name="offer.pdf",
            size=1024,
            media_type="application/pdf",
            sha256="0a" * 32,
            by="e4",
            at=MONDAY,
            about="purchase",
        )
    ),
]
