"""What follows outside a request: people told, other cases started and told; what they may know and it must see."""

from collections.abc import Sequence
from typing import Any

from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.command import Command
from domain.kernel.effects import Claim, ClaimQuery, Effect, Notify, Release, StartCase, TellCase
from domain.kernel.events import Event
from domain.kernel.ledger import LinePeriod
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.charter import charter_of
from domain.projects.intake.state import RequestState
from domain.projects.intake.triage import FAST, OPEN, fast_keys

NAME = "project_request"


def effects(_before: RequestState, event: Event, after: RequestState) -> Sequence[Effect]:
    case = after.case.id
    match event:
        case e.RequestDeferred(until=until, reason=reason):
            return _tell(
                after,
                N_("{case} is deferred until {until}: {reason}", case=case, until=until.isoformat(), reason=reason),
            )
        case e.RequestReturned():
            return _tell(after, N_("{case} is back: it was deferred until today", case=case))
        case e.LaneChanged(reason=reason):
            return _tell(after, N_("{case} goes the full way: {reason}", case=case, reason=reason))
        case e.SignOffVoided():
            about = N_("Your sign-off in {case} no longer counts: the requirements changed", case=case)
            return [Notify(to=(after.the_wish.business_owner,), about=about)]
        case e.SponsorLost(sponsor=sponsor):
            return _tell(
                after,
                N_("{case} waits for another sponsor: {sponsor} answers for it no longer", case=case, sponsor=sponsor),
            )
        case e.CharterAsked(project=project):
            return [StartCase(case=project, process="project", command="charter-project", payload=charter_of(after))]
        case e.Chartered(project=project):
            return _tell(after, N_("{case} goes on as the project {project}", case=case, project=project))
        case e.RequestEnded(how=how, goes_on=goes_on):
            return _passed_on(after, how, goes_on)
        case CaseClosed(reason=reason):
            return _tell(after, _ended(after, reason))
    return []


def _tell(state: RequestState, about: Message) -> list[Effect]:
    """Requester, sponsor, who began in an emergency, and those whose own request went on in this one (PRJ-09)."""
    sponsor = (state.wish.sponsor,) if state.wish else ()
    starter = (state.emergency.by,) if state.emergency else ()
    people = (state.case.responsible or "", *sponsor, *starter, *state.merged.values())
    return [Notify(to=tuple(dict.fromkeys(person for person in people if person)), about=about)]


def _ended(state: RequestState, reason: str) -> Message:
    ending = state.ending
    how = ending.how if ending else str(state.case.closed)
    title = str(state.case.title)
    if ending and ending.goes_on:
        about = "The request “{title}” ended as {how}: {reason}. It goes on in {goes_on}."
        return N_(about, title=title, how=how, reason=reason, goes_on=", ".join(ending.goes_on))
    return N_("The request “{title}” ended as {how}: {reason}", title=title, how=how, reason=reason)


def _passed_on(state: RequestState, how: str, goes_on: tuple[str, ...]) -> list[Effect]:
    requester, case = state.case.responsible or "", state.case.id
    if how in ("merged", "duplicate"):
        payload: dict[str, Any] = {"case": case, "requester": requester}
        return [TellCase(case=goes_on[0], process=NAME, command="note-merged", payload=payload)]
    if how != "split" or state.ending is None:
        return []
    common = {"problem": state.problem, "unit": state.case.unit, "requester": requester, "origin": state.origin or case}
    return [
        StartCase(case=part, process=NAME, command="open-part", payload={**common, "title": title})
        for part, title in zip(goes_on, state.ending.parts, strict=True)
    ]


def claims(before: RequestState, event: Event) -> Sequence[Claim | Release]:
    """A request that ended without a project no longer counts in the fast lane."""
    match event:
        case e.IdeaSubmitted():
            return [Claim(kind=OPEN, key=before.case.id)]
        case e.Triaged(lane="fast"):
            cost = before.the_wish.expected_cost
            return [Claim(kind=FAST, key=key, amount=cost) for key in fast_keys(before)]
        case e.LaneChanged(lane="full"):
            return [Release(kind=FAST, key=key) for key in fast_keys(before)]
        case CaseClosed():
            fast = fast_keys(before) if before.fast and not before.chartered else ()
            return [Release(kind=OPEN, key=before.case.id), *(Release(kind=FAST, key=key) for key in fast)]
    return []


def needs(state: RequestState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    match payload:
        case c.EndAs(into=into):
            both = sorted({into, command.case})  # of two that end in each other, one comes first and the other sees it
            return [ClaimQuery(kind=OPEN, key=key, lock=True) for key in both]
        case c.TriageRequest() | c.PlanProject() if state.wish is not None:
            return [ClaimQuery(kind=FAST, key=key, lock=True) for key in sorted(fast_keys(state))]
        case c.ReserveMoney() if state.plan is not None:
            return [LinePeriod(state.plan.line, period) for period in state.plan.periods]
        case c.StartEmergency(line=line, costs=costs):
            return [LinePeriod(line, one.period) for one in costs]
    return []
