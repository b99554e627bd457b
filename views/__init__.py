"""Read models folded from the log: who must do what, and where each case stands. All of it can be built again."""

from views.generations import ViewsAreNewer
from views.history import Picture, TimelineEntry, case_at, inbox_at, no_such_case, picture, timeline
from views.projector import Projector, ViewsBehind, follow, fresh, project, wait_for
from views.queries import (
    DeadLetter,
    Lag,
    case,
    cases,
    cases_named,
    concerning,
    dead_letters,
    inbox,
    inbox_with_delegated,
    lag,
    overdue,
    stood_in,
    stuck,
)
from views.rebuild import RebuildRunning, rebuild
from views.rows import CaseRow, InboxRow, StoodIn
from views.view import VIEWS, View

__all__ = [
    "VIEWS",
    "CaseRow",
    "DeadLetter",
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
    "case",
    "case_at",
    "cases",
    "cases_named",
    "concerning",
    "dead_letters",
    "follow",
    "fresh",
    "inbox",
    "inbox_at",
    "inbox_with_delegated",
    "lag",
    "no_such_case",
    "overdue",
    "picture",
    "project",
    "rebuild",
    "stood_in",
    "stuck",
    "timeline",
    "wait_for",
]
