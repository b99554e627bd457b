"""What the register of job descriptions, people and other cases learn from a version."""

from collections.abc import Sequence

from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.effects import Claim, Effect, Entry, Notify, Record, Release, TellCase
from domain.kernel.events import Event
from domain.kernel.handle import case_effects
from domain.kernel.values.message import N_, Message
from domain.organisation import events as ev
from domain.organisation import record
from domain.people.job_description import events as e
from domain.people.job_description.state import PROCESS, JobDescriptionState

UNDER_WAY = "job-description"
"""The kind of claim of a version that is not in use yet: there is one at a time of each description."""


def effects(before: JobDescriptionState, event: Event, after: JobDescriptionState) -> Sequence[Effect]:
    """The kernel's effects, then the process's own."""
    return [*case_effects(before.case, event, after.case), *_own(before, event, after)]


def _own(before: JobDescriptionState, event: Event, after: JobDescriptionState) -> list[Effect]:
    match event:
        case e.RegistrationAsked(job=job):
            return [_recorded(after, ev.JobDescriptionSet(job=job, effective=job.start or event.at.date()))]
        case e.DescriptionConfirmed(review_by=day):
            return [
                _recorded(after, ev.JobDescriptionReviewed(**_which(after), review_by=day, effective=event.effective))
            ]
        case e.RetirementAsked(effective=day):
            return [_recorded(after, ev.JobDescriptionRetired(**_which(after), effective=day))]
        case e.EntryRecorded() if not before.in_use:
            return [*_in_use(after), *_superseding(after)]
        case e.BudgetImpactAssessed(covered=False):
            return _to(_owner(after), N_("The budget does not cover the changed grade of {case}.", case=after.case.id))
        case _:
            return []


def _in_use(after: JobDescriptionState) -> list[Effect]:
    about = N_(
        "The job description {title} is in use as version {version}.",
        version=str(after.number),
        **after.the_content.title.in_messages(),
    )
    return _to((*_owner(after), *after.holders), about)


def _superseding(after: JobDescriptionState) -> list[Effect]:
    """Only once the register holds the new version: until then the old one counts."""
    if after.supersedes is None:
        return []
    told = {"case": after.case.id, "version": after.number}
    return [TellCase(case=after.supersedes, process=PROCESS, command="note-superseded", payload=told)]


def claims(before: JobDescriptionState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.DescriptionBegun(description=description):
            return [Claim(kind=UNDER_WAY, key=description, exclusive=True)]
        case e.EntryRecorded() | CaseClosed() if not before.in_use:
            return [Release(kind=UNDER_WAY, key=before.the_description)]
        case _:
            return []


def _recorded(state: JobDescriptionState, event: Event) -> Record:
    return Record(
        stream=record.STREAM,
        events=(Entry.of(event),),
        case=state.case.id,
        process=PROCESS,
        command="note-recorded",
    )


def _which(state: JobDescriptionState) -> dict[str, str | int]:
    assert state.number is not None
    return {"description": state.the_description, "version": state.number}


def _owner(state: JobDescriptionState) -> tuple[str, ...]:
    return (state.case.responsible,) if state.case.responsible else ()


def _to(people: tuple[str, ...], about: Message) -> list[Effect]:
    return [Notify(to=tuple(dict.fromkeys(people)), about=about)] if people else []
