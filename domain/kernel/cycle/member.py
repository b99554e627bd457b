"""A child of a cycle: it says when it is through, and the last one of its unit tells the parent, exactly once.

Each child that passes a gate claims so. Decisions that may pass one are made one after another for each unit, by a lock
on the claims' key; so exactly one of them sees that all others have passed, however many come at the same instant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.kernel.command import Command
from domain.kernel.commands import AddComment, Attach
from domain.kernel.cycle.spec import CLAIM, CycleJoined, CycleLink, GatePassed, Membership
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, Component
from domain.kernel.effects import Claim, ClaimQuery, Effect, TellCase
from domain.kernel.events import Event
from domain.kernel.value import Value


@dataclass(frozen=True, kw_only=True)
class MemberSpec:
    """`gates` are those of the cycle; `name` is the field of the child's state."""

    gates: tuple[str, ...] = ("done",)
    name: str = "cycle"

    def of(self, state: CaseState) -> Membership:
        found = getattr(state, self.name)
        assert isinstance(found, Membership)
        return found


def member(spec: MemberSpec) -> Component[Any]:
    """The component of a child. Its opening rule calls `join`, others `pass_gate`; closing passes what is left."""

    def finish(ctx: DecisionContext[Any]) -> None:
        for gate in spec.gates:
            pass_gate(spec, ctx, gate)

    return Component(
        events=(CycleJoined, GatePassed),
        evolve=_evolve(spec),
        claims=_claims(spec),
        needs=_needs(spec),
        effects=_effects(spec),
        finish=finish,
        problems=lambda state: _problems(spec, state),
    )


def join(ctx: DecisionContext[Any], link: CycleLink) -> None:
    """The case belongs to a cycle."""
    ctx.add(CycleJoined(cycle=link.cycle, link=link))


def pass_gate(spec: MemberSpec, ctx: DecisionContext[Any], gate: str) -> None:
    """Records that the child is through. Nothing if it was already, or belongs to no cycle."""
    known = spec.of(ctx.state)
    if known.link is None or gate in known.passed:
        return
    key = known.link.claim_key(gate)
    others = {
        held.stream
        for held in ctx.facts.claims
        if (held.claim.kind, held.claim.key) == (CLAIM, key) and held.stream != ctx.case.id
    }
    ctx.add(GatePassed(gate=gate, last=len(others) + 1 == known.link.size, at=ctx.facts.now))


def _evolve(spec: MemberSpec) -> Callable[[CaseState, Event], CaseState]:
    def evolve(state: CaseState, event: Event) -> CaseState:
        known = spec.of(state)
        match event:
            case CycleJoined(link=link):
                known = Membership(link=link)
            case GatePassed(gate=gate):
                known = known.model_copy(update={"passed": (*known.passed, gate)})
        return state.model_copy(update={spec.name: known})

    return evolve


def _claims(spec: MemberSpec) -> Callable[[CaseState, Event], Sequence[Claim]]:
    def claims(before: CaseState, event: Event) -> Sequence[Claim]:
        link = spec.of(before).link
        return [Claim(kind=CLAIM, key=link.claim_key(event.gate))] if isinstance(event, GatePassed) and link else []

    return claims


def _needs(spec: MemberSpec) -> Callable[[CaseState, Command, Value], Sequence[ClaimQuery]]:
    def needs(state: CaseState, _command: Command, payload: Value) -> Sequence[ClaimQuery]:
        known = spec.of(state)
        link = known.link or getattr(payload, "cycle", None)
        if not isinstance(link, CycleLink) or isinstance(payload, AddComment | Attach):
            return []
        gates = [gate for gate in spec.gates if gate not in known.passed]
        return [ClaimQuery(kind=CLAIM, key=link.claim_key(gate), lock=True) for gate in gates]

    return needs


def _effects(spec: MemberSpec) -> Callable[[CaseState, Event, CaseState], Sequence[Effect]]:
    def effects(before: CaseState, event: Event, _after: CaseState) -> Sequence[Effect]:
        link = spec.of(before).link
        if link is None or not isinstance(event, GatePassed) or not event.last:
            return []
        said = {"unit": link.unit, "gate": event.gate}
        return [TellCase(case=link.cycle, process=link.process, command="note-unit-passed", payload=said)]

    return effects


def _problems(spec: MemberSpec, state: type[CaseState]) -> Sequence[str]:
    info = state.model_fields.get(spec.name)
    if info is None or info.annotation is not Membership:
        return [f"the state {state.__name__} has no field {spec.name} for its cycle"]
    return []
