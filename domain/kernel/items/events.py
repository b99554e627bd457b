"""What can happen to an item. The same events in every process; `list` says which items of a case are meant."""

from datetime import date, datetime
from typing import Any

from domain.kernel.events import Event
from domain.kernel.items.spec import Origin
from domain.kernel.values.message import N_


class ItemAdded(Event):
    sentence = N_("{by} added {item}: {text}, for {owner}, due {due}")
    list: str
    item: str
    text: str
    owner: str
    due: date
    details: dict[str, Any] = {}
    origin: Origin | None = None
    by: str
    at: datetime


class ItemChanged(Event):
    """The whole item as it is from now on."""

    sentence = N_("{by} changed {item}: {text}, for {owner}, due {due}")
    list: str
    item: str
    text: str
    owner: str
    due: date
    details: dict[str, Any] = {}
    reason: str
    by: str
    at: datetime


class ItemClosed(Event):
    sentence = N_("{by} closed {item}: {outcome}")
    list: str
    item: str
    outcome: str
    note: str | None = None
    by: str
    at: datetime


class ItemSent(Event):
    """Another case is to take it. It stays open here until that case has it."""

    sentence = N_("{item} goes on in {case}")
    list: str
    item: str
    case: str
    at: datetime


class ItemCarried(Event):
    """The other case holds it now; here it is over."""

    sentence = N_("{case} holds {item} now")
    list: str
    item: str
    case: str
    at: datetime


STAYING_EVENTS: tuple[type[Event], ...] = (ItemAdded, ItemChanged, ItemClosed)
ITEM_EVENTS: tuple[type[Event], ...] = (*STAYING_EVENTS, ItemSent, ItemCarried)
