"""The roles that only a hiring knows: its people by the case, and by the organisation of today."""

from enum import StrEnum

from domain.kernel.definition import RoleSpec
from domain.kernel.facts import Facts
from domain.people.hiring.lookups import holders
from domain.people.hiring.state import HiringState


class Role(StrEnum):
    """A role in one hiring. Its value is how pages and refusals call it."""

    HIRING_MANAGER = "hiring manager"
    HR = "HR partner"
    RECRUITER = "recruiter"
    HEAD = "department head"
    WAIVER = "who may waive must-haves"
    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


def own_people(state: HiringState) -> dict[Role, frozenset[str]]:
    """Who has the roles that the case itself knows."""
    team = state.team
    return {
        Role.HIRING_MANAGER: frozenset({state.hiring_manager} if team and state.hiring_manager else ()),
        Role.HR: frozenset(team.hr_partners if team else ()),
        Role.RECRUITER: frozenset(team.runners if team else ()),
        Role.INTERVIEWER: frozenset(interview.interviewer for interview in state.interviews),
        Role.CANDIDATE: frozenset(who for candidate in state.candidates.values() for who in candidate.ids),
    }


def may_waive(state: HiringState, facts: Facts) -> tuple[str, ...]:
    """Holders of the policy's role who do not hire here themselves; without any, the managers above (HIR-05)."""
    if state.requisition is None:
        return ()
    hiring = {*state.case.own, state.hiring_manager, *state.the_team.runners}
    found = holders(facts, "role_waiver", state.requisition.unit)
    above = facts.organisation.line_above(state.hiring_manager, facts.now.date())
    free = tuple(person for person in found if person not in hiring)
    return free or tuple(person for person in above if person not in hiring)


def heads(state: HiringState, facts: Facts) -> tuple[str, ...]:
    return holders(facts, "role_department_head", state.requisition.unit) if state.requisition else ()


def _known(role: Role) -> RoleSpec[HiringState]:
    return RoleSpec(part=role, people=lambda state: own_people(state)[role], outside=role is Role.CANDIDATE)


ROLES: tuple[RoleSpec[HiringState], ...] = (
    *map(_known, (Role.HIRING_MANAGER, Role.HR, Role.RECRUITER, Role.INTERVIEWER, Role.CANDIDATE)),
    RoleSpec(part=Role.HEAD, holders=heads),
    RoleSpec(part=Role.WAIVER, holders=may_waive),
)
