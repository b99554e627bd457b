"""Who somebody is in a situation, in the words of the table of who may what; told without the rules."""

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from domain.kernel.command import SYSTEM
from domain.kernel.routing.case_roles import CaseRole
from domain.organisation.model import Organisation
from domain.people.hiring.roles import Role
from domain.people.hiring.state import HiringState
from tests.adversary.matrix.situation import Situation


@cache
def held(found: Situation, actor: str, about: str | None) -> frozenset[str]:
    """The columns of the table that `actor` has here, told from the case and the organisation, not by the rules.

    `about` is the task that the command names, if it names one.
    """
    if actor == SYSTEM:
        return frozenset({CaseRole.SYSTEM})
    organisation, case, day = found.facts.organisation, found.case, found.facts.now.date()
    known = organisation.people.get(actor)
    if known is not None and not known.holds_on(day):
        return frozenset({Role.CANDIDATE}) & _of_hiring(found, actor)
    voices = {actor, *(one.principal for one in found.facts.delegations.given_to(actor))}
    asked = [task for task in case.tasks.values() if voices & set(task.people)]
    decisions = [decision for review in case.reviews.values() for decision in review.decisions]
    task = case.tasks.get(about or "")
    operations = actor in organisation.holders("operations", case.unit, day)
    over = _over(organisation, actor, (case.responsible,), day)
    columns: dict[StrEnum, bool] = {
        CaseRole.EMPLOYEE: known is not None,
        CaseRole.REQUESTER: actor == case.responsible,
        CaseRole.SUBJECT: actor in case.subjects,
        Role.HEAD: actor in organisation.holders("department-head", case.unit, day),
        CaseRole.ASKED: bool(asked),
        CaseRole.ASSIGNEE: task in asked if about else bool(asked),
        CaseRole.DECIDER: any(actor in (each.actor, each.on_behalf_of) for each in decisions),
        CaseRole.OVERSEER: operations or over,
        CaseRole.OPERATIONS: operations,
        CaseRole.MANAGER: operations or (task is not None and _over(organisation, actor, task.people, day)),
        CaseRole.PRIVILEGED: actor in organisation.holders("override", case.unit, day),
    }
    return frozenset(column for column, has in columns.items() if has) | _of_hiring(found, actor)


def _waives(found: Situation, actor: str) -> bool:
    """The head of the department, for in all these hirings somebody else hires (HIR-05)."""
    return actor in found.facts.organisation.holders("department-head", found.case.unit, found.facts.now.date())


def _over(organisation: Organisation, actor: str, people: Any, day: date) -> bool:
    return any(actor in organisation.line_above(who, day) for who in people if who in organisation.people)


def _of_hiring(found: Situation, actor: str) -> frozenset[str]:
    state = found.state
    if not isinstance(state, HiringState) or state.team is None:
        return frozenset()
    has = {
        Role.HIRING_MANAGER: actor == state.hiring_manager,
        Role.HR: actor in state.team.hr_partners,
        Role.RECRUITER: actor in state.team.runners,
        Role.WAIVER: _waives(found, actor),
        Role.INTERVIEWER: any(actor == interview.interviewer for interview in state.interviews),
        Role.CANDIDATE: any(actor in candidate.ids for candidate in state.candidates.values()),
    }
    return frozenset(role for role, holds in has.items() if holds)
