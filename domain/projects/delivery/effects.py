"""Who is told, which other projects are told, what others may know of a project, what decisions must see."""

from collections.abc import Sequence
from typing import Any

from domain.kernel.command import Command
from domain.kernel.effects import Claim, ClaimQuery, Effect, Notify, Release, TellCase
from domain.kernel.events import Event
from domain.kernel.ledger import LinePeriod
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery.state import ProjectState

WAITS_FOR, PROGRAMME, OF_REQUEST = "waits-for", "programme", "project-of-request"
"""Kinds of claims: which projects wait for one, which belong to a programme, which came of a request."""


def effects(_before: ProjectState, event: Event, after: ProjectState) -> Sequence[Effect]:
    case, title = after.case.id, after.charter.title if after.charter else ""
    match event:
        case e.DependentsTold(cases=cases, days=days):
            return [_note(case, one, "project", days) for one in cases]
        case e.RequestsTold(cases=processes, days=days):
            return [_note(case, one, process, days) for one, process in processes.items()]
        case e.ProjectStopped(children=children) | e.ProgrammeEnded(children=children):
            told = [_told(child, case, decision) for child, decision in children.items()]
            stopped = N_("{title} was stopped.", title=title)
            if isinstance(event, e.ProjectStopped):
                return [*told, _all(after, stopped), *_ended(after, event.reason, delivered=False)]
            return told
        case e.ProjectChartered(charter=charter) if charter.request:
            return [_to_request(charter.request, "note-chartered", {"project": case})]
        case e.ProjectFinished(lessons=lessons):
            about = N_("{title} is finished; its benefits are measured now.", title=title)
            return [_all(after, about), *_ended(after, lessons, delivered=True)]
        case e.ProjectArchived():
            return [_all(after, N_("{title} is over and archived.", title=title))]
        case e.ProjectDelegated():
            return [Notify(to=(after.manager,), about=N_("{title} is delegated to you.", title=title))]
        case e.BaselineSet(number=number):
            return [_all(after, N_("Baseline {number} of {title} is approved.", number=str(number), title=title))]
        case e.ExceptionRaised(broken=broken):
            about = N_("{title} is beyond its tolerances: {broken}.", title=title, broken=", ".join(broken))
            return [Notify(to=(after.the_charter.sponsor,), about=about)]
        case e.ExternalNoted(external=external) if not external.over:
            about = N_("{source} touches {title}: look at its health.", source=external.source, title=title)
            return [Notify(to=(after.manager,), about=about)]
    return []


def _ended(state: ProjectState, reason: str, *, delivered: bool) -> list[Effect]:
    """The request that it came from says the same (PRJ-09)."""
    request = state.the_charter.request
    said = {"project": state.case.id, "delivered": delivered, "reason": reason}
    return [_to_request(request, "note-project-ended", said)] if request else []


def _to_request(request: str, command: str, said: dict[str, Any]) -> TellCase:
    return TellCase(case=request, process="project_request", command=command, payload=said)


def _note(source: str, case: str, process: str, days: int) -> TellCase:
    said = {"kind": "dependency", "source": source, "days": days, "over": days == 0}
    return TellCase(case=case, process=process, command="note-effect", payload=said)


def _told(child: str, programme: str, decision: str) -> TellCase:
    said = {"programme": programme, "decision": decision}
    return TellCase(case=child, process="project", command="note-programme-ended", payload=said)


def _all(state: ProjectState, about: Message) -> Notify:
    """Everybody whose project it is, the requester with them."""
    charter = state.the_charter
    people = (state.case.requester, state.manager, charter.delegator, charter.sponsor, charter.business_owner)
    return Notify(to=tuple(dict.fromkeys(person for person in people if person)), about=about)


def claims(before: ProjectState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.ProjectChartered(charter=charter):
            found = [Claim(kind=PROGRAMME, key=charter.programme)] if charter.programme else []
            once = [Claim(kind=OF_REQUEST, key=charter.request, exclusive=True)] if charter.request else []
            return [*found, *once]
        case e.DependencySet(on=on):
            gone = [Release(kind=WAITS_FOR, key=one) for one in before.waits_on if one not in on]
            return [*gone, *(Claim(kind=WAITS_FOR, key=one) for one in on if one not in before.waits_on)]
        case e.ProgrammeLeft(programme=programme):
            return [Release(kind=PROGRAMME, key=programme)]
        case e.ProjectFinished() | e.ProjectStopped():
            mine = before.the_charter.programme
            left = [Release(kind=PROGRAMME, key=mine)] if mine else []
            return [*left, *(Release(kind=WAITS_FOR, key=one) for one in before.waits_on)]
    return []


def needs(state: ProjectState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """Balances of every period that the project has or asks for; who waits for it; the projects of the programme."""
    if isinstance(payload, c.CharterProject):
        return [LinePeriod(payload.line, period) for period in payload.periods]
    if state.charter is None:
        return []
    periods = dict.fromkeys((*state.charter.periods, *state.turned))
    for one in (*state.baselines[-1:], *(change.baseline for change in state.pending)):
        periods |= dict.fromkeys(one.periods)
    if isinstance(payload, c.RequestChange):
        periods |= dict.fromkeys(payload.periods or ())
    queries = [ClaimQuery(kind=kind, key=command.case, lock=True) for kind in (WAITS_FOR, PROGRAMME)]
    if isinstance(payload, c.SetDependencies):  # two that name each other at once meet at these
        queries += [ClaimQuery(kind=WAITS_FOR, key=one, lock=True) for one in payload.on]
    return [*queries, *(LinePeriod(state.charter.line, period) for period in periods)]
