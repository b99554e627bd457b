"""What can happen in a business review."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference

Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Short = Annotated[str, Field(min_length=1, max_length=500)]


class Details(Value):
    """What a review is about. `period` names it (2026-Q4); `cut_off` is the last day whose numbers are in the pack."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    kind: Literal["monthly", "quarterly"]
    period: Annotated[str, Field(min_length=1, max_length=20)]
    cut_off: date
    meeting: date
    chair: Person
    members: Annotated[tuple[Person, ...], Field(min_length=1, max_length=40)]
    previous: Annotated[str, Field(max_length=80)] | None = None


class ReviewScheduled(Opened):
    """`cut_at` is the instant of the cut-off (UTC): the end of that working day where the requester works."""

    sentence = N_("{requester} scheduled a business review")
    details: Details
    cut_at: datetime


class NumbersCut(Event):
    sentence = N_("the numbers are frozen as of {cut_at}")
    cut_at: datetime
    at: datetime


class PreReadSent(Event):
    """`days` are the full working days that are left to read it."""

    sentence = N_("{by} sent the pack {number} to the chair and the members, {days} working days before the meeting")
    number: int
    days: int
    note: str
    by: str
    at: datetime


class NumberChallenged(Event):
    """Both numbers are shown from then on: that of the pack and the one held against it."""

    sentence = N_("{by} disputes {where}: {value}, {text}")
    where: str
    value: str
    text: str
    by: str
    at: datetime


class RestatementAsked(Event):
    sentence = N_("{by} has report {corrects} restated: {reason}")
    corrects: int
    reason: str
    by: str
    at: datetime


class DecisionProposed(Event):
    sentence = N_("{by} proposed {number}: {text}")
    number: int
    text: str
    by: str
    at: datetime


class MeetingHeld(Event):
    sentence = N_("{by} recorded that {attended} met")
    attended: tuple[str, ...]
    by: str
    at: datetime


class MeetingCancelled(Event):
    sentence = N_("{by} cancelled the meeting: {reason}")
    reason: str
    by: str
    at: datetime


class CirculationBegun(Event):
    sentence = N_("{by} sent {proposals} round for decision")
    review: str
    proposals: tuple[int, ...]
    by: str
    at: datetime


class CirculationEnded(Event):
    sentence = N_("the circulation is over: decided {decided}")
    review: str
    decided: bool
    at: datetime


class DecisionTaken(Event):
    """`number` counts the decisions of a review; with its period it is the name of the decision (QBR-03)."""

    sentence = N_("decision {name}: {text}")
    number: int
    name: str
    text: str
    proposal: int | None = None
    how: Literal["meeting", "circulation"]
    by: str
    at: datetime


class MinutesWritten(Event):
    sentence = N_("{by} wrote the minutes")
    review: str
    text: str
    by: str
    at: datetime


class MinutesRefused(Event):
    sentence = N_("the minutes are to be written anew")
    review: str
    at: datetime


class FollowedBy(Event):
    """The next review has its pack: what is open here goes on there (QBR-05)."""

    sentence = N_("{case} is the next review")
    case: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    ReviewScheduled, NumbersCut, PreReadSent, NumberChallenged, RestatementAsked, DecisionProposed, MeetingHeld,
    MeetingCancelled, CirculationBegun, CirculationEnded, DecisionTaken, MinutesWritten, MinutesRefused, FollowedBy,
)  # fmt: skip
