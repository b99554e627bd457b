"""Which commands a page offers to a person on a case. A good guess from the same roles; the decision is what counts."""

from datetime import UTC, datetime
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.deciding.tasks import ANSWER, DECIDE
from domain.kernel.facts import Facts
from domain.kernel.process import Process
from domain.kernel.routing.acting import may_act
from domain.kernel.routing.eligibility import OPERATIONS
from domain.kernel.routing.parts import INVOLVED, parts_of
from domain.kernel.tape import Tape
from edge.compose import INTERNAL
from edge.door import Door
from edge.sight import look

_ON_A_DECISION = frozenset({"decide", "reassign", "add-approver", "ask-information", "override"})
_WHILE_HELD = frozenset({"attach", "comment", "resume", "withdraw"})


async def commands_for(door: Door, case: str, reader: str) -> tuple[str, ...]:
    """The names of commands that `reader` would probably be allowed to give now, the process's own first.

    Nothing for a case that they may not see. Raises Refused `no-such-case`.
    """
    seen = await look(door, case, reader)
    if not seen.sees_case:
        return ()
    facts = await facts_of(door, seen.process.case(seen.state))
    own = seen.process.asking.offered(seen.state, reader, facts)
    inside = seen.process.case(seen.state)
    offered = (own if inside.closed is None else frozenset()) | _kernel(seen.process, seen.state, reader, facts)
    if inside.hold is not None:
        offered &= _WHILE_HELD
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
    case = process.case(state)
    tape = Tape(state, _wondering(case, person), facts, evolve=process.evolve, case=process.case)
    parts = parts_of(tape)
    if case.closed is not None:
        return frozenset({"comment"}) if parts & set(INVOLVED) else frozenset()
    mine = [task for task in case.tasks.values() if may_act(tape, task)]
    kinds = {task.kind for task in mine}
    organisation, today = facts.organisation, facts.organisation.day_of(person, facts.now)
    leads = case.responsible in organisation.people and organisation.reports_to(str(case.responsible), person, today)
    operates = person in organisation.holders(OPERATIONS, case.unit, today)
    shared = [task for task in mine if len(task.people) > 1 and task.claimed_by is None]
    held = {
        "comment": bool(parts & set(INVOLVED)),
        "attach": bool(parts & set(INVOLVED)),
        "withdraw": person == case.responsible,
        "hold": (person == case.responsible or leads or operates or bool(mine)) and case.hold is None,
        "resume": (person == case.responsible or leads or operates or bool(mine)) and case.hold is not None,
        "hand-over": leads or operates,
        "retry": operates and bool(case.stuck),
        "claim": bool(shared),
        "release": any(task.claimed_by == person for task in mine),
        "give-information": ANSWER in kinds,
        **dict.fromkeys(_ON_A_DECISION - {"override"}, DECIDE in kinds),
        "override": bool(case.tasks) and person in organisation.holders("override", case.unit, today),
    }
    return frozenset(name for name, holds in held.items() if holds) | {task.command for task in mine}


def _wondering(case: Case, person: str) -> Command:
    """A command that is never sent: it says who asks."""
    return Command(case=case.id, process=case.process, name="comment", actor=person, channel="web")
