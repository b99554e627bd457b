"""What the organisation, people and other cases learn from a change of authority."""

from collections.abc import Sequence

from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.effects import Claim, Effect, Entry, Notify, Record, Release
from domain.kernel.events import Event
from domain.kernel.handle import case_effects
from domain.kernel.values.message import N_
from domain.organisation import record
from domain.organisation.authority import events as e
from domain.organisation.authority.state import AuthorityState, Change
from domain.organisation.events import LimitEnded, LimitSet

AUTHORITY = "authority"
"""The kind of claim that keeps two changes of one person's authority in one category apart."""


def effects(before: AuthorityState, event: Event, after: AuthorityState) -> Sequence[Effect]:
    """The kernel's effects, then the process's own."""
    return [*case_effects(before.case, event, after.case), *_own(event, after)]


def _own(event: Event, after: AuthorityState) -> list[Effect]:
    match event:
        case e.LimitApproved(ended=ended, given=given) if ended or given:
            ends = [LimitEnded(limit=limit, effective=limit.end) for limit in ended if limit.end]
            begins = [LimitSet(limit=limit, effective=limit.start) for limit in given if limit.start]
            entries = tuple(Entry.of(change) for change in (*ends, *begins))
            return [Record(stream=record.STREAM, events=entries, case=after.case.id, process="authority",
                           command="note-recorded")]  # fmt: skip
        case e.LimitRecorded():
            about = N_("Your authority in {category} was changed by {case}.",
                       category=after.the_change.limit.category, case=after.case.id)  # fmt: skip
            return [Notify(to=(after.the_change.person,), about=about)]
        case _:
            return []


def claims(before: AuthorityState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.LimitRequested(change=change):
            return [Claim(kind=AUTHORITY, key=_key(change), exclusive=True)]
        case CaseClosed():
            return [Release(kind=AUTHORITY, key=_key(before.the_change))]
        case _:
            return []


def _key(change: Change) -> str:
    return f"{change.person}|{change.limit.category}"
