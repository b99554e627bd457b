"""Which parts an actor has in a case: the kernel's, and the roles of the process."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from domain.kernel.command import SYSTEM
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.model import Definition
from domain.kernel.definition.rows import RoleSpec, S
from domain.kernel.errors import Refused
from domain.kernel.routing.case_roles import CaseRole, case_roles_of, word
from domain.kernel.routing.delegates import may_act, refuse_left
from domain.kernel.routing.eligibility import today_of


def require_case_role(
    definition: Definition[S], ctx: DecisionContext[S], allowed: Mapping[str, tuple[StrEnum, ...]]
) -> None:
    """Raises Refused `not-your-role`; `not-employed` for those who left, unless they have a role from outside."""
    name, actor = ctx.command.name, ctx.command.actor
    if not any(role.part in allowed.get(name, ()) for role in _held(definition, ctx) if role.outside):
        refuse_left(ctx)
    if name in allowed and not parts_held(definition, ctx, name) & set(allowed[name]):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=name,
            roles=", ".join(allowed[name]),
        )


def parts_held(definition: Definition[S], ctx: DecisionContext[S], command: str) -> frozenset[StrEnum]:
    """The parts of the command's actor, today. Part.ASSIGNEE is for an open task that `command` does."""
    if ctx.command.actor == SYSTEM:
        return frozenset({CaseRole.SYSTEM})
    found: set[StrEnum] = {*case_roles_of(ctx), *(role.part for role in _held(definition, ctx))}
    if any(task.command == command and may_act(ctx, task) for task in ctx.case.tasks.values()):
        found.add(CaseRole.ASSIGNEE)
    if CaseRole.OPERATIONS in found or _is_above(ctx):
        found.add(CaseRole.OVERSEER)
    return frozenset(found)


def people_by_word(definition: Definition[S], state: S) -> dict[str, Iterable[str]]:
    """The people of the process's roles, by the word that a policy writes (KRN-43)."""
    return {word(role.part): tuple(role.people(state)) for role in definition.roles if role.by_case}


def words_of(definition: Definition[Any]) -> frozenset[str]:
    """The words for parts that a policy may write. Who has one by the organisation is named by it: `role:pmo`."""
    return frozenset(word(role.part) for role in definition.roles if role.by_case)


def _held(definition: Definition[S], ctx: DecisionContext[S]) -> list[RoleSpec[S]]:
    actor, state, facts = ctx.command.actor, ctx.state, ctx.facts
    return [role for role in definition.roles if actor in {*role.people(state), *role.holders(state, facts)}]


def _is_above(ctx: DecisionContext[Any]) -> bool:
    responsible = ctx.case.responsible
    if responsible is None:
        return False
    line = ctx.facts.organisation.line_above(responsible, today_of(ctx.facts, responsible))
    return ctx.command.actor in line
