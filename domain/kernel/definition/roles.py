"""Which parts an actor has in a case: the kernel's, and the roles of the process."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from domain.kernel.command import SYSTEM
from domain.kernel.definition.model import Definition
from domain.kernel.definition.rows import CaseRole, S
from domain.kernel.errors import Refused
from domain.kernel.routing.acting import may_act, refuse_left
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.parts import Part, parts_of, word
from domain.kernel.tape import Tape


def require_part(definition: Definition[S], tape: Tape[S], allowed: Mapping[str, tuple[StrEnum, ...]]) -> None:
    """Raises Refused `not-your-role`; `not-employed` for those who left, unless they have a role from outside."""
    name, actor = tape.command.name, tape.command.actor
    if not any(role.part in allowed.get(name, ()) for role in _held(definition, tape) if role.outside):
        refuse_left(tape)
    if name in allowed and not parts_held(definition, tape, name) & set(allowed[name]):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=name,
            roles=", ".join(allowed[name]),
        )


def parts_held(definition: Definition[S], tape: Tape[S], command: str) -> frozenset[StrEnum]:
    """The parts of the command's actor, today. Part.ASSIGNEE is for an open task that `command` does."""
    if tape.command.actor == SYSTEM:
        return frozenset({Part.SYSTEM})
    found: set[StrEnum] = {*parts_of(tape), *(role.part for role in _held(definition, tape))}
    if any(task.command == command and may_act(tape, task) for task in tape.case.tasks.values()):
        found.add(Part.ASSIGNEE)
    if Part.OPERATIONS in found or _is_above(tape):
        found.add(Part.OVERSEER)
    return frozenset(found)


def people_by_word(definition: Definition[S], state: S) -> dict[str, Iterable[str]]:
    """The people of the process's roles, by the word that a policy writes (KRN-43)."""
    return {word(role.part): tuple(role.people(state)) for role in definition.roles}


def _held(definition: Definition[S], tape: Tape[S]) -> list[CaseRole[S]]:
    actor, state, facts = tape.command.actor, tape.state, tape.facts
    return [role for role in definition.roles if actor in {*role.people(state), *role.holders(state, facts)}]


def _is_above(tape: Tape[Any]) -> bool:
    responsible = tape.case.responsible
    if responsible is None:
        return False
    line = tape.facts.organisation.line_above(responsible, today_of(tape.facts, responsible))
    return tape.command.actor in line
