"""Read models folded from the log: who must do what, where each case stands and what it reached when, what was out of
the ordinary, what was done for others, and what lists need of each case. All of it can be built again.
"""

from readmodels.delegation import DelegatedAct, delegated_acts
from readmodels.exceptions import ExceptionRow, exceptions
from readmodels.generations import ViewsAreNewer
from readmodels.history import (
    Picture,
    TimelineEntry,
    case_at,
    cases_at,
    inbox_at,
    no_such_case,
    picture,
    states_at,
    timeline,
)
from readmodels.milestones import Progress, cycle_children, cycle_progress, milestones
from readmodels.projector import Projector, ViewsBehind, follow, fresh, project, wait_for
from readmodels.queries import (
    DeadLetter,
    Lag,
    asked_by,
    case,
    case_titles,
    cases,
    cases_named,
    cases_of_words,
    cases_with,
    concerning,
    dead_letters,
    inbox,
    inbox_with_delegated,
    lag,
    overdue_tasks,
    pinned_policies,
    requesters,
    shared_tasks,
    tasks_of,
)
from readmodels.rebuild import RebuildRunning, rebuild
from readmodels.rows import CaseRow, InboxRow
from readmodels.summaries import Summary, summaries
from readmodels.view import VIEWS, View
from readmodels.wanted import Wanted

__all__ = [
    "VIEWS",
    "CaseRow",
    "DeadLetter",
    "DelegatedAct",
    "ExceptionRow",
    "InboxRow",
    "Lag",
    "Picture",
    "Progress",
    "Projector",
    "RebuildRunning",
    "Summary",
    "TimelineEntry",
    "View",
    "ViewsAreNewer",
    "ViewsBehind",
    "Wanted",
    "asked_by",
    "case",
    "case_at",
    "case_titles",
    "cases",
    "cases_at",
    "cases_named",
    "cases_of_words",
    "cases_with",
    "concerning",
    "cycle_children",
    "cycle_progress",
    "dead_letters",
    "delegated_acts",
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
    "requesters",
    "shared_tasks",
    "states_at",
    "summaries",
    "tasks_of",
    "timeline",
    "wait_for",
]
