"""From a definition to the `Process` that loop, store, read models, pages, forms and command line know."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from domain.kernel.budget_control import stop_queries
from domain.kernel.cases.case import Case
from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.command import Command
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.checks import refuse_broken
from domain.kernel.definition.decision import decision_of
from domain.kernel.definition.model import Definition
from domain.kernel.definition.opening import Opened, Retitled, with_header
from domain.kernel.definition.roles import parts_held, people_by_word, words_of
from domain.kernel.definition.rows import S
from domain.kernel.definition.stages import stage_of, steps_of, transitions_of
from domain.kernel.effects import Claim, ClaimQuery, Effect, Release
from domain.kernel.events import Event, Registry
from domain.kernel.facts import Facts
from domain.kernel.handle import case_effects, evolve_case
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import (
    HoldingsReleased,
    MoneyState,
    held_keys,
    holding_claims,
    transfers_of,
    with_holdings,
)
from domain.kernel.process import Process, Wording
from domain.kernel.routing.route import PreviewStep
from domain.kernel.showing.confidential import Confidential
from domain.kernel.showing.form_hints import Choices, FormHints, Shown
from domain.kernel.value import Value
from domain.organisation.policy_needs import Needs

Evolve = Callable[[S, Event], S]


def process_of(definition: Definition[S]) -> Process[S]:
    """The process that `definition` defines. Raises DefinitionError in one sentence if it cannot work."""
    refuse_broken(definition)
    allowed = {**{row.name: row.by for row in definition.rows}, **definition.kernel_parts}
    evolve = _evolve(definition)
    return Process(
        name=definition.name,
        workflow=definition.name.title().replace("_", ""),
        start=frozenset(row.name for row in definition.rows if row.opens),
        commands={**{row.name: row.payload for row in definition.rows}, **KERNEL_COMMANDS},
        events=Registry((*definition.kinds, *_money_events(definition), *KERNEL_EVENTS)),
        initial=lambda case: definition.state(case=Case(id=case, process=definition.name)),
        decide=decision_of(definition, allowed, evolve),
        evolve=evolve,
        is_terminal=lambda state: state.case.closed is not None,
        case=lambda state: state.case,
        stage=lambda state: stage_of(definition, state),
        effects=_effects(definition),
        allowed=allowed,
        claims=_claims(definition),
        needs=_needs(definition),
        transfers=lambda _before, event, _after: transfers_of(event),
        visible=definition.visible,
        may_see=definition.may_see,
        preview=_preview(definition),
        policy_needs=_policy_needs(definition),
        confidential=_confidential(definition),
        asking=_asking(definition, evolve),
        remarks=definition.remarks,
        overview=definition.overview,
        summary=definition.summary,
        milestones=definition.milestones,
        reports={report.name: report for report in definition.reports},
        figures=definition.figures,
        transitions=transitions_of(definition),
        steps=steps_of(definition),
        wording={row.name: Wording(row.label, row.help) for row in definition.rows},
        registers=definition.registers,
        reads_recorded=definition.reads_recorded,
        possible_in={row.name: tuple(sorted(row.when)) for row in definition.rows if row.when is not None},
        system_only=frozenset(row.name for row in definition.rows if row.by_system),
    )


def _money_events(definition: Definition[S]) -> tuple[type[Event], ...]:
    return (HoldingsReleased,) if issubclass(definition.state, MoneyState) and definition.holds_money else ()


def _evolve(definition: Definition[S]) -> Evolve[S]:
    """The fold. Total: every event that was ever recorded folds, whatever the rules are today."""
    kernel = frozenset(KERNEL_EVENTS)
    folds: dict[type[Event], list[Evolve[S]]] = {}
    for piece in definition.pieces:
        for kind in dict.fromkeys((*piece.events, *piece.folds)):
            folds.setdefault(kind, []).append(piece.evolve)

    def evolve(state: S, event: Event) -> S:
        case, kind = state.case, type(event)
        if kind in kernel:
            case = evolve_case(case, event)
        elif isinstance(event, Opened | Retitled):
            case = with_header(case, event)
        if case is not state.case:
            state = state.model_copy(update={"case": case})
        for fold in folds.get(kind, ()):
            state = fold(state, event)
        return with_holdings(state, event)

    return evolve


def _effects(definition: Definition[S]) -> Callable[[S, Event, S], Sequence[Effect]]:
    def effects(before: S, event: Event, after: S) -> list[Effect]:
        own = [effect for piece in definition.pieces for effect in piece.effects(before, event, after)]
        return [*case_effects(before.case, event, after.case), *own]

    return effects


def _claims(definition: Definition[S]) -> Callable[[S, Event], Sequence[Claim | Release]]:
    """Those of the pieces, and what the case holds of budget lines (BUD-11)."""
    return lambda before, event: [
        *(claim for piece in definition.pieces for claim in piece.claims(before, event)),
        *holding_claims(before, event),
    ]


def _needs(definition: Definition[S]) -> Callable[[S, Command, Value], Sequence[ClaimQuery | LinePeriod]]:
    def needs(state: S, command: Command, payload: Value) -> list[ClaimQuery | LinePeriod]:
        own = [query for piece in definition.pieces for query in piece.needs(state, command, payload)]
        asked = [*own, *held_keys(state, payload)]
        return [*asked, *stop_queries(need for need in asked if isinstance(need, LinePeriod))]

    return needs


def _preview(definition: Definition[S]) -> Callable[[Value, Facts, str], Sequence[PreviewStep]]:
    """The process's own, else that of the first shared part that has one."""
    own = next((piece.preview for piece in (definition, *definition.includes) if piece.preview is not None), None)
    return partial(own, definition.name) if own is not None else lambda _payload, _facts, _requester: ()


def _policy_needs(definition: Definition[S]) -> Needs:
    seen = {route: fields for piece in definition.pieces for route, fields in piece.routes.items()}
    return Needs(
        routes=frozenset(seen),
        seen=seen,
        defaults={name: value for piece in definition.pieces for name, value in piece.parameters.items()},
        parts=words_of(definition),
        confidential=frozenset(_fields(definition)),
    )


def _fields(definition: Definition[S]) -> Mapping[str, tuple[str, ...]]:
    return {name: keys for piece in definition.pieces for name, keys in piece.fields.items()}


def _confidential(definition: Definition[S]) -> Confidential:
    return Confidential(
        fields=_fields(definition),
        words=words_of(definition),
        parts=lambda state: people_by_word(definition, state),
        default=definition.default,
        always=definition.always,
        tasks={kind: paths for piece in definition.pieces for kind, paths in piece.tasks.items()},
        apart=definition.apart,
    )


def _asking(definition: Definition[S], evolve: Evolve[S]) -> FormHints:
    """What forms and buttons know of the process beyond the models of its commands."""
    pieces = (definition, *definition.includes)

    def choices(shown: Shown) -> Choices:
        found: dict[str, dict[str, str]] = {}
        for piece in definition.pieces:
            for kind, values in piece.choices(shown).items():
                found.setdefault(kind, {}).update(values)
        return found

    def present(shown: Shown, command: str, given: Shown) -> Shown:
        return next((values for piece in pieces if (values := piece.present(shown, command, given))), {})

    def offered(state: Any, person: str, facts: Facts) -> frozenset[str]:
        return frozenset(_offered(definition, state, person, facts, evolve))

    return FormHints(
        choices=choices,
        present=present,
        offered=offered,
        why=tuple(name for piece in pieces for name in piece.why),
        fills_in=definition.fills_in,
        first=definition.first,
    )


def _offered(definition: Definition[S], state: S, person: str, facts: Facts, evolve: Evolve[S]) -> list[str]:
    case, stage = state.case, stage_of(definition, state)
    asks = Command(case=case.id, process=case.process, name="comment", actor=person, channel="web")
    ctx: DecisionContext[S] = DecisionContext(state, asks, facts, evolve=evolve, case=lambda now: now.case)
    return [
        row.name
        for row in definition.rows
        if not (row.opens or row.by_system)
        and (row.when is None or stage in row.when)
        and not parts_held(definition, ctx, row.name).isdisjoint(row.by)
        and row.offered(state, person)
    ]
