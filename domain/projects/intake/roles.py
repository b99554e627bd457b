"""The roles of a request besides the kernel's."""

from enum import StrEnum

from domain.kernel.definition import RoleSpec
from domain.kernel.facts import Facts
from domain.projects.intake.parameters import office, text
from domain.projects.intake.state import RequestState
from domain.projects.intake.turns import line_owner


class RequestRole(StrEnum):
    SPONSOR = "sponsor"
    BUSINESS_OWNER = "business owner"
    ANALYST = "analyst"
    PROJECT_MANAGER = "project manager"
    PROJECT_OFFICE = "project office"
    LINE_OWNER = "owner of the budget line"
    EMERGENCY = "who may start in an emergency"


R = RequestRole


def _one(person: str | None) -> tuple[str, ...]:
    return (person,) if person else ()


def _emergency(state: RequestState, facts: Facts) -> tuple[str, ...]:
    return facts.organisation.holders(text(facts, "role_emergency"), state.case.unit, facts.now.date())


ROLES: tuple[RoleSpec[RequestState], ...] = (
    RoleSpec(part=R.SPONSOR, people=lambda state: _one(state.wish.sponsor if state.wish else None)),
    RoleSpec(part=R.BUSINESS_OWNER, people=lambda state: _one(state.wish.business_owner if state.wish else None)),
    RoleSpec(part=R.ANALYST, people=lambda state: _one(state.analyst)),
    RoleSpec(part=R.PROJECT_MANAGER, people=lambda state: _one(state.plan.manager if state.plan else None)),
    RoleSpec(part=R.PROJECT_OFFICE, holders=lambda state, facts: office(facts, state.case.unit)),
    RoleSpec(part=R.LINE_OWNER, holders=line_owner),
    RoleSpec(part=R.EMERGENCY, holders=_emergency),
)
