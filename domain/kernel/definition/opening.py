"""The event that opens a case, and what every case learns from it."""

from datetime import datetime

from domain.kernel.cases.case import Case
from domain.kernel.events import Event
from domain.kernel.values.message import Message


class Opened(Event):
    """The first event of a case; a process gives its own subclass. `subjects` never decide in it (KRN-02)."""

    requester: str
    title: Message
    unit: str | None
    subjects: tuple[str, ...] = ()
    at: datetime


class Retitled(Event):
    """The case is about something else now. Who was a subject once stays one."""

    title: Message
    unit: str | None
    subjects: tuple[str, ...] = ()


def with_header(case: Case, event: Opened | Retitled) -> Case:
    """The case after it was opened or retitled."""
    subjects = tuple(dict.fromkeys((*case.subjects, *event.subjects)))
    update = {"title": event.title, "unit": event.unit, "subjects": subjects}
    if isinstance(event, Opened):
        update["requester"] = event.requester
    return case.model_copy(update=update)
