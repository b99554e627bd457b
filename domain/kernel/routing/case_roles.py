"""Who has which part in a case, as far as the kernel knows; a process says in one table who may give its commands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.command import SYSTEM
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import may_act, refuse_left
from domain.kernel.routing.eligibility import OPERATIONS, today_of


class CaseRole(StrEnum):
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


INVOLVED = (CaseRole.REQUESTER, CaseRole.SUBJECT, CaseRole.ASKED, CaseRole.DECIDER)

KERNEL_ROLES: Mapping[str, tuple[CaseRole, ...]] = {
    "comment": INVOLVED,
    "attach": INVOLVED,
    "retry": (CaseRole.OPERATIONS, CaseRole.SYSTEM),
    "deadline": (CaseRole.SYSTEM,),
}
"""The kernel's commands that it leaves to the process; for all others it checks the task, the requester or the line."""


BY_KERNEL: Mapping[str, tuple[CaseRole, ...]] = {
    "decide": (CaseRole.ASSIGNEE,),
    "claim": (CaseRole.ASSIGNEE,),
    "release": (CaseRole.ASSIGNEE, CaseRole.MANAGER, CaseRole.SYSTEM),
    "reassign": (CaseRole.ASSIGNEE, CaseRole.MANAGER, CaseRole.SYSTEM),
    "add-approver": (CaseRole.ASSIGNEE,),
    "ask-information": (CaseRole.ASSIGNEE,),
    "give-information": (CaseRole.ASSIGNEE,),
    "meet-condition": (CaseRole.ASSIGNEE,),
    "waive-condition": (CaseRole.DECIDER,),
    "override": (CaseRole.PRIVILEGED,),
    "review-override": (CaseRole.ASSIGNEE,),
    "withdraw": (CaseRole.REQUESTER,),
    "hold": (CaseRole.REQUESTER, CaseRole.OVERSEER, CaseRole.ASKED, CaseRole.SYSTEM),
    "resume": (CaseRole.REQUESTER, CaseRole.OVERSEER, CaseRole.ASKED, CaseRole.SYSTEM),
    "hand-over": (CaseRole.OVERSEER, CaseRole.SYSTEM),
}
"""What the kernel checks by itself in every process: by the task, by the requester, or by the line above them."""


def require_case_role(ctx: DecisionContext[Any], allowed: Mapping[str, tuple[CaseRole, ...]]) -> None:
    """Raises Refused `not-your-role` if a command of the table is given by somebody without a part that may.

    Whoever left has no part in anything any more: `not-employed`.
    """
    refuse_left(ctx)
    name, actor = ctx.command.name, ctx.command.actor
    if name in allowed and not case_roles_of(ctx) & set(allowed[name]):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=name,
            roles=", ".join(allowed[name]),
        )


def case_roles_of(ctx: DecisionContext[Any]) -> frozenset[CaseRole]:
    """The parts of the command's actor, today."""
    case, organisation, actor = ctx.case, ctx.facts.organisation, ctx.command.actor
    if actor == SYSTEM:
        return frozenset({CaseRole.SYSTEM})
    day = today_of(ctx.facts, actor)
    known = people_in(case)
    held = {
        CaseRole.EMPLOYEE: organisation.works_here(actor, day),
        CaseRole.REQUESTER: actor in known[CaseRole.REQUESTER],
        CaseRole.SUBJECT: actor in known[CaseRole.SUBJECT],
        CaseRole.ASKED: any(may_act(ctx, task) for task in case.tasks.values()),
        CaseRole.DECIDER: actor in known[CaseRole.DECIDER],
        CaseRole.OPERATIONS: actor in organisation.holders(OPERATIONS, case.unit, day),
    }
    return frozenset(part for part, holds in held.items() if holds)


def people_in(case: Case) -> dict[CaseRole, frozenset[str]]:
    """Who has the parts that the case itself knows."""
    decisions = [decision for review in case.reviews.values() for decision in review.decisions]
    deciders = {who for decision in decisions for who in (decision.actor, decision.on_behalf_of) if who}
    return {
        CaseRole.REQUESTER: frozenset({case.responsible} if case.responsible else ()),
        CaseRole.SUBJECT: frozenset(case.subjects),
        CaseRole.ASKED: frozenset(person for task in case.tasks.values() for person in task.people),
        CaseRole.DECIDER: frozenset(deciders),
    }


def word(part: StrEnum) -> str:
    """A part as a policy writes it: `hiring-manager`."""
    return part.name.lower().replace("_", "-")
