"""Which commands a page offers to a person on a case. A good guess from the same roles; the decision is what counts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from application.commands.compose import INTERNAL
from application.services import Services
from application.visibility import look
from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.commands import (
    WHILE_HELD,
    AddComment,
    Attach,
    Claim,
    Hold,
    Release,
    Resume,
    Retry,
    WaiveCondition,
    Withdraw,
)
from domain.kernel.deciding.handover import may_hand_on, overseers
from domain.kernel.deciding.overriding import OVERRIDE
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.routing.delegates import may_act
from domain.kernel.value import Value

_ON_A_DECISION = ("decide", "add-approver", "ask-information")
_WHY = "?"


async def commands_for(services: Services, case: str, reader: str) -> tuple[str, ...]:
    """The names of commands that `reader` would probably be allowed to give now, the process's own first.

    Nothing for a case that they may not see. Raises Refused `no-such-case`.
    """
    seen = await look(services, case, reader)
    if not seen.sees_anything:
        return ()
    facts = await facts_of(services, seen.process.case(seen.state))
    own = seen.process.asking.offered(seen.state, reader, facts)
    inside = seen.process.case(seen.state)
    offered = (own if inside.closed is None else frozenset()) | _kernel(seen.process, seen.state, reader, facts)
    if inside.hold is not None:
        offered &= WHILE_HELD
    return tuple(name for name in seen.process.commands if name in offered - INTERNAL)


async def facts_of(services: Services, case: Case) -> Facts:
    """What a decision on this case would rest on now, without the claims of other cases."""
    records = await services.records()
    return Facts(
        now=datetime.now(UTC),
        organisation=records.organisation,
        policy=records.policies.pinned(case.policy),
        delegations=records.delegations,
        registers=records.registers,
        hops=records.policies.hops,
    )


def _kernel(process: Process[Any], state: Any, person: str, facts: Facts) -> frozenset[str]:
    """The kernel's commands, by the tasks and the parts of the person."""
    ctx = DecisionContext(
        state, _wondering(process.case(state), person), facts, evolve=process.evolve, case=process.case
    )
    if ctx.case.closed is not None:
        return frozenset({"comment"}) if _accepted(process, ctx, "comment", AddComment(text=_WHY)) else frozenset()
    said = ((name, payload) for name, payload in _sayable(ctx.case) if _accepted(process, ctx, name, payload))
    return _by_part(ctx, person) | {name for name, _ in said}


def _by_part(ctx: DecisionContext[Any], person: str) -> frozenset[str]:
    """What needs words or people that are not there yet: a guess from tasks and parts."""
    case, organisation = ctx.case, ctx.facts.organisation
    tasks = case.tasks.values()
    mine = [task for task in tasks if may_act(ctx, task)]
    decides = any(task.kind == DECIDE for task in mine)
    today = organisation.day_of(person, ctx.facts.now)
    held = {
        "hand-over": person in overseers(ctx, case.responsible or ""),
        "reassign": any(may_hand_on(ctx, task) for task in tasks),
        "override": bool(case.tasks) and person in organisation.holders(OVERRIDE, case.unit, today),
        **dict.fromkeys(_ON_A_DECISION, decides),
    }
    return frozenset(name for name, holds in held.items() if holds) | {task.command for task in mine}


def _sayable(case: Case) -> Iterator[tuple[str, Value]]:
    """Commands that can be tried as they are: nobody is chosen with them, and their words decide nothing."""
    yield "comment", AddComment(text=_WHY)
    yield "attach", Attach(name="a.txt", size=1, media_type="text/plain", sha256="0" * 64)
    yield "withdraw", Withdraw(reason=_WHY)
    yield "hold", Hold(reason=_WHY)
    yield "resume", Resume(reason=_WHY)
    yield "retry", Retry()
    for task in case.tasks:
        yield "claim", Claim(task=task)
        yield "release", Release(task=task, reason=_WHY)
        yield "waive-condition", WaiveCondition(task=task, reason=_WHY)


def _accepted(process: Process[Any], ctx: DecisionContext[Any], name: str, payload: Value) -> bool:
    """Whether the rules themselves would take it; what they would record is thrown away."""
    try:
        process.decide(ctx.state, ctx.command.model_copy(update={"name": name}), payload, ctx.facts)
    except Refused:
        return False
    return True


def _wondering(case: Case, person: str) -> Command:
    """A command that is never sent: it says who asks."""
    return Command(case=case.id, process=case.process, name="comment", actor=person, channel="web")
