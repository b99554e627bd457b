"""Who is told, which cases are told, and what decisions must see of others."""

from collections.abc import Sequence
from typing import Any

from domain.direction.coordination import commands as c
from domain.direction.coordination import events as e
from domain.direction.coordination.links import ALL_LINKS, PROCESS, WAITS_FOR
from domain.direction.coordination.state import CoordinationState
from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.command import Command
from domain.kernel.effects import ClaimQuery, Effect, Notify, StartCase, TellCase
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message


def needs(_state: CoordinationState, command: Command, payload: Value) -> Sequence[ClaimQuery]:
    """Who waits for this one; all links where one is made, one decision after another (CRD-04)."""
    mine = ClaimQuery(kind=WAITS_FOR, key=command.case, lock=True)
    return [mine, ALL_LINKS] if isinstance(payload, c.AskDepartment | c.SetLinks | c.AddPart) else [mine]


def effects(before: CoordinationState, event: Event, after: CoordinationState) -> Sequence[Effect]:
    return [*_told(event, after), *_whole(before, event, after), *_people(event, after)]


def _told(event: Event, after: CoordinationState) -> list[Effect]:
    match event:
        case e.PartAdded(part=part, asked=asked, asker=asker):
            payload = {**asked.model_dump(mode="json"), "whole": after.case.id, "asker": asker}
            return [StartCase(case=part, process=PROCESS, command="open-part", payload=payload)]
        case e.RequestCancelled():
            said = {"whole": after.case.id}
            command = "note-whole-cancelled"
            return [TellCase(case=one, process=PROCESS, command=command, payload=said) for one in after.open_parts]
        case e.WaitersTold(cases=cases, days=days, over=over, lost=lost):
            effect: dict[str, Any] = {"kind": "dependency", "source": after.case.id, "days": days, "over": over}
            if lost:
                effect |= {"colour": "red", "why": "it ended without a delivery"}
            return [
                TellCase(case=one, process=process, command="note-effect", payload=effect)
                for one, process in cases.items()
            ]
    return []


def _whole(before: CoordinationState, event: Event, after: CoordinationState) -> list[Effect]:
    """The whole learns state and date, and nothing else (CRD-05)."""
    if after.whole is None or (_outside(before), isinstance(event, CaseClosed)) == (_outside(after), False):
        return []
    stage = after.case.closed.value if after.case.closed else after.stage.value
    promised = after.promise.due.isoformat() if after.promise else None
    hours = sum(one.hours for one in after.spent.values())
    said = {"part": after.case.id, "unit": after.the_asked.unit, "stage": stage, "promised": promised, "hours": hours}
    over = {"over": after.case.closed is not None}
    return [TellCase(case=after.whole, process=PROCESS, command="note-part", payload={**said, **over})]


def _outside(state: CoordinationState) -> tuple[object, ...]:
    unit = state.asked.unit if state.asked else None
    return state.stage, state.promise.due if state.promise else None, unit


def _people(event: Event, after: CoordinationState) -> list[Effect]:
    """The asker learns of each answer and of the end."""
    title = after.asked.title if after.asked else ""
    match event:
        case e.RequestAccepted():
            return _asker(after, N_("{title} is accepted.", title=title))
        case e.DatePromised(due=due):
            return _asker(after, N_("{title} is promised for {due}.", title=title, due=due.isoformat()))
        case e.HandedOn(unit=unit):
            return _asker(after, N_("{title} was handed on to {unit}.", title=title, unit=unit))
        case e.LinkEffectNoted(effect=effect) if not effect.over:
            about = N_("{source} touches {title}: look at its day.", source=effect.source, title=title)
            return [Notify(to=(after.the_asked.person,), about=about), *_asker(after, about)]
        case CaseClosed(reason=reason):
            return _asker(after, N_("{title} is over: {reason}.", title=title, reason=reason))
    return []


def _asker(after: CoordinationState, about: Message) -> list[Effect]:
    return [Notify(to=(after.case.responsible,), about=about)] if after.case.responsible else []
