"""Who has which part in a case, as far as the kernel knows; a process says in one table who may give its commands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.kernel.routing.acting import may_act, refuse_left
from domain.kernel.routing.eligibility import OPERATIONS, today_of
from domain.kernel.tape import Tape


class Part(StrEnum):
    """A part in one case. Its value is how pages and refusals call it."""

    EMPLOYEE = "anyone who works here"
    REQUESTER = "requester"  # or whoever answers for the case since (KRN-24)
    SUBJECT = "whom it is about"
    ASKED = "who has any task in the case"
    DECIDER = "who decided in the case"
    OPERATIONS = "operations"
    SYSTEM = "the system"
    ASSIGNEE = "who has the task"
    OVERSEER = "the requester's managers, operations"
    MANAGER = "the managers of who has the task, operations"
    PRIVILEGED = "who holds the role override"


INVOLVED = (Part.REQUESTER, Part.SUBJECT, Part.ASKED, Part.DECIDER)

KERNEL_PARTS: Mapping[str, tuple[Part, ...]] = {
    "comment": INVOLVED,
    "attach": INVOLVED,
    "retry": (Part.OPERATIONS, Part.SYSTEM),
    "deadline": (Part.SYSTEM,),
}
"""The kernel's commands that it leaves to the process; for all others it checks the task, the requester or the line."""


BY_KERNEL: Mapping[str, tuple[Part, ...]] = {
    "decide": (Part.ASSIGNEE,),
    "claim": (Part.ASSIGNEE,),
    "release": (Part.ASSIGNEE, Part.MANAGER, Part.SYSTEM),
    "reassign": (Part.ASSIGNEE, Part.MANAGER, Part.SYSTEM),
    "add-approver": (Part.ASSIGNEE,),
    "ask-information": (Part.ASSIGNEE,),
    "give-information": (Part.ASSIGNEE,),
    "meet-condition": (Part.ASSIGNEE,),
    "waive-condition": (Part.DECIDER,),
    "override": (Part.PRIVILEGED,),
    "review-override": (Part.ASSIGNEE,),
    "withdraw": (Part.REQUESTER,),
    "hold": (Part.REQUESTER, Part.OVERSEER, Part.ASKED, Part.SYSTEM),
    "resume": (Part.REQUESTER, Part.OVERSEER, Part.ASKED, Part.SYSTEM),
    "hand-over": (Part.OVERSEER, Part.SYSTEM),
}
"""What the kernel checks by itself in every process: by the task, by the requester, or by the line above them."""


def require_part(tape: Tape[Any], allowed: Mapping[str, tuple[Part, ...]]) -> None:
    """Raises Refused `not-your-role` if a command of the table is given by somebody without a part that may.

    Whoever left has no part in anything any more: `not-employed`.
    """
    refuse_left(tape)
    name, actor = tape.command.name, tape.command.actor
    if name in allowed and not parts_of(tape) & set(allowed[name]):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=name,
            roles=", ".join(allowed[name]),
        )


def parts_of(tape: Tape[Any]) -> frozenset[Part]:
    """The parts of the command's actor, today."""
    case, organisation, actor = tape.case, tape.facts.organisation, tape.command.actor
    if actor == SYSTEM:
        return frozenset({Part.SYSTEM})
    day = today_of(tape.facts, actor)
    known = people_in(case)
    held = {
        Part.EMPLOYEE: organisation.works_here(actor, day),
        Part.REQUESTER: actor in known[Part.REQUESTER],
        Part.SUBJECT: actor in known[Part.SUBJECT],
        Part.ASKED: any(may_act(tape, task) for task in case.tasks.values()),
        Part.DECIDER: actor in known[Part.DECIDER],
        Part.OPERATIONS: actor in organisation.holders(OPERATIONS, case.unit, day),
    }
    return frozenset(part for part, holds in held.items() if holds)


def people_in(case: Case) -> dict[Part, frozenset[str]]:
    """Who has the parts that the case itself knows."""
    decisions = [decision for review in case.reviews.values() for decision in review.decisions]
    deciders = {who for decision in decisions for who in (decision.actor, decision.on_behalf_of) if who}
    return {
        Part.REQUESTER: frozenset({case.responsible} if case.responsible else ()),
        Part.SUBJECT: frozenset(case.subjects),
        Part.ASKED: frozenset(person for task in case.tasks.values() for person in task.people),
        Part.DECIDER: frozenset(deciders),
    }


def word(part: StrEnum) -> str:
    """A part as a policy writes it: `hiring-manager`."""
    return part.name.lower().replace("_", "-")
