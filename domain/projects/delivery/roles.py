"""The roles of a project."""

from enum import StrEnum

from domain.kernel.definition import RoleSpec
from domain.kernel.facts import Facts
from domain.projects.delivery.rules.context import SETTINGS, holders
from domain.projects.delivery.state import ProjectState


class Role(StrEnum):
    MANAGER = "project manager"
    DELEGATOR = "who delegated the project"
    SPONSOR = "sponsor"
    BUSINESS_OWNER = "business owner"
    PMO = "project office"
    HEAD = "head of a department"


def _office(state: ProjectState, facts: Facts) -> tuple[str, ...]:
    return _holders(state, facts, "role_pmo")


def _heads(state: ProjectState, facts: Facts) -> tuple[str, ...]:
    return _holders(state, facts, "role_senior_manager")


def _holders(state: ProjectState, facts: Facts, parameter: str) -> tuple[str, ...]:
    """Those for the unit of the project; before there is one, of any unit: the rule looks at the unit then."""
    if state.charter is not None:
        return holders(facts, parameter, state.charter.unit)
    name, organisation = SETTINGS.text(facts, parameter), facts.organisation
    units = {one.unit for one in organisation.roles if one.role == name}
    return tuple({person for unit in units for person in holders(facts, parameter, unit)})


ROLES = (
    RoleSpec[ProjectState](part=Role.MANAGER, people=lambda state: (state.manager,) if state.charter else ()),
    RoleSpec[ProjectState](
        part=Role.DELEGATOR, people=lambda state: (state.charter.delegator,) if state.charter else ()
    ),
    RoleSpec[ProjectState](part=Role.SPONSOR, people=lambda state: (state.charter.sponsor,) if state.charter else ()),
    RoleSpec[ProjectState](
        part=Role.BUSINESS_OWNER, people=lambda state: (state.charter.business_owner,) if state.charter else ()
    ),
    RoleSpec[ProjectState](part=Role.PMO, holders=_office),
    RoleSpec[ProjectState](part=Role.HEAD, holders=_heads),
)
