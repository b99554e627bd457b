"""Who may give which command: one table, by the roles that a person has in the case."""

from enum import StrEnum

from domain.kernel.command import SYSTEM
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.case_roles import CaseRole, people_in
from domain.kernel.routing.delegates import may_act, refuse_left
from domain.people.hiring.lookups import Wire, holders
from domain.people.hiring.state import HiringState


class Role(StrEnum):
    """A role in one case. Its value is how the page and refusals call it."""

    EMPLOYEE = "anyone who works here"
    REQUESTER = "requester"  # or whoever answers for the case since (KRN-24)
    HIRING_MANAGER = "hiring manager"
    HR = "HR partner"
    RECRUITER = "recruiter"
    HEAD = "department head"
    WAIVER = "who may waive must-haves"
    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"
    ASSIGNEE = "who has the task"
    ASKED = "who has any task in the case"
    DECIDER = "who decided in the case"
    OVERSEER = "the requester's managers, operations"
    MANAGER = "the managers of who has the task, operations"
    PRIVILEGED = "who holds the role override"
    SYSTEM = "the system"


_ASKERS = (Role.REQUESTER, Role.HIRING_MANAGER)
_TEAM = (Role.RECRUITER, Role.HR, Role.HIRING_MANAGER)

ALLOWED: dict[str, tuple[Role, ...]] = {
    "raise-requisition": (Role.EMPLOYEE,),
    "submit-requisition": _ASKERS,
    "amend-requisition": (*_ASKERS, Role.HR),
    "resubmit-requisition": _ASKERS,
    "add-candidate": _TEAM,
    "declare-relationship": (*_TEAM, Role.INTERVIEWER, Role.CANDIDATE),
    "assess-candidate": (*_TEAM, Role.INTERVIEWER),
    "waive-requirement": (Role.WAIVER,),
    "screen-candidate": _TEAM,
    "assign-interviewer": _TEAM,
    "submit-scorecard": (Role.INTERVIEWER,),
    "rank-candidates": _TEAM,
    "submit-offer": _TEAM,
    "resubmit-offer": (*_TEAM, Role.REQUESTER),
    "extend-offer": (Role.RECRUITER, Role.HR, Role.ASSIGNEE),
    "answer-offer": (Role.CANDIDATE,),
    "rescind-offer": _TEAM,
    "step-back": (Role.CANDIDATE, *_TEAM),
    "answer-backfill": (Role.ASSIGNEE,),
    "record-check": (Role.RECRUITER, Role.HR, Role.ASSIGNEE),
    "complete-task": (Role.ASSIGNEE,),
    "decide-probation": (Role.HIRING_MANAGER, Role.ASSIGNEE),
    "freeze": (Role.HEAD, Role.HR),
    "unfreeze": (Role.HEAD, Role.HR),
    "decide-frozen-offer": (Role.HIRING_MANAGER, Role.HR, Role.ASSIGNEE),
    "cancel-requisition": (*_ASKERS, Role.HR, Role.HEAD),
    "note-candidate-wanted": (Role.SYSTEM,),
    "move-commitment": (Role.SYSTEM,),
    "decide": (Role.ASSIGNEE,),
    "claim": (Role.ASSIGNEE,),
    "release": (Role.ASSIGNEE, Role.MANAGER, Role.SYSTEM),
    "reassign": (Role.ASSIGNEE, Role.MANAGER, Role.SYSTEM),
    "add-approver": (Role.ASSIGNEE,),
    "ask-information": (Role.ASSIGNEE,),
    "give-information": (Role.ASSIGNEE,),
    "meet-condition": (Role.ASSIGNEE,),
    "waive-condition": (Role.DECIDER,),
    "override": (Role.PRIVILEGED,),
    "review-override": (Role.ASSIGNEE,),
    "attach": (*_ASKERS, Role.HR, Role.RECRUITER, Role.HEAD, Role.INTERVIEWER, Role.ASKED, Role.DECIDER),
    "comment": (*_ASKERS, Role.HR, Role.RECRUITER, Role.HEAD, Role.INTERVIEWER, Role.ASKED, Role.DECIDER),
    "withdraw": (Role.REQUESTER,),
    "hold": (Role.REQUESTER, Role.OVERSEER, Role.ASKED, Role.SYSTEM),
    "resume": (Role.REQUESTER, Role.OVERSEER, Role.ASKED, Role.SYSTEM),
    "hand-over": (Role.OVERSEER, Role.SYSTEM),
    "retry": (Role.OVERSEER, Role.HR, Role.SYSTEM),
    "deadline": (Role.SYSTEM,),
}

KERNEL_CHECKS = frozenset(KERNEL_COMMANDS) - {"comment", "attach", "retry", "deadline"} | {"complete-task"}
"""Commands whose rule is finer than a role: the kernel checks the task, the requester, or the line above them."""


def require_role(ctx: Wire) -> None:
    """Raises Refused `not-your-role`; `not-employed` for whoever left, unless they are a candidate here."""
    command, actor = ctx.command.name, ctx.command.actor
    if not (ctx.state.candidate_of(actor) and Role.CANDIDATE in ALLOWED[command]):
        refuse_left(ctx)
    if command in KERNEL_CHECKS:
        return
    allowed = ALLOWED[command]
    held = roles_of(ctx.state, actor, ctx.facts) | _by_task(ctx, command)
    if not held & set(allowed):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=command,
            roles=", ".join(allowed),
        )


def _by_task(ctx: Wire, command: str) -> frozenset[Role]:
    """Whoever was asked for this very thing, or to whom it escalated, may do it; or who stands in for them (KRN-20)."""
    asked = [task.command for task in ctx.case.tasks.values() if may_act(ctx, task)]
    return frozenset({Role.ASKED} if asked else ()) | ({Role.ASSIGNEE} if command in asked else set())


def roles_of(state: HiringState, actor: str, facts: Facts) -> frozenset[Role]:
    """The roles of `actor` in this case, today."""
    if actor == SYSTEM:
        return frozenset({Role.SYSTEM})
    found = roles_in(state, actor)
    day = facts.now.date()
    if actor in facts.organisation.people and facts.organisation.works_here(actor, day):
        found |= {Role.EMPLOYEE}
    if actor in facts.organisation.holders("operations", state.case.unit, day) or _manages(state, actor, facts):
        found |= {Role.OVERSEER}
    if state.requisition and actor in holders(facts, "role_department_head", state.requisition.unit):
        found |= {Role.HEAD}
    if state.requisition and actor in may_waive(state, facts):
        found |= {Role.WAIVER}
    return found


def may_waive(state: HiringState, facts: Facts) -> tuple[str, ...]:
    """Holders of the policy's role who do not hire here themselves; without any, the managers above (HIR-05)."""
    hiring = {*state.case.own, state.hiring_manager, *state.the_team.runners}
    found = holders(facts, "role_waiver", state.the_requisition.unit)
    above = facts.organisation.line_above(state.hiring_manager, facts.now.date())
    free = tuple(person for person in found if person not in hiring)
    return free or tuple(person for person in above if person not in hiring)


def _manages(state: HiringState, actor: str, facts: Facts) -> bool:
    responsible = state.case.responsible
    return responsible is not None and actor in facts.organisation.line_above(responsible, facts.now.date())


def roles_in(state: HiringState, actor: str) -> frozenset[Role]:
    """The roles that the case itself knows."""
    known = people_in(state.case)
    held = {
        Role.REQUESTER: known[CaseRole.REQUESTER],
        Role.ASKED: known[CaseRole.ASKED],
        Role.DECIDER: known[CaseRole.DECIDER],
        **own_people(state),
    }
    return frozenset(role for role, people in held.items() if actor in people)


def own_people(state: HiringState) -> dict[Role, frozenset[str]]:
    """Who has the roles that only a hiring knows."""
    team = state.team
    return {
        Role.HIRING_MANAGER: frozenset({state.hiring_manager} if team and state.hiring_manager else ()),
        Role.HR: frozenset(team.hr_partners if team else ()),
        Role.RECRUITER: frozenset(team.runners if team else ()),
        Role.INTERVIEWER: frozenset(interview.interviewer for interview in state.interviews),
        Role.CANDIDATE: frozenset(who for candidate in state.candidates.values() for who in candidate.ids),
    }
