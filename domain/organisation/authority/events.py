"""What can happen to a change of authority, besides what the kernel records."""

from datetime import datetime

from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.events import Event, Registry
from domain.kernel.values.message import Message
from domain.organisation.authority.state import Change
from domain.organisation.model import Limit


class LimitRequested(Event):
    """Someone asks to grant or to revoke a limit. Its person is the subject of the case (KRN-02)."""

    requester: str
    title: Message
    change: Change
    unit: str
    at: datetime


class LimitAmended(Event):
    change: Change
    changed: tuple[str, ...]
    by: str


class LimitApproved(Event):
    """The change was approved. `ended` and `given` are what the organisation has yet to record, with their days."""

    ended: tuple[Limit, ...]
    given: tuple[Limit, ...]
    at: datetime


class LimitRecorded(Event):
    """The organisation holds the change, at this position of the log."""

    position: int


OWN: tuple[type[Event], ...] = (LimitRequested, LimitAmended, LimitApproved, LimitRecorded)

EVENTS = Registry((*OWN, *KERNEL_EVENTS))
