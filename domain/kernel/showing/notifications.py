"""Whom to tell about a kernel event. Pure, so that a rebuild asks for the same messages under the same ids."""

from collections.abc import Iterable

from domain.kernel.cases.case import Case, Review
from domain.kernel.cases.case_events import (
    CaseHeld,
    CaseResumed,
    Commented,
    ContentChanged,
    DecisionsVoided,
    ResponsibilityMoved,
    ReviewApproved,
    ReviewEnded,
    ReviewRejected,
    ReviewReturned,
    StepStuck,
    TaskAssigned,
    TaskEscalated,
    TaskReminded,
)
from domain.kernel.cases.review_events import OverrideUsed
from domain.kernel.cases.task_events import ApproverAdded, AssigneesChanged, InformationGiven, TaskReassigned
from domain.kernel.cases.times import MARK
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.effects import Effect, Notify
from domain.kernel.events import Event
from domain.kernel.values.message import N_, Message

OFFERED = "You have a new task in {case}: {title}"
ESCALATED = "Escalated to you in {case}: {title}"
APPROVED = "{review} of {case} is approved"
REJECTED = "{review} of {case} is rejected: {reason}"
RETURNED = "{review} of {case} came back to you, correct {fields}: {reason}"
ENDED = "{review} of {case} is {status}: {reason}"
OUTCOMES = frozenset({APPROVED, REJECTED, RETURNED, ENDED})
"""How a request came out, as whoever asked is told."""


def case_effects(before: Case, event: Event, after: Case) -> list[Effect]:
    """Whom to tell about a kernel event. Cancelled tasks are told to nobody."""
    match event:
        case TaskAssigned(task=task):
            about = N_(OFFERED, case=after.id, title=str(task.title))
            return _notify(task.people, about, task=task.id)
        case AssigneesChanged(task=key, added=people):
            return _joined(after, key, people)
        case TaskReassigned(task=key, to=person) | ApproverAdded(task=key, person=person):
            return _joined(after, key, (person,))
        case InformationGiven(about=key, by=by) if key in after.tasks:
            about = N_("{by} answered a question about {title}", by=by, title=str(after.tasks[key].title))
            return _notify(after.tasks[key].waiting, about, task=key)
        case OverrideUsed(by=by, step=step, review=review):
            about = N_("{by} overrode {step} of {case}", by=by, step=step, case=after.id)
            return _notify([after.answers_for(after.reviews[review].requester)], about)
        case TaskReminded() | TaskEscalated():
            return _ladder(event, after)
        case StepStuck(review=review, step=step, reason=reason, alarm=alarm):
            about = N_("Case {case} is stuck at {step}: {reason}", case=after.id, step=step, reason=reason)
            return _notify(alarm or [after.answers_for(after.reviews[review].requester)], about)
        case ReviewApproved() | ReviewRejected() | ReviewReturned() | ReviewEnded():
            return _outcome(event, after)
        case DecisionsVoided(review=review, tasks=tasks, fields=fields):
            about = N_(
                "Your decision in {case} no longer counts: {fields} changed", case=after.id, fields=", ".join(fields)
            )
            return _notify(_deciders(before.reviews[review], tasks), about)
        case ContentChanged(review=review, changed=changed):
            about = N_("{fields} changed in {case}; decisions stand", case=after.id, fields=", ".join(changed))
            return _notify(_approvers(after, review), about)
        case Commented(by=by):
            about = N_("{by} commented on {case}", by=by, case=after.id)
            return _notify([person for person in _involved(after) if person != by], about)
        case ResponsibilityMoved(instead_of=leaving, to=person):
            about = N_("You answer for {case} from now on, in the place of {person}", case=after.id, person=leaving)
            return _notify([person], about)
        case CaseHeld(by=by, reason=reason):
            about = N_("{case} was put on hold: {reason}", case=after.id, reason=reason)
            return _notify([person for person in _involved(after) if person != by], about)
        case CaseResumed(by=by, reason=reason):
            about = N_("{case} goes on, with new due times: {reason}", case=after.id, reason=reason)
            return _notify([person for person in _involved(after) if person != by], about)
        case _:
            return []


def _joined(after: Case, task: str, people: Iterable[str]) -> list[Effect]:
    """People who have a task from now on that was somebody else's first."""
    about = N_(OFFERED, case=after.id, title=str(after.tasks[task].title))
    return _notify(people, about, task=task)


def _ladder(event: TaskReminded | TaskEscalated, after: Case) -> list[Effect]:
    task = after.tasks[event.task]
    title = str(task.title)
    match event:
        case TaskReminded(rung=rung, missed=missed) if rung.do == MARK and not missed:
            return []
        case TaskReminded(overdue=True):
            about = N_("Overdue in {case}: {title}", case=after.id, title=title)
            return _notify(task.waiting, about, task=task.id, digest=event.late)
        case TaskReminded():
            about = N_("Still open in {case}: {title}", case=after.id, title=title)
            return _notify(task.waiting, about, task=task.id, digest=event.late)
        case TaskEscalated(added=added):
            about = N_(ESCALATED, case=after.id, title=title)
            return _notify(added, about, task=task.id, digest=event.late)


def _outcome(event: ReviewApproved | ReviewRejected | ReviewReturned | ReviewEnded, after: Case) -> list[Effect]:
    """Whoever asked, or answers for it now, is told how a review came out. Whoever withdraws it knows."""
    review = after.reviews[event.review]
    facts = {"case": after.id, "review": review.id}
    match event:
        case ReviewApproved():
            about = N_(APPROVED, **facts)
        case ReviewRejected(reason=reason):
            about = N_(REJECTED, reason=reason, **facts)
        case ReviewReturned(reason=reason, fields=fields):
            about = N_(RETURNED, fields=", ".join(fields), reason=reason, **facts)
        case ReviewEnded(status=status, reason=reason):
            if status == "withdrawn":
                return []
            about = N_(ENDED, status=status.value, reason=reason, **facts)
    return _notify([after.answers_for(review.requester)], about)


def _approvers(case: Case, review: str) -> list[str]:
    """Whoever decided and still counts, and whoever is asked now."""
    decided = [decision.actor for decision in case.reviews[review].decisions if decision.standing]
    asked = [task for task in case.tasks.values() if task.kind == DECIDE and task.subject == review]
    return decided + [person for task in asked for person in task.people]


def _deciders(review: Review, tasks: tuple[str, ...]) -> list[str]:
    return [decision.actor for decision in review.decisions if decision.task in tasks]


def _involved(case: Case) -> list[str]:
    asked = [person for task in case.tasks.values() for person in task.waiting]
    return ([case.responsible] if case.responsible else []) + asked


def _notify(to: Iterable[str], about: Message, *, task: str | None = None, digest: bool = False) -> list[Effect]:
    people = tuple(dict.fromkeys(to))
    return [Notify(to=people, about=about, task=task, digest=digest)] if people else []
