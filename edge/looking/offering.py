"""Which commands a page offers to a person on a case. A good guess from the same roles; the decision is what counts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.routing.acting import may_act
from domain.kernel.tape import Tape
from domain.kernel.value import Value
from edge.door import Door
from edge.sending.compose import INTERNAL
from edge.sight import look

_ON_A_DECISION = ("decide", "add-approver", "ask-information")
_WHY = "?"


async def commands_for(door: Door, case: str, reader: str) -> tuple[str, ...]:
    """The names of commands that `reader` would probably be allowed to give now, the process's own first.

    Nothing for a case that they may not see. Raises Refused `no-such-case`.
    """
    seen = await look(door, case, reader)
    if not seen.sees_anything:
        return ()
    facts = await facts_of(door, seen.process.case(seen.state))
    own = seen.process.asking.offered(seen.state, reader, facts)
    inside = seen.process.case(seen.state)
    offered = (own if inside.closed is None else frozenset()) | _kernel(seen.process, seen.state, reader, facts)
    if inside.hold is not None:
        offered &= WHILE_HELD
    return tuple(name for name in seen.process.commands if name in offered - INTERNAL)


async def facts_of(door: Door, case: Case) -> Facts:
    """What a decision on this case would rest on now, without the claims of other cases."""
    records = await door.records()
    return Facts(
        now=datetime.now(UTC),
        organisation=records.organisation,
        policy=records.policies.pinned(case.policy),
        delegations=records.delegations,
        hops=records.policies.hops,
    )


def _kernel(process: Process[Any], state: Any, person: str, facts: Facts) -> frozenset[str]:
    """The kernel's commands, by the tasks and the parts of the person."""
    tape = Tape(state, _wondering(process.case(state), person), facts, evolve=process.evolve, case=process.case)
    if tape.case.closed is not None:
        return frozenset({"comment"}) if _accepted(process, tape, "comment", AddComment(text=_WHY)) else frozenset()
    said = ((name, payload) for name, payload in _sayable(tape.case) if _accepted(process, tape, name, payload))
    return _by_part(tape, person) | {name for name, _ in said}


def _by_part(tape: Tape[Any], person: str) -> frozenset[str]:
    """What needs words or people that are not there yet: a guess from tasks and parts."""
    case, organisation = tape.case, tape.facts.organisation
    tasks = case.tasks.values()
    mine = [task for task in tasks if may_act(tape, task)]
    decides = any(task.kind == DECIDE for task in mine)
    today = organisation.day_of(person, tape.facts.now)
    held = {
        "hand-over": person in overseers(tape, case.responsible or ""),
        "reassign": any(may_hand_on(tape, task) for task in tasks),
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


def _accepted(process: Process[Any], tape: Tape[Any], name: str, payload: Value) -> bool:
    """Whether the rules themselves would take it; what they would record is thrown away."""
    try:
        process.decide(tape.state, tape.command.model_copy(update={"name": name}), payload, tape.facts)
    except Refused:
        return False
    return True


def _wondering(case: Case, person: str) -> Command:
    """A command that is never sent: it says who asks."""
    return Command(case=case.id, process=case.process, name="comment", actor=person, channel="web")
