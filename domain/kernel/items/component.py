"""What a process takes with one line to have items: rows, fold, tasks, choices of forms, and carrying on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.commands import Text
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, CommandSpec, Component
from domain.kernel.effects import Effect, TellCase
from domain.kernel.events import Event
from domain.kernel.items import rules
from domain.kernel.items.events import ITEM_EVENTS, STAYING_EVENTS, ItemAdded, ItemSent
from domain.kernel.items.fold import fold_of
from domain.kernel.items.spec import OPEN, D, Items, ItemsSpec, Origin
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.form_hints import Choices, Shown, mapping
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.reference import Reference

Short = Annotated[str, Field(min_length=1, max_length=300)]
ItemId = Annotated[str, Field(max_length=80), Reference("item")]
Owner = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Rule = Callable[[DecisionContext[Any], Any], None]


class NoteTaken(Value):
    """Sent by the case that took an item over: it holds it now."""

    item: Annotated[str, Field(max_length=80)]
    case: Annotated[str, Field(max_length=200)]


class SendOn(Value):
    """Lets another case go on with an item. It ends here once that case has it."""

    item: ItemId
    case: Annotated[str, Field(min_length=1, max_length=200)]


def items(spec: ItemsSpec[D]) -> Component[Any]:
    """The component of items: `add-`, `change-` and `close-<noun>`, and how they come from and go to other cases."""
    rows = [
        _row(spec, "add", _added(spec), _add(spec)),
        _row(spec, "change", _change(spec), _changing(spec)),
        _row(spec, "close", _closing(spec), _close(spec)),
        *_carrying(spec),
    ]
    return Component(
        commands=tuple(rows),
        events=ITEM_EVENTS if spec.carries else STAYING_EVENTS,
        folds=(TaskReassigned,),
        evolve=fold_of(spec),
        tasks={spec.noun: WHOLE},
        effects=_effects(spec),
        present=_present(spec),
        choices=_choices(spec),
        problems=partial(_problems, spec),
    )


def _row(spec: ItemsSpec[D], verb: str, payload: type[Value], rule: Rule) -> CommandSpec[Any, Any]:
    closes, nothing = verb == "close", Message(id="")
    return CommandSpec(
        name=f"{verb}-{spec.noun}", payload=payload, rule=rule, label=spec.labels.get(verb, nothing),
        help=spec.helps.get(verb, nothing),
        by=(CaseRole.ASSIGNEE, *spec.editors) if closes else spec.editors, when=None if closes else spec.when,
        offered=lambda state, _person: verb == "add" or bool(spec.of(state).open),
    )  # fmt: skip


def _carrying(spec: ItemsSpec[D]) -> tuple[CommandSpec[Any, Any], ...]:
    """What cases say to each other about items; people send an item on by hand where the process carries at all."""
    system, noun = (CaseRole.SYSTEM,), spec.noun
    if not spec.carries:
        return ()
    taken = CommandSpec[Any, Any](
        name=f"take-{noun}", payload=rules.TakenItem, by=system, rule=partial(rules.take, spec), label=N_("take over"),
        help=N_("Another case gives an item to this one."),
    )  # fmt: skip
    if spec.carries_to is None:
        return (taken,)
    noted = CommandSpec[Any, Any](
        name=f"note-{noun}-taken", payload=NoteTaken, by=system, label=N_("taken over"),
        help=N_("The other case holds the item now."),
        rule=lambda ctx, payload: rules.carried(spec, ctx, payload.item, payload.case),
    )  # fmt: skip
    sent = CommandSpec[Any, Any](
        name=f"send-{noun}-on", payload=SendOn, by=spec.editors, label=N_("carry on elsewhere"),
        help=N_("Lets another case go on with it. It ends here once that case has it."),
        rule=lambda ctx, payload: rules.send_on(spec, ctx, payload.item, payload.case),
        offered=lambda state, _person: bool(spec.of(state).open),
    )  # fmt: skip
    return (taken, noted, sent)


def _add(spec: ItemsSpec[D]) -> Rule:
    def rule(ctx: DecisionContext[Any], payload: Any) -> None:
        rules.add(spec, ctx, text=payload.text, owner=payload.owner, due=payload.due, details=_details(spec, payload))

    return rule


def _changing(spec: ItemsSpec[D]) -> Rule:
    def rule(ctx: DecisionContext[Any], payload: Any) -> None:
        given = {name: getattr(payload, name) for name in payload.model_fields_set - {"item", "reason"}}
        given = {name: value for name, value in given.items() if value is not None}
        more = payload.model_dump(mode="json", include=given.keys() & spec.details.model_fields.keys())
        own = {name: value for name, value in given.items() if name not in spec.details.model_fields}
        rules.change(spec, ctx, payload.item, payload.reason, details=more, **own)

    return rule


def _close(spec: ItemsSpec[D]) -> Rule:
    return lambda ctx, payload: rules.close(spec, ctx, payload.item, payload.outcome, payload.note)


def _details(spec: ItemsSpec[D], payload: Value) -> D:
    return spec.details.model_validate({name: getattr(payload, name) for name in spec.details.model_fields})


def _added(spec: ItemsSpec[D]) -> type[Value]:
    fields: dict[str, Any] = {"text": (Short, ...), "owner": (Owner, ...), "due": (date, ...)}
    return _payload(spec, "Add", fields | _of_details(spec))


def _change(spec: ItemsSpec[D]) -> type[Value]:
    fields: dict[str, Any] = {
        "item": (ItemId, ...), "text": (Short | None, None), "owner": (Owner | None, None), "due": (date | None, None),
    }  # fmt: skip
    optional = {name: (annotation | None, None) for name, (annotation, _) in _of_details(spec).items()}
    return _payload(spec, "Change", {**fields, **optional, "reason": (Text, ...)})


def _closing(spec: ItemsSpec[D]) -> type[Value]:
    outcome: Any = Literal[spec.outcomes]
    fields = {"item": (ItemId, ...), "outcome": (outcome, spec.outcomes[0]), "note": (Text | None, None)}
    return _payload(spec, "Close", fields)


def _of_details(spec: ItemsSpec[D]) -> dict[str, tuple[Any, Any]]:
    return {name: (info.rebuild_annotation(), info) for name, info in spec.details.model_fields.items()}


def _payload(spec: ItemsSpec[D], verb: str, fields: dict[str, Any]) -> type[Value]:
    name = verb + spec.noun.title().replace("-", "")
    return create_model(name, __base__=Value, __doc__=str(spec.helps.get(verb.lower(), "")), **fields)


def _effects(spec: ItemsSpec[D]) -> Callable[[CaseState, Event, CaseState], Sequence[Effect]]:
    def effects(_before: CaseState, event: Event, after: CaseState) -> Sequence[Effect]:
        match event:
            case ItemSent(list=name, item=id_, case=case) if name == spec.name and spec.carries_to is not None:
                return [_sent(spec, after, id_, case)]
            case ItemAdded(list=name, origin=Origin() as origin) if name == spec.name:
                said = {"item": origin.item, "case": after.case.id}
                told = f"note-{spec.noun}-taken"
                return [TellCase(case=origin.case, process=origin.process, command=told, payload=said)]
        return []

    return effects


def _sent(spec: ItemsSpec[D], state: CaseState, id_: str, case: str) -> TellCase:
    item = spec.of(state).entries[id_]
    origin = Origin(
        case=state.case.id, process=state.case.process, item=id_, carried=item.carried + 1, since=item.written
    )  # fmt: skip
    taken = rules.TakenItem(origin=origin, text=item.text, owner=item.owner, due=item.due, details=item.details)
    assert spec.carries_to is not None
    told = f"take-{spec.noun}"
    return TellCase(case=case, process=spec.carries_to, command=told, payload=taken.model_dump(mode="json"))


def _present(spec: ItemsSpec[D]) -> Callable[[Shown, str, Shown], Shown]:
    def present(shown: Shown, command: str, given: Shown) -> Shown:
        if command != f"change-{spec.noun}":
            return {}
        item = mapping(shown, spec.name, "entries", str(given.get("item") or _by_task(shown, given)))
        return {**mapping(item, "details"), **{name: item[name] for name in ("text", "owner", "due") if name in item}}

    return present


def _by_task(shown: Shown, given: Shown) -> str:
    return str(mapping(shown, "case", "tasks", str(given.get("task", ""))).get("subject", ""))


def _choices(spec: ItemsSpec[D]) -> Callable[[Shown], Choices]:
    def choices(shown: Shown) -> Choices:
        entries = mapping(shown, spec.name, "entries")
        there = {id_: item for id_ in entries if (item := mapping(entries, id_)).get("state") == OPEN}
        return {"item": {id_: str(item.get("text", id_)) for id_, item in there.items()}}

    return choices


def _problems(spec: ItemsSpec[D], state: type[CaseState]) -> Iterable[str]:
    info = state.model_fields.get(spec.name)
    if info is None or info.annotation is not Items:
        yield f"the state {state.__name__} has no field {spec.name} for items"
