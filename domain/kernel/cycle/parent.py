"""The parent of a cycle: it plans its children by unit, starts them in pages, and hears once of each unit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Generic

from pydantic import Field

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.cycle.spec import Child, Cycle, CycleLink, GateClosed, PageStarted, UnitPassed, UnitPlanned
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, CommandSpec, Component, S
from domain.kernel.effects import Effect, StartCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_

PAGE = "cycle-page"
"""The kind of deadline at which the next children are started: at once, but each page is a decision of its own."""
PAUSE = timedelta(milliseconds=10)
"""Between two pages, so that the instants of their deadlines differ."""
LONGEST_ID = 80
"""Letters of a case id."""


class NoteUnitPassed(Value):
    """Sent by the last child of a unit that passed a gate."""

    unit: Annotated[str, Field(max_length=80)]
    gate: Annotated[str, Field(max_length=80)]


@dataclass(frozen=True, kw_only=True)
class CycleSpec(Generic[S]):
    """What one process says of its children.

    `child` is their process, `command` opens one with `payload(state, child)` beside the `link` to the cycle, which the
    payload's field `cycle` takes. `gates` are what each child passes, in any order. `page` is how many start at once.
    """

    child: str
    command: str
    payload: Callable[[S, Child], dict[str, Any]]
    gates: tuple[str, ...] = ("done",)
    page: int = 100
    name: str = "cycle"

    def of(self, state: CaseState) -> Cycle:
        found = getattr(state, self.name)
        assert isinstance(found, Cycle)
        return found


def cycle(spec: CycleSpec[S]) -> Component[S]:
    """The component of a parent: `plan` begins it; reactions to `GateClosed` go on when all units are through."""
    row = CommandSpec[S, NoteUnitPassed](
        name="note-unit-passed", payload=NoteUnitPassed, by=(CaseRole.SYSTEM,), rule=_note(spec),
        label=N_("unit is through"), help=N_("The last one of a unit is through."),
    )  # fmt: skip
    return Component(
        commands=(row,),
        events=(UnitPlanned, PageStarted, UnitPassed, GateClosed),
        evolve=_evolve(spec),
        deadlines={PAGE: _page(spec)},
        effects=_effects(spec),
        problems=lambda state: _problems(spec, state),
    )


def plan(spec: CycleSpec[S], ctx: DecisionContext[S], units: Mapping[str, Sequence[Child]]) -> None:
    """Fixes who takes part, and begins to start them. Raises Refused `no-children`, `child-twice`, `id-too-long`."""
    keys = [child.key for children in units.values() for child in children]
    if not keys:
        raise Refused("no-children", "There is nobody to begin with; check who is to take part.")
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Refused("child-twice", "{key} stands in two places; each takes part once.", key=twice)
    if len(ctx.case.id) + 1 + max(map(len, keys)) > LONGEST_ID:
        raise Refused("id-too-long", "The id {case} is too long for a case with others in it.", case=ctx.case.id)
    for unit, children in units.items():
        if children:
            ctx.add(UnitPlanned(unit=unit, children=tuple(children), at=ctx.facts.now))
    ctx.add(DeadlineSet(deadline=Deadline(kind=PAGE, key=spec.name, at=ctx.facts.now)))


def child_case(parent: str, child: Child) -> str:
    """The id of a child's case."""
    return f"{parent}-{child.key}"


def _page(spec: CycleSpec[S]) -> Callable[[DecisionContext[S], DeadlinePassed], None]:
    def rule(ctx: DecisionContext[S], _payload: DeadlinePassed) -> None:
        known = spec.of(ctx.state)
        count = min(spec.page, known.left)
        if count:
            ctx.add(PageStarted(first=known.started, count=count, at=ctx.facts.now))
        if known.left > count:
            ctx.add(DeadlineSet(deadline=Deadline(kind=PAGE, key=spec.name, at=ctx.facts.now + PAUSE)))

    return rule


def _note(spec: CycleSpec[S]) -> Callable[[DecisionContext[S], NoteUnitPassed], None]:
    """Raises Refused `no-such-unit`; a second word about the same changes nothing."""

    def rule(ctx: DecisionContext[S], payload: NoteUnitPassed) -> None:
        known = spec.of(ctx.state)
        if payload.unit not in known.planned or payload.gate not in spec.gates:
            raise Refused("no-such-unit", "Unit {unit} takes no part in {case}.", unit=payload.unit, case=ctx.case.id)
        if payload.unit in known.passed.get(payload.gate, ()):
            return
        ctx.add(UnitPassed(unit=payload.unit, gate=payload.gate, at=ctx.facts.now))
        if len(spec.of(ctx.state).passed[payload.gate]) == len(known.planned):
            ctx.add(GateClosed(gate=payload.gate, at=ctx.facts.now))

    return rule


def _evolve(spec: CycleSpec[S]) -> Callable[[S, Event], S]:
    def evolve(state: S, event: Event) -> S:
        known = spec.of(state)
        match event:
            case UnitPlanned(unit=unit, children=children):
                update: dict[str, Any] = {"planned": {**known.planned, unit: children}}
            case PageStarted(first=first, count=count):
                update = {"started": first + count}
            case UnitPassed(unit=unit, gate=gate):
                update = {"passed": {**known.passed, gate: (*known.passed.get(gate, ()), unit)}}
            case GateClosed(gate=gate):
                update = {"closed": (*known.closed, gate)}
            case _:
                return state
        return state.model_copy(update={spec.name: known.model_copy(update=update)})

    return evolve


def _effects(spec: CycleSpec[S]) -> Callable[[S, Event, S], Sequence[Effect]]:
    def effects(_before: S, event: Event, after: S) -> Sequence[Effect]:
        if not isinstance(event, PageStarted):
            return []
        page = spec.of(after).children[event.first : event.first + event.count]
        return [_start(spec, after, unit, child) for unit, child in page]

    return effects


def _start(spec: CycleSpec[S], state: S, unit: str, child: Child) -> StartCase:
    case, size = state.case, len(spec.of(state).planned[unit])
    link = CycleLink(cycle=case.id, process=case.process, unit=unit, size=size)
    payload = {**spec.payload(state, child), "cycle": link.model_dump(mode="json")}
    return StartCase(case=child_case(case.id, child), process=spec.child, command=spec.command, payload=payload)


def _problems(spec: CycleSpec[S], state: type[CaseState]) -> Sequence[str]:
    info = state.model_fields.get(spec.name)
    if info is None or info.annotation is not Cycle:
        return [f"the state {state.__name__} has no field {spec.name} for its children"]
    return []
