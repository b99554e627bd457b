"""Read models folded from the log: who must do what, where each case stands and what it reached when, what was out of
the ordinary, and what was done for others. All of it can be built again.
"""

from views.exceptions import ExceptionRow, exceptions
from views.generations import ViewsAreNewer
from views.history import Picture, TimelineEntry, case_at, cases_at, inbox_at, no_such_case, picture, timeline
from views.milestones import milestones
from views.projector import Projector, ViewsBehind, follow, fresh, project, wait_for
from views.queries import (
    DeadLetter,
    Lag,
    asked_by,
    case,
    cases,
    cases_named,
    concerning,
    dead_letters,
    inbox,
    inbox_with_delegated,
    lag,
    overdue_tasks,
    pinned_policies,
    shared_tasks,
)
from views.rebuild import RebuildRunning, rebuild
from views.rows import CaseRow, InboxRow
from views.stood_in import StoodIn, stood_in
from views.view import VIEWS, View
from views.wanted import Wanted

__all__ = [
    "VIEWS",
    "CaseRow",
    "DeadLetter",
    "ExceptionRow",
    "InboxRow",
    "Lag",
    "Picture",
    "Projector",
    "RebuildRunning",
    "StoodIn",
    "TimelineEntry",
    "View",
    "ViewsAreNewer",
    "ViewsBehind",
    "Wanted",
    "asked_by",
    "case",
    "case_at",
    "cases",
    "cases_at",
    "cases_named",
    "concerning",
    "dead_letters",
    "exceptions",
    "follow",
    "fresh",
    "inbox",
    "inbox_at",
    "inbox_with_delegated",
    "lag",
    "milestones",
    "no_such_case",
    "overdue_tasks",
    "picture",
    "pinned_policies",
    "project",
    "rebuild",
    "shared_tasks",
    "stood_in",
    "timeline",
    "wait_for",
]
