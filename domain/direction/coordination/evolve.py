"""The fold. It refuses nothing."""

from datetime import datetime
from typing import Any

from domain.direction.coordination import events as e
from domain.direction.coordination.state import CoordinationState, Part, Promise, Span, Spent, Stage
from domain.kernel.events import Event

State = CoordinationState


def evolve(state: State, event: Event) -> State:
    return state.model_copy(update=_changed(state, event))


def _changed(state: State, event: Event) -> dict[str, Any]:
    match event:
        case e.DepartmentAsked(asked=asked, at=at):
            known = {"asker_unit": event.asker_unit, "whole": event.whole, "waits_on": event.waits_on}
            return {**known, "asked": asked, "needed": asked.needed, "spans": (Span(unit=asked.unit, since=at),)}
        case e.RequestAccepted(needed=needed, unit=unit, person=person):
            took = {**state.took, unit: person}
            return {"stage": Stage.ACCEPTED, "needed": needed, "took": took, **_clock(state, unit, event.at)}
        case e.RequestCountered(needed=needed, at=at):
            return {"stage": Stage.COUNTERED, "needed": needed, **_clock(state, state.asker_unit, at)}
        case e.RequestDeclined(heads=heads, at=at):
            return {"stage": Stage.DECLINED, "heads": heads, **_clock(state, state.asker_unit, at)}
        case e.RequestAskedAgain(at=at):
            needed = state.the_asked.needed
            return {"stage": Stage.ASKED, "needed": needed, **_clock(state, state.the_asked.unit, at)}
        case e.AcceptanceOverdue(heads=heads):
            return {"heads": heads}
        case e.DatePromised(unit=unit, by=by, due=due, reason=reason, at=at):
            promise = Promise(unit=unit, person=by, due=due, reason=reason, at=at)
            kept = {"provider_note": event.provider_note or state.provider_note}
            stage = state.stage if state.stage is Stage.IN_WORK else Stage.PROMISED
            return {"stage": stage, "promises": (*_ended(state, reason), promise), **kept}
        case e.WorkBegun():
            return {"stage": Stage.IN_WORK}
        case e.ResultDelivered(at=at):
            return {"stage": Stage.DELIVERED, **_clock(state, state.asker_unit, at)}
        case e.DeliveryRefused(at=at):
            return {"stage": Stage.IN_WORK, **_clock(state, state.the_asked.unit, at)}
        case e.HandedOn(unit=unit, person=person, reason=reason, at=at):
            asked = state.the_asked.model_copy(update={"unit": unit, "person": person})
            handed: dict[str, Any] = {
                "asked": asked,
                "promises": _ended(state, reason),
                "stage": Stage.ASKED,
                "provider_note": "",
            }
            return {**handed, **_clock(state, unit, at)}
    return _around(state, event)


def _around(state: State, event: Event) -> dict[str, Any]:
    """What is not about the answer and the promise: the end, links and parts."""
    match event:
        case e.RequestCancelled(reason=reason, at=at):
            return {"stage": Stage.CANCELLING, "promises": _ended(state, reason), "spans": _ends(state, at)}
        case e.EscalationAnswered(answer="end", at=at):
            return {"spans": _ends(state, at)}
        case e.SpentSaid(unit=unit, hours=hours, note=note):
            return {"spent": {**state.spent, unit: Spent(hours=hours, note=note)}}
        case e.LinksSet(on=on):
            return {"waits_on": on}
        case e.PartAdded(part=part, unit=unit):
            return {"parts": {**state.parts, part: Part(unit=unit)}}
        case e.PartNoted(part=part, known=known):
            return {"parts": {**state.parts, part: known}}
        case e.LinkEffectNoted(effect=effect):
            rest = {source: one for source, one in state.effects.items() if source != effect.source}
            return {"effects": rest if effect.over else {**rest, effect.source: effect}}
        case e.WaitersTold(days=days):
            return {"told": days}
        case e.DeliveryAccepted(at=at):
            return {"spans": _ends(state, at)}
    return {}


def _ended(state: State, reason: str) -> tuple[Promise, ...]:
    if state.promise is None:
        return state.promises
    return (*state.promises[:-1], state.promise.model_copy(update={"ended": reason}))


def _ends(state: State, at: datetime) -> tuple[Span, ...]:
    last = state.spans[-1]
    return (*state.spans[:-1], last.model_copy(update={"until": last.until or at}))


def _clock(state: State, unit: str, at: datetime) -> dict[str, Any]:
    """The clock of `unit` runs from now on, that of the one before stands."""
    if state.spans and state.spans[-1].unit == unit:
        return {}
    return {"spans": (*_ends(state, at), Span(unit=unit, since=at))}
