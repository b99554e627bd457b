"""What each role sees of a disciplinary case (DIS-09, DIS-13): it follows from the role, never from the stage (DIS-12).

Those who investigate, advise, hear and decide see all. The employee, a companion and a note taker see the allegation,
what was served, the hearing, the outcome and the plan; a witness their own statement; who holds a check-in the plan.
"""

from typing import Any

from domain.kernel.cases.case_events import Commented, TaskAssigned
from domain.kernel.events import Event
from domain.people.discipline import events as e
from domain.people.discipline.persons import confirmers
from domain.people.discipline.state import DisciplineState
from domain.people.discipline.terms import Post

_OFFICERS = (Post.ADVISER, Post.INVESTIGATOR, Post.HEARING_MANAGER, Post.APPEAL_MANAGER)
_TOLD = (
    e.AllegationAnswered, e.Appointed, e.HearingInvited, e.EvidenceServed, e.HearingPostponed, e.OutcomeIssued,
    e.AppealLodged, e.LateAppealDecided, e.AppealDecided, e.OutcomeFinal, e.MeasureLapsed, e.Suspended,
    e.SuspensionLifted, e.PlanStarted, e.PlanConcluded, e.GrievanceRaised, e.GrievanceAnswered, e.CaseConcluded,
)  # fmt: skip
"""What the employee is told as it happens."""
_PLAN = ("plan", "check_ins")
_PARTY = (
    "stage", "employee", "clause", "gravity", "allegation", "happened_on", "answered", "answer", "hearing",
    "outcome", "appeal",
    "lapsed", "suspended", "grievances", "posts", *_PLAN,
)  # fmt: skip


def sees_all(state: DisciplineState, reader: str) -> bool:
    handlers = {one.handler for one in state.grievances.values()}
    return reader in {*(state.posts.get(post) for post in _OFFICERS), *confirmers(state), *handlers}


def is_party(state: DisciplineState, reader: str) -> bool:
    return reader in {state.employee, state.posts.get(Post.COMPANION), state.posts.get(Post.NOTE_TAKER)}


def visible(state: DisciplineState, reader: str | None) -> dict[str, Any]:
    """The state as JSON, as `reader` may see it. None is the system and the auditor: everything."""
    whole = state.model_dump(mode="json")
    if reader is None or (sees_all(state, reader) and reader != state.employee):
        return whole
    shown = {"case": _case(state, whole, reader)}
    if is_party(state, reader):
        shown |= {name: whole[name] for name in _PARTY} | {"evidence": _served(whole, reader)}
    if reader in state.statements:
        shown["statements"] = {reader: whole["statements"][reader]}
    if any(item.owner == reader for item in state.check_ins.entries.values()):
        shown |= {name: whole[name] for name in _PLAN}
    return shown


def _case(state: DisciplineState, whole: dict[str, Any], reader: str) -> dict[str, Any]:
    """Id and title, and their own tasks and words: who else has a task says who is involved."""
    mine = {task.id for task in state.case.tasks.values() if reader in task.people}
    inside = whole["case"]
    return {
        **{name: inside[name] for name in ("id", "process", "title", "closed")},
        "tasks": {name: task for name, task in inside["tasks"].items() if name in mine},
        "comments": [comment for comment in inside["comments"] if comment["by"] == reader],
        "attachments": [file for file in inside["attachments"] if file["by"] == reader],
    }


def _served(whole: dict[str, Any], reader: str) -> dict[str, Any]:
    return {number: one for number, one in whole["evidence"].items() if one["served"] or one["by"] == reader}


def may_see(state: DisciplineState, reader: str | None, event: Event) -> bool:
    """Whether `reader` may see what this event says, as things stand now."""
    if reader is None or (sees_all(state, reader) and reader != state.employee):
        return True
    match event:
        case e.EvidenceAdded(number=number, by=by):
            return by == reader or (is_party(state, reader) and state.evidence[number].served is not None)
        case e.StatementAsked(person=person):
            return person == reader
        case e.StatementGiven(by=by) | Commented(by=by):
            return by == reader
        case e.Appointed(by=by) if by in (state.reporter, state.case.requester):
            return False  # the first adviser comes with the report, and the row would name the reporter
        case TaskAssigned(task=task):
            return reader in task.people
        case e.PlanStarted() | e.PlanConcluded():
            return is_party(state, reader) or any(item.owner == reader for item in state.check_ins.entries.values())
        case _:
            return is_party(state, reader) and isinstance(event, _TOLD)
