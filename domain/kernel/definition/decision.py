"""From a command to events, in the same order for every process.

Closed, exists, part, stage, guards, kernel or rule, reactions in the order of the events (growing), settle, finish.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case_events import DeadlineCleared
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, DeadlinePassed
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.model import Definition
from domain.kernel.definition.roles import require_case_role
from domain.kernel.definition.rows import CommandSpec, S
from domain.kernel.definition.stages import stage_of
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import handle
from domain.kernel.money_events import release_rest
from domain.kernel.value import Value

Decide = Callable[[S, Command, Value, Facts], Sequence[Event]]


def decision_of(
    definition: Definition[S], allowed: Mapping[str, tuple[StrEnum, ...]], evolve: Callable[[S, Event], S]
) -> Decide[S]:
    """The function that decides on commands of the process. It raises Refused."""
    rows = {row.name: row for row in definition.rows}
    reactions: dict[type[Event], list[Callable[[DecisionContext[S], Any], None]]] = {}
    for reaction in (reaction for piece in definition.pieces for reaction in piece.on):
        reactions.setdefault(reaction.event, []).append(reaction.rule)
    deadlines = {kind: rule for piece in definition.pieces for kind, rule in piece.deadlines.items()}
    guards = [guard for piece in definition.pieces for guard in piece.guards]

    def decide(state: S, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
        ctx: DecisionContext[S] = DecisionContext(state, command, facts, evolve=evolve, case=lambda now: now.case)
        row = rows.get(command.name)
        _refuse_early_or_late(ctx, payload, opens=row is not None and row.opens)
        require_case_role(definition, ctx, allowed)
        if row is not None:
            _refuse_stage(definition, ctx, row)
        for guard in guards:
            if isinstance(payload, guard.payload):
                guard.rule(ctx, payload)
        if row is not None and row.by_system:
            row.rule(ctx, payload)
        elif not handle(ctx, payload):
            (row.rule if row else _due(deadlines))(ctx, payload)
        for event in _growing(ctx):
            for rule in reactions.get(type(event), ()):
                if ctx.case.closed is None:
                    rule(ctx, event)
        for piece in definition.pieces:
            if ctx.case.closed is None:
                piece.settle(ctx)
        if ctx.case.closed is not None and state.case.closed is None:
            for piece in definition.pieces:
                piece.finish(ctx)
            if not definition.keeps_money(ctx.state):
                release_rest(ctx)
        return ctx.events

    return decide


def _refuse_early_or_late(ctx: DecisionContext[Any], payload: Value, *, opens: bool) -> None:
    """Raises Refused `withdrawn`, `finished`, `already-started`, `no-such-case`."""
    if not isinstance(payload, AddComment):
        refuse_closed(ctx.case)
    if opens and ctx.case.requester is not None:
        raise Refused("already-started", "The case {case} was opened before; choose another id.", case=ctx.case.id)
    if not opens and ctx.case.requester is None:
        raise Refused("no-such-case", "There is no case {case}.", case=ctx.case.id)


def _refuse_stage(definition: Definition[S], ctx: DecisionContext[S], row: CommandSpec[S, Any]) -> None:
    """Raises Refused `not-now`. A hold is answered by the kernel, which names it; what the system says passes it."""
    if row.when is None or ctx.case.hold is not None:
        return
    stage = stage_of(definition, ctx.state)
    if stage not in row.when:
        raise Refused(
            "not-now",
            "{command} is possible only while the case is {when}; it is {stage}.",
            command=row.name,
            when=", ".join(sorted(row.when)),
            stage=stage,
        )


def _due(
    deadlines: Mapping[str, Callable[[DecisionContext[S], DeadlinePassed], None]],
) -> Callable[[DecisionContext[S], Any], None]:
    """The rule for a deadline of the process. Raises Refused `deadline-gone`, `too-early`."""

    def rule(ctx: DecisionContext[S], payload: Value) -> None:
        kind, key = (payload.kind, payload.key) if isinstance(payload, DeadlinePassed) else ("", "")
        due = next((one for one in ctx.case.deadlines if (one.kind, one.key) == (kind, key)), None)
        if due is None or kind not in deadlines or not isinstance(payload, DeadlinePassed):
            raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=kind)
        if ctx.facts.now < due.at:
            raise Refused("too-early", "{key} is due at {at}, not yet.", key=due.key, at=due.at.isoformat())
        ctx.add(DeadlineCleared(kind=kind, key=key))
        deadlines[kind](ctx, payload)

    return rule


def _growing(ctx: DecisionContext[Any]) -> Iterator[Event]:
    """The events as they come: what follows from one may have something that follows from it."""
    index = 0
    while index < len(ctx.events) and ctx.case.closed is None:
        yield ctx.events[index]
        index += 1
