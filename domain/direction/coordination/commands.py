"""What is said to a request between departments."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.direction.coordination.state import Asked, CaseId, Effect, Person, Unit
from domain.kernel.commands import Text
from domain.kernel.value import Value
from domain.kernel.values.reference import Reference

Task = Annotated[str, Field(max_length=220), Reference("task")]
Reason = Annotated[str, Field(max_length=2000)]
Cases = Annotated[tuple[CaseId, ...], Field(max_length=50)]


class AskDepartment(Asked):
    waits_on: Cases = ()


class OpenPart(Asked):
    """Sent by the whole."""

    whole: CaseId
    asker: Person


class AddPart(Asked):
    """A part that another department does."""


class AnswerRequest(Value):
    task: Task
    answer: Literal["accept", "counter", "decline"]
    needed: date | None = None
    reason: Reason = ""


class AnswerCounter(Value):
    task: Task
    answer: Literal["agree", "insist"]
    reason: Reason = ""


class AnswerEscalation(Value):
    """`ask-again` asks the department anew, `end` ends the request, `wait` leaves it as it is."""

    task: Task
    answer: Literal["ask-again", "end", "wait"]
    text: Text


class PromiseDate(Value):
    due: date
    reason: Reason = ""
    provider_note: Annotated[str, Field(max_length=2000)] = ""


class BeginWork(Value):
    pass


class Deliver(Value):
    task: Task
    result: Text


class AnswerDelivery(Value):
    task: Task
    answer: Literal["accept", "refuse"]
    reason: Reason = ""


class HandOn(Value):
    unit: Unit
    person: Person
    reason: Text


class CancelRequest(Value):
    reason: Text


class SaySpent(Value):
    task: Task
    hours: Annotated[int, Field(ge=0, le=100_000)]
    note: Reason = ""


class SetLinks(Value):
    """Projects, hires, budgets and requests that this one waits for, by case."""

    on: Cases


class NotePart(Value):
    """Sent by a part: state and date, and what was spent once it is over."""

    part: CaseId
    unit: str
    stage: str
    promised: date | None = None
    hours: int = 0
    over: bool = False


class NoteWholeCancelled(Value):
    whole: CaseId


class NoteLinkEffect(Effect):
    """Sent by a case that this one waits for."""
