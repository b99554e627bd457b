"""Whether a definition can work at all: asked when it is imported, answered in one sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.cases.case_fold import STUCK, TASK
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.definition.model import Definition
from domain.kernel.definition.rows import CommandSpec, S
from domain.kernel.definition.stages import ENDS, KernelStage, transitions_of
from domain.kernel.events import declared_name
from domain.kernel.routing.case_roles import KERNEL_ROLES, CaseRole
from domain.kernel.value import Value


class DefinitionError(Exception):
    """The definition of {process} cannot work: {problem}."""

    def __init__(self, process: str, problem: str) -> None:
        super().__init__((self.__doc__ or "").format(process=process, problem=problem))


def refuse_broken(definition: Definition[S]) -> None:
    """Raises DefinitionError with the first problem, which names the row that it is about."""
    for check in _CHECKS:
        for problem in check(definition):
            raise DefinitionError(definition.name, problem)


def _rows(definition: Definition[Any]) -> Iterator[str]:
    rows = definition.rows
    counted = Counter(row.name for row in rows)
    yield from (f"two rows have the name {name}" for name, times in counted.items() if times > 1)
    yield from (
        f"row {row.name} has the name of a command of the kernel" for row in rows if row.name in KERNEL_COMMANDS
    )
    if not any(row.opens for row in rows):
        yield "no row opens a case"
    known = {*CaseRole, *(role.part for role in definition.roles)}
    for row in rows:
        yield from _row(row, known)


def _row(row: CommandSpec[Any, Any], known: set[StrEnum]) -> Iterator[str]:
    if not row.label.id.strip():
        yield f"row {row.name} has no label"
    if not row.help.id.strip():
        yield f"row {row.name} has no help"
    if not row.by:
        yield f"row {row.name} says of nobody that they may give it"
    yield from (f"row {row.name} is for the role {part}, which no RoleSpec explains" for part in set(row.by) - known)
    if row.opens and row.when is not None:
        yield f"row {row.name} opens a case, so it cannot ask for a stage"
    if not row.by_system:
        asked = _without_form(row.payload)
        yield from (f"row {row.name} has no form: its field {name} can be anything" for name in asked)


def _without_form(payload: type[Value]) -> Iterable[str]:
    return (name for name, info in payload.model_fields.items() if info.annotation in (Any, object))


def _stages(definition: Definition[Any]) -> Iterator[str]:
    known = {*(stage.value for stage in definition.stages), *KernelStage, *ENDS}
    for row in definition.rows:
        named = {*(row.when or ()), *row.to}
        yield from (f"row {row.name} names the stage {stage}, which there is not" for stage in sorted(named - known))
    ways = transitions_of(definition)
    named = {stage for start, end, _ in ways for stage in (start, end)} | (definition.withdraws_from or frozenset())
    yield from (f"a way names the stage {stage}, which there is not" for stage in sorted(named - known))
    reached = {end for _, end, _ in ways} | {KernelStage.NEW.value, KernelStage.ON_HOLD.value}
    lost = [stage.value for stage in definition.stages if stage.value not in reached]
    yield from (f"nothing reaches the stage {stage}" for stage in lost)


def _events(definition: Definition[Any]) -> Iterator[str]:
    kinds = list(definition.kinds)
    counted = Counter(declared_name(kind) for kind in (*kinds, *KERNEL_EVENTS))
    yield from (f"two events have the name {name}" for name, times in counted.items() if times > 1)
    yield from (f"event {declared_name(kind)} has no sentence" for kind in kinds if kind.sentence is None)
    known = {*kinds, *KERNEL_EVENTS}
    for piece in definition.pieces:
        asked = {*(reaction.event for reaction in piece.on), *piece.folds}
        yield from (f"event {kind.__name__} is waited for, but never recorded" for kind in asked - known)


def _rules(definition: Definition[Any]) -> Iterator[str]:
    payloads = tuple({*KERNEL_COMMANDS.values(), *(row.payload for row in definition.rows)})
    guards = [guard for piece in definition.pieces for guard in piece.guards]
    for guard in guards:
        if not any(issubclass(payload, guard.payload) for payload in payloads):
            yield f"the rule for {guard.payload.__name__} has no row"
    kinds = Counter(kind for piece in definition.pieces for kind in piece.deadlines)
    yield from (f"two rules are for the deadline {kind}" for kind, times in kinds.items() if times > 1)
    yield from (f"the deadline {kind} is the kernel's" for kind in kinds.keys() & {TASK, STUCK})
    if lost := sorted(KERNEL_ROLES.keys() - definition.kernel_parts.keys()):
        yield f"kernel_parts does not say who may {', '.join(lost)}"


def _state(definition: Definition[Any]) -> Iterator[str]:
    try:
        definition.state(case=Case(id="case", process=definition.name))
    except ValueError:
        yield f"the state {definition.state.__name__} has a field without a default"
    for piece in definition.pieces:
        yield from piece.problems(definition.state)


_CHECKS: tuple[Callable[[Definition[Any]], Iterable[str]], ...] = (_rows, _state, _events, _rules, _stages)
