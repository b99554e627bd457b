"""What happens to a request between departments."""

from datetime import date, datetime

from domain.direction.coordination.state import Asked, Effect, Part
from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.values.message import N_


class DepartmentAsked(Opened):
    sentence = N_("{requester} asked another department")
    asked: Asked
    asker_unit: str
    whole: str | None
    waits_on: tuple[str, ...]


class RequestAccepted(Event):
    sentence = N_("{by} accepted the request")
    needed: date
    unit: str
    person: str
    by: str
    at: datetime


class RequestCountered(Event):
    sentence = N_("{by} proposes another day: {needed}")
    needed: date
    reason: str
    by: str
    at: datetime


class RequestDeclined(Event):
    sentence = N_("{by} declined the request")
    reason: str
    heads: tuple[str, ...]
    by: str
    at: datetime


class RequestAskedAgain(Event):
    sentence = N_("{by} asks the department again")
    reason: str
    by: str
    at: datetime


class AcceptanceOverdue(Event):
    sentence = N_("the department has not answered; the heads of both are asked")
    heads: tuple[str, ...]
    at: datetime


class EscalationAnswered(Event):
    sentence = N_("{by} answered the escalation")
    answer: str
    text: str
    by: str
    at: datetime


class DatePromised(Event):
    sentence = N_("{by} promised {due}")
    unit: str
    due: date
    reason: str
    provider_note: str
    by: str
    at: datetime


class WorkBegun(Event):
    sentence = N_("{by} began the work")
    by: str
    at: datetime


class ResultDelivered(Event):
    sentence = N_("{by} delivered")
    result: str
    by: str
    at: datetime


class DeliveryRefused(Event):
    sentence = N_("{by} refused the delivery")
    reason: str
    by: str
    at: datetime


class DeliveryAccepted(Event):
    sentence = N_("{by} accepted the delivery")
    by: str
    at: datetime


class HandedOn(Event):
    """The old promise ends; the next department is asked anew (CRD-07)."""

    sentence = N_("{by} handed it on to {unit}")
    unit: str
    person: str
    reason: str
    by: str
    at: datetime


class RequestCancelled(Event):
    sentence = N_("{by} cancelled the request")
    reason: str
    by: str
    at: datetime


class SpentSaid(Event):
    sentence = N_("{by} said what was spent: {hours} hours")
    unit: str
    hours: int
    note: str
    by: str
    at: datetime


class LinksSet(Event):
    sentence = N_("{by} set what it waits for")
    on: tuple[str, ...]
    by: str
    at: datetime


class PartAdded(Event):
    sentence = N_("{by} asked {unit} for a part")
    part: str
    unit: str
    asked: Asked
    asker: str
    by: str
    at: datetime


class PartNoted(Event):
    sentence = N_("part {part} is {stage}")
    part: str
    stage: str
    known: Part
    at: datetime


class LinkEffectNoted(Event):
    sentence = N_("a case that it waits for changed")
    effect: Effect
    at: datetime


class WaitersTold(Event):
    sentence = N_("the cases that wait for this one are told")
    cases: dict[str, str]
    days: int
    over: bool
    lost: bool = False
    at: datetime


EVENTS = (
    DepartmentAsked, RequestAccepted, RequestCountered, RequestDeclined, RequestAskedAgain, AcceptanceOverdue,
    EscalationAnswered, DatePromised, WorkBegun, ResultDelivered, DeliveryRefused, DeliveryAccepted, HandedOn,
    RequestCancelled, SpentSaid, LinksSet, PartAdded, PartNoted, LinkEffectNoted, WaitersTold,
)  # fmt: skip
