"""Things with owner, due date, state and history inside a case: actions, risks, check-ins, milestones, promises."""

from domain.kernel.items.component import SendOn, items
from domain.kernel.items.events import ITEM_EVENTS, ItemAdded, ItemCarried, ItemChanged, ItemClosed, ItemSent
from domain.kernel.items.rules import TakenItem, add, carried, change, close, open_item, send_on, take
from domain.kernel.items.spec import CARRIED, OPEN, Item, ItemChange, Items, ItemsSpec, NoDetails, Origin

__all__ = [
    "CARRIED",
    "ITEM_EVENTS",
    "OPEN",
    "Item",
    "ItemAdded",
    "ItemCarried",
    "ItemChange",
    "ItemChanged",
    "ItemClosed",
    "ItemSent",
    "Items",
    "ItemsSpec",
    "NoDetails",
    "Origin",
    "SendOn",
    "TakenItem",
    "add",
    "carried",
    "change",
    "close",
    "items",
    "open_item",
    "send_on",
    "take",
]
