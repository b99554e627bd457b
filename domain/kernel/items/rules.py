"""The rules of items: add, change, close, send on, take over."""

from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.items.events import ItemAdded, ItemCarried, ItemChanged, ItemClosed, ItemSent
from domain.kernel.items.spec import OPEN, D, Item, ItemsSpec, Origin
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_

FARTHEST = timedelta(days=10 * 366)


class TakenItem(Value):
    """An item on its way from one case to another."""

    origin: Origin
    text: str
    owner: str
    due: date
    details: dict[str, Any] = {}


def add(
    spec: ItemsSpec[D],
    ctx: DecisionContext[Any],
    *,
    text: str,
    owner: str,
    due: date,
    details: D | None = None,
    origin: Origin | None = None,
) -> str:
    """Adds an item with a task for its owner, and returns its id.

    Raises Refused `unknown-owner`, `due-date`, `too-many-items`, and what the process's check raises. What comes from
    another case may be late already.
    """
    items = spec.of(ctx.state)
    if len(items.open) >= spec.most:
        template = "There are {most} open already, as many as there can be; close some first."
        raise Refused("too-many-items", template, most=spec.most)
    item = Item(
        id=f"{spec.noun}-{len(items.entries) + 1}", text=text, owner=owner, due=due, since=ctx.facts.now,
        details=details.model_dump(mode="json") if details is not None else {}, origin=origin,
    )  # fmt: skip
    if origin is None:
        _refuse_unfit(spec, ctx, item)
    ctx.add(
        ItemAdded(
            list=spec.name, item=item.id, text=text, owner=owner, due=due, details=item.details, origin=origin,
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    _ask(spec, ctx, item)
    return item.id


def change(spec: ItemsSpec[D], ctx: DecisionContext[Any], id_: str, reason: str, **given: Any) -> None:
    """Changes text, owner, due day or details; the earlier shape stays in its history.

    A new owner or day is a new task. Raises Refused `no-such-item`, `item-over`, `nothing-changed`, and as `add` does.
    """
    item = open_item(spec, ctx, id_)
    details = {**item.details, **given.pop("details", {})}
    new = item.model_copy(update={**given, "details": details})
    if new == item:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    _refuse_unfit(spec, ctx, new, moved=new.due != item.due)
    ctx.add(
        ItemChanged(
            list=spec.name, item=id_, text=new.text, owner=new.owner, due=new.due, details=details, reason=reason,
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    if (new.owner, new.due, new.text) != (item.owner, item.due, item.text):
        tasks.cancel(ctx, reason="it is due otherwise now", kind=spec.noun, subject=id_)
        _ask(spec, ctx, new)


def close(spec: ItemsSpec[D], ctx: DecisionContext[Any], id_: str, outcome: str, note: str | None = None) -> None:
    """Ends an item with one of the outcomes of the process. Raises Refused `no-such-item`, `item-over`."""
    open_item(spec, ctx, id_)
    tasks.done(ctx, kind=spec.noun, subject=id_)
    ctx.add(
        ItemClosed(
            list=spec.name, item=id_, outcome=outcome, note=note, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def send_on(spec: ItemsSpec[D], ctx: DecisionContext[Any], id_: str, case: str) -> None:
    """Asks another case to take an item. It ends here once that case has it, so none is lost and none is there twice.

    Raises Refused `no-such-item`, `item-over`.
    """
    open_item(spec, ctx, id_)
    ctx.add(ItemSent(list=spec.name, item=id_, case=case, at=ctx.facts.now))


def take(spec: ItemsSpec[D], ctx: DecisionContext[Any], item: TakenItem) -> None:
    """Takes an item of another case over, once: a second word about the same one changes nothing.

    Raises Refused `unfit-item` if its details are not those of this process.
    """
    known = {(one.origin.case, one.origin.item) for one in spec.of(ctx.state).entries.values() if one.origin}
    if (item.origin.case, item.origin.item) not in known:
        details = _details(spec, item)
        add(spec, ctx, text=item.text, owner=item.owner, due=item.due, details=details, origin=item.origin)


def _details(spec: ItemsSpec[D], item: TakenItem) -> D:
    """Raises Refused `unfit-item`: the case that sent it holds it on."""
    try:
        return spec.details.model_validate(item.details)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        raise Refused("unfit-item", "This case cannot hold the item: look at {wrong}.", wrong=wrong) from None


def carried(spec: ItemsSpec[D], ctx: DecisionContext[Any], id_: str, case: str) -> None:
    """The other case has it. Nothing if it is over here already."""
    item = spec.of(ctx.state).entries.get(id_)
    if item is None or item.state != OPEN or item.sent_to != case:
        return
    tasks.cancel(ctx, reason="another case has it now", kind=spec.noun, subject=id_)
    ctx.add(ItemCarried(list=spec.name, item=id_, case=case, at=ctx.facts.now))


def open_item(spec: ItemsSpec[D], ctx: DecisionContext[Any], id_: str) -> Item:
    """Raises Refused `no-such-item`, `item-over`."""
    item = spec.of(ctx.state).entries.get(id_)
    if item is None:
        raise Refused("no-such-item", "Case {case} has no {item}; check its id.", case=ctx.case.id, item=id_[:80])
    if item.state != OPEN:
        template = "{item} is over: {state}. What is still open can be changed."
        raise Refused("item-over", template, item=id_, state=item.state)
    return item


def _ask(spec: ItemsSpec[D], ctx: DecisionContext[Any], item: Item) -> None:
    today = today_of(ctx.facts, item.owner)
    tasks.assign(
        ctx, kind=spec.noun, title=N_("{what}", what=item.text), subject=item.id, assignees=(item.owner,),
        basis="owner", command=f"close-{spec.noun}", ladder=spec.ladder, without_end=True,
        due_at=working_day_end(ctx.facts, item.owner, max(item.due, today)),
    )  # fmt: skip


def _refuse_unfit(spec: ItemsSpec[D], ctx: DecisionContext[Any], item: Item, *, moved: bool = True) -> None:
    today = today_of(ctx.facts, item.owner)
    if not ctx.facts.organisation.works_here(item.owner, today):
        template = "{owner} does not work here; name another owner."
        raise Refused("unknown-owner", template, owner=item.owner[:80])
    if moved and not today <= item.due <= today + FARTHEST:
        template = "It cannot be due on {due}; name a day from {today} on, within ten years."
        raise Refused("due-date", template, due=item.due.isoformat(), today=today.isoformat())
    spec.check(ctx.facts, item)
