"""What can happen in a line of reporting."""

from datetime import date, datetime

from domain.direction.status_report.content import Facts, Letter, Words
from domain.kernel.definition import Opened
from domain.kernel.events import Event
from domain.kernel.report import Frozen
from domain.kernel.values.message import N_


class ReportingOpened(Opened):
    """`requester` reports on the unit to `readers`, first on the day `first`, by default one period from then."""

    sentence = N_("{requester} reports on {unit} from now on")
    readers: tuple[str, ...]
    first: date | None = None


class LetterSigned(Event):
    sentence = N_("{by} signed the letter of delegation")
    letter: Letter
    by: str
    at: datetime


class DraftAsked(Event):
    """The system makes a draft of the log after `since`; `problems` are those of the last report."""

    sentence = N_("a draft of the status is made")
    since: datetime
    until: datetime
    problems: tuple[str, ...]
    corrects: int | None = None
    reason: str = ""
    words: Words | None = None
    by: str
    at: datetime


class StatusDrafted(Event):
    """The facts as the report of the log says them; `frozen` proves that (STS-04)."""

    sentence = N_("the facts of the status are there")
    frozen: Frozen
    facts: Facts
    corrects: int | None = None
    at: datetime


class DraftEdited(Event):
    sentence = N_("{by} wrote the status: {headline}")
    headline: str
    words: Words
    by: str
    at: datetime


class StatusSubmitted(Event):
    sentence = N_("{by} submitted the status")
    review: str
    by: str
    at: datetime


class StatusRefused(Event):
    sentence = N_("the status is to be written anew")
    review: str
    at: datetime


class StatusSent(Event):
    """To `readers`: those of the line, of a correction those who got what it corrects (STS-06)."""

    sentence = N_("status {number} went to its readers")
    number: int
    readers: tuple[str, ...]
    corrects: int | None = None
    by: str
    at: datetime


class StatusRead(Event):
    sentence = N_("{by} read status {number}")
    number: int
    by: str
    at: datetime


class ReadersChanged(Event):
    sentence = N_("{by} changed who reads the status")
    readers: tuple[str, ...]
    by: str
    at: datetime


class ReportingEnded(Event):
    sentence = N_("{by} ended the reporting: {reason}")
    reason: str
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    ReportingOpened, LetterSigned, DraftAsked, StatusDrafted, DraftEdited, StatusSubmitted, StatusRefused, StatusSent,
    StatusRead, ReadersChanged, ReportingEnded,
)  # fmt: skip
