"""Folding a version of a job description. Total: every event that was ever recorded folds, whatever the rules are."""

from typing import Any

from domain.kernel.events import Event
from domain.kernel.handle import evolve_case
from domain.people.job_description import events as e
from domain.people.job_description.state import Impact, JobDescriptionState

_OWN = frozenset(e.OWN)


def evolve(state: JobDescriptionState, event: Event) -> JobDescriptionState:
    """The state after one more event."""
    if type(event) not in _OWN:
        return _with(state, case=evolve_case(state.case, event))
    match event:
        case e.DescriptionBegun():
            state = _with(state, description=event.description, previous=event.previous)
            return _content(_case(state, requester=event.requester), event)
        case e.DescriptionAmended():
            return _content(state, event)
        case e.BudgetImpactAsked() | e.BudgetImpactDropped() | e.BudgetImpactAssessed():
            return _with(state, impact=_impact(state, event))
        case e.DescriptionApproved(version=version):
            return _with(state, number=version)
        case e.RegistrationAsked(job=job, supersedes=older):
            return _with(state, asked="use", review_by=job.review_by, supersedes=older)
        case e.DescriptionConfirmed(review_by=day):
            return _with(state, asked="review", review_by=day)
        case e.RetirementAsked():
            return _with(state, asked="retirement")
        case e.EntryRecorded():
            ended = state.ended or ("retired" if state.asked == "retirement" else None)
            return _with(state, asked=None, in_use=True, ended=ended)
        case e.DescriptionSuperseded():
            return _with(state, ended="superseded")
    return state


def _content(state: JobDescriptionState, event: e.DescriptionBegun | e.DescriptionAmended) -> JobDescriptionState:
    """Whoever sat on a position of it once stays a subject: they knew what was asked for them (KRN-02)."""
    subjects = tuple(dict.fromkeys((*state.case.subjects, *event.holders)))
    state = _case(state, title=event.title, unit=event.content.unit, subjects=subjects)
    return _with(
        state,
        content=event.content,
        review_by=event.review_by,
        differences=event.differences,
        holders=event.holders,
    )


def _impact(
    state: JobDescriptionState, event: e.BudgetImpactAsked | e.BudgetImpactDropped | e.BudgetImpactAssessed
) -> Impact | None:
    match event:
        case e.BudgetImpactAsked():
            return Impact(**event.model_dump())
        case e.BudgetImpactAssessed() if state.impact:
            given = event.model_dump(include={"budget_line", "covered"})
            return state.impact.model_copy(update={**given, "per_year": event.per_year, "answered": True})
    return None


def _case(state: JobDescriptionState, **update: Any) -> JobDescriptionState:
    return _with(state, case=state.case.model_copy(update=update))


def _with(state: JobDescriptionState, **update: Any) -> JobDescriptionState:
    return state.model_copy(update=update)
