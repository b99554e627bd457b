"""The fold of items."""

from collections.abc import Callable

from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.definition.rows import CaseState
from domain.kernel.events import Event
from domain.kernel.items.events import ItemAdded, ItemCarried, ItemChanged, ItemClosed, ItemSent
from domain.kernel.items.spec import CARRIED, D, Item, ItemChange, Items, ItemsSpec


def fold_of(spec: ItemsSpec[D]) -> Callable[[CaseState, Event], CaseState]:
    def evolve(state: CaseState, event: Event) -> CaseState:
        if isinstance(event, TaskReassigned):
            items = _handed_on(spec, state, event)
        elif isinstance(event, ItemAdded | ItemChanged | ItemClosed | ItemSent | ItemCarried) and _is_here(spec, event):
            items = _after(spec.of(state), event)
        else:
            return state
        return state.model_copy(update={spec.name: items})

    return evolve


ItemEvent = ItemAdded | ItemChanged | ItemClosed | ItemSent | ItemCarried


def _is_here(spec: ItemsSpec[D], event: ItemEvent) -> bool:
    return event.list == spec.name


def _after(items: Items, event: ItemEvent) -> Items:
    match event:
        case ItemAdded():
            item = Item(
                id=event.item, text=event.text, owner=event.owner, due=event.due, details=event.details, since=event.at,
                origin=event.origin,
            )  # fmt: skip
        case ItemChanged():
            item = _changed(items.entries[event.item], event)
        case ItemClosed(outcome=outcome, note=note, at=at):
            item = items.entries[event.item].model_copy(update={"state": outcome, "note": note, "ended": at})
        case ItemSent(case=case):
            item = items.entries[event.item].model_copy(update={"sent_to": case})
        case ItemCarried(at=at):
            item = items.entries[event.item].model_copy(update={"state": CARRIED, "ended": at})
    return _with(items, item)


def _changed(item: Item, event: ItemChanged) -> Item:
    before = ItemChange(
        owner=item.owner, due=item.due, text=item.text, by=event.by, reason=event.reason, at=event.at
    )  # fmt: skip
    update = {"text": event.text, "owner": event.owner, "due": event.due, "details": event.details}
    return item.model_copy(update={**update, "history": (*item.history, before)})


def _handed_on(spec: ItemsSpec[D], state: CaseState, event: TaskReassigned) -> Items:
    """Who gets the task of an item owns it (KRN-23)."""
    items, task = spec.of(state), state.case.tasks.get(event.task)
    item = items.entries.get(task.subject) if task is not None and task.kind == spec.noun else None
    if item is None or item.owner != event.instead_of:
        return items
    return _with(items, item.model_copy(update={"owner": event.to}))


def _with(items: Items, item: Item) -> Items:
    return items.model_copy(update={"entries": {**items.entries, item.id: item}})
